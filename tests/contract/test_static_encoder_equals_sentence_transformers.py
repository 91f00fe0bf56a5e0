"""The numpy path serves exactly the model that sentence-transformers loads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from bot.retrieval.encoder import StaticEncoder, presegment

FOLDER = Path(__file__).parents[2] / "indexes" / "encoder"
TEXTS = (
    "老板拖欠工资三个月不给怎么办",
    "在工地上把腿搞断了，没买工伤保险",
    "落户",
    "娃儿要转学到这边念书要啥子手续",
    "对符合条件的返乡创业农民工，给予最高20万元创业担保贷款，按规定贴息。（责任单位：区人社局、区财政局）",
    "Wi-Fi ＡＢＣ 3.5% 2023年",
    "zxqv unknown 词表里没有的token",
    "工资 工资 工资",
)


@pytest.fixture(scope="module")
def ours() -> StaticEncoder:
    return StaticEncoder(FOLDER)


@pytest.fixture(scope="module")
def theirs() -> SentenceTransformer:
    return SentenceTransformer(str(FOLDER), device="cpu", local_files_only=True)


def test_the_vectors_are_equal_in_float32(ours: StaticEncoder, theirs: SentenceTransformer) -> None:
    model = theirs.float()
    expected = model.encode([presegment(text) for text in TEXTS], normalize_embeddings=True)
    np.testing.assert_allclose(ours.encode(TEXTS), expected, atol=1e-5)


def test_the_vectors_are_as_good_as_equal_as_the_folder_loads(ours: StaticEncoder) -> None:
    model = SentenceTransformer(str(FOLDER), device="cpu", local_files_only=True)
    expected = model.encode([presegment(text) for text in TEXTS], normalize_embeddings=True).astype(np.float32)
    cosines = (ours.encode(TEXTS) * expected).sum(axis=1)
    np.testing.assert_allclose(cosines, 1.0, atol=1e-3)


def test_the_empty_text_and_one_without_a_known_token_are_zero_in_both(
    ours: StaticEncoder, theirs: SentenceTransformer
) -> None:
    texts = ["", "zxqv"]
    expected = theirs.float().encode([presegment(text) for text in texts], normalize_embeddings=True)
    assert not expected.any()
    assert not ours.encode(texts).any()


def test_the_dimensions_are_equal(ours: StaticEncoder, theirs: SentenceTransformer) -> None:
    assert ours.dimension == theirs.get_embedding_dimension() == ours.encode(["工资"]).shape[1]


def test_the_shipped_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 20_000_000
