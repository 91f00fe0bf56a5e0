"""What a run scores: overall, and by kind of question, by region and by document, each with its interval.

Ranking measures come from ir-measures, the intervals from SciPy's bootstrap over the questions (percentile method,
Efron 1979). An outcome counts as abstaining unless it is ``answered``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures
import numpy as np
from ir_measures import RR, Success, nDCG
from scipy.stats import bootstrap

from bot.evaluation.judgments import FAR_KIND, JudgedQuestion, without_space

RANKING_MEASURES = {
    "recall_at_1": Success @ 1,
    "recall_at_5": Success @ 5,
    "recall_at_10": Success @ 10,
    "mrr_at_10": RR @ 10,
    "ndcg_at_10": nDCG @ 10,
}
"""Recall is the share of questions with a gold clause among the first k: any of several gold clauses answers."""
OUTCOME_MEASURES = ("answered", "must_include", "shown", "abstention_precision", "abstention_recall", "far_none")
MEASURES = (*RANKING_MEASURES, *OUTCOME_MEASURES)
GROUPINGS = ("all", "kind", "region", "document")

CONFIDENCE = 0.95
RESAMPLES = 2000
_SEED = 0

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions.

    Attributes:
        value: the mean, in [0, 1].
        low: lower end of the 95 % interval.
        high: upper end.
        questions: over how many questions.
    """

    value: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class GroupScores:
    """What one group of questions scores.

    Attributes:
        grouping: one of `GROUPINGS`.
        group: ``all``, a kind, a province's code ("" where no place is known), or a gold document's file name.
        answerable: answerable questions in the group.
        unanswerable: the others.
        measures: by name; a measure that no question of the group bears on is left out. ``answered`` is the share of
            answerable questions answered, ``must_include`` the share of those with must-haves whose answer shows them
            all, ``shown`` the share of answerable questions that got an answer or the nearest clause,
            ``abstention_precision`` the share of abstentions that were right, ``abstention_recall`` the share of
            unanswerable questions not answered, ``far_none`` the share of far ones that got none.
    """

    grouping: str
    group: str
    answerable: int
    unanswerable: int
    measures: Mapping[str, Estimate]


def score_run(questions: Sequence[JudgedQuestion], rows: Mapping[str, Row]) -> list[GroupScores]:
    """Score the rows of ``gongyou retrieve`` by question id: all questions first, then each group of each grouping."""
    ranking = _ranking_values(questions, rows)
    return [
        _score_group(grouping, group, members, rows, ranking)
        for grouping in GROUPINGS
        for group, members in _groups(questions, grouping)
    ]


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of some questions' values with its bootstrap interval; there must be at least one."""
    sample = np.asarray(values, dtype=np.float64)
    mean = float(sample.mean())
    if np.ptp(sample) == 0:
        return Estimate(mean, mean, mean, len(sample))
    found = bootstrap(
        (sample,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    interval = found.confidence_interval
    return Estimate(mean, float(interval.low), float(interval.high), len(sample))


def first_gold_rank(question: JudgedQuestion, row: Row) -> int | None:
    """The rank of the first gold clause, from 1; None where none was retrieved."""
    hits = (rank for rank, clause in enumerate(row["clauses"], 1) if question.is_answered_by(clause))
    return next(hits, None)


def abstained(row: Row) -> bool:
    """Whether the outcome is anything but an answer."""
    return bool(row["outcome"] != "answered")


def includes_all(question: JudgedQuestion, row: Row) -> bool:
    """Whether the answer shows every must-have."""
    answer = without_space(str(row["answer"]))
    return all(without_space(needed) in answer for needed in question.must_include)


def _groups(questions: Sequence[JudgedQuestion], grouping: str) -> Iterator[tuple[str, list[JudgedQuestion]]]:
    names_of: Mapping[str, Callable[[JudgedQuestion], set[str]]] = {
        "all": lambda _: {"all"},
        "kind": lambda question: {question.kind},
        "region": lambda question: {f"{question.region[:2]}0000" if question.region else ""},
        "document": lambda question: {document for document, _ in question.gold},
    }
    named = [(question, names_of[grouping](question)) for question in questions]
    for group in sorted({name for _, names in named for name in names}):
        yield group, [question for question, names in named if group in names]


def _score_group(
    grouping: str,
    group: str,
    members: Sequence[JudgedQuestion],
    rows: Mapping[str, Row],
    ranking: Mapping[str, Mapping[str, float]],
) -> GroupScores:
    samples = {
        name: [by_question[q.question_id] for q in members if q.answerable] for name, by_question in ranking.items()
    }
    samples |= _outcome_samples(members, rows)
    return GroupScores(
        grouping=grouping,
        group=group,
        answerable=sum(question.answerable for question in members),
        unanswerable=sum(not question.answerable for question in members),
        measures={name: estimate(values) for name, values in samples.items() if values},
    )


def _outcome_samples(members: Sequence[JudgedQuestion], rows: Mapping[str, Row]) -> dict[str, list[float]]:
    found = [(question, rows[question.question_id]) for question in members]
    return {
        "answered": [float(not abstained(row)) for question, row in found if question.answerable],
        "must_include": [
            float(includes_all(question, row))
            for question, row in found
            if question.answerable and question.must_include
        ],
        "shown": [float(row["outcome"] != "none") for question, row in found if question.answerable],
        "abstention_precision": [float(not question.answerable) for question, row in found if abstained(row)],
        "abstention_recall": [float(abstained(row)) for question, row in found if not question.answerable],
        "far_none": [float(row["outcome"] == "none") for question, row in found if question.kind == FAR_KIND],
    }


def _ranking_values(questions: Sequence[JudgedQuestion], rows: Mapping[str, Row]) -> dict[str, dict[str, float]]:
    """Each ranking measure of each answerable question; a question without any retrieved clause counts as zero."""
    answerable = [question for question in questions if question.answerable]
    qrels = [qrel for question in answerable for qrel in _qrels(question, rows[question.question_id])]
    run = [
        ir_measures.ScoredDoc(question.question_id, str(rank), -float(rank))
        for question in answerable
        for rank in range(len(rows[question.question_id]["clauses"]))
    ]
    values = {name: {question.question_id: 0.0 for question in answerable} for name in RANKING_MEASURES}
    name_of = {measure: name for name, measure in RANKING_MEASURES.items()}
    for metric in ir_measures.iter_calc(list(name_of), qrels, run) if run else ():
        values[name_of[metric.measure]][metric.query_id] = float(metric.value)
    return values


def _qrels(question: JudgedQuestion, row: Row) -> Iterator[Any]:
    """The retrieved clauses that answer, by rank, and every gold quote that no retrieved clause holds."""
    clauses = row["clauses"]
    for rank, clause in enumerate(clauses):
        if question.is_answered_by(clause):
            yield ir_measures.Qrel(question.question_id, str(rank), 1)
    for number, gold in enumerate(question.gold):
        if not any(question.holds(gold, clause) for clause in clauses):
            yield ir_measures.Qrel(question.question_id, f"gold {number}", 1)
