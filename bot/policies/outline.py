"""The numbered tree of a document: which line opens what, and which lines belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.policies import line_kinds
from bot.policies.layout import DEPARTMENT_LABEL, Line, is_torn
from bot.policies.numbering import Marker, Numbering, Style, parse_marker, path_of
from bot.policies.parts import PartRole

COLON_LINE_MAX_LENGTH = 14
LEAD_PHRASE_MAX_LENGTH = 20
PARAGRAPH_WINDOW = 200
"""Whether a paragraph breaks off shows in its last characters."""

_NOTICE_TITLE = re.compile(
    r"公示(?:时间|期|方式|内容|途径|范围)|征求意见|意见(?:征集|反馈|建议)|反馈(?:方式|渠道|时间|途径|意见|期限)|联系(?:方式|人|电话)|采纳情况|"
    r"征集(?:时间|方式|结果|期限)|公开征求|参与方式|通[信讯]地址|电子邮[件箱]"
)
_NAMES_TITLE = re.compile(r"^(?:常务)?(?:副?组长|副?主任|成员|召集人|联络员)(?:单位)?[：:]?")
_REFERENCE_END = re.compile(r"(?:第|按照|依照|根据|依据|本条|前款|符合|属于|上述)$")
_ENDS_SEQUENCE = frozenset({PartRole.SIGNATURE, PartRole.ATTACHMENT, PartRole.NAME_LIST})
_RESPONSIBLE_END = re.compile(r"(?:负责|牵头|配合|单位[：:][^）)]*)[）)]$")


class SequenceKind(StrEnum):
    """What a run of numbers from 一、 on is."""

    BODY = "body"
    NOTICE = "notice"
    NAMES = "names"
    CONTENTS = "contents"


@dataclass(slots=True)
class Node:
    """One numbered level.

    Attributes:
        marker: its number.
        path: the numbers as written, outermost first.
        sequence: which run of numbers it stands in.
        parent: index of the enclosing node, None at the top.
        lines: indexes of its lines, its own first, down to the next number.
        has_children: whether it encloses other numbers.
    """

    marker: Marker
    path: tuple[str, ...]
    sequence: int
    parent: int | None
    lines: list[int]
    has_children: bool = False

    @property
    def first(self) -> int:
        """Index of the line that its number opens."""
        return self.lines[0]


@dataclass(slots=True)
class Outline:
    """The numbered levels of a document in order.

    Attributes:
        nodes: the levels.
        kinds: what each sequence is.
        ends: index of the first line after each sequence.
    """

    nodes: list[Node] = field(default_factory=list)
    kinds: list[SequenceKind] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def kind_of(self, node: Node) -> SequenceKind:
        """What the sequence of a node is."""
        return self.kinds[node.sequence]

    def ancestors(self, node: Node) -> list[int]:
        """Indexes of the enclosing nodes, outermost first."""
        found: list[int] = []
        parent = node.parent
        while parent is not None:
            found.append(parent)
            parent = self.nodes[parent].parent
        return found[::-1]


def read_outline(lines: Sequence[Line], roles: Sequence[PartRole | None]) -> Outline:
    """Build the tree from the lines whose role is still open.

    Args:
        lines: all lines.
        roles: what each line is known to be; None where only the numbers can tell.
    """
    outline = Outline(nodes=list(_place_nodes(lines, roles)))
    for index, node in enumerate(outline.nodes):
        is_last = index + 1 == len(outline.nodes) or outline.nodes[index + 1].sequence != node.sequence
        stop = len(lines) if index + 1 == len(outline.nodes) else outline.nodes[index + 1].first
        body = [line for line in range(node.first + 1, stop) if lines[line].text and roles[line] is None]
        if is_last:
            body = _until_the_tail(lines, roles, node, body, stop)
            outline.ends.append(max([node.first, *body]) + 1)
        node.lines.extend(body)
    outline.kinds = [_kind(lines, outline, sequence) for sequence in range(len(outline.ends))]
    return outline


def _place_nodes(lines: Sequence[Line], roles: Sequence[PartRole | None]) -> Iterator[Node]:
    numbering = Numbering()
    nodes: list[Node] = []
    open_nodes: list[int] = []
    previous = ""
    for index, line in enumerate(lines):
        if roles[index] in _ENDS_SEQUENCE:
            numbering.close()
        if not line.text or roles[index] is not None:
            continue
        marker = parse_marker(line.text)
        depth = None
        if marker is not None and _may_open(marker, line.text, previous):
            depth = numbering.place(marker)
        if marker is None or depth is None:
            goes_on = marker is not None or is_torn(previous)
            previous = (previous + line.text)[-PARAGRAPH_WINDOW:] if goes_on else line.text
            continue
        previous = line.text[marker.length :]
        parent = open_nodes[depth - 1] if depth else None
        if parent is not None:
            nodes[parent].has_children = True
        open_nodes[depth:] = [len(nodes)]
        nodes.append(Node(marker, path_of(numbering.stack), numbering.sequence, parent, [index]))
    yield from nodes


def _may_open(marker: Marker, line: str, previous: str) -> bool:
    """Whether a number may open a clause below this line.

    It may not where the line above breaks off (``…覆盖农村`` above ``二、三产业…``), unless it is set off as numbers
    inside a sentence are not (``（二）``, ``第二条`` and a space), or a lead phrase follows it. After a reference
    (``按照``) it never does.
    """
    if _REFERENCE_END.search(previous):
        return False
    words = line[marker.length :]
    is_set_off = marker.style in {Style.PAREN, Style.ROUND} or (
        marker.style <= Style.ARTICLE and line[marker.length - 1].isspace()
    )
    if is_set_off or not is_torn(previous) or line_kinds.is_title(previous):
        return True
    phrase = re.split(r"[。：:]", words, maxsplit=1)[0]
    return len(phrase) <= LEAD_PHRASE_MAX_LENGTH and not re.search(r"[，,；;]", phrase)


def _until_the_tail(
    lines: Sequence[Line], roles: Sequence[PartRole | None], node: Node, body: Sequence[int], stop: int
) -> list[int]:
    """The lines of the last clause of a sequence: up to the signature, the closing paragraph or the next title."""
    ended = next((line for line in range(node.first + 1, stop) if roles[line] in _ENDS_SEQUENCE), stop)
    kept: list[int] = []
    previous = _words(lines, node)
    is_assigned = bool(_RESPONSIBLE_END.search(previous))
    for index in body:
        text = lines[index].text
        if index > ended or _opens_the_tail(text, previous, is_assigned=is_assigned):
            break
        kept.append(index)
        is_assigned = is_assigned or bool(DEPARTMENT_LABEL.match(text) or _RESPONSIBLE_END.search(text))
        previous = text
    return kept


def _opens_the_tail(text: str, previous: str, *, is_assigned: bool) -> bool:
    if is_torn(previous):
        return False
    if DEPARTMENT_LABEL.match(text.lstrip("（(【[")):
        return False
    if is_assigned or line_kinds.is_closing(text) or line_kinds.is_imprint(text):
        return True
    if text[-1] in "：:":
        return len(text) <= COLON_LINE_MAX_LENGTH or line_kinds.is_salutation(text)
    return line_kinds.is_title(text) or line_kinds.is_organisation(text) or line_kinds.is_document_number(text)


def _words(lines: Sequence[Line], node: Node) -> str:
    return lines[node.first].text[node.marker.length :]


def _kind(lines: Sequence[Line], outline: Outline, sequence: int) -> SequenceKind:
    nodes = [node for node in outline.nodes if node.sequence == sequence]
    tops = [_words(lines, node) for node in nodes if node.parent is None]
    if 2 * sum(bool(_NOTICE_TITLE.search(words[:COLON_LINE_MAX_LENGTH])) for words in tops) >= len(tops):
        return SequenceKind.NOTICE
    if 2 * sum(bool(_NAMES_TITLE.match(words)) for words in tops) > len(tops):
        return SequenceKind.NAMES
    if _is_contents(lines, outline, sequence, nodes):
        return SequenceKind.CONTENTS
    return SequenceKind.BODY


def _is_contents(lines: Sequence[Line], outline: Outline, sequence: int, nodes: Sequence[Node]) -> bool:
    """A table of contents: headings alone, and a later sequence begins with the same heading."""
    if len(nodes) < 2 or any(len(node.lines) > 1 and node is not nodes[-1] for node in nodes):  # noqa: PLR2004 - one entry is no table
        return False
    first = re.sub(r"[\s.…·\d]+$", "", _words(lines, nodes[0]))
    later = [node for node in outline.nodes if node.sequence > sequence and node.parent is None]
    return any(first and _words(lines, node) == first and node.marker.ordinal == 1 for node in later)
