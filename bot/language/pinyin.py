"""Homophone repair: 拖前工资 sounds like 拖欠工资, 公鸡金 like 公积金.

A noisy-channel model (Kernighan, Church and Gale 1990). A stretch of text that sounds like a known term is repaired
where the sentence becomes likelier with the term, by more than a typing error is unlikely: the likelihoods are those
of jieba's dictionary, terms count as one word, and each fuzzy sound (zh/z, n/l, ang/an, …) costs more. What is written
as a term, or is one word of the dictionary (unless a very rare one), is never repaired.

Repairs are suggestions for the search: the worker's own words always stay beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from math import inf
from typing import TypeAlias

from bot.language.lexicon import automaton_of, fold
from bot.language.syllables import read_aloud
from bot.language.word_segmenter import CHINESE, are_word_edges, is_chinese, is_known_word, log_likelihood

TERM_CHARACTERS_MIN = 2
TERM_CHARACTERS_MAX = 8

GAIN_MIN = 0.5
"""In nats: below, a repair is as often wrong as right."""
DIALECT_CHARACTERS = frozenset("唔咗喺係嘅㗎啲嘢哋冇睇俾揾咩佢嗰嚟嘞噉咁乜冚咪瞓攞嘥啱諗畀睏俺恁嘛咧咯咋啷晓")
_TERM_LOG_LIKELIHOOD = -13.0
"""A term as one word, where jieba's dictionary does not know it or makes it rarer."""
_TYPING_ERROR_COST = 2.0
_SAYING_COST = 2.0
"""On top for a target that is no official term: common speech has more neighbours in sound."""
_FUZZY_SOUND_COST = 2.5
_CONTEXT_CHARACTERS = 3
_RARE_WORD_LOG_LIKELIHOOD = -15.5
"""Dictionary words rarer than this (门枕, a stone under a gate) are less to be expected than a typing error."""

_CHINESE_RUN = re.compile(f"[{CHINESE}]+")
_CHINESE_TAIL = re.compile(f"[{CHINESE}]+$")
_FUZZY_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FUZZY_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


Sounds: TypeAlias = tuple[str, ...]
"""The syllables that one character may be."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A stretch of text and the term that it probably stands for.

    Attributes:
        written: the characters as typed.
        term: the term that sounds like them.
        start: first character in the text, 0-based.
        end: one past the last character.
        gain: how much likelier the text becomes, in nats beyond the cost of the error.
    """

    written: str
    term: str
    start: int
    end: int
    gain: float


@dataclass(slots=True)
class _Node:
    """A place in the tree of sounds; ``terms`` are those whose sounds end here, with their exact syllables."""

    children: dict[str, _Node] = field(default_factory=dict)
    terms: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


class HomophoneRepairer:
    """Finds stretches of text that sound like a known term but are written otherwise.

    Args:
        terms: official terms and words; what is not two to eight Chinese characters is left out.
        sayings: expressions of common speech that are worth repairing too; they are believed less readily, and only
            where they sound exactly alike.
    """

    def __init__(self, terms: Iterable[str], sayings: Iterable[str] = ()) -> None:
        official = frozenset(term for term in terms if _is_repairable(term))
        self._sayings = frozenset(term for term in sayings if _is_repairable(term)) - official
        self._terms = official | self._sayings
        self._automaton = automaton_of(self._terms)
        self._root = _Node()
        self._openings: set[tuple[str, str]] = set()
        for term in sorted(self._terms):
            self._add(term)

    def __len__(self) -> int:
        return len(self._terms)

    def repair(self, text: str) -> list[Repair]:
        """The repairs of a text, in order, none overlapping; where two compete, the likelier wins."""
        folded = fold(text)
        covered_to = self._covered_to(folded)
        candidates = [
            repair
            for run in _CHINESE_RUN.finditer(folded)
            for heard in (_Heard(run.group(), run.start(), covered_to),)
            for position in range(len(heard.sounds) - 1)
            if self._may_open(heard.fuzzy[position], heard.fuzzy[position + 1])
            for repair in self._from(folded, heard, position)
        ]
        chosen: list[Repair] = []
        taken: set[int] = set()
        believable = [one for one in candidates if _is_believable(one, folded)]
        for repair in sorted(believable, key=lambda one: (-one.gain, one.start, one.term)):
            if taken.isdisjoint(range(repair.start, repair.end)):
                taken.update(range(repair.start, repair.end))
                chosen.append(repair)
        return sorted(chosen, key=lambda one: one.start)

    def _add(self, term: str) -> None:
        syllables = read_aloud(term)
        if len(syllables) != len(term):
            return
        node = self._root
        self._openings.add((_fuzzy(syllables[0]), _fuzzy(syllables[1])))
        for syllable in syllables:
            node = node.children.setdefault(_fuzzy(syllable), _Node())
        node.terms.append((term, syllables))

    def _may_open(self, first: Sounds, second: Sounds) -> bool:
        """Whether any term begins with these sounds: most places of a text are done with here."""
        openings = self._openings
        for one in first:
            for other in second:
                if (one, other) in openings:
                    return True
        return False

    def _from(self, text: str, heard: _Heard, first: int) -> Iterator[Repair]:
        nodes, start = [self._root], heard.start + first
        for offset in range(first, min(len(heard.sounds), first + TERM_CHARACTERS_MAX)):
            nodes = [child for node in nodes for sound in heard.fuzzy[offset] if (child := node.children.get(sound))]
            if not nodes:
                return
            ending = [one for node in nodes for one in node.terms]
            stop = heard.start + offset + 1
            if not ending or _is_right_as_written(text, start, stop, heard.covered_to):
                continue
            for term, syllables in ending:
                unlike = sum(syllable not in heard.sounds[first + i] for i, syllable in enumerate(syllables))
                gain = self._gain(text, start, stop, term, unlike)
                if gain > 0:
                    yield Repair(text[start:stop], term, start, stop, gain)

    def _covered_to(self, text: str) -> list[int]:
        """For each position how far the terms reach that are written from there or from before it."""
        reach = [0] * len(text)
        if self._automaton is not None:
            for last, term in self._automaton.iter(text):
                first = last + 1 - len(term)
                reach[first] = max(reach[first], last + 1)
        return list(accumulate(reach, max))

    def _gain(self, text: str, start: int, end: int, term: str, unlike: int) -> float:
        if unlike and (len(term) == TERM_CHARACTERS_MIN or term in self._sayings):
            return 0.0
        if self._overwrites_a_term(text[start:end], term):
            return 0.0
        before = _same_run(text[max(0, start - _CONTEXT_CHARACTERS) : start], last=True)
        after = _same_run(text[end : end + _CONTEXT_CHARACTERS], last=False)
        as_typed = log_likelihood(before + text[start:end] + after)
        in_term = max(log_likelihood(term), _TERM_LOG_LIKELIHOOD if len(term) > TERM_CHARACTERS_MIN else -inf)
        cost = _TYPING_ERROR_COST + _FUZZY_SOUND_COST * unlike + _SAYING_COST * (term in self._sayings)
        return log_likelihood(before) + in_term + log_likelihood(after) - as_typed - cost

    def _overwrites_a_term(self, written: str, term: str) -> bool:
        """Whether the repair would change characters of a term that is written inside."""
        size = len(written)
        return any(
            written[left:right] in self._terms and written[left:right] != term[left:right]
            for left in range(size - 1)
            for right in range(left + TERM_CHARACTERS_MIN, size + 1)
        )


