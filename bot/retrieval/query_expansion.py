"""A worker's question in the words of policy: homophones repaired, lay expressions with their official terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, log

from bot.language.function_words import content_words
from bot.language.lexicon import GAP, Expansion, Lexicon
from bot.language.pinyin import HomophoneRepairer, Repair, repaired_text
from bot.language.word_segmenter import log_likelihood, search_tokens, words

DOMAIN_LOG_RATIO_MIN = 3.0
"""A word of the clauses is a term when it is e³ times as frequent there as in general Chinese."""
_TERM_LOG_LIKELIHOOD_MAX = -9.5
"""A word of an official term is a term itself unless it is more frequent than this in general Chinese."""
_SAYING_LOG_LIKELIHOOD_MAX = -11.5
_LONG_SAYING_CHARACTERS = 3


@dataclass(frozen=True, slots=True)
class ExpandedQuery:
    """What is searched for.

    Attributes:
        text: the worker's words.
        tokens: their content words and characters, repeats kept.
        added: tokens of what the worker meant but wrote otherwise, with weights in (0, 1].
        repairs: homophones repaired.
        expansions: lay expressions found, in the text or in the repaired text.
        embedding_text: the repaired text followed by the official terms, for the encoder.
    """

    text: str
    tokens: tuple[str, ...]
    added: Mapping[str, float]
    repairs: tuple[Repair, ...]
    expansions: tuple[Expansion, ...]
    embedding_text: str


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
        """Expand a question."""
        repairs = self._repairer.repair(text)
        repaired = repaired_text(text, repairs)
        found = {expansion.lay: expansion for expansion in self._lexicon.expand(text)}
        if repairs:
            found |= {expansion.lay: expansion for expansion in self._lexicon.expand(repaired)}
        terms = dict.fromkeys(term for expansion in found.values() for term in expansion.official)
        added = _weighted_tokens(repairs, found.values())
        return ExpandedQuery(
            text=text,
            tokens=tuple(content_words(search_tokens(text))),
            added=added,
            repairs=tuple(repairs),
            expansions=tuple(found.values()),
            embedding_text=" ".join([repaired, *terms]),
        )


def repair_terms(texts: Iterable[Sequence[str]], lexicon: Lexicon) -> tuple[str, ...]:
    """The terms that a homophone may stand for.

    Args:
        texts: the words of each clause.
        lexicon: its official terms, and the rarer words within them, are terms.

    Returns:
        Sorted, without repeats: words much more frequent in the clauses than in general Chinese, and the lexicon's.
    """
    counts: dict[str, int] = {}
    for tokens in texts:
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
    total = sum(counts.values()) or 1
    terms = {word for word, count in counts.items() if _domain_log_ratio(word, count / total) >= DOMAIN_LOG_RATIO_MIN}
    for entry in lexicon.entries:
        terms.update(entry.official)
        terms.update(
            word for term in entry.official for word in words(term) if log_likelihood(word) < _TERM_LOG_LIKELIHOOD_MAX
        )
    return tuple(sorted(term for term in terms if len(term) > 1))


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


def _domain_log_ratio(word: str, share: float) -> float:
    return log(share) - log_likelihood(word) if len(word) > 1 else -inf
