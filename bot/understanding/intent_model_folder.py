"""A trained intent model as a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from bot.domain.errors import IntentModelError
from bot.understanding.intent_model import FEATURES_FILE, FORMAT, MARKER_FILE, WEIGHTS_FILE, IntentModel


def save_intent_model(folder: Path, model: IntentModel, facts: Mapping[str, Any]) -> int:
    """Write a model that `bot.understanding.intent_model.load_intent_model` reads.

    Args:
        folder: created when absent; files of an earlier model are replaced.
        model: the weights are kept as float16.
        facts: what the marker says besides (figures, hashes of what was learned from).

    Returns:
        The size of the three files in bytes.

    Raises:
        IntentModelError: the folder cannot be written.
    """
    marker = {
        "format": FORMAT,
        "intents": [intent.value for intent in model.intents],
        "temperature": model.temperature,
        "encoder": model.encoder_name,
        **facts,
    }
    tensors: dict[str, NDArray[Any]] = {
        "rarity": model.vectoriser.rarity,
        "feature_weights": model.feature_weights.astype(np.float16),
        "vector_weights": model.vector_weights.astype(np.float16),
        "bias": model.bias,
    }
    files = {
        WEIGHTS_FILE: save(tensors),
        FEATURES_FILE: "\n".join(model.vectoriser.row_of).encode(),
        MARKER_FILE: (json.dumps(marker, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise IntentModelError(f"无法写入意图模型文件夹“{folder}”（{error}）：请换一个可写的 --output") from error
    return sum(map(len, files.values()))
