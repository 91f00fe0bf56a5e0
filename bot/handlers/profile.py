"""Work place, home place and trade, kept for good by consent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.conversation import Turn
from bot.domain.form import Choice, Question, Values
from bot.domain.message import MessageKind, Reply
from bot.domain.region import PlaceMention
from bot.handlers import phrasing_profile as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Known, Reading
from bot.handlers.phrasing_personal_data import KEPT_FOR_GOOD
from bot.handlers.place_statement import read_places
from bot.language.trades import find_trades, load_trades
from bot.privacy.consent import Consents
from bot.privacy.holders import WithoutMatters
from bot.privacy.phrasing_consent import PROFILE_VERSION, TEXTS
from bot.privacy.purposes import Purpose
from bot.privacy.work_profiles import WorkProfile, WorkProfiles
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

CONSENT, WORK, HOME, TRADE = "consent", "work", "home", "trade"
LONGEST_TRADE = 12

_SUMMONS = re.compile(
    r"(?:请|麻烦|帮我|给我|我想|我要|想|要)*(?:长期)?(?:记下|记住|记一下|保存|登记|完善|填写?|更新|修改|改)(?:一下)?我的"
    r"(?:资料|工种|老家|打工的地方)[吧呢啊。.!！]*"
)


class ProfileForm:
    """See `bot.handlers.forms.Form`; asked for by its own words.

    Args:
        profiles: where it is kept.
        consents: what workers agreed to.
        conversations: know the places at once.
        finder: finds places in texts.
        divisions: names of places.
    """

    name = "profile"
    title = phrasing.TITLE

    def __init__(
        self,
        profiles: WorkProfiles,
        consents: Consents,
        conversations: Conversations,
        finder: PlaceFinder,
        divisions: Divisions,
    ) -> None:
        self._profiles = profiles
        self._consents = consents
        self._conversations = conversations
        self._finder = finder
        self._divisions = divisions

    def is_summoned(self, text: str) -> bool:
        """记下我的资料; see `bot.handlers.forms.Summoned`."""
        return _SUMMONS.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Places and a trade; the place that is asked for needs no word that says what it is."""
        del values
        field = asked.field if asked is not None else ""
        text = turn.message.fields.get("Label", "") if turn.message.kind is MessageKind.LOCATION else turn.message.text
        if field == CONSENT:
            return Reading()
        said = read_places(self._finder, text, None)
        places = {WORK: said.work, HOME: said.home}
        if field == HOME:
            places = {HOME: said.home or said.work or said.mentioned}
        elif field == WORK:
            places[WORK] = said.work or said.mentioned
        several = next((place for place in places.values() if place is not None and place.code is None), None)
        read = {name: place.code for name, place in places.items() if place is not None and place.code is not None}
        trade = _trade_in(text, is_asked=field == TRADE and not read)
        return Reading(read | ({TRADE: trade} if trade else {}), _which(several) if field in places else "")

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """Consent first; then each fact, with what is known as a choice."""
        worker_id = turn.conversation.worker_id
        if values.get(CONSENT) is False:
            return None
        if CONSENT not in values and await self._consents.current(worker_id, Purpose.PROFILE) is None:
            choices = (Choice(value=True, label=phrasing.AGREE), Choice(value=False, label=phrasing.DISAGREE))
            return Question(CONSENT, TEXTS[PROFILE_VERSION], choices, again=phrasing.AGREE_AGAIN)
        known = await self._known(turn)
        if WORK not in values:
            return Question(WORK, phrasing.ASK_WORK, self._still(known.work_region))
        if HOME not in values:
            return Question(HOME, phrasing.ASK_HOME, self._still(known.home_region), is_optional=True)
        if TRADE not in values:
            still = (Choice(known.trade, phrasing.STILL.format(known=known.trade)),) if known.trade else ()
            return Question(TRADE, phrasing.ASK_TRADE, still, is_optional=True)
        return None

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Keep it. The same again keeps the same."""
        del form_id
        worker_id = turn.conversation.worker_id
        if values.get(CONSENT) is False:
            return Reply(phrasing.NOT_AGREED)
        if values.get(CONSENT) is True and await self._consents.current(worker_id, Purpose.PROFILE) is None:
            await self._consents.give(worker_id, (Purpose.PROFILE,), version=PROFILE_VERSION)
        profile = WorkProfile(values[WORK], values[HOME] or "", values[TRADE] or "")
        await self._profiles.keep(worker_id, profile)
        places = {"work_region": profile.work_region, "home_region": profile.home_region}
        await self._conversations.remember(worker_id, **{name: code for name, code in places.items() if code})
        return Reply(phrasing.kept(facts_of(profile, self._divisions)))

    def known(self, values: Values) -> Sequence[Known]:
        """Places and trade so far."""
        labels = {WORK: phrasing.WORK, HOME: phrasing.HOME, TRADE: phrasing.TRADE}
        return [
            Known(name, label, self._shown(name, values[name])) for name, label in labels.items() if values.get(name)
        ]

    async def _known(self, turn: Turn) -> WorkProfile:
        """What is kept, else what the conversation knows."""
        kept, conversation = await self._profiles.find(turn.conversation.worker_id), turn.conversation
        return kept or WorkProfile(conversation.work_region or "", conversation.home_region or "")

    def _still(self, code: str) -> tuple[Choice, ...]:
        return (Choice(code, phrasing.STILL.format(known=self._divisions.full_name(code))),) if code else ()

    def _shown(self, name: str, value: str) -> str:
        return value if name == TRADE else self._divisions.full_name(value)


class WorkProfileHolder(WithoutMatters):
    """Work profiles in their worker's words; see `bot.privacy.holders.PersonalDataHolder`.

    Args:
        profiles: where they lie.
        divisions: names of places.
    """

    label = KEPT_FOR_GOOD

    def __init__(self, profiles: WorkProfiles, divisions: Divisions) -> None:
        self._profiles = profiles
        self._divisions = divisions

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """Places and trade."""
        profile = await self._profiles.own(worker_id)
        return [dict(facts_of(profile, self._divisions))] if profile is not None else []

    async def erase(self, worker_id: str) -> int:
        """Forget the profile."""
        return await self._profiles.erase(worker_id)


def facts_of(profile: WorkProfile, divisions: Divisions) -> list[tuple[str, str]]:
    """What a profile says, each fact with its label."""
    known = (
        (phrasing.WORK, divisions.full_name(profile.work_region) if profile.work_region else ""),
        (phrasing.HOME, divisions.full_name(profile.home_region) if profile.home_region else ""),
        (phrasing.TRADE, profile.trade),
    )
    return [(label, text) for label, text in known if text]


def _which(place: PlaceMention | None) -> str:
    return phrasing.SEVERAL_PLACES.format(name=place.text) if place is not None else ""


def _trade_in(text: str, *, is_asked: bool) -> str:
    """A trade by the name that postings use; where one is asked for, any few words."""
    found = find_trades(text)
    if found:
        return load_trades()[found[0].trade_id].name
    words = text.strip(" 。.!！，,").removeprefix("我是").removeprefix("做")
    return words if is_asked and 0 < len(words) <= LONGEST_TRADE and not words.isdigit() else ""
