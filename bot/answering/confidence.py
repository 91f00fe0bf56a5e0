"""Whether the best clause answers, is only near, or has nothing to do with the question.

Two tests. A clause that lacks the kind of fact asked for (an amount, a deadline, …) never answers. For the rest a
logistic regression tells how likely the first clause answers, from four numbers: its fused score, how much of the
question's word weight it holds, how far the next clause lies behind, and how well its best sentence fits. Fitted on the
development questions and on 130 questions written without knowledge of the lexicon (``tests/data``); area under the
curve 0.91 in cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from bot.answering.evidence import Evidence
from bot.domain.policy import ScoredClause

SCORE_WEIGHT = 2.1
COVERAGE_WEIGHT = 3.1
LEAD_WEIGHT = 5.0
EVIDENCE_WEIGHT = 4.5
BIAS = -3.25
ANSWERS_FROM = 0.5
"""Below, the clause is shown as the nearest: a wrong answer costs a worker more than a careful one."""
NEAR_FROM = 0.25
RIVAL_SHARE = 0.8
"""A clause further down that states the asked fact may answer if it scores this much of the first."""


class Verdict(StrEnum):
    """How a clause stands to a question."""

    ANSWERS = "answers"
    NEAR = "near"
    UNRELATED = "unrelated"


def judge(found: Sequence[tuple[ScoredClause, Evidence]]) -> tuple[Verdict, int]:
    """Judge the candidates, best first; returns the verdict and the index of the clause to show.

    Args:
        found: ranked clauses with their evidence; not empty.
    """
    best = _index_to_show(found)
    likely = likelihood(found, best)
    if likely < NEAR_FROM:
        return Verdict.UNRELATED, best
    if found[best][1].missing or likely < ANSWERS_FROM:
        return Verdict.NEAR, best
    return Verdict.ANSWERS, best


def likelihood(found: Sequence[tuple[ScoredClause, Evidence]], index: int) -> float:
    """How likely a clause answers, in [0, 1]."""
    scored, evidence = found[index]
    others = [other.score for position, (other, _) in enumerate(found) if position != index]
    lead = scored.score - max(others, default=0.0)
    logit = (
        BIAS
        + SCORE_WEIGHT * scored.score
        + COVERAGE_WEIGHT * evidence.coverage
        + LEAD_WEIGHT * max(lead, 0.0)
        + EVIDENCE_WEIGHT * evidence.score
    )
    return 1 / (1 + math.exp(-logit))


def _index_to_show(found: Sequence[tuple[ScoredClause, Evidence]]) -> int:
    """The first clause, unless it lacks the asked fact and a rival states it."""
    if found[0][1].missing:
        for index, (scored, evidence) in enumerate(found):
            if not evidence.missing and scored.score >= RIVAL_SHARE * found[0][0].score:
                return index
    return 0
