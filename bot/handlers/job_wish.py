"""What a message says about the work that its worker looks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.conversation import Turn
from bot.domain.form import Values
from bot.domain.intent import Intent
from bot.domain.job import DAY_HOURS, FEN_PER_YUAN, Benefit, JobSearch, JobType
from bot.domain.region import NATION_CODE, PlaceMention, PlaceRole
from bot.handlers.form_commands import is_question, is_unknown
from bot.jobs.benefits import wanted_in
from bot.jobs.job_types import read_job_type
from bot.language.pay import find_pay
from bot.language.trades import TradeMention, find_trades
from bot.regions.place_names import PlaceFinder

PLACE, TRADE, WORDS = "place", "trade", "words"
MONTH_PAY, DAY_PAY, TYPE = "month_min_fen", "day_min_fen", "job_type"
SEVERAL = "several"
"""Codes of places of one name, among which the worker is to choose."""
BENEFITS = "benefits"
FIELDS = (PLACE, TRADE, WORDS, MONTH_PAY, DAY_PAY, TYPE, BENEFITS)
LONGEST_TRADE = 8
MOST_PLACES = 9

_ANYWHERE = re.compile(
    r"(?:去|到)?(?:哪里?|哪儿|哪个地方|什么地方|啥地方)都(?:行|可以|成|中|能去|要得|得行)|全国(?:各地|都)?"
    r"|(?:地方|地区|城市)(?:不限|随便|都行)|不限(?:地方|地区|城市)|天南海北|外地也?(?:都)?(?:行|可以)"
)
_ANY_TRADE = re.compile(
    r"(?:什么|啥|哪样|干啥|干什么|什么活)都(?:行|可以|成|中|干|要得|得行)|(?:工种|岗位)(?:不限|随便)|不挑(?:活|工种)?"
)
_SOME_WORK = re.compile(r"活(?!动)|工作|岗位|职位|招人|招工|找事|打工|兼职|临时工|零工|小时工|短工|什么都|啥都")
_HIRED = re.compile(
    r"(?:招不招|有没有招|招聘|要招|在招|招|应聘)(?P<work>[\u4e00-\u9fff]{2,6}?)"
    r"(?:的(?:活|工作|岗位)?(?:吗|没|不|么|嘛)?|岗位|吗|没有?|不招?|么|嘛)?[.。?？!！\s]*(?:$|[，,])"
)
_NO_TRADE = re.compile(
    r"^(?:人|工|活|什么|啥|哪|些|点|个|多|几|一|两|三|十|这|那|别|其|男|女|老|年|大|小|近|附近|本地|外|不|没|有|我|俺|你|能|会|可|包"
    r"|日结|周末|兼职|临时|短期|长期|全职|学徒|徒|残|聘|录|生|商|新|熟|到|得|来|了|给|的|打工|师傅|推|发|消息)|工人|工作|岁|的$|信息|会$|[吗呢吧]$"
)
_NOT_WANTED = re.compile(r"(?:不想|不要|不愿意?|除了|不去|别)(?:再)?(?:当|做|干|找|给我找)?$")
_BESIDE_A_TRADE = re.compile(r"^(?:我?想?(?:找|干|做|当|应聘|要)?个?)|(?:的活|的工作|的|吧|呢|啊|师傅)+$")


def read_wish(turn: Turn, finder: PlaceFinder, asked: str = "") -> dict[str, Any]:
    """Everything that a message says of where, what, for how much and how somebody wants to work.

    Args:
        turn: the message, understood or not.
        finder: finds places in texts.
        asked: the field that it answers; "" for none.

    Returns:
        Values of `FIELDS`, benefits in the order of `Benefit`; ``several`` where a name means several places.
    """
    text = turn.message.text.strip()
    values = _place(text, finder.find(text, near=turn.conversation.work_region), asked)
    values |= _trade(text, turn, asked) | _pay(text)
    job_type, benefits = read_job_type(text), wanted_in(text)
    values |= {TYPE: job_type.value} if job_type else {}
    return values | ({BENEFITS: [benefit.value for benefit in benefits]} if benefits else {})


def place_of(turn: Turn, values: Values) -> str | None:
    """The place that is meant: said, else where the worker is, else where they looked last; None for none."""
    listing = turn.conversation.listing
    query = listing.query if listing is not None and listing.intent is Intent.JOB_SEARCH else {}
    looked_at = query.get("search", {}).get("region_code") or query.get("region")
    around = turn.conversation.work_region or (looked_at if looked_at != NATION_CODE else None)
    return values.get(PLACE) or around


def search_of(turn: Turn, values: Values) -> JobSearch:
    """The search of a form's values; where no place is said, around the worker."""
    job_type = values.get(TYPE)
    place = place_of(turn, values)
    return JobSearch(
        region_code=None if place == NATION_CODE else place,
        trade_id=values.get(TRADE) or "",
        words=values.get(WORDS) or "",
        month_min_fen=values.get(MONTH_PAY) or 0,
        day_min_fen=values.get(DAY_PAY) or 0,
        job_type=JobType(job_type) if job_type else None,
        benefits=tuple(map(Benefit, values.get(BENEFITS) or ())),
    )


