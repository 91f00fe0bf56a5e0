"""Learning from pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from bot.retrieval.contrastive import (
    ContrastiveLearner,
    PairBatch,
    TokenRows,
    _sparse_times_dense,
    encode_rows,
    token_counts,
)

VOCABULARY, DIMENSION = 12, 6


def rows(*numbers: int) -> TokenRows:
    return np.array(numbers, dtype=np.int32)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # these sums are too small to share
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def table() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((VOCABULARY, DIMENSION)).astype(np.float32) * 0.02


@pytest.fixture
def batch() -> PairBatch:
    return PairBatch([rows(0, 1), rows(2), rows(3, 4)], [rows(5, 6), rows(7, 7), rows(8)], np.array([1, 2, 3]))


def loss_by_definition(table: np.ndarray, batch: PairBatch, temperature: float) -> float:
    left, right = encode_rows(table, batch.left), encode_rows(table, batch.right)
    scores = left @ right.T / temperature
    for i in range(len(left)):
        for j in range(len(left)):
            if i != j and batch.same[i] == batch.same[j]:
                scores[i, j] = -np.inf
    square = scores[:, : len(left)]
    forth = -np.diag(square) + np.log(np.exp(scores).sum(axis=1))
    back = -np.diag(square) + np.log(np.exp(square).sum(axis=0))
    return float((forth.mean() + back.mean()) / 2)


def test_token_counts_keep_repeats_and_name_their_rows() -> None:
    counts, columns = token_counts([rows(4, 2, 4), rows(), rows(2)])
    assert columns.tolist() == [2, 4]
    assert counts.toarray().tolist() == [[1, 2], [0, 0], [1, 0]]


def test_a_text_is_the_normalised_sum_of_its_token_vectors(table: np.ndarray) -> None:
    vectors = encode_rows(table, [rows(3, 5, 5), rows()])
    expected = table[3] + 2 * table[5]
    np.testing.assert_allclose(vectors[0], expected / np.linalg.norm(expected), rtol=1e-5)
    assert not vectors[1].any()


@pytest.mark.parametrize("same", [[1, 2, 3], [1, 1, 3]])
def test_the_loss_is_the_in_batch_softmax_in_both_directions(
    table: np.ndarray, batch: PairBatch, same: list[int]
) -> None:
    batch = PairBatch(batch.left, [*batch.right, rows(9), rows(10, 11)], np.array(same))
    learner = ContrastiveLearner(table, temperature=0.5, learning_rate=1e-3)
    assert learner.step(batch) == pytest.approx(loss_by_definition(table, batch, 0.5), rel=1e-4)


def test_the_first_step_goes_down_the_slope_of_the_loss(table: np.ndarray, batch: PairBatch) -> None:
    learner = ContrastiveLearner(table, temperature=0.5, learning_rate=1e-4)
    learner.step(batch)
    moved = learner.table - table
    for row, column in ((0, 0), (5, 2), (7, 4)):
        higher = table.copy()
        higher[row, column] += 1e-3
        slope = loss_by_definition(higher, batch, 0.5) - loss_by_definition(table, batch, 0.5)
        assert np.sign(moved[row, column]) == -np.sign(slope)


def test_tokens_outside_the_batch_stay_where_they_are(table: np.ndarray, batch: PairBatch) -> None:
    learner = ContrastiveLearner(table, temperature=0.05, learning_rate=1e-2)
    for _ in range(3):
        learner.step(batch)
    np.testing.assert_array_equal(learner.table[[9, 10, 11]], table[[9, 10, 11]])
    assert (learner.table[:9] != table[:9]).all()


def test_learning_brings_the_two_sides_of_each_pair_together(table: np.ndarray, batch: PairBatch) -> None:
    learner = ContrastiveLearner(table, temperature=0.05, learning_rate=1e-2)
    before = loss_by_definition(table, batch, 0.05)
    for _ in range(15):
        learner.step(batch)
    scores = encode_rows(learner.table, batch.left) @ encode_rows(learner.table, batch.right).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
    assert loss_by_definition(learner.table, batch, 0.05) < before / 10


def test_the_callers_table_is_left_alone(table: np.ndarray, batch: PairBatch) -> None:
    before = table.copy()
    ContrastiveLearner(table, temperature=0.05, learning_rate=1e-2).step(batch)
    np.testing.assert_array_equal(table, before)


def test_the_sparse_product_has_the_gradient_of_the_dense_one() -> None:
    counts, _ = token_counts([rows(0, 1, 1), rows(2), rows(0, 2)])
    vectors = torch.randn((3, 4), generator=torch.Generator().manual_seed(0), requires_grad=True)
    weights = torch.arange(12.0).reshape(3, 4)
    (_sparse_times_dense(vectors, counts) * weights).sum().backward()
    expected = torch.from_numpy(counts.toarray()).T @ weights
    np.testing.assert_allclose(vectors.grad, expected)
