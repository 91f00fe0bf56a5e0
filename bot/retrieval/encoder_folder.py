"""The shipped model as a folder: sentence-transformers' own files and one marker of ours beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import EncoderError
from bot.retrieval.encoder import FORMAT, MARKER_FILE

UNKNOWN_TOKEN = "[UNK]"  # noqa: S105 - no secret
SIZE_MAX_BYTES = 20_000_000
_FILE_MODE = 0o644


def save_encoder(
    folder: Path, tokens: Sequence[str], table: NDArray[np.float32], marker: Mapping[str, Any]
) -> dict[str, int]:
    """Write a model that both `StaticEncoder` and ``SentenceTransformer(folder)`` load.

    The tokenizer only splits at white space: texts must come through `bot.retrieval.encoder.presegment`.

    Args:
        folder: created when absent; files of an earlier model are replaced.
        tokens: the vocabulary in row order, without the unknown token.
        table: ``float32[len(tokens), dimension]``, kept as float16.
        marker: what ``gongyou_encoder.json`` says besides the format (name, metrics, hashes of the training data).

    Returns:
        Size in bytes of each file.

    Raises:
        EncoderError: the model would be larger than 20 MB, or the folder cannot be written.
    """
    stored = np.concatenate([np.zeros((1, table.shape[1]), dtype=np.float16), table.astype(np.float16)])
    if stored.nbytes > SIZE_MAX_BYTES:
        raise EncoderError(
            f"模型有 {stored.nbytes / 1e6:.1f} MB，超过 {SIZE_MAX_BYTES / 1e6:.0f} MB："
            "请减小 --dimension 或增大词的最低出现次数"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _save_sentence_transformer(folder, [UNKNOWN_TOKEN, *tokens], stored)
        facts = {"format": FORMAT, "presegment": True, "dtype": "float16", **marker}
        text = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / MARKER_FILE).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EncoderError(f"无法写入模型文件夹“{folder}”（{error}）：请换一个可写的 --output") from error
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}


def _save_sentence_transformer(folder: Path, tokens: Sequence[str], stored: NDArray[np.float16]) -> None:
    # Heavy libraries are imported where they are used: only training needs them.
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordLevel  # noqa: PLC0415
    from tokenizers.pre_tokenizers import WhitespaceSplit  # noqa: PLC0415

    tokenizer = Tokenizer(WordLevel({token: row for row, token in enumerate(tokens)}, unk_token=UNKNOWN_TOKEN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=stored)], device="cpu")
    model.save(str(folder), create_model_card=False)
    for path in folder.iterdir():
        if path.is_file():
            path.chmod(_FILE_MODE)  # safetensors writes for the owner alone; servers run under other accounts
