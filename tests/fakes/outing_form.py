"""A form that belongs to nobody: an outing for workmates, with one question of every sort."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.domain.conversation import Turn
from bot.domain.errors import BookingRefusedError, FormReopenedError, StoreUnavailableError
from bot.domain.form import Choice, Question, Values
from bot.domain.message import MessageKind, Reply
from bot.handlers.forms import Known, Reading

PLACES = {"三明": "三明", "永安": "永安", "沙县": "沙县"}
DAYS = (Choice("sat", "周六"), Choice("sun", "周日"))
MEAL = (Choice(value=True, label="要"), Choice(value=False, label="不要"))
LABELS = {"place": "地方", "people": "人数", "day": "哪天", "meal": "管饭", "wish": "要求", "phone": "电话"}
QUESTIONS = (
    Question("place", "去哪里玩？"),
    Question("people", "一共几个人？"),
    Question("day", "哪一天去？", DAYS),
    Question(
        "meal", "要管饭吗？", (Choice(value=True, label="要"), Choice(value=False, label="不要")), is_optional=True
    ),
    Question("wish", "还有什么要求？", is_optional=True, takes_any=True, is_story=True),
    Question("phone", "留个电话："),
)
_PEOPLE = re.compile(r"(\d+)\s*(?:个)?人|^(\d+)$")
_PHONE = re.compile(r"\d{6,}")


class OutingForm:
    """See `bot.handlers.forms.Form`.

    Attributes:
        done: what was completed, by form id.
        taken: days that are full: choosing one of them is found out only at the end.
        refused: why nothing can be booked at all; "" for nothing.
        is_store_away: whether the next step fails.
    """

    name = "wage_claim"
    title = "报名出游"

    def __init__(self, name: str = "wage_claim", title: str = "报名出游") -> None:
        self.name, self.title = name, title
        self.done: dict[str, dict[str, Any]] = {}
        self.completions = 0
        self.taken: set[str] = set()
        self.refused = ""
        self.is_store_away = False

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        text, field = turn.message.text, asked.field if asked else ""
        if turn.message.kind is MessageKind.LOCATION:
            return Reading({"place": turn.message.fields["Label"]}) if field == "place" else Reading()
        read: dict[str, Any] = {}
        place = next((name for name in PLACES if name in text), None)
        if place:
            read["place"] = place
        people = _PEOPLE.search(text)
        if people and not _PHONE.fullmatch(text) and (people[1] or field == "people"):
            read["people"] = int(people[1] or people[2])
        day = next((choice.value for choice in DAYS if choice.label in text), None)
        if day:
            read["day"] = day
        phone = _PHONE.search(text)
        if phone:
            if len(phone[0]) != 11:
                return Reading(read, refusal="电话要11位。")
            read["phone"] = phone[0]
        if field == "wish" and text and not read:
            read["wish"] = text
        return Reading(read, forgets=("day",) if "place" in read and values.get("place") not in {None, place} else ())

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        del turn
        if self.is_store_away:
            raise StoreUnavailableError("away")
        missing = [question for question in QUESTIONS if question.field not in values]
        return min(missing, key=lambda question: question.is_optional, default=None)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        del turn
        if self.refused:
            raise BookingRefusedError(self.refused)
        if values["day"] in self.taken:
            raise FormReopenedError("这天满了，换一天吧。", "day")
        self.completions += 1
        self.done.setdefault(form_id, dict(values))
        return Reply(f"报上名了：{values['place']}，{values['people']}人。")

    def known(self, values: Values) -> Sequence[Known]:
        return [
            Known(field, label, self._text(field, values[field]))
            for field, label in LABELS.items()
            if values.get(field) is not None
        ]

    @staticmethod
    def _text(field: str, value: Any) -> str:
        if field == "people":
            return f"{value}个人"
        return {"sat": "周六", "sun": "周日", True: "要", False: "不要"}.get(value, str(value))


class TimetableForm(OutingForm):
    """The same, but only told and not booked."""

    is_repeatable = True
