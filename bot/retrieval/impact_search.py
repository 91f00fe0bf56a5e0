"""The best few of a large corpus by BM25: candidates by rounded impacts, then their exact scores.

Whole sums over a large corpus are held up by the memory that they read, twelve bytes a posting. What a term adds to a
document's score is therefore kept a second time as a small integer, its impact (Anh and Moffat, "Vector-space ranking
with effective early termination", 2001), and terms that many documents hold as whole rows of impacts, which are added
without looking up document numbers. Rounding is bounded, so that the few documents that may be among the best are known
for certain. Their exact scores are then summed document by document, in the order of `bot.retrieval.posting_sums`: to
the last bit what whole sums give.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse._sparsetools import csc_matvec, csr_matvec

from bot.retrieval.term_counts import TermCounts

K_MAX = 100

_IMPACT_MAX = 400
_TOKENS_MAX = np.iinfo(np.int16).max // _IMPACT_MAX
"""Impacts of that many tokens add up within sixteen bits."""
_ROW_SHARE = 1 / 8
"""A term that more of the documents hold has a row of its own."""
_COLUMNS = 2048
_ONE_OF_TWO = np.resize(np.array([1, 0], dtype=np.int16), 2 * _TOKENS_MAX)

Best = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Document numbers, best first, and their scores."""


class _ByDocument(NamedTuple):
    """The postings by document, the last document first.

    Attributes:
        bounds: ``int32[n_documents, 2]``, where the postings of each document begin and end.
        places: ``int32[n_postings]``, where the weights of the terms stand, those of frequent terms side by side, so
            that they stay in the processor's cache; the terms of a document are in descending order of their numbers.
        contributions: ``float64[n_postings]``.
    """

    bounds: NDArray[np.int32]
    places: NDArray[np.int32]
    contributions: NDArray[np.float64]


class _Scratch(NamedTuple):
    """What one search writes into.

    Attributes:
        sums: ``int16[n_documents]``, filled up to whole rows of columns.
        weights: ``float64[n_terms]`` by place, zero between searches.
    """

    sums: NDArray[np.int16]
    weights: NDArray[np.float64]


