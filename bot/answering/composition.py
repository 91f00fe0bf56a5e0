"""How statements from clauses become the text that a worker reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.answering import phrasing
from bot.answering.evidence import Evidence
from bot.answering.grounding import ungrounded_figures
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery, ScoredClause
from bot.regions.divisions import Divisions

ANSWER_MAX_BYTES = 1900
"""One passive reply holds 2,000 bytes; the rest is for what a handler puts before an answer."""
SAID_CHARS_MAX = 300
"""Places, marks and quotes together, without sources and next steps: what is read before the reader tires."""
SHOWN_PLACES = 3
SIMILAR_SHARE = 0.8
"""A further place is shown when its clause scores at least this share of the best."""
COMPARED_SHARE = 0.6
"""The same for a place that the question names."""

Found = Sequence[tuple[ScoredClause, Evidence]]


@dataclass(frozen=True, slots=True)
class _Statement:
    """A quote with what stands around it.

    Attributes:
        scored: the clause.
        quote: its sentences.
        lead: place and status, on the line before the quote; "" for another clause of the same place.
        departments: how many of them are named.
    """

    scored: ScoredClause
    quote: str
    lead: str
    departments: int

    @property
    def said(self) -> str:
        """What is read before the source."""
        return "\n".join(part for part in (self.lead, self.quote) if part)


class AnswerComposer:
    """Puts statements, sources and next steps together.

    Args:
        divisions: names of places and which lies in which.
        document_regions: codes of the places that documents govern.
    """

    def __init__(self, divisions: Divisions, document_regions: AbstractSet[str]) -> None:
        self._divisions = divisions
        self._document_regions = document_regions

    def answered(
        self, query: PolicyQuery, found: Found, best: int, second: int | None, ranked: Sequence[ScoredClause]
    ) -> PolicyAnswer:
        """The clause that answers for a known place, and the one that is needed beside it."""
        scored, evidence = found[best]
        shown = [self._statement(query, scored, evidence.quote)]
        if second is not None:
            beside = self._beside(*found[second])
            shown = [*shown, beside]
            space = SAID_CHARS_MAX - _said(shown) + len(evidence.quote)
            shown = _fitting([self._statement(query, scored, evidence.quote_within(space)), beside])
        region = self._divisions.get(scored.document.region_code)
        return self._answer(Outcome.ANSWERED, [], shown, [phrasing.next_step_line(scored.clause, region)], ranked)

    def everywhere(
        self,
        query: PolicyQuery,
        found: Found,
        best: int,
        second: int | None,
        ranked: Sequence[ScoredClause],
        *,
        asks: bool,
    ) -> PolicyAnswer:
        """While no place is known, one statement of each place that says as much, and which others have a rule too."""
        places = _one_each_place(found, best)
        shown = [self._statement(query, scored, evidence.quote_within(0)) for scored, evidence in places]
        if second is not None:
            shown.insert(1, self._beside(*found[second]))
        shown = _fitting(shown[:SHOWN_PLACES])
        named = {one.scored.document.region_code for one in shown}
        others = [scored.document.region_code for scored, _ in places if scored.document.region_code not in named]
        after = [phrasing.other_places(self._divisions.full_name(code) for code in others)]
        after += [phrasing.ASK_REGION] if asks else []
        return self._answer(Outcome.ANSWERED, [phrasing.NOT_ONLY_YOURS], shown, after, ranked, asks=asks)

    def side_by_side(self, query: PolicyQuery, found: Found, best: int, ranked: Sequence[ScoredClause]) -> PolicyAnswer:
        """One statement of each place that the question names; a place whose documents do not say it is told so."""
        chosen = {code: _of_lineage(found, best, self._divisions.lineage(code)) for code in query.compared_regions}
        told = list({id(one): one for one in chosen.values() if one is not None}.values())
        leads = [len(self._lead(query, scored)) for scored, _ in told]
        space = (SAID_CHARS_MAX - sum(leads)) // max(len(told), 1)
        shown = [self._statement(query, scored, evidence.quote_within(space)) for scored, evidence in told]
        silent = [phrasing.says_nothing(self._divisions.full_name(code)) for code, one in chosen.items() if one is None]
        return self._answer(Outcome.ANSWERED, [], _fitting(shown), silent, ranked)

    def nearest(
        self,
        query: PolicyQuery,
        found: tuple[ScoredClause, Evidence],
        ranked: Sequence[ScoredClause],
        *,
        asks: bool,
    ) -> PolicyAnswer:
        """A clause that is near, shown as that."""
        scored, evidence = found
        intro = phrasing.nearest_intro(evidence.missing)
        whole = self._statement(query, scored, evidence.quote)
        fits = not evidence.missing and len(intro) + _said([whole]) <= SAID_CHARS_MAX
        shown = whole if fits else self._statement(query, scored, evidence.quote_within(0))
        after = [phrasing.HOTLINES, *([phrasing.ASK_REGION] if asks else [])]
        return self._answer(Outcome.NEAREST, [intro], [shown], after, ranked, asks=asks)

    def quoted(
        self, query: PolicyQuery, scored: ScoredClause, quote: str, ranked: Sequence[ScoredClause]
    ) -> PolicyAnswer:
        """Sentences of one clause, with its place and source."""
        return self._answer(Outcome.ANSWERED, [], [self._statement(query, scored, quote)], [], ranked)

    def none(self, query: PolicyQuery, ranked: Sequence[ScoredClause], *, asks: bool) -> PolicyAnswer:
        """Nothing to quote: nothing fits, or no document governs the place."""
        place = self._divisions.full_name(query.work_region) if query.work_region else None
        known = [code for code in (query.work_region, query.home_region) if code is not None]
        has_documents = not known or any(self._has_documents(code) for code in known)
        parts = [phrasing.none_text(place, has_documents=has_documents), *([phrasing.ASK_REGION] if asks else [])]
        return self._answer(Outcome.NONE, parts, [], [], ranked, asks=asks)

    def _has_documents(self, code: str) -> bool:
        return not self._document_regions.isdisjoint(self._divisions.lineage(code))

    def _statement(self, query: PolicyQuery, scored: ScoredClause, quote: str) -> _Statement:
        is_of_one_place = knows_place(query) and not query.compared_regions
        departments = phrasing.SHOWN_DEPARTMENTS if is_of_one_place else 1
        return _Statement(scored, quote, self._lead(query, scored), departments)

    def _lead(self, query: PolicyQuery, scored: ScoredClause) -> str:
        return self._place(query, scored.document.region_code) + phrasing.status_mark(scored.document, query.as_of)

    def _beside(self, scored: ScoredClause, evidence: Evidence) -> _Statement:
        return _Statement(scored, evidence.quote_within(0), "", departments=1)

    def _place(self, query: PolicyQuery, code: str) -> str:
        """The place of a statement; always named, so that nobody takes one for theirs that is not."""
        name = self._divisions.full_name(code)
        asked = query.work_region
        if asked is not None and code in self._divisions.lineage(asked):
            is_own = asked == code or asked in self._document_regions
            return phrasing.place_heading(name, without_own="" if is_own else self._divisions.name(asked))
        is_home = query.home_region is not None and code in self._divisions.lineage(query.home_region)
        return phrasing.home_heading(name) if is_home and code not in query.compared_regions else f"【{name}】"

    def _answer(
        self,
        outcome: Outcome,
        before: Sequence[str],
        shown: Sequence[_Statement],
        after: Sequence[str],
        ranked: Sequence[ScoredClause],
        *,
        asks: bool = False,
    ) -> PolicyAnswer:
        shown = list(shown)
        while True:
            parts = [*before, *map(self._told, shown), *after]
            text = "\n\n".join(part for part in parts if part)
            if len(shown) <= 1 or len(text.encode()) <= ANSWER_MAX_BYTES:
                break
            shown.pop()
        return PolicyAnswer(
            outcome=outcome,
            text=text,
            body="\n".join(one.quote for one in shown),
            cited=tuple(one.scored for one in shown),
            ranked=tuple(ranked),
            asks_region=asks,
        )

    def _told(self, statement: _Statement) -> str:
        """One statement: place, status, quote, source and departments."""
        scored = statement.scored
        _refuse_ungrounded(scored, statement.quote)
        region = self._divisions.get(scored.document.region_code)
        source = phrasing.source_line(scored.document, scored.clause)
        whom = phrasing.ask_whom_line(scored.clause.departments, region, statement.departments)
        return "\n".join(line for line in (statement.said, source, whom) if line)


def knows_place(query: PolicyQuery) -> bool:
    """Whether the place of work or home is known, or the question names places."""
    return query.work_region is not None or query.home_region is not None or bool(query.compared_regions)


def _said(statements: Iterable[_Statement]) -> int:
    return sum(len(one.said) for one in statements)


def _fitting(statements: Sequence[_Statement]) -> list[_Statement]:
    """As many of the statements as are read; the first one always."""
    shown = list(statements)
    while len(shown) > 1 and _said(shown) > SAID_CHARS_MAX:
        shown.pop()
    return shown


def _of_lineage(found: Found, best: int, lineage: Sequence[str]) -> tuple[ScoredClause, Evidence] | None:
    """The best candidate of a place that says about as much as the best of all; None where there is none."""
    for one in found:
        scored, evidence = one
        is_near = scored.score >= COMPARED_SHARE * found[best][0].score and not evidence.missing
        if is_near and scored.document.region_code in lineage:
            return one
    return None


def _one_each_place(found: Found, best: int) -> list[tuple[ScoredClause, Evidence]]:
    """The best statement first, then at most one of each further place that says about as much."""
    chosen = [found[best]]
    places = {found[best][0].document.region_code}
    for scored, evidence in found:
        similar = not evidence.missing and scored.score >= SIMILAR_SHARE * found[best][0].score
        if similar and scored.document.region_code not in places:
            places.add(scored.document.region_code)
            chosen.append((scored, evidence))
    return chosen


def _refuse_ungrounded(scored: ScoredClause, quote: str) -> None:
    """A quote comes from its clause, so this holds by construction; a wrong amount must never get past a bug."""
    foreign = ungrounded_figures(quote, [scored.clause.text])
    if foreign:
        raise AssertionError(f"figures {foreign} do not stand in {scored.clause.clause_id}")
