"""Counting which articles of law answered questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import CorpusError
from bot.policies.asked_counts import count_asked, write_asked
from bot.retrieval.asked_articles import AskedArticles, load_asked_articles
from bot.retrieval.training_data import Article, Question, is_held_out

ARTICLES = (
    Article("合同编第五百六十二条", "当事人协商一致，可以解除合同。", (1, 2)),
    Article("中华人民共和国劳动法第五十条", "工资应当以货币形式按月支付。", (3,)),
    Article("电力法第一条", "为了保障和促进电力事业的发展，制定本法。"),
)
SHARE = 0.15


def question(number: int, *gold_ids: int) -> Question:
    return Question(number, "问题", "", gold_ids)


def test_each_question_counts_once_for_each_article_that_answers_it() -> None:
    questions = [question(1, 1, 2, 3), question(2, 3, 99)]
    asked = count_asked(ARTICLES, questions, 0.0)
    assert asked.times == {"民法典": {"第五百六十二条": 1}, "劳动法": {"第五十条": 2}}


def test_questions_that_are_kept_for_measuring_are_not_counted() -> None:
    held_out = [number for number in range(200) if is_held_out(number, SHARE)]
    assert held_out
    assert not count_asked(ARTICLES, [question(number, 1) for number in held_out], SHARE).times
    everybody = count_asked(ARTICLES, [question(number, 1) for number in range(200)], SHARE)
    assert everybody.times["民法典"]["第五百六十二条"] == 200 - len(held_out)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    asked = AskedArticles({"民法典": {"第一条": 2, "第三条": 1}, "刑法": {"第二条": 4}})
    assert write_asked(asked, tmp_path / "asked.tsv") == 3
    assert load_asked_articles(tmp_path / "asked.tsv") == asked


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="--output"):
        write_asked(AskedArticles(), tmp_path / "nowhere" / "asked.tsv")


def test_the_shipped_file_counts_articles_of_many_laws() -> None:
    times = load_asked_articles(Path("corpus/vocabulary/asked_articles.tsv")).times
    assert len(times) > 100
    assert all(count > 0 for of_law in times.values() for count in of_law.values())
    assert max(times, key=lambda law: sum(times[law].values())) == "民法典"
