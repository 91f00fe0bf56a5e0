"""Similar questions as fields of their clause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import IndexLoadError
from bot.domain.policy import Clause, PolicyQuery
from bot.language.lexicon import Lexicon
from bot.ports import Encoder
from bot.regions.divisions import load_divisions
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.index_build import BuildReport, load_index
from bot.retrieval.question_field import ClauseQuestions, QuestionField, question_tokens

Build = Callable[..., BuildReport]
QUESTIONS = ClauseQuestions(
    {
        "xinzhou#(一)": ("老板跑路了咋整", "干完活拿不到钱"),
        "sanming#4.": ("回老家摆个摊政府帮不帮",),
        "lizhou#2.": ("打零工的能不能交公积金",),
        "gone#1.": ("这一条早就没有了",),
    },
    "questions-1",
)


@pytest.fixture
def field(clauses: list[Clause], encoder: Encoder) -> QuestionField:
    return QuestionField.build(clauses, QUESTIONS, encoder)


def place_of(clauses: list[Clause], clause_id: str) -> int:
    return [clause.clause_id for clause in clauses].index(clause_id)


def test_the_words_of_all_questions_of_a_clause_count_for_it_alone(clauses: list[Clause], field: QuestionField) -> None:
    scores = field.word_scores(question_tokens("老板欠钱跑路"))
    assert int(np.argmax(scores)) == place_of(clauses, "xinzhou#(一)")
    assert np.count_nonzero(scores) == 1


def test_the_most_similar_question_counts_for_its_clause(
    clauses: list[Clause], field: QuestionField, encoder: Encoder
) -> None:
    vector = encoder.encode(["干完活拿不到钱"])[0]
    best = field.best_cosines(vector)
    assert best[place_of(clauses, "xinzhou#(一)")] == pytest.approx(1.0)
    other = encoder.encode(["回老家摆个摊政府帮不帮"])[0] @ vector
    assert best[place_of(clauses, "sanming#4.")] == pytest.approx(other)
    assert not best[~field.has_questions].any()


def test_the_words_of_each_clauses_questions_are_known_and_counted(clauses: list[Clause], field: QuestionField) -> None:
    words = field.words_by_clause()
    asked = {place_of(clauses, clause_id) for clause_id in QUESTIONS.by_clause if clause_id != "gone#1."}
    assert set(words) == asked
    assert set(words[place_of(clauses, "sanming#4.")]) == set(question_tokens("回老家摆个摊政府帮不帮"))
    every = [word for its in QUESTIONS.by_clause.values() for one in its for word in question_tokens(one)]
    counts = field.word_counts()
    assert counts["老板"] == every.count("老板")
    assert set(counts) == {word for its in words.values() for word in its}


def test_questions_of_a_clause_that_is_gone_are_passed_over(field: QuestionField) -> None:
    assert field.question_count == 4
    assert field.has_questions.sum() == 3


def test_a_field_is_read_as_it_was_written(field: QuestionField, encoder: Encoder, tmp_path: Path) -> None:
    field.save(tmp_path)
    read = QuestionField.load(tmp_path, len(field.has_questions))
    vector = encoder.encode(["老板跑了"])[0]
    np.testing.assert_array_equal(read.best_cosines(vector), field.best_cosines(vector))
    np.testing.assert_array_equal(read.word_scores(["老板"]), field.word_scores(["老板"]))


def test_a_field_without_questions_scores_nothing(clauses: list[Clause], encoder: Encoder, tmp_path: Path) -> None:
    QuestionField.build(clauses, ClauseQuestions(), encoder).save(tmp_path)
    empty = QuestionField.load(tmp_path, len(clauses))
    assert not empty.has_questions.any()
    assert not empty.word_scores(["老板"]).any()
    assert not empty.best_cosines(encoder.encode(["老板"])[0]).any()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexLoadError, match="相似问"):
        QuestionField.load(tmp_path, 3)


def test_a_question_in_the_workers_words_finds_the_clause(
    build: Build, tmp_path: Path, encoder: Encoder, lexicon: Lexicon
) -> None:
    query = PolicyQuery("老板跑路了咋整", "420117", None, date(2024, 1, 1))
    found = []
    for questions in (ClauseQuestions(), QUESTIONS):
        build(tmp_path / questions.content_hash, questions=questions)
        retriever = HybridRetriever(load_index(tmp_path / questions.content_hash), encoder, lexicon, load_divisions())
        found.append({one.clause.clause_id: one.score for one in retriever.retrieve(query, 10)})
    without, with_questions = found
    assert max(with_questions, key=with_questions.__getitem__) == "xinzhou#(一)"
    assert with_questions["xinzhou#(一)"] > without["xinzhou#(一)"]


def test_other_questions_make_another_build(build: Build, tmp_path: Path) -> None:
    first = build(tmp_path, questions=QUESTIONS)
    second = build(tmp_path, questions=ClauseQuestions(QUESTIONS.by_clause, "questions-2"))
    assert first.build_id != second.build_id
    assert load_index(tmp_path).questions_hash == "questions-2"
    assert first.manifest["question_counts"] == {"questions": 4, "clauses": 3}
