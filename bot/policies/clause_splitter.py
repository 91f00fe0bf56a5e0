"""From the raw text of a policy document to its parts and clauses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.errors import NoClauseError
from bot.domain.policy import Clause
from bot.policies.departments import departments_of
from bot.policies.layout import close_spaced_labels, join_lines, read_lines, texts_of
from bot.policies.line_roles import Block, ReadDocument, read_blocks
from bot.policies.outline import Node, SequenceKind
from bot.policies.parts import Part, PartRole
from bot.policies.titles import lead_phrase, opening_phrase

_NAMED = {
    PartRole.PREAMBLE: ("preamble", "前言"),
    PartRole.CLOSING: ("closing", "结束语"),
}


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document in parts.

    Attributes:
        raw: the text that was split.
        parts: every character of it, in order, without gap or overlap.
        clauses: what is retrieved, in document order: the numbered clauses (leaves of the tree) and, unnumbered, the
            preamble, notice and closing parts and the words of a level that stand before its sub-numbers.
    """

    raw: str
    parts: tuple[Part, ...]
    clauses: tuple[Clause, ...]

    @property
    def numbered_clauses(self) -> tuple[Clause, ...]:
        """The clauses that carry a number."""
        return tuple(clause for clause in self.clauses if clause.is_numbered)


def split(raw: str, document_id: str) -> SplitDocument:
    """Read a policy document into parts and clauses.

    Args:
        raw: the whole text.
        document_id: what the clause ids begin with.

    Raises:
        NoClauseError: no numbered clause was found; the message says what one looks like.
    """
    document = read_blocks(read_lines(raw))
    reader = _ClauseReader(document, document_id)
    clauses = reader.read()
    if not any(clause.is_numbered for clause in clauses):
        raise NoClauseError(
            "没有找到带编号的条款。条款应当另起一行，以“一、”“（一）”“1.”或“第一条”开头，并从一开始连续编号；"
            "请检查文件是不是政策正文、编号有没有丢失，或者在文件里补上编号后重新上传。"
        )
    return SplitDocument(raw, tuple(_parts(raw, document, reader.ids)), tuple(clauses))


def partition(raw: str) -> tuple[Part, ...]:
    """The parts of any text, also of one without clauses."""
    document = read_blocks(read_lines(raw))
    reader = _ClauseReader(document, "")
    reader.read()
    return tuple(_parts(raw, document, reader.ids))


class _ClauseReader:
    """Builds the clauses of one document; afterwards `ids` says which block gave which clause."""

    def __init__(self, document: ReadDocument, document_id: str) -> None:
        self.document = document
        self.document_id = document_id
        self.ids: dict[int, str] = {}
        self._taken: set[str] = set()
        self._notices = 0
        self._notice_headings: tuple[str, ...] = ()
        self._openings = [
            opening_phrase(self._text_of(node))
            for node in document.outline.nodes
            if not node.has_children and document.outline.kind_of(node) is SequenceKind.BODY
        ]

    def read(self) -> list[Clause]:
        """The clauses in document order."""
        clauses: list[Clause] = []
        by_node: dict[int, str] = {}
        for number, block in enumerate(self.document.blocks):
            if block.node in by_node:
                self.ids[number] = by_node[block.node]
                continue
            clause = self._clause(block)
            if clause is None:
                continue
            clauses.append(clause)
            self.ids[number] = clause.clause_id
            if block.node is not None:
                by_node[block.node] = clause.clause_id
        return clauses

    def _clause(self, block: Block) -> Clause | None:
        if block.role in _NAMED:
            name, title = _NAMED[block.role]
            return self._unnumbered(name, title, (), self._joined(block.lines))
        if block.role is PartRole.NOTICE and block.node is None:
            self._notice_headings = tuple(text.rstrip("：:") for text in texts_of(self.document.lines, block.lines))
        if block.node is None:
            return None
        node = self.document.outline.nodes[block.node]
        if block.role is PartRole.CLAUSE:
            return self._numbered(node)
        text = self._text_of(node)
        if block.role is PartRole.LEAD:
            return self._unnumbered("/".join((*node.path, "lead")), self._title(text), self._headings(node), text)
        if block.role is PartRole.NOTICE:
            self._notices += 1
            text = close_spaced_labels(self._joined_tree(block.node))
            return self._unnumbered(f"notice-{self._notices}", lead_phrase(text), self._notice_headings, text)
        return None

    def _numbered(self, node: Node) -> Clause:
        text = self._text_of(node)
        clause_id = self._unique("/".join(node.path), "~")
        return Clause(
            clause_id=clause_id,
            document_id=self.document_id,
            path=node.path,
            headings=self._headings(node),
            title=self._title(text),
            text=text,
            departments=departments_of(text),
        )

    def _unnumbered(self, name: str, title: str, headings: tuple[str, ...], text: str) -> Clause:
        return Clause(
            clause_id=self._unique(name, "-"),
            document_id=self.document_id,
            path=(),
            headings=headings,
            title=title,
            text=text,
            departments=departments_of(text),
            is_numbered=False,
        )

    def _unique(self, name: str, sign: str) -> str:
        """A document may print a number twice; the second clause gets ``~2``."""
        wanted, count = f"{self.document_id}#{name}", 1
        clause_id = wanted
        while clause_id in self._taken:
            count += 1
            clause_id = f"{wanted}{sign}{count}"
        self._taken.add(clause_id)
        return clause_id

    def _headings(self, node: Node) -> tuple[str, ...]:
        outline = self.document.outline
        return tuple(lead_phrase(self._text_of(outline.nodes[index])) for index in outline.ancestors(node))

    def _title(self, text: str) -> str:
        neighbours = list(self._openings)
        own = opening_phrase(text)
        if own in neighbours:
            neighbours.remove(own)
        return lead_phrase(text, neighbours)

    def _text_of(self, node: Node) -> str:
        own, *rest = texts_of(self.document.lines, node.lines)
        return join_lines([own[node.marker.length :].strip(), *rest])

    def _joined(self, indexes: Iterable[int]) -> str:
        return close_spaced_labels(join_lines(texts_of(self.document.lines, indexes)))

    def _joined_tree(self, top: int) -> str:
        """A notice section with whatever it numbers inside."""
        nodes = self.document.outline.nodes
        inner = [
            line
            for index, node in enumerate(nodes)
            if index > top and top in self.document.outline.ancestors(node)
            for line in node.lines
        ]
        return join_lines([self._text_of(nodes[top]), *texts_of(self.document.lines, inner)])


def _parts(raw: str, document: ReadDocument, ids: dict[int, str]) -> Iterable[Part]:
    """Blocks as stretches of the raw text; blank lines go with the block above them, leading ones with the first."""
    if not document.blocks:
        return [Part(PartRole.BLANK, 0, len(raw))] if raw else []
    starts = [document.lines[block.lines[0]].start for block in document.blocks]
    starts[0] = 0
    ends = [*starts[1:], len(raw)]
    return [
        Part(block.role, start, end, ids.get(number))
        for number, (block, start, end) in enumerate(zip(document.blocks, starts, ends, strict=True))
    ]
