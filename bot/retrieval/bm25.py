"""BM25 as `rank_bm25` defines it, compiled into its finished sums.

`rank_bm25.BM25Okapi` is the definition: its idf with the epsilon floor, its average length, its k1 and b. What it
computes at query time for every document in Python is computed here once: for each term, the documents that hold it
and the whole contribution ``idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average_length))``. A query then
only adds, see `bot.retrieval.posting_sums`; the best few of a large corpus are found quicker, see
`bot.retrieval.impact_search`.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import IndexBuildError, IndexLoadError
from bot.retrieval.impact_search import ImpactSearch
from bot.retrieval.posting_sums import PostingSums, WeightedTerms, best_of
from bot.retrieval.term_counts import TermCounts

K1 = 1.5
B = 0.75
EPSILON = 0.25
CONTRIBUTIONS_FILE = "bm25_contributions.npy"

IMPACTS_FROM_DOCUMENTS = 20_000
"""Fewer documents are summed as quickly as they are."""

_POSTINGS_AT_ONCE = 32_768


class CompiledBm25:
    """Precomputed BM25 scores.

    Attributes:
        has_impacts: whether the best few are found by impacts, as of a large corpus.

    Args:
        counts: the postings.
        contributions: ``float64[n_postings]``, the complete score of one occurrence of the term in a query.
        impacts_from: so many documents are searched by impacts.
    """

    def __init__(
        self, counts: TermCounts, contributions: NDArray[np.float64], *, impacts_from: int = IMPACTS_FROM_DOCUMENTS
    ) -> None:
        self.counts = counts
        self.terms = counts.terms
        self.document_count = len(counts.lengths)
        self.contributions = contributions
        self._number_of = {term: number for number, term in enumerate(self.terms)}
        self._sums = PostingSums(counts.starts, counts.document_ids, contributions, self.document_count)
        self.has_impacts = self.document_count >= impacts_from
        self._impacts: ImpactSearch | None = None
        self._deriving = threading.Lock()

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
        contributions = np.empty(len(counts.document_ids))
        for first, last in itertools.pairwise(_term_batches(counts.starts)):
            part = slice(counts.starts[first], counts.starts[last])
            frequencies = counts.frequencies[part].astype(np.float64)
            saturation = frequencies * (K1 + 1) / (frequencies + damping[counts.document_ids[part]])
            np.multiply(np.repeat(idf[first:last], holders[first:last]), saturation, out=contributions[part])
        return cls(counts, contributions)

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
        return self._sums.of(self._numbered(weights))

    def top_k(
        self, tokens: Sequence[str], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The best documents, best first; equal scores by document number.

        The first search of a large corpus also derives its impacts, see `prepare_top_k`.

        Args:
            tokens: the query.
            k: at most so many.
            allowed: ``bool[document_count]``; documents outside are never returned. None allows all.

        Returns:
            Document numbers and their scores; only scores above zero.
        """
        if self.has_impacts and allowed is None:
            found = (self._impacts or self.prepare_top_k()).top_k(tokens, k)
            if found is not None:
                return found
        return best_of(self.scores(tokens), k, allowed)

    def prepare_top_k(self) -> ImpactSearch:
        """Derive the impacts now: 0.2 s and 136 MB for 60,000 documents.

        They are not kept in the files, since only those who search by words alone need them: the retriever wants the
        score of every clause.
        """
        with self._deriving:
            if self._impacts is None:
                self._impacts = ImpactSearch(self.counts, self.contributions)
            return self._impacts

    @property
    def words(self) -> AbstractSet[str]:
        """The terms that have postings."""
        return self._number_of.keys()

    @property
    def size_bytes(self) -> int:
        """What a search reads: the postings and their sums."""
        return self._sums.size_bytes

    def rarity(self) -> dict[str, float]:
        """How telling each term is: ``ln(1 + n / df)`` over the documents."""
        holders = np.diff(self.counts.starts)
        weights = np.log1p(self.document_count / holders).tolist()
        return dict(zip(self.terms, weights, strict=True))

    def save(self, folder: Path, *, prefix: str = "") -> None:
        """Write the arrays and the vocabulary, the prefix before their names; equal indexes give equal bytes."""
        self.counts.save(folder, prefix=prefix)
        np.save(folder / (prefix + CONTRIBUTIONS_FILE), self.contributions, allow_pickle=False)

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

    def _numbered(self, weights: Mapping[str, float]) -> WeightedTerms:
        number_of = self._number_of.get
        known = [(number, weight) for term, weight in weights.items() if (number := number_of(term)) is not None]
        return sorted(known, reverse=True)


def _term_batches(starts: NDArray[np.int64]) -> list[int]:
    """Terms between which some ten thousand postings lie: what is worked out on the way stays in the cache."""
    steps = np.searchsorted(starts, np.arange(0, starts[-1], _POSTINGS_AT_ONCE), side="right") - 1
    return [*np.unique(steps).tolist(), len(starts) - 1]
