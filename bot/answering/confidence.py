"""Whether the best clause answers, is only near, or has nothing to do with the question.

A clause that lacks the kind of fact asked for (an amount, a deadline, …) never answers. For the rest two logistic
regressions on three numbers of the first clause tell how likely it is about the question at all, and how likely it
answers: its fused score, how much of the question's word weight it holds, and how far the next clause lies behind. Both
were fitted by ``gongyou fit-ranking`` on similar questions that neither index nor encoder had seen and on the questions
of ``tests/data/unanswerable.jsonl``, which no clause answers; the evaluation questions took no
part in the weights. The cut-offs below were chosen with their figures in sight, beside those of the cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.evidence import Evidence
from bot.domain.policy import ScoredClause


@dataclass(frozen=True, slots=True)
class LogisticWeights:
    """A logistic regression on `features`."""

    bias: float
    score: float
    coverage: float
    lead: float

    def probability(self, score: float, coverage: float, lead: float) -> float:
        """The likelihood in [0, 1]."""
        logit = self.bias + self.score * score + self.coverage * coverage + self.lead * lead
        return 1 / (1 + math.exp(-logit))


ANSWERING = LogisticWeights(bias=-2.76, score=4.03, coverage=2.49, lead=2.75)
RELATED = LogisticWeights(bias=-1.47, score=4.29, coverage=3.51, lead=0.0)
ANSWERS_FROM = 0.4
"""Below, the clause is shown as the nearest; at this point four of five near misses of the fit are not answered."""
RELATED_FROM = 0.58
"""Below, nothing is shown; at this point one in thirty answerable questions of the fit is turned away,
and two of three far ones."""
COVERAGE_MIN = 0.05
"""A clause that holds less of the question's words only seems to answer: a long message is a little near to any."""
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
    best = index_to_show(found)
    numbers = features(found, best)
    if RELATED.probability(*numbers) < RELATED_FROM:
        return Verdict.UNRELATED, best
    holds_the_words = found[best][1].coverage >= COVERAGE_MIN
    if found[best][1].missing or not holds_the_words or ANSWERING.probability(*numbers) < ANSWERS_FROM:
        return Verdict.NEAR, best
    return Verdict.ANSWERS, best


def features(found: Sequence[tuple[ScoredClause, Evidence]], index: int) -> tuple[float, float, float]:
    """Fused score, coverage of the question's words, and lead over the best other clause (0 where it has none)."""
    scored, evidence = found[index]
    others = [other.score for position, (other, _) in enumerate(found) if position != index]
    return scored.score, evidence.coverage, max(scored.score - max(others, default=0.0), 0.0)


def index_to_show(found: Sequence[tuple[ScoredClause, Evidence]]) -> int:
    """The first clause, unless it lacks the asked fact and a rival states it."""
    if found[0][1].missing:
        for index, (scored, evidence) in enumerate(found):
            if not evidence.missing and scored.score >= RIVAL_SHARE * found[0][0].score:
                return index
    return 0
