"""From a question to a cited answer, the nearest clause as such, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date

from bot.answering import phrasing
from bot.answering.asked_facts import asked_facts
from bot.answering.confidence import Verdict, judge
from bot.answering.evidence import Evidence, EvidenceFinder
from bot.answering.grounding import ungrounded_figures
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery, ScoredClause
from bot.domain.trace import hop, note
from bot.ports import Retriever
from bot.regions.divisions import Divisions

CONSIDERED_CLAUSES = 4
"""Clauses whose sentences are compared; further down the ranking an answer is luck."""
SHOWN_PLACES = 3
"""Places shown while the worker's is unknown."""
TRACED_CLAUSES = 10


class PolicyAnswerer:
    """Answers policy questions from ranked clauses.

    Args:
        retriever: ranks clauses.
        evidence: finds the answering sentences of a clause.
        divisions: names of places.
        top_k: clauses retrieved.
    """

    def __init__(self, retriever: Retriever, evidence: EvidenceFinder, divisions: Divisions, top_k: int = 10) -> None:
        self._retriever = retriever
        self._evidence = evidence
        self._divisions = divisions
        self._top_k = top_k
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="answer")

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        """Answer without holding up the event loop (the only crossing into a worker thread)."""
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, lambda: context.run(self.answer_now, query, ask_region=ask_region)
        )

    def answer_now(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        """Answer in this thread.

        Args:
            query: the question, with the worker's regions where known.
            ask_region: whether an answer without a known region may ask where the worker is.
        """
        with hop("retrieve"):
            ranked = self._retriever.retrieve(query, self._top_k)
        with hop("evidence"):
            answer = self._compose(query, ranked, ask_region=ask_region)
        note(_traced(query, answer))
        return answer

    def close(self) -> None:
        """Release the worker threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _compose(self, query: PolicyQuery, ranked: Sequence[ScoredClause], *, ask_region: bool) -> PolicyAnswer:
        knows_place = query.work_region is not None or query.home_region is not None
        asks = ask_region and not knows_place
        if not ranked:
            return self._none(query, ranked, asks=asks)
        asked = asked_facts(query.text)
        considered = ranked[:CONSIDERED_CLAUSES]
        evidence = self._evidence.find(query.text, [scored.clause for scored in considered], asked)
        found = list(zip(considered, evidence, strict=True))
        verdict, best = judge(query.text, found)
        if verdict is Verdict.UNRELATED:
            return self._none(query, ranked, asks=False)
        if verdict is Verdict.NEAR:
            return self._nearest(query, *found[best], ranked, asks=asks)
        if knows_place:
            return self._answered(query, [found[best]], ranked, asks=False)
        return self._answered(query, _one_each_place(found, best), ranked, asks=asks)

    def _answered(
        self,
        query: PolicyQuery,
        chosen: Sequence[tuple[ScoredClause, Evidence]],
        ranked: Sequence[ScoredClause],
        *,
        asks: bool,
    ) -> PolicyAnswer:
        knows_place = query.work_region is not None or query.home_region is not None
        blocks = [self._block(query, scored, evidence) for scored, evidence in chosen]
        lines = [] if knows_place else [phrasing.NOT_ONLY_YOURS]
        lines += ["\n".join(block) for block in blocks]
        if knows_place:
            scored = chosen[0][0]
            region = self._divisions.get(scored.document.region_code)
            lines.append(phrasing.next_step_line(scored.clause, region))
        elif asks:
            lines.append(phrasing.ASK_REGION)
        return PolicyAnswer(
            outcome=Outcome.ANSWERED,
            text="\n\n".join(lines),
            body="\n".join(evidence.quote for _, evidence in chosen),
            cited=tuple(scored for scored, _ in chosen),
            ranked=tuple(ranked),
            asks_region=asks,
        )

    def _nearest(
        self,
        query: PolicyQuery,
        scored: ScoredClause,
        evidence: Evidence,
        ranked: Sequence[ScoredClause],
        *,
        asks: bool,
    ) -> PolicyAnswer:
        block = "\n".join(self._block(query, scored, evidence))
        lines = [phrasing.nearest_intro(), block, phrasing.HOTLINES]
        if asks:
            lines.append(phrasing.ASK_REGION)
        return PolicyAnswer(
            outcome=Outcome.NEAREST,
            text="\n\n".join(lines),
            body=evidence.quote,
            cited=(scored,),
            ranked=tuple(ranked),
            asks_region=asks,
        )

    def _none(self, query: PolicyQuery, ranked: Sequence[ScoredClause], *, asks: bool) -> PolicyAnswer:
        place = self._divisions.get(query.work_region).full_name if query.work_region else None
        text = phrasing.none_text(place, has_documents=bool(ranked))
        return PolicyAnswer(
            outcome=Outcome.NONE,
            text=f"{text}\n\n{phrasing.ASK_REGION}" if asks else text,
            body="",
            cited=(),
            ranked=tuple(ranked),
            asks_region=asks,
        )

    def _block(self, query: PolicyQuery, scored: ScoredClause, evidence: Evidence) -> list[str]:
        """One statement: place where needed, mark, quote, source and departments."""
        region = self._divisions.get(scored.document.region_code)
        _refuse_ungrounded(evidence)
        heading = self._place_heading(query, scored.document.region_code)
        mark = phrasing.status_mark(scored.document, query.as_of)
        lines = [f"{heading}{mark}", evidence.quote, phrasing.source_line(scored.document, scored.clause)]
        lines.append(phrasing.ask_whom_line(scored.clause.departments, region))
        return [line for line in lines if line]

    def _place_heading(self, query: PolicyQuery, region_code: str) -> str:
        """The place of a statement; always named unless it is just where the worker is."""
        name = self._divisions.get(region_code).full_name
        if query.work_region is None and query.home_region is None:
            return f"【{name}】"
        if query.work_region and region_code in self._divisions.lineage(query.work_region):
            return f"【{name}】"
        return f"【您老家那边：{name}】"


def _refuse_ungrounded(evidence: Evidence) -> None:
    """A quote comes from its clause, so this holds by construction; a wrong amount must never get past a bug."""
    foreign = ungrounded_figures(evidence.quote, [evidence.clause.text])
    if foreign:
        raise AssertionError(f"figures {foreign} do not stand in {evidence.clause.clause_id}")


def _one_each_place(found: Sequence[tuple[ScoredClause, Evidence]], best: int) -> list[tuple[ScoredClause, Evidence]]:
    """The best statement first, then at most one of each further place that says about as much."""
    chosen = [found[best]]
    places = {found[best][0].document.region_code}
    for scored, evidence in found:
        similar = not evidence.missing and evidence.score >= 0.8 * found[best][1].score
        if similar and scored.document.region_code not in places and len(chosen) < SHOWN_PLACES:
            places.add(scored.document.region_code)
            chosen.append((scored, evidence))
    return chosen


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
