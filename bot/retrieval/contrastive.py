"""Learning token vectors from pairs of texts that belong together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from bot.retrieval.encoder import l2_normalised

TokenRows = NDArray[np.int32]
"""``int32[n_tokens]``: the rows of a text's known tokens, in the text's order, repeats kept."""

_NEVER = -1e4
_ENCODE_BATCH = 4096


@dataclass(frozen=True)
class PairBatch:
    """Texts that belong together, row by row.

    Attributes:
        left: one side, e.g. questions.
        right: the other side, e.g. articles; further rows beyond ``left``'s number are wrong answers for all.
        same: equal numbers mark rows of ``right[:len(left)]`` that answer alike, so none counts as wrong for the other.
    """

    left: Sequence[TokenRows]
    right: Sequence[TokenRows]
    same: NDArray[np.int64]


class ContrastiveLearner:
    """A table of token vectors that learns to bring the two sides of a pair together.

    The loss is the in-batch softmax over cosines in both directions (InfoNCE; van den Oord et al. 2018,
    arXiv:1807.03748), the optimiser lazy Adam over the rows that a batch touches.

    Args:
        table: ``float32[vocabulary, dimension]``, the start; copied.
        temperature: divides the cosines.
        learning_rate: of Adam, for a table whose components are about 0.02.
    """

    def __init__(self, table: NDArray[np.float32], *, temperature: float, learning_rate: float) -> None:
        torch_: Any = torch  # parts of torch are untyped
        self._embedding = torch_.nn.Embedding.from_pretrained(torch.from_numpy(table.copy()), freeze=False, sparse=True)
        self._optimiser = torch_.optim.SparseAdam(list(self._embedding.parameters()), lr=learning_rate)
        self._learning_rate = learning_rate
        self._temperature = temperature

    @property
    def table(self) -> NDArray[np.float32]:
        """``float32[vocabulary, dimension]`` as learned so far (a view)."""
        table: NDArray[np.float32] = self._embedding.weight.detach().numpy()
        return table

    def step(self, batch: PairBatch, *, rate: float = 1.0) -> float:
        """Learn from one batch.

        Args:
            batch: the pairs.
            rate: multiplies the learning rate.

        Returns:
            The loss before the step, in nats.
        """
        counts, rows = token_counts([*batch.left, *batch.right])
        summed = _sparse_times_dense(self._embedding(torch.from_numpy(rows)), counts)
        vectors = torch.nn.functional.normalize(summed, dim=1)
        loss: Any = self._loss(vectors[: len(batch.left)], vectors[len(batch.left) :], torch.from_numpy(batch.same))
        self._optimiser.param_groups[0]["lr"] = self._learning_rate * rate
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        return float(loss.item())

    def _loss(self, left: torch.Tensor, right: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        scores = left @ right.T / self._temperature
        alike = same[:, None] == same[None, :]
        alike.fill_diagonal_(fill_value=False)
        extra = torch.zeros((len(left), len(right) - len(left)), dtype=torch.bool)
        scores = scores.masked_fill(torch.cat([alike, extra], dim=1), _NEVER)
        target = torch.arange(len(left))
        forth = torch.nn.functional.cross_entropy(scores, target)
        back = torch.nn.functional.cross_entropy(scores[:, : len(left)].T, target)
        return (forth + back) / 2


def token_counts(texts: Sequence[TokenRows]) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """Texts as counts over the tokens that occur in them.

    Returns:
        ``csr float32[len(texts), n_rows]`` and ``int64[n_rows]``, the table's row of each column, ascending.
    """
    ends = np.cumsum([0, *(len(text) for text in texts)])
    rows, columns = np.unique(np.concatenate([np.zeros(0, np.int32), *texts]), return_inverse=True)
    ones = np.ones(len(columns), dtype=np.float32)
    counts = sparse.csr_matrix((ones, columns, ends), shape=(len(texts), len(rows)))
    counts.sum_duplicates()
    return counts, rows.astype(np.int64)


def encode_rows(table: NDArray[np.float32], texts: Sequence[TokenRows]) -> NDArray[np.float32]:
    """``float32[len(texts), dimension]``: each text's mean token vector, L2-normalised; zero for an empty text."""
    vectors = np.zeros((len(texts), table.shape[1]), dtype=np.float32)
    for start in range(0, len(texts), _ENCODE_BATCH):
        counts, rows = token_counts(texts[start : start + _ENCODE_BATCH])
        vectors[start : start + counts.shape[0]] = counts @ table[rows]
    return l2_normalised(vectors)


class _SparseTimesDense(torch.autograd.Function):
    """``counts @ rows`` with a gradient for the rows: one pass over a batch's tokens, without a copy of each vector."""

    @staticmethod
    def forward(ctx: Any, rows: torch.Tensor, counts: sparse.csr_matrix) -> torch.Tensor:  # noqa: ANN401
        ctx.counts = counts
        return _as_torch(counts) @ rows

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:  # noqa: ANN401
        return _as_torch(ctx.counts.T.tocsr()) @ gradient.contiguous(), None


def _sparse_times_dense(rows: torch.Tensor, counts: sparse.csr_matrix) -> torch.Tensor:
    function: Any = _SparseTimesDense
    product: torch.Tensor = function.apply(rows, counts)
    return product


def _as_torch(matrix: sparse.csr_matrix) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls its CSR support beta, once per process
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data),
            size=matrix.shape,
        )
