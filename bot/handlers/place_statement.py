"""What a message says about where its worker is, comes from, or asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.region import PlaceMention, PlaceRole
from bot.regions.place_names import PlaceFinder

_LEFT_BEFORE = re.compile(r"(?:不在|没在|不是在?|离开了?|不去)\s*$")
_MOVED_FROM = re.compile(r"从\s*$")
_MOVED_AFTER = re.compile(r"^(?:搬|换|转|走|出来|离开|[^，。]{0,4}(?:搬|换|转)到)")
_CLAUSE_END = re.compile(r"[，,。；;：:！!\n]|\s{1,3}(?=\S)")
_PLACE_OF = re.compile(r"※的?")
_BEING_THERE_BEFORE = re.compile(r"(?:在|来|来到|住)\s*$")
_SOMETHING_OF_PLACE = re.compile(
    r"^的"
    r"|^[^，。,.！!？?\s]{0,4}?(?:就业|创业|务工|打工|工作|租房|开店)"
    r"(?:补|政策|服务|担保|贷款|扶持|培训|资金|中心|登记|证|奖|基地|园|困难|援助|人员|局)"
)
"""广东的创业补贴, 永安就业政策: named for what is asked, which does not tell where the worker is."""
_SAYS_NO_MORE = re.compile(
    r"(?>我们?|俺们?|咱们?|本人|现在|目前|如今|刚刚?|已经?|人|就|是|在|不|没|了|来|到|去|从|搬|换|转|走|离开|回|说错|错|改|成|为"
    r"|老家|家乡|家里?|户口|籍贯|住|租房?|打工|务工|打零工|上班|干活|工作|做事|做工|进厂|这边|那边|这里|那里|这儿|那儿|里|的|过"
    r"|厂里|工地上?|地方|单位|而|也|都|又|还|然后|啊|呀|呢|哦|哈|吧|嘛|噢|额|嗯|那个|你好|您好|老板|[，。,.!！~、：:；;\s])*+"
)
"""Atomic, so that a long text of such words cannot make it try every way to divide them."""
_LOOKS_LIKE_PLACE = re.compile(
    r"(?:我|俺|咱)?(?:现在|目前|人)?(?:就?在|来自|老家(?:是|在)?)(?P<spoken>[\u4e00-\u9fff]{2,9}?)(?:这边|那边)?"
    r"(?:打工|务工|上班|干活|工作|做事)?[。.!！\s]*"
    r"|(?P<named>[\u4e00-\u9fff]{2,9}(?:省|市|自治区|自治州|县|旗|镇|乡|街道))[。.!！\s]*"
)
_NOT_A_PLACE = re.compile(
    r"吗|呢|么|什么|哪|怎|啥|多少|几|补|钱|费|险|证|资|合同|培训|工地|厂|家里?$|外面|外地|路上|这里|那里|线|群|城市$|超市|上市|门市"
)


@dataclass(frozen=True, slots=True)
class PlaceStatement:
    """The places of a message by what they are to the worker; each None where not said.

    Attributes:
        work: where they work.
        home: where they come from.
        mentioned: a place that is only asked about.
        says_no_more: whether the message says nothing else.
    """

    work: PlaceMention | None
    home: PlaceMention | None
    mentioned: PlaceMention | None
    says_no_more: bool

    @property
    def is_only_place(self) -> bool:
        """Whether the message does nothing but tell places."""
        return self.says_no_more and bool(self.work or self.home)

    @property
    def open(self) -> tuple[PlaceMention, PlaceRole] | None:
        """The first place that may be several, and its role."""
        places = ((self.work, PlaceRole.WORK), (self.mentioned, PlaceRole.MENTIONED), (self.home, PlaceRole.HOME))
        return next(((place, role) for place, role in places if place is not None and place.code is None), None)


def read_places(finder: PlaceFinder, text: str, near: str | None) -> PlaceStatement:
    """Read what a message says about places.

    Args:
        finder: knows the places.
        text: the worker's words.
        near: code of the remembered place; decides between places of one name.
    """
    only = finder.only_place(text, near=near)
    if only is not None and not _is_left(text, only):
        is_home = only.role is PlaceRole.HOME
        return PlaceStatement(None if is_home else only, only if is_home else None, None, says_no_more=True)
    mentions = finder.find(text, near=near)
    staying = [mention for mention in mentions if not _is_left(text, mention)]
    says_no_more = bool(mentions) and _SAYS_NO_MORE.fullmatch(_without(text, mentions)) is not None
    staying = [_only_asked_about(text, mention) for mention in staying]
    work = _last(staying, PlaceRole.WORK)
    mentioned = _first_mentioned(staying)
    if says_no_more and work is None:
        work, mentioned = mentioned, None
    return PlaceStatement(work, _last(staying, PlaceRole.HOME), mentioned, says_no_more)


def without_places(finder: PlaceFinder, text: str) -> str:
    """A message without the parts that only say where its worker is, and without the names of places in the others.

    Args:
        finder: knows the places.
        text: the worker's words; given back as it is where nothing would be left.
    """
    clauses = [clause for clause in _CLAUSE_END.split(text) if clause.strip()]
    asking = [clause for clause in clauses if not read_places(finder, clause, None).is_only_place]
    left = "，".join(_PLACE_OF.sub("", _without(clause, finder.find(clause), "※")) for clause in asking)
    return left or text


def looks_like_unknown_place(text: str) -> bool:
    """Whether a message in which no place was found still seems to tell one: 我在旮旯村, 三民市."""
    match = _LOOKS_LIKE_PLACE.fullmatch(text.strip())
    return match is not None and not _NOT_A_PLACE.search(match["spoken"] or match["named"])


def _is_left(text: str, mention: PlaceMention) -> bool:
    """我不在三明了, 从三明搬到永安: where they are not."""
    before, after = text[: mention.start], text[mention.end :]
    return bool(_LEFT_BEFORE.search(before) or (_MOVED_FROM.search(before) and _MOVED_AFTER.search(after)))


def _only_asked_about(text: str, mention: PlaceMention) -> PlaceMention:
    """The mention without its role where the words around it speak of something else than being there."""
    is_there = _BEING_THERE_BEFORE.search(text[: mention.start])
    if mention.role is PlaceRole.WORK and not is_there and _SOMETHING_OF_PLACE.search(text[mention.end :]):
        return replace(mention, role=PlaceRole.MENTIONED)
    return mention


def _without(text: str, mentions: list[PlaceMention], instead: str = "") -> str:
    pieces, position = [], 0
    for mention in mentions:
        pieces.append(text[position : mention.start] + instead)
        position = mention.end
    return "".join([*pieces, text[position:]])


def _last(mentions: list[PlaceMention], role: PlaceRole) -> PlaceMention | None:
    return next((mention for mention in reversed(mentions) if mention.role is role), None)


def _first_mentioned(mentions: list[PlaceMention]) -> PlaceMention | None:
    return next((mention for mention in mentions if mention.role is PlaceRole.MENTIONED), None)
