"""The trained model: reading it, and what it says of what it does not know."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import IntentModelError
from bot.domain.intent import Intent
from bot.ports import Encoder
from bot.understanding.intent_model import IntentModel, Vectoriser, load_intent_model
from bot.understanding.intent_model_folder import save_intent_model
from bot.understanding.utterances import load_utterances, utterances_hash

SHIPPED = Path("indexes/intents")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "intents"))


def test_the_shipped_model_belongs_to_the_shipped_encoder(model: IntentModel, encoder: Encoder) -> None:
    assert model.encoder_name == encoder.name, "run gongyou train-intents"


def test_the_shipped_model_has_learned_the_utterances_as_they_are() -> None:
    marker = json.loads((SHIPPED / "gongyou_intents.json").read_text(encoding="utf-8"))
    assert marker["utterances_sha256"] == utterances_hash(load_utterances(Path("corpus/utterances")))


def test_the_shipped_model_is_small(model: IntentModel) -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 3_000_000
    assert set(model.intents) == set(Intent)


def test_a_model_is_read_as_it_was_written(folder: Path, model: IntentModel) -> None:
    save_intent_model(folder, model, {})
    again = load_intent_model(folder)
    assert again.vectoriser.row_of == model.vectoriser.row_of
    np.testing.assert_array_equal(again.feature_weights, model.feature_weights)


def test_probabilities_sum_to_one_even_of_nothing_known(model: IntentModel) -> None:
    nothing = np.zeros(len(model.vector_weights), dtype=np.float32)
    shares = model.probabilities(["从未见过的"], nothing)
    assert shares.sum() == pytest.approx(1.0)
    assert shares.shape == (len(Intent),)


def test_a_vector_has_length_one_and_passes_over_what_is_unknown() -> None:
    vectoriser = Vectoriser({"一": 0, "二": 1}, np.array([1.0, 2.0], dtype=np.float32))
    rows, values = vectoriser.vector(["二", "三", "一", "二"])
    assert rows.tolist() == [0, 1]
    assert float((values**2).sum()) == pytest.approx(1.0)
    assert values[1] > values[0]
    assert vectoriser.vector(["三"])[1].size == 0


@pytest.mark.parametrize("name", ["gongyou_intents.json", "model.safetensors", "features.txt"])
def test_a_missing_or_damaged_file_says_what_to_do(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff")
    with pytest.raises(IntentModelError, match="train-intents"):
        load_intent_model(folder)
    (folder / name).unlink()
    with pytest.raises(IntentModelError, match="train-intents"):
        load_intent_model(folder)


def test_features_of_another_model_are_refused(folder: Path) -> None:
    with (folder / "features.txt").open("a", encoding="utf-8") as stream:
        stream.write("\n多出来的")
    with pytest.raises(IntentModelError, match="对不上"):
        load_intent_model(folder)


def test_another_format_is_refused(folder: Path) -> None:
    marker = json.loads((folder / "gongyou_intents.json").read_text(encoding="utf-8"))
    (folder / "gongyou_intents.json").write_text(json.dumps(marker | {"format": 2}), encoding="utf-8")
    with pytest.raises(IntentModelError, match="只认 1"):
        load_intent_model(folder)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, model: IntentModel) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(IntentModelError, match="--output"):
        save_intent_model(tmp_path / "taken", model, {})
