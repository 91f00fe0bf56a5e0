"""The clauses of an index on disk, read one at a time: a large corpus costs neither start-up time nor memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
import orjson
from numpy.typing import NDArray

from bot.domain.policy import Clause
from bot.retrieval.index_rows import clause_of, clause_row

CLAUSES_FILE = "clauses.jsonl"
OFFSETS_FILE = "clause_offsets.npy"
NUMBERED_FILE = "clause_is_numbered.npy"
DOCUMENT_NUMBERS_FILE = "clause_document_numbers.npy"
CLAUSES_KEPT = 1024
"""Clauses that were found lately; a few MB."""


class StoredClauses(Sequence[Clause]):
    """The clauses of one build, decoded when asked for.

    Attributes:
        is_numbered: ``bool[n_clauses]``.
        document_numbers: ``int32[n_clauses]``, the position of each clause's document in the list of documents.

    Raises:
        OSError, ValueError: a file is missing or is not what it should be.
    """

    def __init__(self, folder: Path) -> None:
        with (folder / CLAUSES_FILE).open("rb") as file:
            self._rows = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._clause = lru_cache(CLAUSES_KEPT)(self._decoded)
        self._offsets: NDArray[np.int64] = _read(folder / OFFSETS_FILE)
        self.is_numbered: NDArray[np.bool_] = _read(folder / NUMBERED_FILE)
        self.document_numbers: NDArray[np.int32] = _read(folder / DOCUMENT_NUMBERS_FILE)
        if not len(self._offsets) == len(self.is_numbered) + 1 == len(self.document_numbers) + 1:
            msg = f"the columns of {folder} differ in length"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.is_numbered)

    @overload
    def __getitem__(self, index: int) -> Clause: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Clause]: ...
    def __getitem__(self, index: int | slice) -> Clause | Sequence[Clause]:
        if isinstance(index, slice):
            return tuple(self[number] for number in range(*index.indices(len(self))))
        return self._clause(range(len(self))[index])

    def __iter__(self) -> Iterator[Clause]:
        return map(self._decoded, range(len(self)))

    def _decoded(self, number: int) -> Clause:
        return clause_of(orjson.loads(self.raw(number, number + 1)))

    def raw(self, start: int, stop: int) -> bytes:
        """The stored lines of the clauses ``start:stop``."""
        return self._rows[int(self._offsets[start]) : int(self._offsets[stop])]

    def line_lengths(self) -> NDArray[np.int64]:
        """``int64[n_clauses]``, bytes of each stored line."""
        return np.diff(self._offsets).astype(np.int64)

    def span_of(self, document_number: int) -> tuple[int, int]:
        """First clause of a document and one past its last; where it has none, twice where they would stand."""
        start, stop = np.searchsorted(self.document_numbers, (document_number, document_number + 1))
        return int(start), int(stop)


def clause_lines(clauses: Iterable[Clause]) -> list[bytes]:
    """The clauses as stored lines."""
    return [
        orjson.dumps(clause_row(clause), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for clause in clauses
    ]


def save_clauses(
    folder: Path,
    parts: Sequence[bytes],
    line_lengths: NDArray[np.int64],
    is_numbered: NDArray[np.bool_],
    document_numbers: NDArray[np.int32],
) -> None:
    """Write stored lines and their columns.

    Args:
        folder: of the build.
        parts: the lines in order, in pieces of any size.
        line_lengths: ``int64[n_clauses]``, bytes of each line.
        is_numbered: ``bool[n_clauses]``.
        document_numbers: ``int32[n_clauses]``, ascending.
    """
    with (folder / CLAUSES_FILE).open("wb") as file:
        file.writelines(parts)
    np.save(folder / OFFSETS_FILE, np.concatenate(([0], np.cumsum(line_lengths))).astype(np.int64))
    np.save(folder / NUMBERED_FILE, is_numbered.astype(np.bool_))
    np.save(folder / DOCUMENT_NUMBERS_FILE, document_numbers.astype(np.int32))


def _read(path: Path) -> Any:  # noqa: ANN401 - the caller knows which array it is
    return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
