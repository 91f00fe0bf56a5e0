"""Loading encoders and what their vectors promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from bot.domain.errors import EncoderError
from bot.ports import Encoder
from bot.retrieval.encoder import (
    MARKER_FILE,
    SentenceTransformerEncoder,
    StaticEncoder,
    l2_normalised,
    load_encoder,
    presegment,
)
from bot.retrieval.encoder_folder import save_encoder

TOKENS = ("工资", "拖欠", "保险", "工", "资")
DIMENSION = 8
ROOT = Path(__file__).parents[3]


def save(folder: Path, seed: int = 0) -> Path:
    table = np.random.default_rng(seed).standard_normal((len(TOKENS), DIMENSION)).astype(np.float32)
    save_encoder(folder, TOKENS, table, {"name": "small"})
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("models") / "encoder")


@pytest.fixture(scope="module")
def foreign_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "foreign"
    tokenizer = Tokenizer(WordLevel({"?": 0, "拖欠": 1, "工资": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    weights = np.random.default_rng(1).standard_normal((3, DIMENSION)).astype(np.float32)
    weights[0] = 0
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu")
    model.save(str(path), create_model_card=False)
    return path


def test_our_folder_is_served_by_numpy_and_any_other_by_sentence_transformers(
    folder: Path, foreign_folder: Path
) -> None:
    assert isinstance(load_encoder(str(folder)), StaticEncoder)
    assert isinstance(load_encoder(str(foreign_folder)), SentenceTransformerEncoder)


@pytest.fixture(params=["ours", "foreign"])
def encoder(request: pytest.FixtureRequest, folder: Path, foreign_folder: Path) -> Encoder:
    return load_encoder(str(folder if request.param == "ours" else foreign_folder))


def test_both_keep_the_encoder_protocol(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode(["拖欠 工资", "工资"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (2, encoder.dimension) == (2, DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    vectors = encoder.encode([])
    assert vectors.shape == (0, DIMENSION)
    assert vectors.dtype == np.float32


def test_a_text_without_a_known_token_is_the_zero_vector(encoder: Encoder) -> None:
    assert not encoder.encode(["qwertz", ""]).any()


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    texts = ["拖欠 工资", "工资", "qwertz", "拖欠"]
    together = encoder.encode(texts)
    for row, text in enumerate(texts):
        np.testing.assert_allclose(encoder.encode([text])[0], together[row], atol=1e-6)


def test_a_token_counts_once_however_often_it_stands_in_the_text(folder: Path) -> None:
    encoder = load_encoder(str(folder))
    assert presegment("拖欠工资，拖欠工资").split() == list(dict.fromkeys(presegment("拖欠工资，拖欠工资").split()))
    np.testing.assert_array_equal(encoder.encode(["工资"]), encoder.encode(["工资，工资。工资"]))


def test_the_name_changes_with_the_weights_and_not_with_the_place(folder: Path, tmp_path: Path) -> None:
    name = load_encoder(str(folder)).name
    assert name.startswith("small-")
    assert load_encoder(str(save(tmp_path / "moved"))).name == name
    assert load_encoder(str(save(tmp_path / "other", seed=1))).name != name


def test_a_foreign_models_name_changes_with_its_weights(foreign_folder: Path, tmp_path: Path) -> None:
    name = load_encoder(str(foreign_folder)).name
    assert name == load_encoder(str(foreign_folder)).name
    changed = SentenceTransformer(str(foreign_folder), device="cpu")
    changed[0].embedding.weight.data += 1
    changed.save(str(tmp_path / "foreign"), create_model_card=False)
    assert load_encoder(str(tmp_path / "foreign")).name != name


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="GONGYOU_ENCODER"):
        load_encoder(str(tmp_path / "absent"))


def test_a_foreign_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="indexes/encoder"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00nonsense"),
        ("model.safetensors", b""),
        ("tokenizer.json", b'{"model": {"vocab": {"x": 0}}}'),
        ("tokenizer.json", b"{}"),
        (MARKER_FILE, b"not json"),
        (MARKER_FILE, b'"text"'),
        (MARKER_FILE, b'{"format": 99}'),
    ],
)
def test_a_damaged_folder_is_an_encoder_error_that_says_what_to_do(tmp_path: Path, file: str, content: bytes) -> None:
    damaged = save(tmp_path / "encoder")
    (damaged / file).write_bytes(content)
    with pytest.raises(EncoderError, match="重新训练"):
        load_encoder(str(damaged))


def test_serving_our_model_imports_neither_torch_nor_sentence_transformers(folder: Path) -> None:
    script = (
        "import sys; from bot.retrieval.encoder import load_encoder; "
        f"load_encoder({json.dumps(str(folder))}).encode(['拖欠工资']); "
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_normalising_leaves_a_zero_row_zero() -> None:
    rows = l2_normalised(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 0.0]])
