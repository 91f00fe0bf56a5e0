"""Which document holds which term how often, in the order in which queries read it: by term, then by document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

VOCABULARY_FILE = "bm25_vocabulary.json"
_ARRAYS = ("starts", "document_ids", "frequencies", "lengths")


@dataclass(frozen=True, slots=True)
class TermCounts:
    """The postings of a corpus; a pure function of its documents, however it came about.

    Attributes:
        terms: the vocabulary, sorted; term ``t`` owns the postings ``starts[t]:starts[t + 1]``, at least one.
        starts: ``int64[n_terms + 1]``.
        document_ids: ``int32[n_postings]``, ascending within a term.
        frequencies: ``int32[n_postings]``, how often the term stands in the document.
        lengths: ``int64[n_documents]``, tokens of each document.
    """

    terms: tuple[str, ...]
    starts: NDArray[np.int64]
    document_ids: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> TermCounts:
        """Count the terms of tokenised documents; row i is document i."""
        number_of: dict[str, int] = {}
        met = np.fromiter(
            (number_of.setdefault(token, len(number_of)) for token in chain.from_iterable(documents)), dtype=np.int32
        )
        terms = sorted(number_of)
        rank = np.empty(len(terms), dtype=np.int32)
        rank[[number_of[term] for term in terms]] = np.arange(len(terms), dtype=np.int32)
        lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
        bounds = np.concatenate(([0], np.cumsum(lengths)))
        ones = np.ones(len(met), dtype=np.int32)
        matrix = sparse.csr_matrix((ones, rank[met], bounds), shape=(len(documents), len(terms)))
        matrix.sum_duplicates()
        return cls._of_matrix(tuple(terms), matrix, lengths)

    def with_rows(self, start: int, stop: int, documents: Sequence[Sequence[str]]) -> TermCounts:
        """The counts with some documents in place of those at ``start:stop``; the later ones move up or down.

        Takes time for copying the arrays, not for counting the other documents again.
        """
        fresh = TermCounts.of(documents)
        terms, rank_here, rank_fresh = _united(self.terms, fresh.terms)
        gone = np.flatnonzero((self.document_ids >= start) & (self.document_ids < stop))
        counts = np.zeros(len(terms), dtype=np.int64)
        counts[rank_here] = np.diff(self.starts)
        counts -= np.bincount(rank_here[np.searchsorted(self.starts, gone, side="right") - 1], minlength=len(terms))
        document_ids = np.delete(self.document_ids, gone)
        moved_by = len(documents) - (stop - start)
        if moved_by:
            document_ids += np.where(document_ids >= stop, np.int32(moved_by), np.int32(0))
        places = _places(np.concatenate(([0], np.cumsum(counts))), document_ids, rank_fresh, fresh, start)
        counts[rank_fresh] += np.diff(fresh.starts)
        held = counts > 0
        return TermCounts(
            terms=tuple(term for term, is_held in zip(terms, held.tolist(), strict=True) if is_held),
            starts=np.concatenate(([0], np.cumsum(counts[held]))).astype(np.int64),
            document_ids=np.insert(document_ids, places, fresh.document_ids + np.int32(start)),
            frequencies=np.insert(np.delete(self.frequencies, gone), places, fresh.frequencies),
            lengths=np.concatenate((self.lengths[:start], fresh.lengths, self.lengths[stop:])),
        )

    def save(self, folder: Path, *, prefix: str = "") -> None:
        """Write the arrays and the vocabulary, the prefix before their names; equal counts give equal bytes."""
        for name in _ARRAYS:
            np.save(folder / f"{prefix}bm25_{name}.npy", getattr(self, name), allow_pickle=False)
        text = json.dumps(self.terms, ensure_ascii=False, separators=(",", ":"))
        (folder / (prefix + VOCABULARY_FILE)).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, prefix: str = "") -> TermCounts:
        """Read what `save` wrote; the arrays stay in the file until they are touched.

        Raises:
            OSError, ValueError: a file is missing or is not what it should be.
        """
        terms = tuple(json.loads((folder / (prefix + VOCABULARY_FILE)).read_text(encoding="utf-8")))
        arrays = {
            name: np.load(folder / f"{prefix}bm25_{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
            for name in _ARRAYS
        }
        return cls(terms, **arrays)

    @classmethod
    def _of_matrix(cls, terms: tuple[str, ...], matrix: sparse.csr_matrix, lengths: NDArray[np.int64]) -> TermCounts:
        by_term = matrix.tocsc()
        by_term.sort_indices()
        return cls(
            terms=terms,
            starts=by_term.indptr.astype(np.int64),
            document_ids=by_term.indices.astype(np.int32),
            frequencies=by_term.data.astype(np.int32),
            lengths=lengths,
        )


def _united(here: Sequence[str], fresh: Iterable[str]) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32]]:
    """Two sorted vocabularies as one, and where the terms of each stand in it."""
    fresh = tuple(fresh)
    terms = sorted({*here, *fresh})
    number_of = {term: number for number, term in enumerate(terms)}
    of_here = np.array([number_of[term] for term in here], dtype=np.int32)
    return terms, of_here, np.array([number_of[term] for term in fresh], dtype=np.int32)


def _places(
    starts: NDArray[np.int64],
    document_ids: NDArray[np.int32],
    ranks: NDArray[np.int32],
    fresh: TermCounts,
    first_document: int,
) -> NDArray[np.int64]:
    """Where the postings of fresh documents, numbered from ``first_document`` on, belong among the others.

    The fresh documents stand side by side, so that all of a term's fresh postings go to one place.
    """
    bounds = zip(starts[ranks].tolist(), starts[ranks + 1].tolist(), strict=True)
    place_of_term = [start + int(np.searchsorted(document_ids[start:stop], first_document)) for start, stop in bounds]
    return np.repeat(np.array(place_of_term, dtype=np.int64), np.diff(fresh.starts))
