"""Consent, name and telephone, asked in the same way by every form that has to reach the worker afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.domain.conversation import Turn
from bot.domain.errors import IdentityFieldError
from bot.domain.form import Choice, Question, Values
from bot.handlers import phrasing_contact as phrasing
from bot.handlers.forms import Known, Reading
from bot.privacy.consent import Consents
from bot.privacy.identity_fields import Identity, normalised_name, normalised_phone
from bot.privacy.masking import mask_name, mask_phone
from bot.privacy.phrasing_consent import CURRENT_VERSION, TEXTS
from bot.privacy.profiles import Profiles

CONSENT, NAME, PHONE = "consent", "name", "phone"
FIELDS = (CONSENT, NAME, PHONE)

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
_LIKE_PHONE = re.compile(r"(?<!\d)1\d{7,13}(?!\d)")
_INTRODUCED = re.compile(
    r"(?:我叫|我的?名字(?:是|叫)?|姓名(?:是|：|:)?|本人叫?)\s*(?P<name>[\u4e00-\u9fff·]{2,15}?)(?=$|[\s,，。.、;；]|电话|手机|\d)"
)
_ONLY_NAME = re.compile(
    r"(?:我是|我叫|叫|是|姓名)?[:：\s]*(?P<name>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,10}(?:·[\u4e00-\u9fff]{1,10})+)[,，。.、\s]*"
)
_NO_NAMES = re.compile(
    r"不知道|没有|不想|不说|为什么|为啥|干嘛|什么|怎么|取消|人工|老板|谢谢|你好|不用|随便|多少|哪里|同意|电话"
)
_AGREES = re.compile(r"(?:我?同意|可以|行|好的?|没问题|中|要得|嗯+|ok)[的啊吧了呀\s,，。.!！]*", re.IGNORECASE)
_DISAGREES = re.compile(r"(?:我?不同意|不行|不可以|不要|不想|不愿意|拒绝)[的啊吧了呀\s,，。.!！]*")


class ContactQuestions:
    """The part of a form that asks who the worker is.

    Nothing is kept before they agreed; what they left earlier, with consent, is used again and not asked for.

    Args:
        consents: what workers agreed to.
        profiles: who they are.
    """

    def __init__(self, consents: Consents, profiles: Profiles) -> None:
        self._consents = consents
        self._profiles = profiles

    def read(self, turn: Turn, asked: Question | None) -> Reading:
        """What a message says about who its worker is; only the asked-for field takes words without an introduction."""
        text, field = turn.message.text.strip(), asked.field if asked else ""
        if field == CONSENT:
            return self._read_consent(text)
        values: dict[str, Any] = {}
        phone = _PHONE.search(text)
        if phone is not None:
            values[PHONE] = normalised_phone(phone[1])
        elif field == PHONE and _LIKE_PHONE.search(text):
            return Reading(refusal=phrasing.BAD_PHONE)
        rest = text if phone is None else (text[: phone.start()] + " " + text[phone.end() :]).strip()
        name = _name_in(rest, is_asked=field == NAME)
        return Reading(values | ({NAME: name} if name else {}))

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The next of consent, name and telephone that is not known; None where all are, or consent was refused."""
        if self.is_refused(values):
            return None
        worker_id = turn.conversation.worker_id
        if CONSENT not in values and await self._consents.current(worker_id) is None:
            choices = (Choice(value=True, label=phrasing.AGREE), Choice(value=False, label=phrasing.DISAGREE))
            return Question(CONSENT, TEXTS[CURRENT_VERSION], choices, again=phrasing.AGREE_AGAIN)
        kept = await self._kept(worker_id)
        if NAME not in values and not kept.name:
            return Question(NAME, phrasing.ASK_NAME, takes_any=True)
        if PHONE not in values and not kept.phone:
            return Question(PHONE, phrasing.ASK_PHONE)
        return None

    @staticmethod
    def is_refused(values: Values) -> bool:
        """Whether nothing may be kept; the form then ends with `bot.handlers.phrasing_contact.not_agreed`."""
        return values.get(CONSENT) is False

    async def keep(self, worker_id: str, values: Values) -> Identity:
        """Record the consent and keep who the worker is; returns it. May be repeated.

        Raises:
            ConsentError: the worker withdrew meanwhile.
            StoreError: the store is away.
        """
        if values.get(CONSENT) is True and await self._consents.current(worker_id) is None:
            await self._consents.give(worker_id)
        said = Identity(name=values.get(NAME) or "", phone=values.get(PHONE) or "")
        if said.name or said.phone:
            await self._profiles.keep(worker_id, said)
        kept = await self._kept(worker_id)
        return Identity(name=said.name or kept.name, phone=said.phone or kept.phone)

    async def shown(self, worker_id: str, values: Values) -> tuple[str, str]:
        """Name and telephone to be read back: what was given in this form as it is, what was left earlier masked."""
        kept = await self._kept(worker_id)
        return values.get(NAME) or mask_name(kept.name), values.get(PHONE) or mask_phone(kept.phone)

    def known(self, values: Values) -> Sequence[Known]:
        """Name and telephone as given in this form."""
        labels = {NAME: phrasing.NAME, PHONE: phrasing.PHONE}
        return [Known(field, label, values[field]) for field, label in labels.items() if values.get(field)]

    @staticmethod
    def note(values: Values, identity: Identity) -> str:
        """A line that says whose contact is used where it was left earlier; "" where it was given in this form."""
        if values.get(NAME) and values.get(PHONE):
            return ""
        return phrasing.used_again(mask_name(identity.name), mask_phone(identity.phone))

    def _read_consent(self, text: str) -> Reading:
        if _DISAGREES.fullmatch(text):
            return Reading({CONSENT: False})
        return Reading({CONSENT: True}) if _AGREES.fullmatch(text) else Reading()

    async def _kept(self, worker_id: str) -> Identity:
        if await self._consents.current(worker_id) is None:
            return Identity()
        return await self._profiles.own(worker_id) or Identity()


def _name_in(text: str, *, is_asked: bool) -> str:
    introduced = _INTRODUCED.search(text)
    found = introduced or (_ONLY_NAME.fullmatch(text) if is_asked else None)
    if found is None or _NO_NAMES.search(found["name"]):
        return ""
    try:
        return normalised_name(found["name"])
    except IdentityFieldError:
        return ""
