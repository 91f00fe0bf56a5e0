"""BM25 as `rank_bm25` defines it, compiled into its finished sums.

`rank_bm25.BM25Okapi` is the definition: its idf with the epsilon floor, its average length, its k1 and b. What it
computes at query time for every document in Python is computed here once: for each term, the documents that hold it
and the whole contribution ``idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average_length))``. A query then
only adds slices, at about a nanosecond a posting. Leaving out what cannot reach the best k (MaxScore; Turtle and Flood
1995) was tried: the adding it saves costs less than deciding what to leave out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# One term is one sparse column; this is the compiled loop behind scipy's `matrix @ vector`, without its checks,
# which would cost more than the few thousand additions of a term.
from scipy.sparse._sparsetools import csc_matvec

from bot.domain.errors import IndexBuildError, IndexLoadError
from bot.retrieval.term_counts import TermCounts

K1 = 1.5
B = 0.75
EPSILON = 0.25
CONTRIBUTIONS_FILE = "bm25_contributions.npy"

_COLUMNS = 1024


class CompiledBm25:
    """Precomputed BM25 scores.

    Args:
        counts: the postings.
        contributions: ``float64[n_postings]``, the complete score of one occurrence of the term in a query.
    """

    def __init__(self, counts: TermCounts, contributions: NDArray[np.float64]) -> None:
        self.counts = counts
        self.terms = counts.terms
        self.document_count = len(counts.lengths)
        # Python's own integers: a query reads two of them a term, which numpy's would make the slowest part of it.
        self._starts: list[int] = counts.starts.tolist()
        self._document_ids = counts.document_ids
        self._contributions = contributions
        self._number_of = {term: number for number, term in enumerate(self.terms)}

    @classmethod
    def fit(cls, documents: Sequence[Sequence[str]]) -> CompiledBm25:
        """Fit on tokenised documents.

        Args:
            documents: the tokens of each document; row i of every score belongs to document i.

        Raises:
            IndexBuildError: there is no document, or none holds a token.
        """
        if not any(documents):
            raise IndexBuildError("没有可以索引的文字，请先导入政策文件再运行 gongyou index build")
        return cls.of_counts(TermCounts.of(documents))

    @classmethod
    def of_counts(cls, counts: TermCounts) -> CompiledBm25:
        """Finish the sums of counted documents."""
        holders = np.diff(counts.starts)
        idf = np.log(len(counts.lengths) - holders + 0.5) - np.log(holders + 0.5)
        idf = np.where(idf < 0, EPSILON * idf.mean(), idf)
        damping = K1 * (1 - B + B * counts.lengths / counts.lengths.mean())
        saturation = counts.frequencies * (K1 + 1) / (counts.frequencies + damping[counts.document_ids])
        return cls(counts, np.repeat(idf, holders) * saturation)

    def scores(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """Score every document; each occurrence of a token counts, as in `rank_bm25`.

        Returns:
            ``float64[document_count]``.
        """
        return self.weighted_scores(Counter(tokens))

    def weighted_scores(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Score every document for a query whose terms carry weights (a plain query: the number of occurrences).

        Returns:
            ``float64[document_count]``.
        """
        result = np.zeros(self.document_count)
        bounds, factor = np.zeros(2, dtype=np.int32), np.empty(1)
        for term, weight in weights.items():
            number = self._number_of.get(term)
            if number is None:
                continue
            start, stop = self._starts[number], self._starts[number + 1]
            bounds[1], factor[0] = stop - start, weight
            postings, sums = self._document_ids[start:stop], self._contributions[start:stop]
            csc_matvec(self.document_count, 1, bounds, postings, sums, factor, result)
        return result

    def top_k(
        self, tokens: Sequence[str], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The best documents, best first; equal scores by document number.

        Args:
            tokens: the query.
            k: at most so many.
            allowed: ``bool[document_count]``; documents outside are never returned. None allows all.

        Returns:
            Document numbers and their scores; only scores above zero.
        """
        return best_of(self.scores(tokens), k, allowed)

    @property
    def words(self) -> AbstractSet[str]:
        """The terms that have postings."""
        return self._number_of.keys()

    @property
    def size_bytes(self) -> int:
        """What a search reads: the postings and their sums."""
        return int(self._document_ids.nbytes + self._contributions.nbytes)

    def rarity(self) -> dict[str, float]:
        """How telling each term is: ``ln(1 + n / df)`` over the documents."""
        holders = np.diff(self.counts.starts)
        weights = np.log1p(self.document_count / holders).tolist()
        return dict(zip(self.terms, weights, strict=True))

    def save(self, folder: Path, *, prefix: str = "") -> None:
        """Write the arrays and the vocabulary, the prefix before their names; equal indexes give equal bytes."""
        self.counts.save(folder, prefix=prefix)
        np.save(folder / (prefix + CONTRIBUTIONS_FILE), self._contributions, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, *, prefix: str = "") -> CompiledBm25:
        """Read what `save` wrote; the postings stay in the file until they are touched.

        Raises:
            IndexLoadError: a file is missing or is not what it should be.
        """
        try:
            contributions = np.load(folder / (prefix + CONTRIBUTIONS_FILE), mmap_mode="r", allow_pickle=False)
            return cls(TermCounts.load(folder, prefix=prefix), contributions.view(np.ndarray))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            msg = f"索引里的关键词部分读不出来（{folder}），请重新运行 gongyou index build"
            raise IndexLoadError(msg) from error


def best_of(
    scores: NDArray[np.float64], k: int, allowed: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k highest positive scores, best first; equal scores by position."""
    if allowed is not None:
        scores = np.where(allowed, scores, 0.0)
    candidates = _candidates(scores, k)
    order = np.argsort(-scores[candidates], kind="stable")[: max(k, 0)]
    chosen = candidates[order]
    return chosen, scores[chosen]


def _candidates(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The positions, ascending, of positive scores among which the best k stand.

    The scores are dealt into columns; the k-th best of the columns' best is reached by k scores at least, and only
    columns that reach it are looked at again. A partition of all scores takes ten times as long.
    """
    rows = len(scores) // _COLUMNS
    dealt = scores[: rows * _COLUMNS].reshape(rows, _COLUMNS)
    if not 0 < k <= _COLUMNS or not rows:
        return np.flatnonzero(scores > 0)
    best = dealt.max(axis=0)
    bound = np.partition(best, _COLUMNS - k)[_COLUMNS - k]
    if bound <= 0:
        return np.flatnonzero(scores > 0)
    columns = np.flatnonzero(best >= bound)
    in_row, in_columns = np.nonzero(dealt[:, columns] >= bound)
    last = np.flatnonzero(scores[rows * _COLUMNS :] >= bound) + rows * _COLUMNS
    return np.concatenate((in_row * _COLUMNS + columns[in_columns], last))
