"""责任单位: who answers for a clause, as written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.policies.layout import DEPARTMENT_LABEL, SENTENCE_END, matching_open

_LABEL = re.compile(rf"(?:{DEPARTMENT_LABEL.pattern})")
_MANNER = "分别|牵头|具体|共同|分工|分头|配合|协助|参与|会同|联合|各负其责|(?:按照?|根据|依据?)(?:各自)?职责(?:分工)?"
_DUTY_END = re.compile(rf"(?:{_MANNER}|负责)*(?:负责|牵头|配合|落实|参与|实施|协助|组织实施)(?:实施|落实|办理|推进)?$")
_MANNER_END = re.compile(rf"(?:{_MANNER})+$")
_ET_CETERA = re.compile(r"等(?:(?:各|有关|相关|各有关|各相关)?(?:部门|单位|部门和单位|部门单位))?$|等$")
_PROSE = re.compile("应当|必须|不得|可以|依法|全面负责|并对")
_DUTY_START = re.compile(r"^(?:由|会同|配合)")
_BRACKETED = re.compile(r"[<〈＜《][^<>〈〉＜＞《》]*[>〉＞》]|[（(][^（）()]*[）)]")
_JOINED = re.compile(
    r"(?<=[局委办厅会府院部室心司队行所处组联])(?:和|与|及|以及)(?=[\u4e00-\u9fff]{1,24}[局委办厅会府院部室心司队行所处组联]$)"
)
_SEPARATOR = re.compile(
    r"[、，,；;。\s]+|会同|(?<=牵头)(?=[\u4e00-\u9fff])|商(?=[省市区县][\u4e00-\u9fff]{2,}[局委办厅]$)"
)
_MASK_FIRST = 0xE000
MAX_NAME_LENGTH = 40


def departments_of(text: str) -> tuple[str, ...]:
    """The departments that a clause names as responsible.

    They stand in a parenthesis after the clause (``(区人社局、区教育局会同区发改委等部门负责)``,
    ``（责任单位：市公安局）``) or on lines of their own (``牵头单位：市人社局``). Other parentheses are left alone.

    Args:
        text: the whole text of the clause, torn lines mended.

    Returns:
        The names in the order written, each once; empty where the clause names none.
    """
    names: dict[str, None] = {}
    for statement in _statements(text):
        for name in split_names(statement):
            names.setdefault(name)
    return tuple(names)


def _statements(text: str) -> Iterator[str]:
    """The stretches of a clause that say who is responsible."""
    for paragraph in text.split("\n"):
        line = paragraph.strip()
        if _LABEL.match(line):
            yield line
            continue
        yield from _parentheses(line)
        yield from _labelled_ends(line)


def _parentheses(line: str) -> Iterator[str]:
    index = 0
    found: list[str] = []
    end = len(line)
    while end > 0:
        index = max(line.rfind("）", 0, end), line.rfind(")", 0, end), line.rfind("】", 0, end))
        if index < 0:
            break
        opened = line.rfind("【", 0, index) if line[index] == "】" else matching_open(line, index)
        end = index if opened < 0 else opened
        inside = line[opened + 1 : index]
        if opened >= 0 and _is_responsible(inside, before=line[:opened], after=line[index + 1 :]):
            found.append(inside)
    yield from reversed(found)


def _is_responsible(inside: str, before: str, after: str) -> bool:
    if _LABEL.match(inside.strip()):
        return True
    stands_alone = not after.strip("。；; ") or before[-1:] in SENTENCE_END
    return stands_alone and bool(_DUTY_END.search(inside.rstrip("。 "))) and not _is_a_sentence(inside)


def _is_a_sentence(inside: str) -> bool:
    return (
        "。" in inside.rstrip("。")
        or bool(_PROSE.search(inside))
        or any(len(name) > MAX_NAME_LENGTH for name in re.split(r"[、，,；;]|会同", inside))
    )


def _labelled_ends(line: str) -> Iterator[str]:
    """``…就业服务。责任单位：市人社局、市财政局`` without brackets."""
    for match in _LABEL.finditer(line):
        if line[: match.start()][-1:] in tuple("。；;"):
            yield line[match.start() :].split("。", maxsplit=1)[0]


def split_names(statement: str) -> list[str]:
    """Cut ``区人社局、区教育局会同区发改委等部门负责`` into its names; 、 inside brackets does not cut."""
    masked: list[str] = []

    def mask(match: re.Match[str]) -> str:
        masked.append(match[0])
        return chr(_MASK_FIRST + len(masked) - 1)

    text = _LABEL.sub("、", statement)
    text = _BRACKETED.sub(mask, text)
    names = [_clean(piece) for piece in _SEPARATOR.split(text)]
    names = [name for joined in names for name in _JOINED.split(joined)]
    return [_unmask(name, masked) for name in names if name]


def _clean(piece: str) -> str:
    name = piece.strip("（）()【】[]. ")
    name = _DUTY_START.sub("", name)
    name = _ET_CETERA.sub("", _DUTY_END.sub("", name))
    return _MANNER_END.sub("", name)


def _unmask(name: str, masked: list[str]) -> str:
    return "".join(
        masked[ord(character) - _MASK_FIRST] if 0 <= ord(character) - _MASK_FIRST < len(masked) else character
        for character in name
    )
