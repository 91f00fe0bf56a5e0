"""The lead phrase of a clause, also where its full stop was lost.

Official prose opens a clause with a short phrase and a full stop (``提升技能水平。鼓励各地…``). Where the stop is
lost the phrase runs into the first sentence (``鼓励返乡创业鼓励农民工等人员…``). Such a clause shows by its
neighbours: their phrases carry no comma and are much shorter. The seam then lies where a sentence of such prose can
begin: at an adverbial (``进一步``, ``多措并举``), at a verb that governs what follows, where the phrase's own first
word comes back, or after a standing phrase such as ``指导思想``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TITLE_MAX_LENGTH = 40
SEAM_MIN, SEAM_MAX = 4, 18
"""How many characters a phrase that ran into its sentence may have."""
MIN_NEIGHBOURS = 2
RUN_IN_FACTOR = 1.6
"""A phrase without a comma that is this much longer than every neighbour's is suspected too."""

_BRACKETED = re.compile(r"【([^】]{2,20})】")
_STOP = re.compile(r"[。：:！!？?\n]")
_COMMA = re.compile(r"[，,；;]")
_SPACED = re.compile(r"([\u4e00-\u9fff“”、]{3,20})[ \u3000\xa0]+(?=[\u4e00-\u9fff“])")
_STANDING = re.compile(
    "指导思想|总体要求|总体思路|总体目标|基本原则|工作原则|工作目标|主要目标|目标任务|主要任务|重点任务|工作任务|工作要求|工作措施|"
    "保障措施|政策措施|适用范围|适用对象|实施范围|实施时间|活动时间|活动主题|活动内容|支持对象|补贴对象|补贴标准|补贴条件|申请条件|"
    "申领条件|申报条件|申请材料|申报材料|申领材料|申请程序|申报程序|申领程序|办理流程|办理时限|资金来源|资金管理|监督管理|组织领导"
)
_ADVERBIAL = re.compile(
    "多措并举|进一步|积极|大力|深入|全面|切实|持续|严格|充分|认真|着力|扎实|不断|加快|统筹|有序|稳步|依法|及时|按照|根据|依托|"
    "围绕|针对|坚持|各地|各级|各县|各区|各市|各部门|各有关|全力|重点|主动|定期|鼓励|引导|督促|对符合|将符合|以习近平"
)
_VERB = re.compile(
    "支持|推动|推进|促进|加强|强化|完善|健全|建立|落实|开展|实施|加大|提高|提升|优化|深化|扩大|拓宽|拓展|畅通|规范|严厉|"
    "发挥|整合|搭建|打造|做好|抓好|明确|制定|出台|设立|取消|降低|减轻|给予|发放|纳入|贯彻|执行|成立|稳定|运用|利用|探索"
)
_BINDS_LEFT = tuple("和与及、的并或对为以在将把被向从用")
_NOT_GOVERNED = tuple("和与及、的等")


def lead_phrase(text: str, neighbours: Sequence[str] = ()) -> str:
    """The title of a clause.

    Args:
        text: its whole text after the number.
        neighbours: what the other clauses of the document open with (`opening_phrase`).

    Returns:
        What stands before the first 。 or ： or line end; the first phrase of it where the stop was lost.
    """
    bracketed = _BRACKETED.match(text)
    if bracketed:
        return bracketed[1]
    candidate = opening_phrase(text)
    if not _is_run_in(candidate, neighbours):
        return candidate
    opening = _COMMA.split(candidate)[0]
    seam = _seam(opening)
    if seam is not None:
        return candidate[:seam]
    return candidate if len(candidate) <= TITLE_MAX_LENGTH else opening[:TITLE_MAX_LENGTH]


def opening_phrase(text: str) -> str:
    """What stands before the first 。 or ： or line end, however long."""
    stop = _STOP.search(text)
    candidate = text[: stop.start()] if stop else text
    spaced = _SPACED.match(candidate)
    return (spaced[1] if spaced else candidate).strip()


def _is_run_in(candidate: str, neighbours: Sequence[str]) -> bool:
    if len(candidate) > TITLE_MAX_LENGTH:
        return True
    short = [other for other in neighbours if len(other) <= TITLE_MAX_LENGTH]
    plain = [other for other in short if not _COMMA.search(other)]
    if len(plain) < MIN_NEIGHBOURS or 2 * len(plain) < len(neighbours):
        return False
    return bool(_COMMA.search(candidate)) or len(candidate) > RUN_IN_FACTOR * max(map(len, plain))


def _seam(opening: str) -> int | None:
    """Where the phrase ends and its sentence begins, or None."""
    standing = _STANDING.match(opening)
    if standing and len(opening) > standing.end():
        return standing.end()
    for position in range(SEAM_MIN, min(SEAM_MAX, len(opening) - 2) + 1):
        if not opening[:position].endswith(_BINDS_LEFT) and _begins_a_sentence(opening, position):
            return position
    return None


def _begins_a_sentence(opening: str, position: int) -> bool:
    adverbial = _ADVERBIAL.match(opening, position)
    if adverbial:
        return not opening.startswith(_NOT_GOVERNED, adverbial.end())
    if opening.startswith(opening[:2], position):
        return True
    verb = _VERB.match(opening, position)
    if verb is None or verb.end() == len(opening) or opening.startswith(_NOT_GOVERNED, verb.end()):
        return False
    return not (_VERB.match(opening, verb.end()) or _ADVERBIAL.match(opening, verb.end()))
