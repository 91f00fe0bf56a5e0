"""Which sentences of a clause are quoted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from bot.answering.asked_facts import FactKind, asks_several
from bot.answering.clause_sentences import LONGEST_SENTENCE_CHARS, body_sentences
from bot.answering.sentence_choice import QUOTED_CHARS, SIGNALS, chosen_sentences, likelihoods, quoted
from bot.answering.sentence_fit import SentenceExample, fit_sentences
from bot.assembly.held_out_desk import sentence_examples
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Clause
from bot.evaluation.judgments import load_judgments, without_space

TODAY = date(2026, 11, 23)
CLAUSE = Clause("d#1", "d", ("1.",), (), "加大扶持", "加大扶持。第一句说目标。第二句给钱。（市人社局负责）", ())
DATA = Path("tests/data")
AMOUNT = frozenset({FactKind.AMOUNT})
NO_FACTS: frozenset[FactKind] = frozenset()
LONG = "长" * 70


def test_a_clause_is_cut_without_title_and_departments() -> None:
    assert body_sentences(CLAUSE) == ["第一句说目标。", "第二句给钱。"]


def test_a_long_sentence_is_cut_at_semicolons_and_a_longer_one_at_commas_and_nothing_is_lost() -> None:
    text = f"{'目' * 80};{'标' * 80};{'多' * 120},{'长' * 150},完。"
    pieces = body_sentences(replace(CLAUSE, title="", text=text))
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= LONGEST_SENTENCE_CHARS
    assert [piece[0] for piece in pieces] == list("目标多长")


def test_a_short_body_is_quoted_whole() -> None:
    assert chosen_sentences(["短。", "句。"], [1.0, 0.0], [NO_FACTS] * 2, NO_FACTS) == [0, 1]


def test_further_sentences_must_be_likely_and_fit() -> None:
    sentences = [LONG, LONG, LONG, LONG]
    assert chosen_sentences(sentences, [0.001, 1.0, 0.4, 0.002], [NO_FACTS] * 4, NO_FACTS) == [1, 2]
    assert chosen_sentences(sentences, [0.5, 1.0, 0.4, 0.6], [NO_FACTS] * 4, NO_FACTS) == [0, 1, 3]
    assert chosen_sentences(sentences, [0.1, 1.0, 0.4, 0.0], [NO_FACTS] * 4, NO_FACTS) == [1, 2]
    assert chosen_sentences([LONG * 3, LONG, "短。"], [1.0, 0.9, 0.8], [NO_FACTS] * 3, NO_FACTS) == [0, 2]


def test_a_sentence_with_the_fact_that_is_still_lacking_comes_along() -> None:
    facts = [NO_FACTS, AMOUNT, NO_FACTS]
    assert chosen_sentences([LONG, LONG, LONG], [1.0, 0.001, 0.01], facts, AMOUNT) == [0, 1]
    assert chosen_sentences([LONG, LONG, LONG], [1.0, 0.001, 0.9], facts, NO_FACTS) == [0, 2]


def test_where_one_sentence_states_what_is_asked_it_is_enough() -> None:
    facts = [NO_FACTS, AMOUNT, NO_FACTS, AMOUNT]
    assert chosen_sentences([LONG] * 4, [1.0, 0.3, 0.9, 0.01], facts, AMOUNT) == [1]
    assert chosen_sentences([LONG] * 4, [1.0, 0.3, 0.9, 0.26], facts, AMOUNT) == [1, 3]
    assert chosen_sentences([LONG] * 4, [1.0, 0.3, 0.9, 0.01], facts, AMOUNT, asks_several=True) == [0, 1, 2]


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("补贴和贷款各多少", True),
        ("考试费能不能报，最多报多少", True),
        ("有哪些扶持", True),
        ("创业补贴有多少", False),
        ("公租房怎么申请", False),
    ],
)
def test_several_questions_in_one_are_told(question: str, *, several: bool) -> None:
    assert asks_several(question) is several


def test_one_sentence_answers_how_much_the_startup_subsidy_is(desk: PolicyDesk) -> None:
    body = desk.answer("创业补贴有多少", "350400", TODAY).body
    assert "不超过1万元的一次性创业补贴" in body
    assert "20万元" not in body
    assert len(body) < 70


def test_bodies_are_short(desk: PolicyDesk) -> None:
    judged = [one for name in ("retrieval_dev", "worker_questions") for one in load_judgments(DATA / f"{name}.jsonl")]
    bodies = [desk.answer(one.text, one.region, TODAY).body for one in judged if one.answerable]
    assert median(map(len, bodies)) < 110


def test_what_was_left_out_between_two_sentences_is_marked() -> None:
    assert quoted(["一。", "二。", "三。"], [0, 2]) == "一。……三。"
    assert quoted(["一。", "二。", "三。"], [0, 1]) == "一。二。"


def test_the_likeliest_sentence_has_likelihood_one() -> None:
    signals = np.eye(2, len(SIGNALS), dtype=np.float32)
    signals[0] *= 2
    assert likelihoods(signals).tolist() == [1.0, pytest.approx(likelihoods(signals)[1])]
    assert 0 < likelihoods(signals)[1] < 1


def test_the_fit_finds_the_signal_that_tells() -> None:
    rng = np.random.default_rng(1)
    examples = []
    for _ in range(60):
        signals = rng.random((5, len(SIGNALS))).astype(np.float32)
        examples.append(SentenceExample(signals, signals[:, 2] == signals[:, 2].max()))
    fit = fit_sentences(examples)
    assert fit.weights[2] > 5 * max(weight for one, weight in enumerate(fit.weights) if one != 2)
    assert fit.first > 0.9


@pytest.mark.parametrize("questions", ["retrieval_dev", "worker_questions", "fresh_questions"])
def test_the_likeliest_sentence_mostly_answers(desk: PolicyDesk, questions: str) -> None:
    examples = sentence_examples(desk, load_judgments(Path(f"tests/data/{questions}.jsonl")))
    hits = [bool(one.gold[likelihoods(one.signals).argmax()]) for one in examples]
    assert len(hits) > 50
    assert sum(hits) > 0.8 * len(hits)


@pytest.mark.parametrize("questions", ["retrieval_dev", "worker_questions", "fresh_questions"])
def test_where_the_right_clause_is_cited_its_answering_words_are_mostly_quoted(
    desk: PolicyDesk, questions: str
) -> None:
    shown = []
    for question in load_judgments(Path(f"tests/data/{questions}.jsonl")):
        answer = desk.answer(question.text, question.region, TODAY)
        for cited in answer.cited[:1]:
            row = {"document": cited.document.file_name, "text": cited.clause.text}
            quotes = [gold for gold in question.gold if question.holds(gold, row)]
            if quotes:
                shown.append(any(quote[:12] in without_space(answer.body) for _, quote in quotes))
    assert len(shown) > 60
    assert sum(shown) > 0.93 * len(shown)


def test_quotes_keep_to_their_length(desk: PolicyDesk) -> None:
    for question in load_judgments(Path("tests/data/worker_questions.jsonl")):
        answer = desk.answer(question.text, question.region, TODAY)
        assert all(len(quote) <= QUOTED_CHARS for quote in answer.body.split("\n")), question.text
