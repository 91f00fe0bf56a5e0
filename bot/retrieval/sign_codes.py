"""Vectors as bits: nearness estimated from a sixteenth of the memory that whole vectors take.

Each bit says on which side of a plane through the middle of all vectors one of them lies; the share of bits in which
two vectors differ estimates the angle between them (SimHash; Charikar, "Similarity estimation techniques from rounding
algorithms", 2002). The planes are those of the coordinates, and of the sums and differences of each two that lie half a
vector apart, so that no product of matrices is needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SAMPLE = 8192
_ENCODED_AT_ONCE = 8192
_COMPARED_AT_ONCE = 16_384
"""Vectors: what is worked on stays in the cache of a core."""
_WORD_BITS = 64


class SignCodes:
    """The codes of an index's vectors; safe to use from several threads.

    Args:
        vectors: ``float32[n, dimension]``, L2-normalised, at least one; may lie in a file.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        count, dimension = vectors.shape
        self._middle = vectors[:: max(1, count // _SAMPLE)].mean(axis=0)
        bits = dimension + 2 * (dimension // 2)
        self._words = np.empty((-(-bits // _WORD_BITS), count), dtype=np.uint64)
        for start in range(0, count, _ENCODED_AT_ONCE):
            part = slice(start, start + _ENCODED_AT_ONCE)
            self._words[:, part] = self._encoded(vectors[part]).T
        self._cosine_of = np.cos(np.pi * np.arange(bits + 1) / bits)

    @property
    def size_bytes(self) -> int:
        """What a search reads."""
        return int(self._words.nbytes)

    def distances(self, vector: NDArray[np.float32]) -> NDArray[np.uint16]:
        """``uint16[n]``: in how many bits each vector differs from one that is given."""
        words = self._encoded(vector[None]).T
        result = np.empty(self._words.shape[1], dtype=np.uint16)
        for start in range(0, len(result), _COMPARED_AT_ONCE):
            part = slice(start, start + _COMPARED_AT_ONCE)
            differing = np.bitwise_count(self._words[:, part] ^ words)
            np.add.reduce(differing, axis=0, dtype=np.uint16, out=result[part])
        return result

    def cosines(self, distances: NDArray[np.uint16], at_most: float = 1.0) -> NDArray[np.float64]:
        """``float64``, as many: the estimated cosines, none above a value."""
        estimates: NDArray[np.float64] = np.minimum(self._cosine_of, at_most).take(distances)
        return estimates

    def _encoded(self, vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
        """``uint64[n, n_words]``; bits beyond the last are 0 in every code."""
        around = vectors - self._middle
        dimension, half = around.shape[1], around.shape[1] // 2
        first, second = around[:, :half], around[:, half : 2 * half]
        bits = np.zeros((len(around), len(self._words) * _WORD_BITS), dtype=np.bool_)
        np.greater(around, 0, out=bits[:, :dimension])
        np.greater(first, -second, out=bits[:, dimension : dimension + half])
        np.greater(first, second, out=bits[:, dimension + half : dimension + 2 * half])
        return np.packbits(bits, axis=1).view(np.uint64)
