"""A worker's question in the words of policy: homophones repaired, lay expressions with their official terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.language.asking_part import asking_part
from bot.language.function_words import content_words
from bot.language.lexicon import GAP, Expansion, Lexicon
from bot.language.pinyin import HomophoneRepairer, Repair, repaired_text
from bot.language.word_segmenter import log_likelihood, search_tokens, words

_SAYING_LOG_LIKELIHOOD_MAX = -11.5
_LONG_SAYING_CHARACTERS = 3


@dataclass(frozen=True, slots=True)
class ExpandedQuery:
    """What is searched for.

    Attributes:
        text: the worker's words; of a long message the part that asks.
        repaired: the same with every repair in place.
        tokens: their content words and characters, repeats kept.
        added: tokens of what the worker meant but wrote otherwise, with weights in (0, 1].
        repairs: homophones repaired.
        expansions: lay expressions found, in the text or in the repaired text.
        embedding_text: the repaired text followed by the official terms, for the encoder.
    """

    text: str
    repaired: str
    tokens: tuple[str, ...]
    added: Mapping[str, float]
    repairs: tuple[Repair, ...]
    expansions: tuple[Expansion, ...]
    embedding_text: str


class AnalysedQuery(NamedTuple):
    """A question with its vectors.

    Attributes:
        expanded: its words and terms.
        vector: ``float32[dimension]``, L2-normalised, of the worker's words with the official terms.
        said: the same of the worker's words alone, misspelt ones repaired.
    """

    expanded: ExpandedQuery
    vector: NDArray[np.float32]
    said: NDArray[np.float32]


class QueryExpander:
    """Adds to a question what the worker meant; never takes a word away.

    Words are cut as `search_tokens` cuts them, in questions as in clauses: long words with the words inside them, and
    every character. Characters bridge what workers shorten (补办 / 办理) and what jieba's dictionary glues together
    (拖欠工资 is one word there).

    Args:
        lexicon: lay expressions and their official terms.
        repairer: knows the terms that a homophone may stand for.
    """

    def __init__(self, lexicon: Lexicon, repairer: HomophoneRepairer) -> None:
        self._lexicon = lexicon
        self._repairer = repairer

    def expand(self, text: str) -> ExpandedQuery:
        """Expand a question; of a long message the part that asks."""
        text = asking_part(text)
        repairs = self._repairer.repair(text)
        repaired = repaired_text(text, repairs)
        found = {expansion.lay: expansion for expansion in self._lexicon.expand(text)}
        if repairs:
            found |= {expansion.lay: expansion for expansion in self._lexicon.expand(repaired)}
        terms = dict.fromkeys(term for expansion in found.values() for term in expansion.official)
        added = _weighted_tokens(repairs, found.values())
        return ExpandedQuery(
            text=text,
            repaired=repaired,
            tokens=tuple(content_words(search_tokens(text))),
            added=added,
            repairs=tuple(repairs),
            expansions=tuple(found.values()),
            embedding_text=" ".join([repaired, *terms]),
        )


def repairable_sayings(lexicon: Lexicon) -> tuple[str, ...]:
    """The lay expressions that a homophone may stand for: long ones, and rare words of two characters."""
    return tuple(entry.lay for entry in lexicon.entries if GAP not in entry.lay and _is_telling(entry.lay))


def _weighted_tokens(repairs: Iterable[Repair], expansions: Iterable[Expansion]) -> dict[str, float]:
    """Tokens of what was meant; the official terms of one expression are alternatives and share its weight."""
    added: dict[str, float] = {}
    weighted = [(1.0, repair.term) for repair in repairs]
    weighted += [(1 / len(one.official), term) for one in expansions for term in one.official]
    for weight, term in weighted:
        for token in _term_tokens(term):
            added[token] = max(added.get(token, 0.0), weight)
    return added


@lru_cache(maxsize=16384)
def _term_tokens(term: str) -> tuple[str, ...]:
    return tuple(search_tokens(term))


def _is_telling(saying: str) -> bool:
    if len(saying) >= _LONG_SAYING_CHARACTERS:
        return True
    return len(words(saying)) == 1 and log_likelihood(saying) < _SAYING_LOG_LIKELIHOOD_MAX
