"""What workers say, in the words of policy: lay and dialect expressions with the official terms they stand for.

The file has one expression a line, ``lay<TAB>term；term``; ``#`` begins a comment line. ``A…B`` means A followed by B
within a few characters of the same sentence, so that 欠…工资 finds 欠了我们三个月工资.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ahocorasick

from bot.domain.errors import CorpusError
from bot.language.word_segmenter import normalise, search_tokens

GAP = "…"
LAST_BMP_CODE = 0xFFFF
GAP_CHARACTERS_MAX = 6
TERM_SEPARATOR = "；"

_SENTENCE_ENDS = frozenset("。!?;！？；\n")


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One line of the lexicon.

    Attributes:
        lay: the expression as people say it, perhaps with one ``…``.
        official: the terms of policy for it, at least one.
    """

    lay: str
    official: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A lay expression found in a text.

    Attributes:
        lay: the lexicon's expression.
        official: the official terms for it.
        start: first character in the text, 0-based.
        end: one past the last character.
    """

    lay: str
    official: tuple[str, ...]
    start: int
    end: int


class Lexicon:
    """Finds lay expressions in a text.

    Args:
        entries: the lines; where an expression stands twice its terms are joined in order.
    """

    def __init__(self, entries: Iterable[LexiconEntry]) -> None:
        self.entries = _merged(entries)
        self.content_hash = _hash_of(self.entries)
        self._whole: dict[str, LexiconEntry] = {}
        self._gapped: dict[str, list[tuple[str, LexiconEntry]]] = defaultdict(list)
        parts: set[str] = set()
        for entry in self.entries:
            pieces = [fold(piece) for piece in entry.lay.split(GAP)]
            parts.update(pieces)
            if len(pieces) == 1:
                self._whole[pieces[0]] = entry
            else:
                self._gapped[pieces[0]].append((pieces[1], entry))
        self._automaton = automaton_of(parts)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all lay expressions, cut as questions are."""
        return frozenset(word for entry in self.entries for word in search_tokens(entry.lay))

    def expand(self, text: str) -> list[Expansion]:
        """The lay expressions of a text, in the order in which they begin.

        Expressions without a gap never overlap: the longest wins. Expressions with a gap stand beside them, each
        once.
        """
        if self._automaton is None or not text:
            return []
        folded = fold(text)
        occurrences = [(end + 1 - len(part), end + 1, part) for end, part in self._automaton.iter(folded)]
        whole = self._longest(occurrences)
        found = [*whole, *self._across_gaps(folded, occurrences)]
        return sorted(found, key=lambda expansion: (expansion.start, -expansion.end, expansion.lay))

    def _longest(self, occurrences: Sequence[tuple[int, int, str]]) -> Iterator[Expansion]:
        taken: set[int] = set()
        for start, end, part in sorted(occurrences, key=lambda one: (one[0] - one[1], one[0])):
            entry = self._whole.get(part)
            if entry is not None and taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                yield Expansion(entry.lay, entry.official, start, end)

    def _across_gaps(self, folded: str, occurrences: Sequence[tuple[int, int, str]]) -> Iterator[Expansion]:
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for start, end, part in occurrences:
            places[part].append((start, end))
        for first, candidates in self._gapped.items():
            if first not in places:
                continue
            for second, entry in candidates:
                span = _nearest_pair(folded, places[first], places.get(second, []))
                if span is not None:
                    yield Expansion(entry.lay, entry.official, *span)


def fold(text: str) -> str:
    """The text in its ordinary forms and lower case, character by character, so that positions stay."""
    return text.translate(_FOLDING)


class _Folding(dict[int, int]):
    """How each character folds, worked out at its first appearance."""

    def __missing__(self, code: int) -> int:
        same = normalise(chr(code))
        folded = ord(same) if len(same) == 1 else code
        if code <= LAST_BMP_CODE:
            self[code] = folded
        return folded


_FOLDING = _Folding()


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file.

    Raises:
        CorpusError: it cannot be read, or a line is not ``lay<TAB>term；term``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"读不出俗语词表 {path}，请确认文件存在且是 UTF-8 编码"
        raise CorpusError(msg) from error
    numbered = enumerate(lines, start=1)
    return Lexicon(_entry(path, number, line) for number, line in numbered if line.strip() and not line.startswith("#"))


def _entry(path: Path, number: int, line: str) -> LexiconEntry:
    lay, _, terms = line.partition("\t")
    official = tuple(term.strip() for term in terms.split(TERM_SEPARATOR) if term.strip())
    pieces = lay.strip().split(GAP)
    if not official or len(pieces) > 2 or not all(pieces):  # noqa: PLR2004 - one gap makes two pieces
        msg = f"俗语词表 {path} 第 {number} 行应为“说法<制表符>术语；术语”，说法中最多一个“…”"
        raise CorpusError(msg)
    return LexiconEntry(lay.strip(), official)


def _merged(entries: Iterable[LexiconEntry]) -> tuple[LexiconEntry, ...]:
    terms: dict[str, dict[str, None]] = {}
    for entry in entries:
        terms.setdefault(entry.lay, {}).update(dict.fromkeys(entry.official))
    return tuple(LexiconEntry(lay, tuple(official)) for lay, official in terms.items())


def _hash_of(entries: Sequence[LexiconEntry]) -> str:
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(f"{entry.lay}\t{TERM_SEPARATOR.join(entry.official)}\n".encode())
    return digest.hexdigest()


def automaton_of(parts: Iterable[str]) -> ahocorasick.Automaton | None:
    """Finds all the parts in a text at once; None where there are none."""
    automaton = ahocorasick.Automaton()
    for part in parts:
        automaton.add_word(part, part)
    if len(automaton) == 0:
        return None
    automaton.make_automaton()
    return automaton


def _nearest_pair(
    text: str, firsts: Sequence[tuple[int, int]], seconds: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    pairs = [
        (after_start - end, start, after_end)
        for start, end in firsts
        for after_start, after_end in seconds
        if 0 <= after_start - end <= GAP_CHARACTERS_MAX and _SENTENCE_ENDS.isdisjoint(text[end:after_start])
    ]
    if not pairs:
        return None
    _, start, end = min(pairs)
    return start, end