class _Heard:
    """How a run of Chinese characters sounds.

    Attributes:
        start: where the run begins in the text.
        sounds: for each character the syllables that it may be: as the run reads, and as the character reads alone.
        fuzzy: the same as those hear it who do not part similar sounds.
        covered_to: see `HomophoneRepairer._covered_to`, for the whole text.
    """

    __slots__ = ("covered_to", "fuzzy", "sounds", "start")

    def __init__(self, run: str, start: int, covered_to: list[int]) -> None:
        self.start = start
        self.covered_to = covered_to
        alone = [_syllable(character) for character in run]
        in_context = read_aloud(run)
        if len(in_context) != len(run):
            in_context = tuple(alone)
        self.sounds = [(one,) if one == other else (one, other) for one, other in zip(in_context, alone, strict=True)]
        self.fuzzy = [_fuzzy_sounds(sounds) for sounds in self.sounds]


def _is_right_as_written(text: str, start: int, end: int, covered_to: list[int]) -> bool:
    """Whether the characters are a word, or belong to a term that is written right around them."""
    if covered_to[start] >= end:
        return True
    written = text[start:end]
    return is_known_word(written) and log_likelihood(written) > _RARE_WORD_LOG_LIKELIHOOD


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    return read_aloud(character)[0]


@lru_cache(maxsize=4096)
def _fuzzy_sounds(sounds: Sounds) -> Sounds:
    return tuple(dict.fromkeys(map(_fuzzy, sounds)))


def _is_believable(repair: Repair, text: str) -> bool:
    """Whether what is written may be a slip at all.

    A stretch that begins or ends inside a word (工做 in 普工做到) is two words that happen to sound like a term, and
    characters that only dialects write (唔, 咗) are typed on purpose.
    """
    return (
        repair.gain >= GAIN_MIN
        and not DIALECT_CHARACTERS.intersection(repair.written)
        and are_word_edges(text, repair.start, repair.end)
    )


@lru_cache(maxsize=2048)
def _fuzzy(syllable: str) -> str:
    """The syllable as those hear it who do not part zh from z, n from l, or -ng from -n."""
    for sound, plain in _FUZZY_INITIALS:
        if syllable.startswith(sound):
            syllable = plain + syllable[len(sound) :]
            break
    for sound, plain in _FUZZY_FINALS:
        if syllable.endswith(sound):
            return syllable[: -len(sound)] + plain
    return syllable


def _is_repairable(term: str) -> bool:
    return TERM_CHARACTERS_MIN <= len(term) <= TERM_CHARACTERS_MAX and all(map(is_chinese, term))


def _same_run(context: str, *, last: bool) -> str:
    """The part of the context that touches the stretch without anything but Chinese between."""
    touching = (_CHINESE_TAIL.search if last else _CHINESE_RUN.match)(context)
    return touching.group() if touching else ""


def repaired_text(text: str, repairs: Sequence[Repair]) -> str:
    """The text with every repair in place."""
    pieces, position = [], 0
    for repair in repairs:
        pieces += [text[position : repair.start], repair.term]
        position = repair.end
    return "".join([*pieces, text[position:]])