class ImpactSearch:
    """The best documents of plain queries; safe to use from several threads.

    Terms are labelled anew: those with rows come last, else in their order.

    Args:
        counts: the postings.
        contributions: ``float64[n_postings]``, what a term adds to a document's score.
    """

    def __init__(self, counts: TermCounts, contributions: NDArray[np.float64]) -> None:
        has_row = np.diff(counts.starts) > _ROW_SHARE * len(counts.lengths)
        in_order = np.argsort(has_row, kind="stable")
        self._first_row = len(in_order) - int(has_row.sum())
        self._label_of = {counts.terms[number]: label for label, number in enumerate(in_order.tolist())}
        self._ranges = np.stack((counts.starts[:-1], counts.starts[1:]), axis=1).astype(np.int32)[in_order]
        self._document_ids = np.array(counts.document_ids)  # a copy lies in large pages, the file does not
        self._impacts = np.rint(contributions * (_IMPACT_MAX / np.abs(contributions).max())).astype(np.int16)
        self._length = -(-len(counts.lengths) // _COLUMNS) * _COLUMNS
        self._rows = self._rows_of(self._ranges[self._first_row :].tolist())
        self._places = np.argsort(np.argsort(-np.diff(counts.starts), kind="stable"))[in_order]
        place_of_number = np.empty(len(in_order), dtype=np.int32)
        place_of_number[in_order] = self._places
        self._by_document = _by_document(counts, contributions, place_of_number)
        self._scratches: deque[_Scratch] = deque()

    @property
    def size_bytes(self) -> int:
        """What is held beside the postings."""
        arrays = (self._document_ids, self._impacts, *self._rows, *self._by_document)
        return sum(array.nbytes for array in arrays)

    def top_k(self, tokens: Iterable[str], k: int) -> Best | None:
        """The best documents, equal scores by document number.

        Args:
            tokens: the query; each occurrence counts.
            k: at most so many.

        Returns:
            None where impacts do not tell: a query that is too long or that few documents match, a ``k`` above `K_MAX`.
        """
        labels = [label for label in map(self._label_of.get, tokens) if label is not None]
        if not 0 < k <= K_MAX or not 0 < len(labels) <= _TOKENS_MAX:
            return None
        labels.sort(reverse=True)
        try:
            scratch = self._scratches.pop()
        except IndexError:
            scratch = _Scratch(np.empty(self._length, np.int16), np.zeros(len(self._ranges)))
        try:
            numbered = np.array(labels)
            self._add_impacts(labels, numbered, scratch.sums)
            # Each of the k documents that reach the k-th sum may owe half a unit a token to rounding, and so may any
            # other document; one more is for the rounding of the exact sums.
            found = _reaching(scratch.sums.reshape(-1, _COLUMNS), k, margin=len(labels) + 1)
            return None if found is None else self._best(found, k, numbered, scratch.weights)
        finally:
            self._scratches.append(scratch)

    def _rows_of(self, ranges: list[list[int]]) -> list[NDArray[np.int16]]:
        """The rows of terms, in one block: it lies in large pages where the system has them."""
        rows = np.zeros((len(ranges), self._length), dtype=np.int16)
        for row, (start, stop) in zip(rows, ranges, strict=True):
            row[self._document_ids[start:stop]] = self._impacts[start:stop]
        return list(rows)

    def _add_impacts(self, labels: list[int], numbered: NDArray[np.int64], sums: NDArray[np.int16]) -> None:
        """Set the sums of the impacts of every document.

        The columns of the one call for terms without rows are as in `PostingSums.of`; a repeated term is one more
        column, whose postings begin before those of the last one end: the column between them is empty, too.
        """
        first_row, every_row = self._first_row, self._rows
        rows = [every_row[label - first_row] for label in labels if label >= first_row]
        _add_rows(rows, sums)
        if len(rows) < len(labels):
            bounds = self._ranges[numbered[len(rows) :]].ravel()
            csc_matvec(len(sums), len(bounds) - 1, bounds, self._document_ids, self._impacts, _ONE_OF_TWO, sums)

    def _best(self, found: NDArray[np.int64], k: int, labels: NDArray[np.int64], weights: NDArray[np.float64]) -> Best:
        """The best of the documents found, ascending, by their exact scores.

        The rows of the call are the documents' postings and, between every two, the way from the end of one back to
        the beginning of the next, which stands further ahead: that row is empty.
        """
        places = self._places[labels]
        np.add.at(weights, places, 1.0)
        by_document = self._by_document
        bounds = by_document.bounds[found].ravel()
        sums = np.zeros(len(bounds) - 1)
        csr_matvec(len(sums), len(weights), bounds, by_document.places, by_document.contributions, weights, sums)
        weights[places] = 0
        scores = sums[::2]
        order = np.argsort(-scores, kind="stable")[:k]
        return found[order], scores[order]


def _by_document(
    counts: TermCounts, contributions: NDArray[np.float64], place_of_number: NDArray[np.int32]
) -> _ByDocument:
    by_term = (contributions, counts.document_ids, counts.starts.astype(np.int32))
    rows = sparse.csc_matrix(by_term, shape=(len(counts.lengths), len(counts.terms))).tocsr()
    bounds = (rows.nnz - rows.indptr).astype(np.int32)
    return _ByDocument(
        bounds=np.stack((bounds[1:], bounds[:-1]), axis=1),
        places=place_of_number[rows.indices[::-1]],
        contributions=rows.data[::-1].copy(),
    )


def _add_rows(rows: list[NDArray[np.int16]], sums: NDArray[np.int16]) -> None:
    """Set the sums to those of the rows."""
    if len(rows) > 1:
        np.add(rows[0], rows[1], out=sums)
        for row in rows[2:]:
            np.add(sums, row, out=sums)
    elif rows:
        np.copyto(sums, rows[0])
    else:
        sums.fill(0)


def _reaching(table: NDArray[np.int16], k: int, margin: int) -> NDArray[np.int64] | None:
    """The positions, ascending, of all sums at most a margin below the k-th, and of few others; None where zero is.

    The k-th best of the columns' best is reached by k sums at least, and only columns whose best is good enough are
    looked at again.

    Args:
        table: the sums, dealt into columns.
        k: at most the number of columns.
        margin: in units of an impact.
    """
    best = table.max(axis=0)
    ordered = best.copy()
    ordered.partition(_COLUMNS - k)
    reached = int(ordered[_COLUMNS - k]) - margin
    if reached <= 0:
        return None
    columns = (best >= reached).nonzero()[0]
    row, column = (table[:, columns] >= reached).nonzero()
    found: NDArray[np.int64] = row * _COLUMNS + columns[column]
    return found
