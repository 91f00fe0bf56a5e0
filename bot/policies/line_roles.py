"""Says of every line what it is: first what shows from the line itself, then the numbers, then what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.policies import line_kinds
from bot.policies.layout import Line, is_torn
from bot.policies.numbering import parse_marker
from bot.policies.outline import Outline, SequenceKind, read_outline
from bot.policies.parts import PartRole
from bot.policies.repeated_text import repeated_lines

Roles = list[PartRole | None]


@dataclass(slots=True)
class Block:
    """Lines that are one thing.

    Attributes:
        role: what they are.
        lines: their indexes.
        node: index of the numbered level they belong to, None outside the numbers.
    """

    role: PartRole
    lines: list[int]
    node: int | None = None


@dataclass(slots=True)
class ReadDocument:
    """A document read into blocks, in order.

    Attributes:
        lines: its physical lines.
        outline: its numbered levels.
        blocks: every line with words stands in exactly one.
    """

    lines: list[Line]
    outline: Outline
    blocks: list[Block] = field(default_factory=list)


def read_blocks(lines: list[Line]) -> ReadDocument:
    """Give every line with words its block."""
    roles = _roles_that_show(lines)
    document = ReadDocument(lines, read_outline(lines, roles))
    owners = _give_numbered_lines(document, roles)
    _give_loose_lines(document, roles)
    for index, line in enumerate(lines):
        role = roles[index]
        if not line.text or role is None:
            continue
        last = document.blocks[-1] if document.blocks else None
        if last is None or last.role is not role or last.node != owners.get(index):
            document.blocks.append(Block(role, [], owners.get(index)))
        document.blocks[-1].lines.append(index)
    return document


def _roles_that_show(lines: Sequence[Line]) -> Roles:
    roles: Roles = [None] * len(lines)
    filled = [index for index, line in enumerate(lines) if line.text]
    for index in filled:
        if lines[index].is_debris or line_kinds.is_page_number(lines[index].text):
            roles[index] = PartRole.DEBRIS
    for index in repeated_lines(lines):
        roles[index] = PartRole.DUPLICATE
    _mark_site_chrome(lines, roles, filled)
    _mark_name_lists(lines, roles, filled)
    _mark_signatures(lines, roles, filled)
    for index in filled:
        if roles[index] is None and line_kinds.is_attachment(lines[index].text):
            roles[index] = PartRole.ATTACHMENT
    return roles


def _mark_site_chrome(lines: Sequence[Line], roles: Roles, filled: Sequence[int]) -> None:
    markers = [index for index in filled if roles[index] is None and parse_marker(lines[index].text)]
    first, last = (markers[0], markers[-1]) if markers else (len(lines), -1)
    head = [index for index in filled if index < first]
    crumb = max((index for index in head if line_kinds.is_breadcrumb(lines[index].text)), default=-1)
    foot = next((index for index in filled if index > last and line_kinds.is_footer(lines[index].text)), len(lines))
    for index in filled:
        is_meta = index < first and line_kinds.is_page_meta(lines[index].text)
        if roles[index] is not PartRole.DUPLICATE and (index <= crumb or index >= foot or is_meta):
            roles[index] = PartRole.SITE_CHROME


def _mark_name_lists(lines: Sequence[Line], roles: Roles, filled: Sequence[int]) -> None:
    is_inside = False
    for position, index in enumerate(filled):
        text = lines[index].text
        is_free = roles[index] is None and line_kinds.is_name_line(text) and not line_kinds.is_attachment(text)
        if not is_inside and is_free and line_kinds.opens_name_list(text) and parse_marker(text) is None:
            following = filled[position + 1 : position + 2]
            is_inside = any(line_kinds.is_name_line(lines[other].text) for other in following)
        is_inside = is_inside and is_free and not line_kinds.is_date(text)
        if is_inside:
            roles[index] = PartRole.NAME_LIST


def _mark_signatures(lines: Sequence[Line], roles: Roles, filled: Sequence[int]) -> None:
    last_marker = max((index for index in filled if parse_marker(lines[index].text)), default=-1)
    for position, index in enumerate(filled):
        text = lines[index].text
        if roles[index] is not None or not (line_kinds.is_date(text) or line_kinds.is_bare_date(text)):
            continue
        above = _organisations_above(lines, roles, filled[:position])
        if above or (index > last_marker and line_kinds.is_date(text)):
            for signed in [*above, index]:
                roles[signed] = PartRole.SIGNATURE


def _organisations_above(lines: Sequence[Line], roles: Roles, before: Sequence[int]) -> list[int]:
    found: list[int] = []
    for index in reversed(before):
        if roles[index] is not None or not line_kinds.is_organisation(lines[index].text):
            break
        found.append(index)
    return found


def _give_numbered_lines(document: ReadDocument, roles: Roles) -> dict[int, int]:
    """Set the roles of the lines that numbers open; returns the node that owns each."""
    owners: dict[int, int] = {}
    outline = document.outline
    plain = {
        SequenceKind.NOTICE: PartRole.NOTICE,
        SequenceKind.NAMES: PartRole.NAME_LIST,
        SequenceKind.CONTENTS: PartRole.CONTENTS,
    }
    for number, node in enumerate(outline.nodes):
        kind = outline.kind_of(node)
        role = plain.get(kind, PartRole.CLAUSE)
        owner = next(iter(outline.ancestors(node)), number) if kind is not SequenceKind.BODY else number
        if kind is SequenceKind.BODY and node.has_children:
            words = document.lines[node.first].text[node.marker.length :]
            is_bare = len(node.lines) == 1 and not any(stop in words.rstrip("。：:") for stop in "。：:")
            role = PartRole.HEADING if is_bare else PartRole.LEAD
        for index in node.lines:
            roles[index] = role
            owners[index] = owner
    return owners


def _give_loose_lines(document: ReadDocument, roles: Roles) -> None:
    outline = document.outline
    begins = [next(n.first for n in outline.nodes if n.sequence == s) for s in range(len(outline.ends))]
    starts = [0, *outline.ends]
    stops = [*begins, len(document.lines)]
    for region, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        following = outline.kinds[region] if region < len(outline.kinds) else None
        _LooseRegion(document.lines, roles, following, is_front=region == 0).give(range(start, stop))


@dataclass(slots=True)
class _LooseRegion:
    """The lines before, between or after the numbered sequences."""

    lines: Sequence[Line]
    roles: Roles
    following: SequenceKind | None
    is_front: bool
    has_title: bool = False
    is_attached: bool = False

    def give(self, span: range) -> None:
        filled = [index for index in span if self.lines[index].text]
        is_opening = self.is_front
        for position, index in enumerate(filled):
            known = self.roles[index]
            if known is None:
                below = self.lines[filled[position + 1]].text if position + 1 < len(filled) else ""
                known = self._role(self.lines[index].text, below, is_opening=is_opening)
                self.roles[index] = known
            self._remember(known)
            is_opening = is_opening or (
                self.following is not None
                and known in {PartRole.SIGNATURE, PartRole.TITLE, PartRole.SALUTATION, PartRole.DOCUMENT_NUMBER}
            )

    def _remember(self, role: PartRole) -> None:
        self.has_title = self.has_title or role is PartRole.TITLE
        if role is PartRole.ATTACHMENT:
            self.is_attached = True
        elif role is not PartRole.DEBRIS:
            self.is_attached = False

    def _role(self, text: str, below: str, *, is_opening: bool) -> PartRole:
        opening = self._opening_role(text, below) if self.following else None
        known = opening or self._role_by_itself(text)
        if known is not None:
            return known
        if line_kinds.is_sentence(text) or is_torn(text) or (is_opening and text[-1] in "：:"):
            return PartRole.PREAMBLE if is_opening else PartRole.CLOSING
        return PartRole.SITE_CHROME if self.is_front and not self.has_title else PartRole.OTHER

    def _role_by_itself(self, text: str) -> PartRole | None:
        if line_kinds.is_document_number(text):
            return PartRole.DOCUMENT_NUMBER
        if self.is_attached:
            return PartRole.ATTACHMENT
        if line_kinds.is_imprint(text):
            return PartRole.SIGNATURE
        if line_kinds.is_organisation(text):
            return PartRole.LETTERHEAD if self.is_front and not self.has_title else PartRole.SIGNATURE
        return None

    def _opening_role(self, text: str, below: str) -> PartRole | None:
        """What leads over to the following sequence."""
        is_report = self.following is SequenceKind.NOTICE and not self.is_front
        if line_kinds.is_letterhead(text):
            return PartRole.LETTERHEAD
        if line_kinds.is_contents_title(text):
            return PartRole.CONTENTS
        if self._is_title(text, below):
            return PartRole.NOTICE if is_report else PartRole.TITLE
        if line_kinds.is_salutation(text):
            return PartRole.SALUTATION
        if is_report and text[-1] in "：:":
            return PartRole.NOTICE
        return None

    def _is_title(self, text: str, below: str) -> bool:
        if line_kinds.is_title(text) or line_kinds.is_title_note(text):
            return True
        is_upper_half = text.startswith("关于") or line_kinds.is_organisation(text) or text.endswith(("关于", "的"))
        return is_upper_half and line_kinds.is_title(below)
