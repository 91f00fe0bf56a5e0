"""Counting which articles of law answered the questions that the encoder learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.domain.errors import CorpusError
from bot.policies.law_articles import law_and_number
from bot.retrieval.asked_articles import AskedArticles, short_name
from bot.retrieval.training_data import Article, Question, is_held_out

HEADER = (
    "# 哪条法律回答过几个问题：法律<制表符>条号<制表符>次数。\n"
    "# 由 gongyou count-asked 从 STARD 的训练问题（MIT 许可）数出，留作测量的问题不在内。\n"
)


def count_asked(articles: Sequence[Article], questions: Sequence[Question], holdout_share: float) -> AskedArticles:
    """How many of the questions each article answers.

    Args:
        articles: with the ids under which questions name them; their headings are law and number.
        questions: with the articles that answer them.
        holdout_share: part of the questions that is kept for measuring and not counted.
    """
    name_of = {gold: article.heading.strip() for article in articles for gold in article.gold_ids}
    asked = (question for question in questions if not is_held_out(question.question_id, holdout_share))
    answering = Counter(
        name for question in asked for name in {name_of[gold] for gold in question.gold_ids if gold in name_of}
    )
    times: dict[str, dict[str, int]] = {}
    for name, count in sorted(answering.items()):
        law, number = law_and_number(name)
        times.setdefault(short_name(law), {})[number] = count
    return AskedArticles(times)


def write_asked(asked: AskedArticles, path: Path) -> int:
    """Write a file that `bot.retrieval.asked_articles.load_asked_articles` reads.

    Returns:
        The number of articles.

    Raises:
        CorpusError: it cannot be written.
    """
    rows = [f"{law}\t{number}\t{count}\n" for law, of_law in asked.times.items() for number, count in of_law.items()]
    try:
        path.write_text(HEADER + "".join(sorted(rows)), encoding="utf-8")
    except OSError as error:
        msg = f"写不进 {path}（{error}）：请换一个可写的 --output"
        raise CorpusError(msg) from error
    return len(rows)
