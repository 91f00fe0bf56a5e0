"""A wage claim: told in words and pictures, registered once, followed until it is closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.claims.claims import Claims
from bot.claims.evidence_fetch import EvidenceFetcher
from bot.claims.referrals import Referrals
from bot.domain.claim import Claim, ClaimDetails, ClaimState, Evidence
from bot.domain.conversation import Turn
from bot.domain.form import Choice, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, Reply
from bot.handlers import phrasing_contact
from bot.handlers import phrasing_wage_claim as phrasing
from bot.handlers import wage_claim_reading as reading
from bot.handlers.contact_questions import FIELDS as CONTACT_FIELDS
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.form_commands import is_unknown
from bot.handlers.forms import Known, Reading
from bot.ports import OffenderLookup
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

EMPLOYER, PROJECT, PLACE, AMOUNT = "employer", "project", "place", "amount"
MONTHS, PEOPLE, EVIDENCE, PHOTOS, WISH = "months", "people", "evidence", "photos", "wish"
PROGRESS, WITHDRAW = "progress", "withdraw"
DONE = "done"
NAMED = (EMPLOYER, PROJECT)
MOST_PHOTOS = 9
ASKED_IN_ORDER = (EMPLOYER, PLACE, AMOUNT, PROJECT, MONTHS, PEOPLE, EVIDENCE)
PLAIN_QUESTIONS = {
    AMOUNT: Question(AMOUNT, phrasing.ASK_AMOUNT),
    PROJECT: Question(PROJECT, phrasing.ASK_PROJECT, is_optional=True, takes_any=True),
    MONTHS: Question(MONTHS, phrasing.ASK_MONTHS, is_optional=True, takes_any=True),
    PEOPLE: Question(PEOPLE, phrasing.ASK_PEOPLE, (Choice(1, phrasing.ALONE),)),
}

_PROGRESS = re.compile(
    r"进度|进展|到哪(?:一?步|儿|里)?了|(?:办|处理|查|登记)(?:得|的)?(?:怎么样|咋样|如何)了?|有(?:结果|消息|回音)(?:了)?(?:吗|没)|还要多久|欠薪编号|登记编号"
)
_WITHDRAW = re.compile(r"撤回|撤销|撤了|不(?:告|投诉|举报|追究|要求处理)了|已经(?:给|结|发)(?:了|清)")
_ABOUT_WAGES = "欠薪|讨薪|欠(?:我|俺|我们)?的?(?:工资|工钱|钱)|工资|工钱|血汗钱"
_SUMMONS = re.compile(
    rf"(?:我?要|我想|帮我|给我|请)?(?:登记|查询?|看看?|查一下|问问?)?(?:一下)?"
    rf"(?:(?:我的?|俺的?)?(?:那个)?(?:{_ABOUT_WAGES})(?:的)?(?:登记|投诉|案子|事)?|(?:我|俺)的(?:那个)?(?:登记|投诉|案子))"
    r"(?:的)?(?:进度|进展|结果|(?:办|处理|查|登记)?(?:得|的)?(?:到哪(?:一?步|儿|里)?|怎么样|咋样|如何)了?|有(?:结果|消息|回音)(?:了)?(?:吗|没有?))[了吗呢啊吧？?。]*"
    r"|(?:我?要|我想|帮我|给我|请)?(?:(?:登记|撤回|撤销)(?:一下)?(?:我的)?欠薪(?:登记)?|欠薪(?:登记|投诉))[了吗呢啊吧。]*"
)
_NO_MORE = re.compile(r"(?:好了|没了|没有(?:了|照片|证据)?|发完了?|就这些|完了|不发了|无|没)[吧呢啊哦。.！!]*")
_NOTHING = re.compile(r"[\s\W_]*")


class WageClaimForm:
    """See `bot.handlers.forms.Form`.

    Args:
        claims: registers them.
        referrals: whom they go to.
        contact: asks who the worker is.
        fetcher: brings photos home.
        finder: finds places in texts.
        divisions: names of places.
        offenders: the lists of employers who owe wages.
    """

    name = Intent.WAGE_CLAIM.value
    title = phrasing.TITLE

    def __init__(
        self,
        claims: Claims,
        referrals: Referrals,
        contact: ContactQuestions,
        fetcher: EvidenceFetcher,
        finder: PlaceFinder,
        divisions: Divisions,
        offenders: OffenderLookup,
    ) -> None:
        self._offenders = offenders
        self._claims = claims
        self._referrals = referrals
        self._contact = contact
        self._fetcher = fetcher
        self._finder = finder
        self._divisions = divisions

    def is_summoned(self, text: str) -> bool:
        """Whether a message asks to register a claim, or how far one is, in as many words."""
        return _SUMMONS.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Everything that a message says about who owes how much to whom, and photos."""
        if turn.message.kind is MessageKind.IMAGE:
            return _with_photo(turn, values)
        text, field = turn.message.text.strip(), asked.field if asked else ""
        if asked is None and (wish := _wish(text)):
            return Reading({WISH: wish})
        if field == EVIDENCE:
            return Reading({EVIDENCE: DONE}) if _NO_MORE.fullmatch(text) else Reading()
        if field in CONTACT_FIELDS:
            return self._contact.read(turn, asked)
        place = self._place_in(turn, field)
        if isinstance(place, str):
            return Reading(refusal=place)
        said = _told(text, field) | ({PLACE: place} if place else {})
        contact = self._contact.read(turn, None)
        return Reading({**said, **contact.values})

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """Who, where, how much; then what helps; then who the worker is."""
        if WISH in values:
            return None
        return await self._next_of_claim(turn, values) or await self._contact.next_question(turn, values)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Register the claim once, and say its number."""
        if WISH in values:
            return await self._as_wished(turn, values[WISH])
        if self._contact.is_refused(values):
            return Reply(phrasing_contact.not_agreed(phrasing.TITLE))
        identity = await self._contact.keep(turn.conversation.worker_id, values)
        details = _details(values, identity.name, identity.phone)
        referral = self._referrals.find(details.region_code)
        claim = await self._claims.register(form_id, turn.message.openid, details, referral)
        await self._fetcher.fetch(claim)
        listed = (await self._offenders.find([details.employer])).get(details.employer)
        return Reply(phrasing.registered(claim, self._contact.note(values, identity), listed))

    def known(self, values: Values) -> Sequence[Known]:
        """What the worker told so far."""
        shown = {
            EMPLOYER: (phrasing.EMPLOYER, values.get(EMPLOYER)),
            PROJECT: (phrasing.PROJECT, values.get(PROJECT)),
            PLACE: (phrasing.PLACE, (values.get(PLACE) or {}).get("text")),
            AMOUNT: (phrasing.AMOUNT, (values.get(AMOUNT) or {}).get("text")),
            MONTHS: (phrasing.MONTHS, values.get(MONTHS)),
            PEOPLE: (phrasing.PEOPLE, phrasing.PERSONS.format(count=values[PEOPLE]) if values.get(PEOPLE) else None),
            PHOTOS: (phrasing.EVIDENCE, phrasing.PHOTOS.format(count=len(values.get(PHOTOS, ())))),
        }
        told = [Known(field, label, text) for field, (label, text) in shown.items() if text and values.get(field)]
        return [*told, *self._contact.known(values)]

    async def _next_of_claim(self, turn: Turn, values: Values) -> Question | None:
        field = next((field for field in ASKED_IN_ORDER if field not in values), None)
        if field == EMPLOYER:
            return Question(EMPLOYER, await self._beside_open_claims(turn) + phrasing.ASK_EMPLOYER, takes_any=True)
        if field == PLACE:
            return self._ask_place(turn)
        if field == EVIDENCE:
            text = phrasing.MORE_EVIDENCE if values.get(PHOTOS) else phrasing.ASK_EVIDENCE
            return Question(EVIDENCE, text, is_optional=True)
        return None if field is None else PLAIN_QUESTIONS[field]

    async def _beside_open_claims(self, turn: Turn) -> str:
        claims = [one for one in await self._claims.of_worker(turn.conversation.worker_id) if one.state.is_open]
        return phrasing.under_way(claims) if claims else ""

    def _ask_place(self, turn: Turn) -> Question:
        code = turn.conversation.work_region
        if code is None:
            return Question(PLACE, phrasing.ASK_PLACE)
        place = self._divisions.full_name(code)
        choice = Choice({"code": code, "text": place}, phrasing.YES_THERE.format(place=place))
        return Question(PLACE, phrasing.CONFIRM_PLACE.format(place=place), (choice,))

    def _place_in(self, turn: Turn, field: str) -> dict[str, str] | str | None:
        """The place of the work, a refusal where the answer may be several places, or None."""
        if field not in ("", PLACE):
            return None
        text = turn.message.text
        mentions = self._finder.find(text, near=turn.conversation.work_region)
        if field == "" and (company := reading.employer_in(text)):
            named = range(text.find(company), text.find(company) + len(company))
            mentions = [mention for mention in mentions if mention.start not in named]
        if not mentions:
            return None
        mention = mentions[0]
        if mention.code is None:
            return phrasing.SEVERAL_PLACES.format(name=mention.text) if field == PLACE else None
        return {"code": mention.code, "text": self._divisions.full_name(mention.code)}

    async def _as_wished(self, turn: Turn, wish: str) -> Reply:
        claims = await self._claims.of_worker(turn.conversation.worker_id)
        open_ones = [claim for claim in claims if claim.state.is_open]
        if wish == PROGRESS or not open_ones:
            return Reply(phrasing.progress(open_ones or claims))
        claim: Claim = await self._claims.advance(open_ones[0].number, ClaimState.WITHDRAWN)
        return Reply(phrasing.WITHDRAWN.format(number=claim.number))


def _wish(text: str) -> str:
    if _PROGRESS.search(text):
        return PROGRESS
    return WITHDRAW if _WITHDRAW.search(text) else ""


def _with_photo(turn: Turn, values: Values) -> Reading:
    fields = turn.message.fields
    media_id = fields.get("MediaId", "")
    known = list(values.get(PHOTOS, ()))
    if not media_id or any(one["media_id"] == media_id for one in known):
        return Reading({PHOTOS: known})
    return Reading({PHOTOS: [*known, {"media_id": media_id, "url": fields.get("PicUrl", "")}][-MOST_PHOTOS:]})


def _told(text: str, field: str) -> dict[str, Any]:
    """What a sentence says: everything in the opening message or a correction, else what was asked for and more."""
    if field in (EMPLOYER, PROJECT, MONTHS):
        if reading.is_unclear(text):
            return {field: phrasing.UNCLEAR}
        is_none = reading.names_nothing(text) if field in NAMED else is_unknown(text)
        return {field: text[:60]} if _says(text) and not is_none else {}
    if field == AMOUNT and reading.is_unclear(text):
        return {AMOUNT: {"text": phrasing.UNCLEAR, "fen": None}}
    amount = reading.amount_in(text, is_asked=field == AMOUNT) if field in ("", AMOUNT) else None
    people = reading.people_in(text, is_asked=field == PEOPLE) if field in ("", PEOPLE) else None
    told: dict[str, Any] = {AMOUNT: amount} if amount else {}
    told |= {PEOPLE: people} if people else {}
    if field == "":
        found = {
            EMPLOYER: reading.employer_in(text),
            PROJECT: reading.project_in(text),
            MONTHS: reading.months_in(text),
        }
        told |= {name: words for name, words in found.items() if words}
    return told


def _says(text: str) -> bool:
    return _NOTHING.fullmatch(text) is None


def _details(values: Values, name: str, phone: str) -> ClaimDetails:
    place, amount = values[PLACE], values[AMOUNT]
    return ClaimDetails(
        employer=values.get(EMPLOYER) or "",
        project=values.get(PROJECT) or "",
        region_code=place["code"],
        place=place["text"],
        amount_fen=amount["fen"],
        months=values.get(MONTHS) or "",
        people=values.get(PEOPLE) or 1,
        name=name,
        phone=phone,
        evidence=tuple(Evidence(one["media_id"], one["url"]) for one in values.get(PHOTOS, ())),
    )