def search_in_listing(turn: Turn) -> Mapping[str, Any]:
    """The search whose list the worker is leafing through, as a form's values; {} where there is none."""
    listing = turn.conversation.listing
    if listing is None or listing.intent is not Intent.JOB_SEARCH or "search" not in listing.query:
        return {}
    kept: Mapping[str, Any] = listing.query["search"]
    names = {"region_code": PLACE, "trade_id": TRADE}
    return {PLACE: NATION_CODE} | {names.get(name, name): value for name, value in kept.items()}


def refined(text: str, said: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A wish with what a search before it leaves open: 有没有七千以上的, 那佛山呢.

    Work of another kind, or of any kind (有没有日结的活), keeps the place only; a wish for nothing in particular begins
    anew. Benefits come to those that were asked for before.
    """
    if not said:
        return {}
    has_work = TRADE in said or WORDS in said or _SOME_WORK.search(text) is not None
    kept = {name: before[name] for name in ((PLACE,) if has_work else FIELDS) if name in before}
    if BENEFITS in kept and BENEFITS in said:
        both = {*kept[BENEFITS], *said[BENEFITS]}
        return kept | dict(said) | {BENEFITS: [benefit.value for benefit in Benefit if benefit.value in both]}
    return kept | dict(said)


def _place(text: str, mentions: Sequence[PlaceMention], asked: str) -> dict[str, Any]:
    if _ANYWHERE.search(text) or (asked == PLACE and not mentions and is_unknown(text)):
        return {PLACE: NATION_CODE}
    by_role = sorted(mentions, key=lambda mention: _ROLES.index(mention.role))
    wanted = by_role[0] if by_role else None
    if wanted is None:
        return {}
    if wanted.code is None:
        return {SEVERAL: list(wanted.candidates[:MOST_PLACES])}
    return {PLACE: wanted.code}


_ROLES = (PlaceRole.MENTIONED, PlaceRole.WORK, PlaceRole.HOME)
"""我在三明打工，想去东莞找活: the place only mentioned is the one that is asked for."""


def _trade(text: str, turn: Turn, asked: str) -> dict[str, Any]:
    slots = turn.understanding.slots if turn.understanding is not None else {}
    said = str(slots.get("occupation", ""))
    wanted = [mention for mention in find_trades(text) if not _is_refused(text, mention)]
    if wanted:
        understood = [mention for mention in wanted if said and (mention.text in said or said in mention.text)]
        return {TRADE: (understood or wanted)[0].trade_id}
    if _ANY_TRADE.search(text):
        return {TRADE: None}
    if said and said in text and not find_trades(said):
        return {WORDS: said}
    return _own_words(text) if asked == TRADE else _hired(text)


def _hired(text: str) -> dict[str, Any]:
    """Work that no list of trades may know, from who is hired: 招不招配音演员, 有没有招放牛的."""
    named = _HIRED.search(text)
    return {WORDS: named["work"]} if named is not None and not _NO_TRADE.search(named["work"]) else {}


def _own_words(text: str) -> dict[str, Any]:
    """Work that no list knows, where it was asked for and the answer is nothing else."""
    plain = _BESIDE_A_TRADE.sub("", text).strip(" ，。,.!！~")
    is_work = 1 < len(plain) <= LONGEST_TRADE and not is_question(plain)
    is_none = is_unknown(text) or _ANY_TRADE.search(text) or read_job_type(text) or any(map(str.isdigit, plain))
    return {WORDS: plain} if is_work and not is_none else {}


def _is_refused(text: str, mention: TradeMention) -> bool:
    return _NOT_WANTED.search(text[: mention.start]) is not None


def _pay(text: str) -> dict[str, Any]:
    said = find_pay(text)
    by_day = said.daily_min or (said.hourly_min or 0) * DAY_HOURS
    pays = {MONTH_PAY: said.salary_min or 0, DAY_PAY: by_day}
    return {name: yuan * FEN_PER_YUAN for name, yuan in pays.items() if yuan}
