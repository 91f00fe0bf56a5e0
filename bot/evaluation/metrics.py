"""What a run scores, overall and by kind of question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures
from ir_measures import RR, Success

from bot.evaluation.judgments import JudgedQuestion, without_space

MEASURES = (Success @ 1, Success @ 5, RR @ 10)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one group of questions; rates in [0, 1].

    Attributes:
        group: ``all``, or a kind.
        questions: answerable questions in the group.
        recall_at_1: share with a gold clause first (success@1: any of several gold clauses counts).
        recall_at_5: share with a gold clause among the first five.
        mrr_at_10: mean reciprocal rank of the first gold clause, 0 beyond ten.
        answered: share of answerable questions whose outcome is ``answered``.
        includes: share of answered questions with must-haves whose answer shows them all.
        unanswerable: unanswerable questions in the group.
        abstained: share of those whose outcome is not ``answered``.
    """

    group: str
    questions: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    answered: float
    includes: float
    unanswerable: int
    abstained: float


def score_run(questions: Sequence[JudgedQuestion], rows: Mapping[str, Mapping[str, Any]]) -> list[Scores]:
    """Score the rows of ``gongyou retrieve`` by question id: first all questions, then each kind."""
    kinds = sorted({question.kind for question in questions})
    groups = [("all", list(questions))] + [(kind, [q for q in questions if q.kind == kind]) for kind in kinds]
    return [_score_group(name, members, rows) for name, members in groups]


def _score_group(name: str, questions: Sequence[JudgedQuestion], rows: Mapping[str, Mapping[str, Any]]) -> Scores:
    answerable = [question for question in questions if question.answerable]
    hopeless = [question for question in questions if not question.answerable]
    ranked = _ranking_scores(answerable, rows)
    answered = [q for q in answerable if rows[q.question_id]["outcome"] == "answered"]
    demanding = [q for q in answerable if q.must_include]
    return Scores(
        group=name,
        questions=len(answerable),
        recall_at_1=ranked[0],
        recall_at_5=ranked[1],
        mrr_at_10=ranked[2],
        answered=_share(len(answered), len(answerable)),
        includes=_share(sum(_includes(q, rows[q.question_id]) for q in demanding), len(demanding)),
        unanswerable=len(hopeless),
        abstained=_share(sum(rows[q.question_id]["outcome"] != "answered" for q in hopeless), len(hopeless)),
    )


def _ranking_scores(
    questions: Sequence[JudgedQuestion], rows: Mapping[str, Mapping[str, Any]]
) -> tuple[float, float, float]:
    if not questions:
        return (0.0, 0.0, 0.0)
    qrels, run = [], []
    for question in questions:
        clauses = rows[question.question_id]["clauses"]
        hits = [rank for rank, clause in enumerate(clauses) if question.is_answered_by(clause)]
        qrels += [ir_measures.Qrel(question.question_id, str(rank), 1) for rank in hits]
        qrels.append(ir_measures.Qrel(question.question_id, "gold", 1))
        run += [ir_measures.ScoredDoc(question.question_id, str(rank), -float(rank)) for rank in range(len(clauses))]
    # A question without any retrieved clause is absent from the run and counts as zero.
    values = ir_measures.calc_aggregate(MEASURES, qrels, run)
    first, fifth, reciprocal = (float(values[measure]) for measure in MEASURES)
    return first, fifth, reciprocal


def _includes(question: JudgedQuestion, row: Mapping[str, Any]) -> bool:
    answer = without_space(str(row["answer"]))
    return all(without_space(needed) in answer for needed in question.must_include)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
