"""From a question to a cited answer, the nearest clause as such, or none."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf

from bot.answering import phrasing
from bot.answering.asked_facts import asked_facts
from bot.answering.composition import SAID_CHARS_MAX, AnswerComposer, Found, knows_place
from bot.answering.confidence import Verdict, judge
from bot.answering.evidence import Evidence, EvidenceFinder
from bot.answering.follow_ups import only_talked_about, rest_pages, with_talked_about
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery, ScoredClause
from bot.domain.trace import current_trace, hop, note
from bot.ports import Retriever
from bot.regions.divisions import Divisions

CONSIDERED_CLAUSES = 4
"""Clauses whose sentences are compared; further down the ranking an answer is luck."""
CONSIDERED_WITHOUT_PLACE = 8
"""As many while no place is known, or several are asked about, since each place has its own best clause."""
TRACED_CLAUSES = 10
BRIEF_S = 0.005
"""What takes no longer is worked out on the loop's own thread: a worker thread would make the loop wait as long for the
GIL (`sys.getswitchinterval`), again and again, and messages cost 10 % more."""
SHORTEST_CHARACTERS = 16
PACE_MEMORY = 0.95
ANSWERS_KEPT = 1024
"""The same words for the same place on the same day: workers of one site forward a question to each other."""
LONGEST_KEPT = 200
"""Characters of a question whose answer is kept: a whole story is hardly told twice, and may be long."""


class _Pace:
    """How long answers take from one index, learned from those worked out: a larger one or a transformer is slower."""

    def __init__(self) -> None:
        self._s_per_character = inf

    def expected_s(self, text: str) -> float:
        """CPU seconds that an answer to a text will take; infinite before the first."""
        return self._s_per_character * max(len(text), SHORTEST_CHARACTERS)

    def took(self, text: str, seconds: float) -> None:
        """An answer took so long."""
        latest = seconds / max(len(text), SHORTEST_CHARACTERS)
        known = self._s_per_character < inf
        self._s_per_character = PACE_MEMORY * self._s_per_character + (1 - PACE_MEMORY) * latest if known else latest


@dataclass(frozen=True, slots=True)
class _Sources:
    """What answers are made of, all from one index, and the latest of them."""

    retriever: Retriever
    evidence: EvidenceFinder
    pace: _Pace = field(default_factory=_Pace)
    kept: OrderedDict[tuple[PolicyQuery, bool], PolicyAnswer] = field(default_factory=OrderedDict)


class PolicyAnswerer:
    """Answers policy questions from ranked clauses.

    Args:
        retriever: ranks clauses.
        evidence: finds the answering sentences of a clause.
        divisions: names of places.
        top_k: clauses retrieved.
    """

    def __init__(self, retriever: Retriever, evidence: EvidenceFinder, divisions: Divisions, top_k: int = 10) -> None:
        self._sources = _Sources(retriever, evidence)
        self._divisions = divisions
        self._top_k = top_k
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="answer")

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        """Answer without holding up the event loop for longer than a worker thread would (the only crossing into one).

        An answer that was worked out lately from the same index is given again; the day is part of the question.
        """
        sources = self._sources  # read once: an answer is all from one index
        kept = sources.kept.get((query, ask_region))
        if kept is not None:
            sources.kept.move_to_end((query, ask_region))
            _tell_trace(query, kept)
            return kept
        if sources.pace.expected_s(query.text) <= BRIEF_S:
            answer = self._answer_from(sources, query, ask_region=ask_region)
        else:
            context = copy_context()
            answer = await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: context.run(self._answer_from, sources, query, ask_region=ask_region)
            )
        if len(query.text) <= LONGEST_KEPT:
            sources.kept[query, ask_region] = answer
        if len(sources.kept) > ANSWERS_KEPT:
            sources.kept.popitem(last=False)
        return answer

    def answer_now(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        """Answer in this thread.

        Args:
            query: the question, with the worker's regions where known.
            ask_region: whether an answer without a known region may ask where the worker is.
        """
        return self._answer_from(self._sources, query, ask_region=ask_region)

    def answer_from(self, retriever: Retriever, evidence: EvidenceFinder) -> None:
        """Answer from another index from now on; what is being answered goes on with the former one."""
        self._sources = _Sources(retriever, evidence)

    @property
    def evidence(self) -> EvidenceFinder:
        """What finds the answering sentences in the index that is answered from."""
        return self._sources.evidence

    def candidates(self, query: PolicyQuery, ranked: Sequence[ScoredClause]) -> list[tuple[ScoredClause, Evidence]]:
        """The first of the ranked clauses with the sentences that would be quoted from them."""
        return _candidates(self._sources.evidence, query, ranked)

    def close(self) -> None:
        """Release the worker threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _answer_from(self, sources: _Sources, query: PolicyQuery, *, ask_region: bool) -> PolicyAnswer:
        began_s = time.thread_time()
        answer = self._worked_out(sources, query, ask_region=ask_region)
        if query.rest_of:
            answer = self._rest(sources, query, answer)
        if not answer.ranked and query.usual_region is not None:
            answer = self._for_usual_place(sources, query, answer)
        sources.pace.took(query.text, time.thread_time() - began_s)
        _tell_trace(query, answer)
        return answer

    def _worked_out(self, sources: _Sources, query: PolicyQuery, *, ask_region: bool) -> PolicyAnswer:
        with hop("retrieve"):
            ranked = sources.retriever.retrieve(query, self._top_k)
        with hop("evidence"):
            return self._compose(sources, query, ranked, ask_region=ask_region)

    def _rest(self, sources: _Sources, query: PolicyQuery, answer: PolicyAnswer) -> PolicyAnswer:
        """What the clause says beside what the answer quotes of it."""
        composer = AnswerComposer(self._divisions, sources.retriever.document_regions)
        scored = next((one for one in answer.ranked if one.clause.clause_id == query.rest_of), None)
        pages = rest_pages(scored.clause, answer.body, SAID_CHARS_MAX) if scored is not None else []
        if scored is None or query.page >= len(pages):
            return composer.none(query, answer.ranked, asks=False)
        return composer.quoted(query, scored, pages[query.page], answer.ranked)

    def _for_usual_place(self, sources: _Sources, query: PolicyQuery, none: PolicyAnswer) -> PolicyAnswer:
        """The answer for where the worker is, introduced as that, where the named place has no documents."""
        usual = replace(query, work_region=query.usual_region, usual_region=None, compared_regions=())
        answer = self._worked_out(sources, usual, ask_region=False)
        if answer.outcome is Outcome.NONE or query.work_region is None or query.usual_region is None:
            return none
        names = (self._divisions.full_name(code) for code in (query.work_region, query.usual_region))
        return replace(answer, text=f"{phrasing.only_usual(*names)}\n\n{answer.text}")

    def _compose(
        self, sources: _Sources, query: PolicyQuery, ranked: Sequence[ScoredClause], *, ask_region: bool
    ) -> PolicyAnswer:
        composer = AnswerComposer(self._divisions, sources.retriever.document_regions)
        asks = ask_region and not knows_place(query)
        if not ranked:
            return composer.none(query, ranked, asks=asks)
        found: Found = _candidates(sources.evidence, query, ranked)
        if query.talked_about and knows_place(query):
            found = only_talked_about(found, query.talked_about)
        judged = judge(found)
        if judged.verdict is Verdict.UNRELATED:
            return composer.none(query, ranked, asks=False)
        if judged.verdict is Verdict.NEAR:
            return composer.nearest(query, found[judged.best], ranked, asks=asks)
        if query.compared_regions:
            return composer.side_by_side(query, found, judged.best, ranked)
        if knows_place(query):
            return composer.answered(query, found, judged.best, judged.second, ranked)
        return composer.everywhere(query, found, judged.best, judged.second, ranked, asks=asks)


