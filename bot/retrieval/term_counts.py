"""Which document holds which term how often, in the order in which queries read it: by term, then by document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
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
        frequencies: ``uint8[n_postings]``, how often the term stands in the document; wider where that is above 255.
        lengths: ``int64[n_documents]``, tokens of each document.
    """

    terms: tuple[str, ...]
    starts: NDArray[np.int64]
    document_ids: NDArray[np.int32]
    frequencies: NDArray[np.unsignedinteger[Any]]
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
        held, gained = np.zeros((2, len(terms)), dtype=np.int64)
        held[rank_here], gained[rank_fresh] = np.diff(self.starts), np.diff(fresh.starts)
        gone = np.flatnonzero((self.document_ids >= start) & (self.document_ids < stop))
        lost = np.bincount(rank_here[np.searchsorted(self.starts, gone, side="right") - 1], minlength=len(terms))
        exchange = _Exchange.of(self.document_ids, held, lost, gained, start)
        is_held = held - lost + gained > 0
        return TermCounts(
            terms=tuple(compress(terms, is_held)),
            starts=np.concatenate(([0], np.cumsum((held - lost + gained)[is_held]))).astype(np.int64),
            document_ids=exchange.applied(
                _moved(self.document_ids, stop, len(documents) - (stop - start)), fresh.document_ids + np.int32(start)
            ),
            frequencies=_narrow(exchange.applied(self.frequencies, fresh.frequencies)),
            lengths=np.concatenate((self.lengths[:start], fresh.lengths, self.lengths[stop:])),
        )

    def save(self, folder: Path, *, prefix: str = "") -> None:
        """Write the arrays and the vocabulary, the prefix before their names; equal counts give equal bytes."""
        for name in _ARRAYS:
            np.save(folder / f"{prefix}bm25_{name}.npy", getattr(self, name), allow_pickle=False)
        (folder / (prefix + VOCABULARY_FILE)).write_bytes(orjson.dumps(self.terms))

    @classmethod
    def load(cls, folder: Path, *, prefix: str = "") -> TermCounts:
        """Read what `save` wrote; the arrays stay in the file until they are touched.

        Raises:
            OSError, ValueError: a file is missing or is not what it should be.
        """
        terms = tuple(orjson.loads((folder / (prefix + VOCABULARY_FILE)).read_bytes()))
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
            frequencies=_narrow(by_term.data),
            lengths=lengths,
        )


def _united(here: Sequence[str], fresh: Iterable[str]) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32]]:
    """Two sorted vocabularies as one, and where the terms of each stand in it."""
    fresh = tuple(fresh)
    terms = sorted({*here, *fresh})
    number_of = {term: number for number, term in enumerate(terms)}
    of_here = np.array([number_of[term] for term in here], dtype=np.int32)
    return terms, of_here, np.array([number_of[term] for term in fresh], dtype=np.int32)


class _Exchange(NamedTuple):
    """Which postings give way to which fresh ones.

    The documents that go stand side by side, and so do those that come: a term has all of either in one place.

    Attributes:
        cuts: where postings go, ``(first, one past the last)``, ascending.
        inserts: the fresh postings that come there, in the same form.
    """

    cuts: list[tuple[int, int]]
    inserts: list[tuple[int, int]]

    @classmethod
    def of(
        cls,
        document_ids: NDArray[np.int32],
        held: NDArray[np.int64],
        lost: NDArray[np.int64],
        gained: NDArray[np.int64],
        first_document: int,
    ) -> _Exchange:
        """Find the places: of each term how many postings there are, how many of them go, and how many come."""
        touched = np.flatnonzero(lost + gained)
        ends, fresh_ends = np.cumsum(held)[touched].tolist(), np.cumsum(gained)[touched].tolist()
        cuts, inserts = [], []
        for end, fresh_end, many, going, coming in zip(
            ends, fresh_ends, held[touched].tolist(), lost[touched].tolist(), gained[touched].tolist(), strict=True
        ):
            place = end - many + int(document_ids[end - many : end].searchsorted(first_document))
            cuts.append((place, place + going))
            inserts.append((fresh_end - coming, fresh_end))
        return cls(cuts, inserts)

    def applied(self, postings: NDArray[Any], fresh: NDArray[Any]) -> NDArray[Any]:
        """The postings with the fresh ones in place of those that go."""
        parts, done = [], 0
        for (first, last), (first_fresh, last_fresh) in zip(self.cuts, self.inserts, strict=True):
            parts += [postings[done:first], fresh[first_fresh:last_fresh]]
            done = last
        return np.concatenate([*parts, postings[done:]])


def _moved(document_ids: NDArray[np.int32], first: int, by: int) -> NDArray[np.int32]:
    """The numbers, from one on moved up or down."""
    return document_ids + np.where(document_ids >= first, np.int32(by), np.int32(0)) if by else document_ids


def _narrow(frequencies: NDArray[Any]) -> NDArray[Any]:
    """The frequencies in the smallest type that holds them, one byte or two."""
    return frequencies.astype(np.min_scalar_type(int(frequencies.max(initial=0))))
