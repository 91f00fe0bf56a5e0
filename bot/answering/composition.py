"""How statements from clauses become the text that a worker reads."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bot.answering import phrasing
from bot.answering.evidence import Evidence
from bot.answering.grounding import ungrounded_figures
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery, ScoredClause
from bot.regions.divisions import Divisions

ANSWER_MAX_BYTES = 1900
"""One passive reply holds 2,000 bytes; the rest is for what a handler puts before an answer."""
SHOWN_PLACES = 3
SIMILAR_SHARE = 0.8
"""A further place is shown when its clause scores at least this share of the best."""

Statement = tuple[ScoredClause, Evidence]


class AnswerComposer:
    """Puts statements, sources and next steps together.

    Args:
        divisions: names of places and which lies in which.
    """

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions

    def answered(
        self, query: PolicyQuery, found: Sequence[Statement], best: int, ranked: Sequence[ScoredClause], *, asks: bool
    ) -> PolicyAnswer:
        """The clause that answers; while no place is known, one statement of each place that says as much."""
        if knows_place(query):
            scored, evidence = found[best]
            region = self._divisions.get(scored.document.region_code)
            parts = [self._statement(query, scored, evidence.quote), phrasing.next_step_line(scored.clause, region)]
            return _answer(Outcome.ANSWERED, [part for part in parts if part], [(scored, evidence.quote)], ranked)
        shown = [(scored, evidence.sentence) for scored, evidence in _one_each_place(found, best)]
        while True:
            parts = [phrasing.NOT_ONLY_YOURS, *(self._statement(query, scored, quote) for scored, quote in shown)]
            parts += [phrasing.ASK_REGION] if asks else []
            answer = _answer(Outcome.ANSWERED, parts, shown, ranked, asks=asks)
            if len(shown) == 1 or len(answer.text.encode()) <= ANSWER_MAX_BYTES:
                return answer
            shown.pop()

    def nearest(
        self, query: PolicyQuery, statement: Statement, ranked: Sequence[ScoredClause], *, asks: bool
    ) -> PolicyAnswer:
        """A clause that is near, shown as that."""
        scored, evidence = statement
        parts = [
            phrasing.nearest_intro(evidence.missing),
            self._statement(query, scored, evidence.sentence),
            phrasing.HOTLINES,
            *([phrasing.ASK_REGION] if asks else []),
        ]
        return _answer(Outcome.NEAREST, parts, [(scored, evidence.sentence)], ranked, asks=asks)

    def none(
        self, query: PolicyQuery, ranked: Sequence[ScoredClause], document_regions: AbstractSet[str], *, asks: bool
    ) -> PolicyAnswer:
        """Nothing to quote: nothing fits, or no document governs the place."""
        place = self._divisions.full_name(query.work_region) if query.work_region else None
        known = [code for code in (query.work_region, query.home_region) if code is not None]
        has_documents = not known or any(not document_regions.isdisjoint(self._divisions.lineage(one)) for one in known)
        parts = [phrasing.none_text(place, has_documents=has_documents), *([phrasing.ASK_REGION] if asks else [])]
        return _answer(Outcome.NONE, parts, [], ranked, asks=asks)

    def _statement(self, query: PolicyQuery, scored: ScoredClause, quote: str) -> str:
        """One statement: place, status, quote, source and departments."""
        _refuse_ungrounded(scored, quote)
        region = self._divisions.get(scored.document.region_code)
        lines = [
            self._place_heading(query, region.code) + phrasing.status_mark(scored.document, query.as_of),
            quote,
            phrasing.source_line(scored.document, scored.clause),
            phrasing.ask_whom_line(
                scored.clause.departments, region, phrasing.SHOWN_DEPARTMENTS if knows_place(query) else 1
            ),
        ]
        return "\n".join(line for line in lines if line)

    def _place_heading(self, query: PolicyQuery, region_code: str) -> str:
        """The place of a statement; always named, so that nobody takes one for theirs that is not."""
        name = self._divisions.full_name(region_code)
        of_work = query.work_region is not None and region_code in self._divisions.lineage(query.work_region)
        if knows_place(query) and not of_work:
            return f"【您老家那边：{name}】"
        return f"【{name}】"


def knows_place(query: PolicyQuery) -> bool:
    """Whether the worker's place of work or home is known."""
    return query.work_region is not None or query.home_region is not None


def _answer(
    outcome: Outcome,
    parts: Sequence[str],
    shown: Sequence[tuple[ScoredClause, str]],
    ranked: Sequence[ScoredClause],
    *,
    asks: bool = False,
) -> PolicyAnswer:
    return PolicyAnswer(
        outcome=outcome,
        text="\n\n".join(parts),
        body="\n".join(quote for _, quote in shown),
        cited=tuple(scored for scored, _ in shown),
        ranked=tuple(ranked),
        asks_region=asks,
    )


def _one_each_place(found: Sequence[Statement], best: int) -> list[Statement]:
    """The best statement first, then at most one of each further place that says about as much."""
    chosen = [found[best]]
    places = {found[best][0].document.region_code}
    for scored, evidence in found:
        similar = not evidence.missing and scored.score >= SIMILAR_SHARE * found[best][0].score
        if similar and scored.document.region_code not in places and len(chosen) < SHOWN_PLACES:
            places.add(scored.document.region_code)
            chosen.append((scored, evidence))
    return chosen


def _refuse_ungrounded(scored: ScoredClause, quote: str) -> None:
    """A quote comes from its clause, so this holds by construction; a wrong amount must never get past a bug."""
    foreign = ungrounded_figures(quote, [scored.clause.text])
    if foreign:
        raise AssertionError(f"figures {foreign} do not stand in {scored.clause.clause_id}")
