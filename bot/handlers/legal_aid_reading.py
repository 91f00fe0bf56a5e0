"""What a message says about a legal-aid appointment, beside when it is to be."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.domain.booking import Matter
from bot.domain.conversation import Turn
from bot.domain.form import Question, Values
from bot.domain.message import MessageKind
from bot.handlers import phrasing_legal_aid_booking as phrasing
from bot.handlers.contact_questions import FIELDS as CONTACT_FIELDS
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.form_commands import is_no, is_yes
from bot.handlers.forms import Reading
from bot.handlers.service_point import location_of
from bot.handlers.slot_questions import SLOT, SlotQuestions
from bot.language.numbers import find_counts
from bot.language.past_days import find_past_day
from bot.ports import Clock
from bot.regions.place_names import PlaceFinder

MATTER, PEOPLE, PLACE, HERE, EVENT = "matter", "group_size", "place", "here", "event"
STORY, ON_SITE, VISIT_WISH, CONFIRM = "story", "on_site", "visit_wish", "confirm"
STILL_THERE = "still"
STORY_FROM = 12
"""Characters from which on an opening message tells a story of its own."""
LONGEST_STORY = 500
LONGEST_INTRODUCTION = 24
"""Characters of 我叫张德福，电话13812345678: it tells no story."""
LARGEST_GROUP = 10_000

_MATTERS = {
    Matter.INJURY: r"工伤|受伤|摔|砸|压(?:伤|断)|骨折|断(?:了)?(?:手|腿|指)|职业病|尘肺|伤残|烫伤|触电|绞伤|伤了",
    Matter.WAGE: r"工资|工钱|薪|血汗钱|拖欠|欠(?:我|俺|咱|钱|款)|讨钱|要钱|加班费|结账|不给钱",
    Matter.SOCIAL_INSURANCE: r"社保|社会保险|五险|养老保险|养老金|医保|失业金|失业保险|公积金",
    Matter.CONTRACT: r"合同|辞退|开除|裁员|辞了我|把我辞|炒(?:了|鱿鱼)|赶走|赔偿金|经济补偿|试用期|离职证明",
    Matter.OTHER: r"离婚|房子|房租|借钱|借款|抚养|交通事故|车祸|继承|打架|诈骗|别的|其他|其它",
}
_READ = {matter: re.compile(words) for matter, words in _MATTERS.items()}
_STILL_THERE = re.compile(r"(?:人)?还在|没(?:有)?(?:走|离|辞)|在职|一直在|仍在|还干着|没离开|没辞")
_UNCLEAR = re.compile(r"记不(?:清|得|住)|忘(?:了|记)|说不(?:清|准|好)|不(?:记得|清楚|知道|确定)|好久了|很久了")
_COME = re.compile(r"上门|来(?:我们|工地|这里|这儿|一趟|找我们)|过来")
_VISIT_WISH = re.compile(r"上门|(?:来|到)(?:我们?)?(?:工地|厂里?|宿舍|村里?)(?:来|一趟)")
_GO = re.compile(r"(?:我们|自己|派人|派代表)?(?:去|过去|到窗口|上窗口)|不用(?:来|上门)")


def matter_in(turn: Turn, text: str) -> Matter | None:
    """What it is about: as understood, else by its words; None where it says nothing about that."""
    understood = turn.understanding.slots.get("matter") if turn.understanding else None
    if understood in set(Matter):
        return Matter(str(understood))
    return next((matter for matter, pattern in _READ.items() if pattern.search(text)), None)


def people_in(turn: Turn, text: str) -> int | None:
    """How many people it is for, where that is said."""
    understood = turn.understanding.slots.get("group_size") if turn.understanding else None
    counts = [int(understood)] if understood is not None else [count.low for count in find_counts(text)]
    return next((count for count in counts if 1 < count <= LARGEST_GROUP), None)


def event_in(text: str, today: date) -> dict[str, Any] | None:
    """The day that a period is counted from: ``{"on", "exact"}``, ``{"on": "still"}``, {} for unclear; else None."""
    if _STILL_THERE.search(text):
        return {"on": STILL_THERE}
    day = find_past_day(text, today)
    if day is not None:
        return {"on": day.on.isoformat(), "exact": day.is_exact}
    return {} if _UNCLEAR.search(text) else None


def story_in(text: str) -> str:
    """The story that an opening message tells; "" for a mere wish."""
    return text[:LONGEST_STORY] if len(text) >= STORY_FROM else ""


def wants_visit(text: str) -> bool | None:
    """Whether the office is to come to the group; None where neither is said."""
    if _GO.search(text) and not _COME.search(text):
        return False
    return True if _COME.search(text) else None


def _visit(text: str) -> Reading:
    visit = wants_visit(text)
    return Reading() if visit is None else Reading({ON_SITE: visit})


def place_of(turn: Turn, values: Values) -> str | None:
    """Where the matter is dealt with, as said here, else where the worker is known to be; None while unknown."""
    place: str | None = values.get(PLACE)
    return place or (None if HERE in values else turn.conversation.work_region)


class LegalAidReader:
    """Reads messages for the form.

    Args:
        slots: reads when.
        contact: reads who.
        finder: finds places in texts.
        clock: what day it is.
    """

    def __init__(self, slots: SlotQuestions, contact: ContactQuestions, finder: PlaceFinder, clock: Clock) -> None:
        self._slots = slots
        self._contact = contact
        self._finder = finder
        self._clock = clock

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """See `bot.handlers.forms.Form.read`."""
        if turn.message.kind is MessageKind.LOCATION:
            return self._located(turn)
        text = turn.message.text.strip()
        if asked is None:
            return self._opening(turn, text, values)
        if asked.field in CONTACT_FIELDS:
            return self._contact.read(turn, asked)
        return self._answer(turn, text, values, asked)

    def _opening(self, turn: Turn, text: str, values: Values) -> Reading:
        """A wish or a correction: everything that it says."""
        read: dict[str, Any] = self._case(turn, text)
        place, _ = self._place(turn, text)
        read |= {PLACE: place} if place else {}
        date_text = turn.understanding.slots.get("date_text", "") if turn.understanding else ""
        when = self._slots.read(text, values, None, str(date_text))
        story = "" if STORY in values else story_in(text)
        read |= dict(when.values) | dict(self._contact.read(turn, None).values) | ({STORY: story} if story else {})
        read |= {VISIT_WISH: True} if _VISIT_WISH.search(text) else {}
        is_elsewhere = bool(place) and place != place_of(turn, values)
        return Reading(read, when.refusal, (*when.forgets, *((SLOT,) if is_elsewhere else ())))

    def _answer(self, turn: Turn, text: str, values: Values, asked: Question) -> Reading:
        readers = {
            MATTER: lambda: self._matter(turn, text),
            PLACE: lambda: self._read_place(turn, text),
            EVENT: lambda: self._event(text),
            STORY: lambda: self._story(turn, text),
            ON_SITE: lambda: _visit(text),
        }
        read = readers.get(asked.field)
        return read() if read is not None else self._when(text, values, asked)

    def _read_place(self, turn: Turn, text: str) -> Reading:
        place, refusal = self._place(turn, text)
        return Reading({PLACE: place} if place else {}, refusal)

    def _when(self, text: str, values: Values, asked: Question) -> Reading:
        """A time, or a word about the one that was read back."""
        if asked.field == CONFIRM and (is_yes(text) or is_no(text)):
            return Reading({CONFIRM: asked.choices[0 if is_yes(text) else 1].value})
        return self._slots.read(text, values, asked)

    def _case(self, turn: Turn, text: str) -> dict[str, Any]:
        matter, people = matter_in(turn, text), people_in(turn, text)
        return ({MATTER: matter.value} if matter else {}) | ({PEOPLE: people} if people else {})

    def _matter(self, turn: Turn, text: str) -> Reading:
        """What help is needed for; who says where they are instead is taken at their word."""
        case = self._case(turn, text)
        place, _ = self._place(turn, text)
        return Reading(case | ({PLACE: place} if place else {}), forgets=(SLOT,) if place else ())

    def _story(self, turn: Turn, text: str) -> Reading:
        """The story, or the name of one who introduces themselves first."""
        contact = self._contact.read(turn, None)
        if contact.values and len(text) <= LONGEST_INTRODUCTION:
            return contact
        return Reading({STORY: text[:LONGEST_STORY]} if text else {})

    def _event(self, text: str) -> Reading:
        event = event_in(text, self._clock.today())
        if event is None:
            is_ahead = bool(self._slots.read(text, {}, None).values)
            return Reading(refusal=phrasing.NO_PAST_DAY if is_ahead else "")
        return Reading({EVENT: event or None})

    def _located(self, turn: Turn) -> Reading:
        """A location that was sent, with the place that its label names."""
        here = location_of(turn)
        if here is None:
            return Reading()
        place, _ = self._place(turn, turn.message.fields.get("Label", ""))
        return Reading({HERE: list(here)} | ({PLACE: place} if place else {}), forgets=(SLOT,))

    def _place(self, turn: Turn, text: str) -> tuple[str | None, str]:
        """The place that a text names, or why it cannot be told."""
        mentions = self._finder.find(text, near=turn.conversation.work_region)
        known = next((mention.code for mention in mentions if mention.code is not None), None)
        several = phrasing.SEVERAL_PLACES.format(name=mentions[0].text) if mentions and known is None else ""
        return known, several
