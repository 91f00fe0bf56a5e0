"""Being told of new jobs: asked for step by step, stopped with one word at any time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.conversation import Turn
from bot.domain.form import Choice, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import Reply
from bot.handlers import phrasing_job_subscription as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Known, Reading
from bot.handlers.job_search import known_of_search, place_question
from bot.handlers.job_wish import (
    DAY_PAY,
    FIELDS,
    MONTH_PAY,
    TRADE,
    TYPE,
    WORDS,
    read_wish,
    search_in_listing,
    search_of,
)
from bot.jobs.job_push import digest_key
from bot.jobs.phrasing_jobs import TYPES
from bot.jobs.subscriptions import JobSubscriptions, Subscribed
from bot.ports import Notices
from bot.privacy.consent import Consents
from bot.privacy.phrasing_consent import PUSH_VERSION, TEXTS
from bot.privacy.purposes import Purpose
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

CONSENT = "push_consent"
LONGEST_STOP = 24
_STOP = re.compile(
    r"退订|取消(?:招工|岗位|职位|工作)?(?:信息)?(?:的)?(?:订阅|推送)"
    r"|(?:不要|不想|别|不用|停止|停掉|关掉|关闭)再?(?:给我|收)?(?:推送|推|发|订阅|收)(?:招工|岗位|工作|职位|招聘)?(?:的?信息|的?消息)?了?"
    r"|^(?:TD|T退订)$",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(
    r"(?:我?(?:要|想)|请|帮我|给我)*(?:订阅?|预订)[^，。,]{0,12}(?:招工|招聘|岗位|职位)(?:的?信息)?(?!会)"
)
_NAMES_IT = re.compile(r"退订|订阅|推送|招工|岗位|职位|招聘|工作|^TD$", re.IGNORECASE)
_NOT_MEANT = re.compile(r"(?:不|别|没|没有|不想|不要)(?:想|要|有)?退订|怎么订|重新订")
_AGREES = re.compile(r"(?:我?同意|可以|行|好的?|没问题|中|要得|嗯+|ok)[的啊吧了呀\s,，。.!！]*", re.IGNORECASE)
_DISAGREES = re.compile(r"(?:我?不同意|不行|不可以|不要|不想|不愿意|拒绝)[的啊吧了呀\s,，。.!！]*")


def is_stop(text: str) -> bool:
    """Whether a message wants no more new jobs: 退订, 取消推送, 别再给我发招工信息了."""
    typed = text.strip().rstrip("。.!！~ ")
    if len(typed) > LONGEST_STOP or _NOT_MEANT.search(typed):
        return False
    return _STOP.search(typed) is not None and _NAMES_IT.search(typed) is not None


class JobSubscriptionForm:
    """See `bot.handlers.forms.Form`. Begun from an open list, it takes over what was searched for there.

    Args:
        subscriptions: keeps it.
        consents: nothing is pushed without one.
        finder: finds places in texts.
        divisions: names of places.
    """

    name = Intent.SUBSCRIBE_JOBS.value
    title = phrasing.TITLE

    def __init__(
        self, subscriptions: JobSubscriptions, consents: Consents, finder: PlaceFinder, divisions: Divisions
    ) -> None:
        self._subscriptions = subscriptions
        self._consents = consents
        self._finder = finder
        self._divisions = divisions

    def is_summoned(self, text: str) -> bool:
        """订三明的招工信息: see `bot.handlers.forms.Summoned`; what is said in other words is understood."""
        return _SUBSCRIBE.match(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Place, work, pay, kind of employment, consent."""
        field = asked.field if asked is not None else ""
        if field == CONSENT:
            return _read_consent(turn.message.text.strip())
        said = read_wish(turn, self._finder, field)
        if asked is None and not values and not said and (before := search_in_listing(turn)):
            return Reading(dict.fromkeys((TRADE, MONTH_PAY, TYPE)) | dict(before))
        return Reading(said)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """Place, work, pay and kind, then consent."""
        if values.get(CONSENT) is False:
            return None
        place = place_question(turn, values, self._divisions, phrasing.ASK_PLACE)
        if place is not None:
            return place
        if TRADE not in values and WORDS not in values:
            return Question(TRADE, phrasing.ASK_TRADE, is_optional=True, takes_any=True)
        if MONTH_PAY not in values and DAY_PAY not in values:
            return Question(MONTH_PAY, phrasing.ASK_PAY, is_optional=True)
        if TYPE not in values:
            choices = tuple(Choice(job_type.value, words) for job_type, words in TYPES.items())
            return Question(TYPE, phrasing.ASK_TYPE, choices, is_optional=True)
        return await self._consent_question(turn, values)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Keep the search; the same one twice is one, so that a repeat does no harm."""
        del form_id
        if values.get(CONSENT) is False:
            return Reply(phrasing.NOT_AGREED)
        search = search_of(turn, {name: values.get(name) for name in FIELDS})
        if values.get(CONSENT) is True:
            await self._consents.give(turn.conversation.worker_id, [Purpose.JOB_PUSH], version=PUSH_VERSION)
        match await self._subscriptions.add(turn.message.openid, search):
            case Subscribed.NEW:
                return Reply(phrasing.subscribed(search, self._divisions))
            case Subscribed.ALREADY:
                return Reply(phrasing.already(search, self._divisions))
            case Subscribed.TOO_MANY:
                return Reply(phrasing.TOO_MANY)

    def known(self, values: Values) -> Sequence[Known]:
        """What is known of the search."""
        return known_of_search(values, self._divisions)

    async def _consent_question(self, turn: Turn, values: Values) -> Question | None:
        if CONSENT in values:
            return None
        if await self._consents.current(turn.conversation.worker_id, Purpose.JOB_PUSH) is not None:
            return None
        choices = (Choice(value=True, label=phrasing.AGREE), Choice(value=False, label=phrasing.DISAGREE))
        return Question(CONSENT, TEXTS[PUSH_VERSION], choices, again=phrasing.AGREE_AGAIN)


class StopPushes:
    """退订, whatever else is under way; see `bot.ports.Alarm`.

    Args:
        subscriptions: the subscriptions.
        consents: what workers agreed to.
        notices: takes back what is not delivered yet.
        conversations: where a subscription that is being filled in lies.
    """

    def __init__(
        self, subscriptions: JobSubscriptions, consents: Consents, notices: Notices, conversations: Conversations
    ) -> None:
        self._subscriptions = subscriptions
        self._consents = consents
        self._notices = notices
        self._conversations = conversations

    def is_raised(self, turn: Turn) -> bool:
        """Whether a message wants no more new jobs."""
        return is_stop(turn.message.text)

    async def handle(self, turn: Turn) -> Reply:
        """End the subscription, also one that is being filled in, and the consent; take back what was not delivered."""
        worker_id = turn.conversation.worker_id
        known = await self._subscriptions.of(worker_id)
        await self._subscriptions.remove(worker_id)
        await self._consents.withdraw(worker_id, [Purpose.JOB_PUSH])
        begun = turn.conversation.form
        if begun is not None and begun.name == JobSubscriptionForm.name:
            await self._conversations.remember(worker_id, form=None)
            if known is None:
                return Reply(phrasing.NOT_AGREED)
        if known is None:
            return Reply(phrasing.NOT_SUBSCRIBED)
        if known.told_on is not None:
            await self._notices.take_back(turn.message.openid, digest_key(known.told_on))
        return Reply(phrasing.STOPPED)


def _read_consent(text: str) -> Reading:
    if _DISAGREES.fullmatch(text):
        return Reading({CONSENT: False})
    return Reading({CONSENT: True}) if _AGREES.fullmatch(text) else Reading()
