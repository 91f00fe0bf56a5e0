"""The learned part: a linear model over features and the encoder's vector, applied with numpy alone.

The folder holds numbers and a list of words, nothing that could run: ``model.safetensors`` (weights), ``features.txt``
(one feature a line, in the order of the weights' rows), ``gongyou_intents.json`` (the intents, the scales, what it was
trained from and how well it did) and a model card for people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from bot.domain.errors import IntentModelError
from bot.domain.intent import Intent

MARKER_FILE = "gongyou_intents.json"
WEIGHTS_FILE = "model.safetensors"
FEATURES_FILE = "features.txt"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Vectoriser:
    """Turns features into numbers: logarithm of how often, times rarity, scaled to length one.

    Attributes:
        row_of: the row of each known feature.
        rarity: ``float32[n_features]``, the smoothed inverse document frequency.
    """

    row_of: Mapping[str, int]
    rarity: NDArray[np.float32]

    def vector(self, features: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Rows and their values; unknown features are passed over.

        Returns:
            ``intp[n]`` ascending and ``float32[n]``, L2-normalised; both empty where no feature is known.
        """
        known = [row for row in map(self.row_of.get, features) if row is not None]
        rows, often = np.unique(np.array(known, dtype=np.intp), return_counts=True)
        values = (1 + np.log(often.astype(np.float32))) * self.rarity[rows]
        length = float(np.sqrt((values**2).sum()))
        return rows, (values / length if length else values).astype(np.float32)


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A trained model.

    Attributes:
        intents: in the order of the weights' columns.
        vectoriser: of the features.
        feature_weights: ``float32[n_features, n_intents]``.
        vector_weights: ``float32[dimension, n_intents]``, of the encoder's vector.
        bias: ``float32[n_intents]``.
        temperature: what the scores are divided by to be honest probabilities.
        encoder_name: the encoder that it was trained with.
    """

    intents: tuple[Intent, ...]
    vectoriser: Vectoriser
    feature_weights: NDArray[np.float32]
    vector_weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    encoder_name: str

    def probabilities(self, features: Sequence[str], vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """How likely each intent is.

        Args:
            features: of `bot.understanding.features`.
            vector: ``float32[dimension]`` of the encoder; zeros where the encoder is another one.

        Returns:
            ``float64[n_intents]`` in the order of `intents`; sums to 1.
        """
        rows, values = self.vectoriser.vector(features)
        scores = values @ self.feature_weights[rows] + vector @ self.vector_weights + self.bias
        scaled = np.exp((scores - scores.max()).astype(np.float64) / self.temperature)
        shares: NDArray[np.float64] = scaled / scaled.sum()
        return shares


def load_intent_model(folder: Path) -> IntentModel:
    """Read a trained model.

    Raises:
        IntentModelError: it is missing, damaged, or of another format.
    """
    try:
        marker = json.loads((folder / MARKER_FILE).read_text(encoding="utf-8"))
        tensors = load_tensors((folder / WEIGHTS_FILE).read_bytes())
        listed = (folder / FEATURES_FILE).read_text(encoding="utf-8").split("\n")
        if marker["format"] != FORMAT:
            raise IntentModelError(f"意图模型“{folder}”的格式是 {marker['format']}，本程序只认 {FORMAT}：请重新训练")
        model = IntentModel(
            intents=tuple(map(Intent, marker["intents"])),
            vectoriser=Vectoriser({feature: row for row, feature in enumerate(listed)}, _float32(tensors["rarity"])),
            feature_weights=_float32(tensors["feature_weights"]),
            vector_weights=_float32(tensors["vector_weights"]),
            bias=_float32(tensors["bias"]),
            temperature=float(marker["temperature"]),
            encoder_name=str(marker["encoder"]),
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise IntentModelError(_damaged(folder, repr(error))) from error
    if len(listed) != len(model.feature_weights) or len(model.intents) != len(model.bias):
        raise IntentModelError(_damaged(folder, "词表和权重对不上"))
    return model


def _float32(tensor: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.ascontiguousarray(tensor, dtype=np.float32)


def _damaged(folder: Path, detail: str) -> str:
    return f"意图模型“{folder}”缺失或已损坏（{detail}）：请从发布包恢复，或运行 gongyou train-intents 重新训练"
