"""Changing an answer given before: 不是三明,是永安; 改成周五; 说错了,是5个人; 改一下，后天; 改一下电话."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GAP = r"[\s,，。.、:：;；]*"
_WRONG = r"(?:我)?(?:刚才)?(?:说|打|写|填|选|弄|搞|发|输)?(?:错|反|岔)了?|不对|更正(?:一下)?|纠正(?:一下)?|我改一下"
_INTO = r"(?:改|换|变|更正|修改|调整)(?:成|为|到|作|做)"
_IS = r"(?:应该|而|其实)?(?:是|为|叫|在)"
_SWAPPED = re.compile(
    rf"(?:{_WRONG})?{_GAP}(?:不是|不在|不叫|不要){_GAP}(?P<old>.{{1,20}}?){_GAP}(?:{_IS}|{_INTO}|要){_GAP}(?P<new>.+)",
    re.DOTALL,
)
_SWAPPED_AFTER = re.compile(rf"(?:我)?(?:是|在)(?P<new>.{{1,20}}?){_GAP}(?:不是|不在)(?P<old>.{{1,20}})", re.DOTALL)
_NAMED_INTO = re.compile(
    rf"(?:(?:{_WRONG}){_GAP})?(?:请|麻烦|帮我)?(?:把|将)?(?P<named>[^，,。\d]{{0,8}}?)(?:给我|帮我)?{_INTO}{_GAP}(?P<new>.+)",
    re.DOTALL,
)
_NAMED_WRONG = re.compile(
    rf"(?:我的?)?(?P<named>[^，,。\d]{{1,8}}?)(?:{_WRONG})(?:{_GAP}(?:{_IS})?{_GAP}(?P<new>.+))?", re.DOTALL
)
_NAMED = re.compile(
    rf"(?:我)?(?:想|要)?(?:请|麻烦|帮我)?(?:改|修改|更改|换|重新填|重填|变更)(?:一下|下|个)?(?:我的)?(?P<named>[^，,。\d]{{1,8}}?)(?:吧|了)?{_GAP}"
    rf"|(?:我的?)?(?P<behind>[^，,。\d]{{1,8}}?)(?:要|想|得)?(?:改|换)(?:一下|下|个)?{_GAP}"
)
_CHANGED = re.compile(r"(?:我)?(?:想|要)?(?:改|换)(?:一下|下)?[\s,，。:：]+(?P<new>.+)", re.DOTALL)
_MERELY_WRONG = re.compile(rf"(?:{_WRONG})(?:{_GAP}(?:{_IS})?{_GAP}(?P<new>.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a message wants changed.

    Attributes:
        old: the answer that was wrong; "" where not said.
        named: what the answer is called (电话); "" where not said.
        new: the right answer; "" where it is to be asked for.
    """

    old: str = ""
    named: str = ""
    new: str = ""


def read_correction(text: str) -> Correction | None:
    """What a message wants changed, None where it changes nothing: then it is an answer like any."""
    typed = text.strip()
    for pattern in (_SWAPPED, _SWAPPED_AFTER, _NAMED_INTO, _CHANGED, _MERELY_WRONG, _NAMED_WRONG, _NAMED):
        match = pattern.fullmatch(typed)
        if match is not None:
            said = {name: (value or "").strip(" ,，。.!！~吧") for name, value in match.groupdict().items()}
            named = (said.get("named") or said.get("behind") or "").removesuffix("的")
            return Correction(said.get("old", ""), named, said.get("new", ""))
    return None
