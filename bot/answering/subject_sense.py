"""Whether a question is about what the documents are about at all.

Two signs, both learned from how people write: the side of a plane between the vectors of similar questions and lay
expressions and those of questions about other subjects (weather, shopping, quarrels …) on which a question lies, and
the share of its words that clauses, similar questions or the lexicon know. Lay expressions stand for subjects that
are ours though no document says a word of them (加班, 产假): who asks is shown what is nearest.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
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


class Aboutness(NamedTuple):
    """How far a question is about the documents' subjects.

    Attributes:
        nearness: about 1 for questions like the similar ones, about -1 for questions about other subjects.
        known_words: the share of its words that are known, in [0, 1]; 0 for a text without words.
    """

    nearness: float
    known_words: float


class SubjectSense:
    """Tells the documents' subjects from others.

    Args:
        own: ``float32[n, dimension]``, vectors of questions that clauses answer, and of lay expressions.
        others: ``float32[m, dimension]``, vectors of questions about other subjects.
        vocabularies: the words that are known.
    """

    def __init__(
        self, own: NDArray[np.float32], others: NDArray[np.float32], vocabularies: Sequence[Container[str]]
    ) -> None:
        self._plane = _plane(own, others) if len(own) and len(others) else None
        self._vocabularies = vocabularies

    def of(self, expanded: ExpandedQuery, vector: NDArray[np.float32]) -> Aboutness:
        """How far a question is about the subjects.

        Args:
            expanded: its words.
            vector: ``float32[dimension]`` of the words as they were written, misspelt ones repaired.
        """
        nearness = USUAL_NEARNESS if self._plane is None else float(vector @ self._plane[:-1] + self._plane[-1])
        return Aboutness(nearness, self._known_words(expanded))

    def _known_words(self, expanded: ExpandedQuery) -> float:
        meant = content_words(search_tokens(expanded.repaired)) if expanded.repairs else expanded.tokens
        words = [word for word in meant if len(word) > 1]
        known = sum(any(word in vocabulary for vocabulary in self._vocabularies) for word in words)
        return known / len(words) if words else 0.0


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
