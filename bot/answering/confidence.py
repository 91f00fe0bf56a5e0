"""Whether the best clause answers, is only near, or has nothing to do with the question.

A clause that lacks the kind of fact asked for (an amount, a deadline, …) never answers, nor does one about another year
or another group of people. For the rest two logistic regressions on a few numbers tell how likely the question is about
the documents' subjects at all, and how likely the clause answers it: see `Signals`. Both were fitted by ``gongyou
fit-ranking`` on similar questions that neither index nor encoder had seen, on ``tests/data/learning_questions.jsonl``,
on ``tests/data/fact_questions.jsonl`` (facts that stand in a document, and facts that do not) and on
``tests/data/unanswerable.jsonl``, which no clause answers; the evaluation questions took no part in the weights. The
cut-offs below were chosen with their figures in sight, beside those of the cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from operator import mul
from typing import NamedTuple

from bot.answering.asked_facts import FactKind
from bot.answering.evidence import Evidence
from bot.domain.policy import ScoredClause


class Signals(NamedTuple):
    """What the verdict hangs on.

    Attributes:
        score: the fused score of the clause.
        coverage: the share of the question's word weight that it holds.
        lead: how far its score lies above the best other clause's; 0 where it does not.
        elsewhere: how far a clause of places that were not asked about lies above it; 0 where none does. The asked
            place's documents then rather say nothing of what others do.
        nearness: see `bot.answering.subject_sense.Aboutness`.
        wording: the same.
        known_words: the same.
        missed: the share of the question in words of the documents that neither the clause nor who asks for it says.
    """

    score: float
    coverage: float
    lead: float
    elsewhere: float
    nearness: float
    wording: float
    known_words: float
    missed: float


@dataclass(frozen=True, slots=True)
class LogisticWeights:
    """A logistic regression on `Signals`."""

    bias: float
    score: float
    coverage: float
    lead: float
    elsewhere: float
    nearness: float
    wording: float
    known_words: float
    missed: float

    def probability(self, signals: Signals) -> float:
        """The likelihood in [0, 1]."""
        bias, *weights = astuple(self)
        return 1 / (1 + math.exp(-(bias + sum(map(mul, weights, signals)))))


ANSWERING = LogisticWeights(
    bias=-2.25,
    score=3.96,
    coverage=2.13,
    lead=3.47,
    elsewhere=-8.76,
    nearness=-0.05,
    wording=-0.04,
    known_words=1.1,
    missed=-5.05,
)
RELATED = LogisticWeights(
    bias=-2.32,
    score=6.58,
    coverage=0.0,
    lead=0.0,
    elsewhere=3.57,
    nearness=3.77,
    wording=1.8,
    known_words=1.82,
    missed=0.0,
)
ANSWERS_FROM = 0.4
"""Below, the clause is shown as the nearest; at this point nine of ten near misses of the fit are not answered."""
RELATED_FROM = 0.65
"""Below, nothing is shown; at this point one in seventy answerable questions of the fit is turned away,
and fourteen of fifteen far ones."""
RIVAL_ANSWERS_FROM = 0.55
"""The same for a clause further down that states the asked fact."""
RIVAL_SHARE = 0.8
"""A clause further down that states the asked fact may answer if it scores this much of the first."""
SECOND_SHARE = 0.65
"""A clause that states what the first lacks is shown beside it if it scores this much of the first."""
SECOND_SHARE_OF_SUMS = 0.9
"""The same for amounts and lengths: those of another subject mislead."""
_SUMS = frozenset(
    {
        FactKind.AMOUNT,
        FactKind.PRICE,
        FactKind.PERCENTAGE,
        FactKind.MULTIPLE,
        FactKind.DURATION,
        FactKind.TIMES,
        FactKind.FREQUENCY,
    }
)
SURE_FROM = 0.92
"""A clause that answers so likely is shown though the question sounds foreign …"""
FOREIGN_BELOW = 0.2
"""… but not so foreign: 电动车电瓶冬天跑不远 has words of a clause on electric bicycles, and asks for no policy."""


class Verdict(StrEnum):
    """How a clause stands to a question."""

    ANSWERS = "answers"
    NEAR = "near"
    UNRELATED = "unrelated"


class Judgement(NamedTuple):
    """What is said of the candidates.

    Attributes:
        verdict: of the clause to show.
        best: its index.
        second: the index of a clause that is needed beside it; None where one is enough.
    """

    verdict: Verdict
    best: int
    second: int | None = None


def judge(found: Sequence[tuple[ScoredClause, Evidence]]) -> Judgement:
    """Judge the candidates, best first.

    Args:
        found: ranked clauses with their evidence; not empty.
    """
    best = index_to_show(found)
    second = second_to_show(found, best)
    lacking = found[best][1].missing if second is None else found[best][1].missing & found[second][1].missing
    signals = signals_of(found, best)
    answering = ANSWERING.probability(signals)
    related = RELATED.probability(signals)
    if related < FOREIGN_BELOW or (related < RELATED_FROM and answering < SURE_FROM):
        return Judgement(Verdict.UNRELATED, best)
    if lacking or found[best][1].is_other_case or answering < (RIVAL_ANSWERS_FROM if best else ANSWERS_FROM):
        return Judgement(Verdict.NEAR, best)
    return Judgement(Verdict.ANSWERS, best, second)


def signals_of(found: Sequence[tuple[ScoredClause, Evidence]], index: int) -> Signals:
    """The numbers of one of the candidates."""
    scored, evidence = found[index]
    others = [other.score for position, (other, _) in enumerate(found) if position != index]
    return Signals(
        score=scored.score,
        coverage=evidence.coverage,
        lead=max(scored.score - max(others, default=0.0), 0.0),
        elsewhere=max(scored.elsewhere - scored.score, 0.0),
        nearness=evidence.aboutness.nearness,
        wording=evidence.aboutness.wording,
        known_words=evidence.aboutness.known_words,
        missed=evidence.missed,
    )


def index_to_show(found: Sequence[tuple[ScoredClause, Evidence]]) -> int:
    """The first clause, unless it lacks the asked fact and a rival states it."""
    if found[0][1].missing:
        for index, (scored, evidence) in enumerate(found):
            if not evidence.missing and scored.score >= RIVAL_SHARE * found[0][0].score:
                return index
    return 0


def second_to_show(found: Sequence[tuple[ScoredClause, Evidence]], best: int) -> int | None:
    """The first clause of the same document that states all that the best one lacks of the asked facts."""
    first, lacking = found[best][0], found[best][1].missing
    share = SECOND_SHARE if lacking.isdisjoint(_SUMS) else SECOND_SHARE_OF_SUMS
    for index, (scored, evidence) in enumerate(found):
        is_near = scored.score >= share * first.score
        is_of_the_same = index != best and scored.document.document_id == first.document.document_id
        if lacking and is_of_the_same and is_near and lacking.isdisjoint(evidence.missing):
            return index
    return None
