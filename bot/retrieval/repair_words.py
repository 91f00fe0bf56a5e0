"""The words of the clauses, counted, and which of them are terms that a homophone may stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from pathlib import Path

import orjson

from bot.language.lexicon import Lexicon
from bot.language.word_segmenter import log_likelihood, words

DOMAIN_LOG_RATIO_MIN = 3.0
"""A word of the clauses is a term when it is e³ times as frequent there as in general Chinese."""
WORDS_FILE = "repair_words.json"
_TERM_LOG_LIKELIHOOD_MAX = -9.5
"""A word of an official term is a term itself unless it is more frequent than this in general Chinese."""
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class RepairWords:
    """How often each word stands in the clauses.

    Attributes:
        counts: by word, words of one character too: they count for the total.
        official: the lexicon's terms, and the rarer words within them, sorted.
        likelihoods: the natural logarithm of how frequent each word of two characters and more is in general Chinese;
            kept beside the counts because looking it up is what takes time.
    """

    counts: Counter[str]
    official: tuple[str, ...]
    likelihoods: dict[str, float]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], lexicon: Lexicon) -> RepairWords:
        """Count the words of each clause and gather the terms of the lexicon."""
        counts = Counter(chain.from_iterable(texts))
        return cls(counts, _official_terms(lexicon), {word: _likelihood(word) for word in counts if len(word) > 1})

    def changed(self, gone: Iterable[Sequence[str]], come: Iterable[Sequence[str]]) -> RepairWords:
        """The same without the words of some clauses and with those of others."""
        counts, likelihoods = self.counts.copy(), self.likelihoods.copy()
        change = Counter(chain.from_iterable(come))
        change.subtract(chain.from_iterable(gone))
        for word, by in change.items():
            counts[word] += by
            if not counts[word]:
                del counts[word]
                likelihoods.pop(word, None)
            elif len(word) > 1 and word not in likelihoods:
                likelihoods[word] = _likelihood(word)
        return RepairWords(counts, self.official, likelihoods)

    def terms(self) -> tuple[str, ...]:
        """The terms that a homophone may stand for.

        Returns:
            Sorted, without repeats: words much more frequent in the clauses than in general Chinese, and the
            lexicon's.
        """
        base = log(self.counts.total() or 1)
        terms = {
            word
            for word, likelihood in self.likelihoods.items()
            if log(self.counts[word]) - base - likelihood >= DOMAIN_LOG_RATIO_MIN
        }
        return tuple(sorted(term for term in terms.union(self.official) if len(term) > 1))

    def save(self, folder: Path) -> None:
        """Write the words, sorted; equal counts give equal bytes."""
        rows = {word: [count, self.likelihoods.get(word)] for word, count in sorted(self.counts.items())}
        (folder / WORDS_FILE).write_bytes(orjson.dumps({"official": self.official, "words": rows}))

    @classmethod
    def load(cls, folder: Path) -> RepairWords:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError, TypeError: the file is missing or is not what it should be.
        """
        stored = orjson.loads((folder / WORDS_FILE).read_bytes())
        rows = stored["words"]
        counts = Counter({word: count for word, (count, _) in rows.items()})
        known = {word: likelihood for word, (_, likelihood) in rows.items() if likelihood is not None}
        return cls(counts, tuple(stored["official"]), known)


def _official_terms(lexicon: Lexicon) -> tuple[str, ...]:
    terms = {term for entry in lexicon.entries for term in entry.official}
    inside = {word for term in terms for word in words(term) if log_likelihood(word) < _TERM_LOG_LIKELIHOOD_MAX}
    return tuple(sorted(terms | inside))


def _likelihood(word: str) -> float:
    return round(log_likelihood(word), _DIGITS)
