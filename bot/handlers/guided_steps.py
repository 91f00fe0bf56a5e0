"""失业登记, 实名登记: asks what decides, then says the steps, the words that they stand on, and where to go."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.conversation import Turn
from bot.domain.form import Question, Values
from bot.domain.guided_steps import Guide, Step, applies
from bot.domain.legal_reference import SourceQuote
from bot.domain.message import Reply
from bot.domain.place import PointKind
from bot.handlers import phrasing_guided_steps as phrasing
from bot.handlers.choice_reading import choice_mentioned
from bot.handlers.forms import Known, Reading
from bot.places.service_points import ServicePoints
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

PLACE = "place"
_ASKS_HOW = "怎么|咋|如何|去哪|在哪|哪里|哪儿|流程|步骤"
_DOES = "办理?|登记|做|弄|搞|去|申请|报"
LONGEST_WISH = 40
"""Characters; who writes more tells a story, in which the words may stand for anything."""
_CLAUSE_END = re.compile(r"[，,。！!；;\n]")
_WANTS = "想|要|帮我|给我|准备|能不能|可以"


class GuidedStepsForm:
    """See `bot.handlers.forms.Form`; belongs to no intent, but is asked for by its own words.

    Args:
        guide: what is done.
        points: where to go.
        finder: finds places in texts.
        divisions: which place lies in which.
    """

    is_repeatable = True

    def __init__(self, guide: Guide, points: ServicePoints, finder: PlaceFinder, divisions: Divisions) -> None:
        self._guide = guide
        self._points = points
        self._finder = finder
        self._divisions = divisions
        called = "|".join(map(re.escape, guide.called))
        self._summons = re.compile(
            rf"(?:我)?(?:{_DOES})?(?:一下|个)?(?:{called})[吧呢啊吗。.!！?？]*"
            rf"|.{{0,12}}?(?:{_WANTS}|{_ASKS_HOW})[^，。]{{0,6}}?(?:{_DOES})?[^，。]{{0,4}}?(?:{called})(?:{_DOES}|手续)?[^，。]{{0,6}}"
            rf"|.{{0,12}}?(?:{called})[^，。]{{0,4}}(?:{_ASKS_HOW})[^，。]{{0,8}}"
        )

    @property
    def name(self) -> str:
        """The guide's id."""
        return self._guide.name

    @property
    def title(self) -> str:
        """What is done."""
        return self._guide.title

    def is_summoned(self, text: str) -> bool:
        """Whether a message asks how, or where, this is done; see `bot.handlers.forms.Summoned`."""
        clauses = (clause.strip() for clause in _CLAUSE_END.split(text))
        return len(text) <= LONGEST_WISH and any(map(self._summons.fullmatch, clauses))

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """The place, and every answer whose words occur."""
        del values
        text = turn.message.text
        read = {
            one.question.field: choice.value
            for one in self._guide.questions
            if (choice := choice_mentioned(text, one.question.choices)) is not None
        }
        mentions = self._finder.find(text, near=turn.conversation.work_region)
        if not mentions:
            return Reading(read)
        if mentions[0].code is None:
            is_asked = asked is not None and asked.field == PLACE
            return Reading(read, phrasing.SEVERAL_PLACES.format(name=mentions[0].text) if is_asked else "")
        return Reading(read | {PLACE: mentions[0].code})

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place where it is unknown, then what decides about the steps."""
        if PLACE not in values and turn.conversation.work_region is None:
            return Question(PLACE, phrasing.ASK_PLACE)
        return self._guide.next_question(values)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The steps, and where to go. Nothing is kept, so nothing can happen twice."""
        del form_id
        code = str(values.get(PLACE) or turn.conversation.work_region)
        found = await self._points.in_region(code, [PointKind.SERVICE_WINDOW])
        guide = self._guide
        return Reply(
            phrasing.guide(
                guide.title,
                self._applying(guide.steps, values),
                self._applying(guide.notes, values),
                [(self._divisions.short_name(quote.region_code), quote) for quote in self._local(code, values)],
                place=self._divisions.short_name(code),
                windows=[one.point for one in found],
            )
        )

    def known(self, values: Values) -> Sequence[Known]:
        """The place and the answers chosen."""
        place = [Known(PLACE, phrasing.PLACE, self._divisions.short_name(values[PLACE]))] if PLACE in values else []
        questions = [one.question for one in self._guide.questions]
        chosen = [
            Known(question.field, "", choice.label)
            for question in questions
            for choice in question.choices
            if values.get(question.field) == choice.value
        ]
        return [*place, *chosen]

    @staticmethod
    def _applying(entries: Sequence[Step], values: Values) -> list[Step]:
        return [entry for entry in entries if applies(entry.when, values)]

    def _local(self, code: str, values: Values) -> list[SourceQuote]:
        """What the documents of the nearest place in the lineage add."""
        applying = self._applying(self._guide.local, values)
        for place in self._divisions.lineage(code):
            found = [entry.quote for entry in applying if entry.quote.region_code == place]
            if found:
                return found
        return []
