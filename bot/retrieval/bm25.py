"""BM25 fitted by `rank_bm25` and compiled into its finished sums.

`rank_bm25.BM25Okapi` is the definition: its idf with the epsilon floor, its average length, its k1 and b. What it
computes at query time for every document in Python is computed here once: for each term, the documents that hold it
and the whole contribution ``idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average_length))``. A query then
only adds slices.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from bot.domain.errors import IndexBuildError, IndexLoadError

K1 = 1.5
B = 0.75
EPSILON = 0.25
ARRAYS_FILE = "bm25.npz"
VOCABULARY_FILE = "bm25_vocabulary.json"

_DENSE_SHARE = 1 / 16
"""Terms in more than this share of documents are kept as whole rows as well: adding a row beats scattering."""
_DENSE_TERMS_MAX = 192


class CompiledBm25:
    """Precomputed BM25 scores.

    Args:
        terms: the vocabulary; term ``t`` owns the postings ``starts[t]:starts[t + 1]``.
        starts: ``int64[n_terms + 1]``.
        document_ids: ``int32[n_postings]``, ascending within a term.
        contributions: ``float64[n_postings]``, the complete score of one occurrence of the term in a query.
        document_count: number of documents.
    """

    def __init__(
        self,
        terms: Sequence[str],
        starts: NDArray[np.int64],
        document_ids: NDArray[np.int32],
        contributions: NDArray[np.float64],
        document_count: int,
    ) -> None:
        self.terms = tuple(terms)
        self.document_count = document_count
        self._starts = starts
        self._document_ids = document_ids
        self._contributions = contributions
        self._number_of = {term: number for number, term in enumerate(self.terms)}
        self._dense_rows = self._frequent_rows()

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
        return cls.compile(BM25Okapi([list(tokens) for tokens in documents], k1=K1, b=B, epsilon=EPSILON))

    @classmethod
    def compile(cls, fitted: BM25Okapi) -> CompiledBm25:
        """Turn a fitted `rank_bm25.BM25Okapi` into its finished sums."""
        number_of = {term: number for number, term in enumerate(fitted.idf)}
        lengths = np.asarray(fitted.doc_len, dtype=np.float64)
        counts = np.fromiter((len(frequencies) for frequencies in fitted.doc_freqs), dtype=np.int64)
        total = int(counts.sum())
        term_numbers = np.fromiter(
            (number_of[term] for frequencies in fitted.doc_freqs for term in frequencies), dtype=np.int64, count=total
        )
        frequencies = np.fromiter(
            (tf for frequencies in fitted.doc_freqs for tf in frequencies.values()), dtype=np.float64, count=total
        )
        document_ids = np.repeat(np.arange(len(lengths), dtype=np.int32), counts)
        idf = np.fromiter(fitted.idf.values(), dtype=np.float64)
        damping = fitted.k1 * (1 - fitted.b + fitted.b * lengths / fitted.avgdl)
        saturation = frequencies * (fitted.k1 + 1) / (frequencies + damping[document_ids])
        contributions = idf[term_numbers] * saturation
        order = np.argsort(term_numbers, kind="stable")
        starts = np.zeros(len(idf) + 1, dtype=np.int64)
        np.cumsum(np.bincount(term_numbers, minlength=len(idf)), out=starts[1:])
        return cls(list(number_of), starts, document_ids[order], contributions[order], len(lengths))

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
        document_ids, contributions = [], []
        for term, weight in weights.items():
            number = self._number_of.get(term)
            if number is None:
                continue
            row = self._dense_rows.get(number)
            if row is not None:
                result += row if weight == 1 else row * weight
                continue
            postings = slice(self._starts[number], self._starts[number + 1])
            part = self._contributions[postings]
            document_ids.append(self._document_ids[postings])
            contributions.append(part if weight == 1 else part * weight)
        if document_ids:
            # One pass over all postings: a call a term would cost more than its few documents.
            result += np.bincount(
                np.concatenate(document_ids), np.concatenate(contributions), minlength=self.document_count
            )
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

    def save(self, folder: Path, *, prefix: str = "") -> None:
        """Write the arrays and the vocabulary, the prefix before their names; equal indexes give equal bytes."""
        np.savez(
            folder / (prefix + ARRAYS_FILE),
            starts=self._starts,
            document_ids=self._document_ids,
            contributions=self._contributions,
            document_count=np.asarray(self.document_count, dtype=np.int64),
        )
        text = json.dumps(self.terms, ensure_ascii=False, separators=(",", ":"))
        (folder / (prefix + VOCABULARY_FILE)).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, prefix: str = "") -> CompiledBm25:
        """Read what `save` wrote.

        Raises:
            IndexLoadError: a file is missing or is not what it should be.
        """
        try:
            terms = json.loads((folder / (prefix + VOCABULARY_FILE)).read_text(encoding="utf-8"))
            with np.load(folder / (prefix + ARRAYS_FILE), allow_pickle=False) as arrays:
                return cls(
                    terms,
                    arrays["starts"],
                    arrays["document_ids"],
                    arrays["contributions"],
                    int(arrays["document_count"]),
                )
        except (OSError, ValueError, KeyError) as error:
            msg = f"索引里的关键词部分读不出来（{folder}），请重新运行 gongyou index build"
            raise IndexLoadError(msg) from error

    def _frequent_rows(self) -> dict[int, NDArray[np.float64]]:
        sizes = np.diff(self._starts)
        frequent = np.flatnonzero(sizes > self.document_count * _DENSE_SHARE)
        frequent = frequent[np.argsort(-sizes[frequent], kind="stable")][:_DENSE_TERMS_MAX]
        rows: dict[int, NDArray[np.float64]] = {}
        for number in frequent.tolist():
            postings = slice(self._starts[number], self._starts[number + 1])
            row = np.zeros(self.document_count)
            row[self._document_ids[postings]] = self._contributions[postings]
            rows[number] = row
        return rows


def best_of(
    scores: NDArray[np.float64], k: int, allowed: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k highest positive scores, best first; equal scores by position."""
    eligible = scores > 0 if allowed is None else (scores > 0) & allowed
    candidates = np.flatnonzero(eligible)
    if k < candidates.size:
        values = scores[candidates]
        threshold = np.partition(values, candidates.size - k)[candidates.size - k]
        candidates = candidates[values >= threshold]
    order = np.argsort(-scores[candidates], kind="stable")[: max(k, 0)]
    chosen = candidates[order]
    return chosen, scores[chosen]
