"""Whether a question is about what the documents are about at all.

Three signs, all learned from how people write when an index is opened: the side of a plane between the vectors of
similar questions, lay expressions and messages about our subjects and those of messages about other ones (weather,
shopping, quarrels …) on which a question lies; how much oftener its words stand in the former than in the latter; and
the share of its words that clauses, similar questions or the lexicon know. Lay expressions stand for subjects that are
ours though no document says a word of them (加班, 产假): who asks is shown what is nearest.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.language.function_words import content_words
from bot.language.word_segmenter import search_tokens
from bot.retrieval.query_expansion import ExpandedQuery

RIDGE = 0.01
"""Of the least squares: vectors have length 1, so that a direction seen in few questions stays small."""
USUAL_NEARNESS = 0.7
"""Of a question about the documents' subjects; what is said where there is nothing to learn from."""
USUAL_WORDING = 4.0
"""The same of its words."""
_NUMBER = re.compile(r"[0-9０-９〇零一二两三四五六七八九十百千万亿半几多]+[度块元个号天年月点岁斤]?")
"""Words that say nothing of the subject."""
UNSEEN = 0.5
"""How often a word counts on a side on which it was never seen."""


class Aboutness(NamedTuple):
    """How far a question is about the documents' subjects.

    Attributes:
        nearness: about 1 for questions like the similar ones, about -1 for questions about other subjects.
        wording: the logarithm of how much likelier its words are in those than in these, over the root of their number.
        known_words: the share of its words that are known, in [0, 1]; 0 for a text without words.
    """

    nearness: float
    wording: float
    known_words: float


class SubjectSense:
    """Tells the documents' subjects from others.

    Args:
        own: ``float32[n, dimension]``, vectors of questions that clauses answer, and of lay expressions.
        others: ``float32[m, dimension]``, vectors of questions about other subjects.
        vocabularies: the words that are known.
        odds: of words, see `word_odds`; empty where there is nothing to learn from.
    """

    def __init__(
        self,
        own: NDArray[np.float32],
        others: NDArray[np.float32],
        vocabularies: Sequence[Container[str]],
        odds: Mapping[str, float] | None = None,
    ) -> None:
        self._plane = _plane(own, others) if len(own) and len(others) else None
        self._vocabularies = vocabularies
        self._odds = odds or {}

    def of(self, expanded: ExpandedQuery, vector: NDArray[np.float32]) -> Aboutness:
        """How far a question is about the subjects.

        Args:
            expanded: its words.
            vector: ``float32[dimension]`` of the words as they were written, misspelt ones repaired.
        """
        nearness = USUAL_NEARNESS if self._plane is None else float(vector @ self._plane[:-1] + self._plane[-1])
        words = words_meant(expanded)
        known = sum(any(word in vocabulary for vocabulary in self._vocabularies) for word in words)
        return Aboutness(nearness, self._wording(words), known / len(words) if words else 0.0)

    def _wording(self, words: Sequence[str]) -> float:
        if not self._odds:
            return USUAL_WORDING
        distinct = set(words)
        return sum(self._odds.get(word, 0.0) for word in distinct) / math.sqrt(len(distinct) + 1)


def word_odds(own: Mapping[str, int], questions: int, others: Sequence[str]) -> dict[str, float]:
    """The logarithm of how much likelier each word is in a question about the subjects than in another one.

    Args:
        own: in how many questions about the subjects each word stands.
        questions: how many there are.
        others: questions about other subjects.
    """
    there = Counter(word for other in others for word in set(content_words(search_tokens(other))))
    usual = math.log((len(others) + 2 * UNSEEN) / (questions + 2 * UNSEEN))
    return {
        word: math.log((own.get(word, 0) + UNSEEN) / (there[word] + UNSEEN)) + usual
        for word in sorted({*own, *there})
        if len(word) > 1 and not _NUMBER.fullmatch(word)
    }


def words_meant(expanded: ExpandedQuery) -> list[str]:
    """The words of a question, of two characters and more, misspelt ones repaired."""
    meant = content_words(search_tokens(expanded.repaired)) if expanded.repairs else expanded.tokens
    return [word for word in meant if len(word) > 1]


def _plane(own: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """``float32[dimension + 1]``: least squares for 1 on the own and -1 on the others, each side weighing the same."""
    rows = np.concatenate([own, others]).astype(np.float64)
    rows = np.column_stack([rows, np.ones(len(rows))])
    wanted = np.repeat([1.0, -1.0], [len(own), len(others)])
    weights = np.repeat([1 / len(own), 1 / len(others)], [len(own), len(others)])
    weighted = rows * weights[:, None]
    found = np.linalg.solve(weighted.T @ rows + RIDGE * np.eye(rows.shape[1]), weighted.T @ wanted)
    plane: NDArray[np.float32] = found.astype(np.float32)
    return plane
