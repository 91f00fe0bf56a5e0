"""What a message says about the job that is looked for: where, as what, for how much, how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.domain.intent import SlotValue
from bot.domain.region import PlaceMention, PlaceRole
from bot.language.lexicon import fold
from bot.language.trades import TradeMention, find_misspelt_trades, find_trades
from bot.understanding.message_reading import MessageReading

_CONTEXT = 8

_JOB_TYPE = re.compile(
    r"日结|天结|周结|一天一结|当天结|现结|兼职|全职|临时工|临工|临时|短期工?|长期工?(?!给|发|推|收|通知)|小时工|计时工?|短工|长工"
    r"|暑假工|寒假工|假期工|学生工|包月工?|正式工|日节|点工(?!作)|散工|零工(?!市场|驿站|之家)"
)

_GOING = re.compile(r"(?:去|到|回|返|来|往|想在|要在|就在|只在|留在|上)(?:老家|一趟)?$")
_HAVING_BEEN = re.compile(
    r"(?:以前|之前|原来|原先|早先|过去|刚才?|去年|前年)[^,，。]{0,4}(?:在|从|去)?$|从$|离开$|除了$|不(?:想|要|愿意?)?(?:去|在|到|回)$|别(?:去|在)$"
)
_LEFT = re.compile(r"^(?:回来|过来|出来|辞|那边的?(?:活|厂)(?:完|没)|干了|待了|做了|呆了)")
_OR = re.compile(r"(?:或者?|和|跟|、|还是|,|，|\s)+")
_ORIGIN = re.compile(r"(?:老家|户口|家是|家在|籍贯)(?:在|是)?$")

_WISHED = re.compile(
    r"(?:招聘|招工|招|请|要|缺|找|寻|搵|揾|当|做|干|应聘|学|介绍|推荐|想|的|是|有|换)(?:不招|不要|没有|没|一下|个|份|一个|一份|点|些|名|位|那种|不|工|人|我|会|叫)*$"
)
_ABILITY = re.compile(r"(?:会|懂|学过|干过|做过|以前(?:是|做|干)|之前(?:是|做|干)|能)(?:点|些|过|一点)?$")
_PERSON = re.compile(r"[工员师匠姆嫂手机]$|师傅$|司机$|阿姨$|保安$|骑手$|小哥$")
_UNLISTED = re.compile(
    r"(?:招|找|当|做|应聘|缺|要|寻|搵|有没有|有)(?:不招|个|份|一个|一份|点|些|名|位)*(?P<trade>[\u4e00-\u9fff]{1,4}?(?:工(?![作厂地资钱伤人程会友期])|员(?!工)|师傅|师(?!傅)|司机|匠))"
)
_WORKPLACE_ENDS = ("场", "厂", "店", "站")
_TITLE = re.compile(r"师傅|工人|学徒工?|小工|阿姨")
_VERBS = frozenset("当做学搞")
_NO_TRADE = re.compile(
    r"[我你他俺咱的了个份点吗不没招找做当厂啥这那哪要想在去有给好]|员工|民工|打工|零工|临时工|小时工|日结|农民工|职工|开工|上工|分工|返工|长期|短期|人员|成员|官员|老师|律师"
)


def job_slots(reading: MessageReading) -> Iterator[tuple[str, SlotValue]]:
    """City, occupation, pay and kind of employment, as far as they are said."""
    city = _city(reading)
    if city is not None:
        yield "city", _city_as_said(reading, city)
    occupation = _occupation(reading)
    if occupation:
        yield "occupation", occupation
    for name in ("salary_min", "salary_max", "daily_min"):
        if (yuan := getattr(reading.pay, name)) is not None:
            yield name, yuan
    job_type = _job_type(fold(reading.text), occupation)
    if job_type:
        yield "job_type", job_type


def _city(reading: MessageReading) -> PlaceMention | None:
    """The place where the work shall be: said as a goal, else the last one that is neither home nor past."""
    folded = fold(reading.text)
    best: tuple[int, PlaceMention] | None = None
    for place in reading.places:
        fitness = _fitness(folded, place)
        is_choice = best is not None and _OR.fullmatch(folded, best[1].end, place.start) is not None
        if fitness > 0 and (best is None or fitness > best[0] or (fitness == best[0] and not is_choice)):
            best = (fitness, place)
    return best[1] if best else None


def _city_as_said(reading: MessageReading, city: PlaceMention) -> str:
    """The name, with the town behind or the city before it (东莞厚街); 三明 of 三明市区 and 三明市里."""
    start = next((place.start for place in reading.places if place.end == city.start), city.start)
    name = reading.text[start : city.end]
    is_inner_city = name.endswith("市") and reading.text[city.end : city.end + 1] in set("区里内")
    return name[:-1] if is_inner_city else name


def _fitness(folded: str, place: PlaceMention) -> int:
    before = folded[max(0, place.start - _CONTEXT) : place.start]
    after = folded[place.end : place.end + _CONTEXT]
    if _HAVING_BEEN.search(before) or _LEFT.match(after):
        return 0
    if _GOING.search(before):
        return 3
    is_origin = place.role is PlaceRole.HOME or _ORIGIN.search(before) is not None
    return 0 if is_origin else 2


def _occupation(reading: MessageReading) -> str:
    """The trade that is looked for, as said; not the one that somebody else has or that is only known."""
    folded = fold(reading.text)
    trades = [trade for trade in reading.trades if not _JOB_TYPE.fullmatch(trade.text)]
    trades = trades or find_misspelt_trades(reading.text)
    if trades:
        best = max(enumerate(trades), key=lambda one: (_wish(folded, one[1]), -one[0]))[0]
        return _as_said(reading.text, trades, best)
    unlisted = _UNLISTED.search(folded)
    if unlisted is None or _NO_TRADE.search(unlisted["trade"]):
        return ""
    return reading.text[unlisted.start("trade") : unlisted.end("trade")]


def _as_said(text: str, trades: Sequence[TradeMention], best: int) -> str:
    """The words of a mention: 做饭的阿姨 and 裁床师傅 whole, 做保洁 without 做, since 保洁 is a trade by itself."""
    for first, second in pairwise(trades):
        is_one_name = text[first.end : second.start] in {"的", ""} and not first.text.endswith(_WORKPLACE_ENDS)
        if is_one_name and trades[best] in (first, second):
            return text[first.start : second.end]
    if title := _TITLE.match(text, trades[best].end):
        return text[trades[best].start : title.end()]
    said = trades[best].text
    bare = said[1:]
    alone = find_trades(bare) if said[0] in _VERBS else []
    return bare if alone and alone[0].text == bare else said


def _wish(folded: str, trade: TradeMention) -> int:
    before = folded[max(0, trade.start - _CONTEXT) : trade.start]
    if _ABILITY.search(before):
        return 0
    return (2 if _WISHED.search(before) else 0) + (2 if _PERSON.search(trade.text) else 1)


def _job_type(folded: str, occupation: str) -> str:
    found = (match.group() for match in _JOB_TYPE.finditer(folded))
    return next((said for said in found if said not in occupation), "")