def _candidates(
    finder: EvidenceFinder, query: PolicyQuery, ranked: Sequence[ScoredClause]
) -> list[tuple[ScoredClause, Evidence]]:
    is_of_one_place = knows_place(query) and not query.compared_regions
    first = CONSIDERED_CLAUSES if is_of_one_place else CONSIDERED_WITHOUT_PLACE
    considered = with_talked_about(ranked, query.talked_about, first)[:first]
    evidence = finder.find(query.text, [scored.clause for scored in considered], asked_facts(query.text))
    return list(zip(considered, evidence, strict=True))


def _tell_trace(query: PolicyQuery, answer: PolicyAnswer) -> None:
    trace = current_trace()
    if trace is not None:
        note(_traced(query, answer) if trace.is_shown else {"outcome": answer.outcome.value})


def _traced(query: PolicyQuery, answer: PolicyAnswer) -> dict[str, object]:
    """What the demo's side panel shows."""
    return {
        "outcome": answer.outcome.value,
        "work_region": query.work_region,
        "home_region": query.home_region,
        "as_of": date.isoformat(query.as_of),
        "cited": [scored.clause.clause_id for scored in answer.cited],
        "clauses": [
            {
                "clause_id": scored.clause.clause_id,
                "document_title": scored.document.title,
                "region_code": scored.document.region_code,
                "status": scored.document.status.value,
                "targets_to": scored.document.targets_to,
                "path": list(scored.clause.path),
                "title": scored.clause.title,
                "score": round(scored.score, 4),
                "ranks": dict(scored.ranks),
                "channel_scores": {name: round(value, 4) for name, value in scored.channel_scores.items()},
            }
            for scored in answer.ranked[:TRACED_CLAUSES]
        ],
    }
