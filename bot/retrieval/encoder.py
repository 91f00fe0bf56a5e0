"""Texts as vectors: the shipped model in plain numpy, any other through sentence-transformers.

The shipped model is one table of token vectors: a text's vector is the mean of its tokens' rows. sentence-transformers
can load the same folder, but imports torch for it (seconds, hundreds of MB in every process); numpy reads the table in
a fraction of that, and a contract test keeps both paths equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from bot.domain.errors import EncoderError
from bot.language.word_segmenter import search_tokens
from bot.ports import Encoder

MARKER_FILE = "gongyou_encoder.json"
WEIGHTS_FILE = "model.safetensors"
WEIGHTS_KEY = "embedding.weight"
TOKENIZER_FILE = "tokenizer.json"
FORMAT = 1


def load_encoder(name_or_path: str) -> Encoder:
    """The embedding model that an installation has chosen.

    Args:
        name_or_path: a folder, or a model's name on the hub, as `sentence_transformers` takes it.

    Returns:
        A `StaticEncoder` where the folder is one of ours (it holds ``gongyou_encoder.json``), otherwise a
        `SentenceTransformerEncoder`.

    Raises:
        EncoderError: there is no such model, or it is damaged.
    """
    folder = Path(name_or_path)
    if is_static(name_or_path):
        return StaticEncoder(folder)
    if not folder.is_dir() and _looks_like_a_path(name_or_path):
        raise EncoderError(
            f"没有找到嵌入模型文件夹“{name_or_path}”：请检查设置 GONGYOU_ENCODER 的路径，"
            "或运行 gongyou train-encoder 训练一个"
        )
    return SentenceTransformerEncoder(name_or_path)


def is_static(name_or_path: str) -> bool:
    """Whether it is one of our own models, which numpy serves without threads."""
    return (Path(name_or_path) / MARKER_FILE).is_file()


def presegment(text: str) -> str:
    """A text as our model reads it: its tokens, each once, joined by spaces.

    A token counts once however often it stands in the text: measured better than counting repeats, since a long
    clause otherwise becomes the vector of its commonest words.
    """
    return " ".join(dict.fromkeys(search_tokens(text)))


class StaticEncoder:
    """Our own model folder, served by numpy alone.

    Raises:
        EncoderError: a file is missing or does not match the others.
    """

    def __init__(self, folder: Path) -> None:
        try:
            marker = dict(json.loads((folder / MARKER_FILE).read_text(encoding="utf-8")))
            weights = (folder / WEIGHTS_FILE).read_bytes()
            tokenizer = (folder / TOKENIZER_FILE).read_bytes()
            self._row_of: dict[str, int] = dict(json.loads(tokenizer)["model"]["vocab"])
            table = load_tensors(weights)[WEIGHTS_KEY]
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise EncoderError(_damaged(folder, str(error))) from error
        if marker.get("format") != FORMAT:
            raise EncoderError(f"嵌入模型“{folder}”的格式是 {marker.get('format')}，本程序只认 {FORMAT}：请重新训练")
        if table.ndim != 2 or len(table) != len(self._row_of):  # noqa: PLR2004 - a table has two axes
            raise EncoderError(_damaged(folder, f"词表有 {len(self._row_of)} 个词，权重是 {table.shape}"))
        self._table: NDArray[np.floating[Any]] = table
        self._name = f"{marker.get('name', folder.name)}-{_short_hash([weights, tokenizer])}"

    @property
    def name(self) -> str:
        """The model's name and the hash of its weights and vocabulary."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """``float32[len(texts), dimension]``, each row L2-normalised, zero where no token is known."""
        return self.encode_tokens([search_tokens(text) for text in texts])

    def encode_tokens(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The same for texts that are cut already, see `bot.ports.EncodesTokens`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, tokens in zip(vectors, texts, strict=True):
            rows = [row for token in dict.fromkeys(tokens) if (row := self._row_of.get(token)) is not None]
            if rows:
                # The mean of the model's definition and this sum point the same way; normalising ends the difference.
                self._table[rows].sum(axis=0, dtype=np.float32, out=vector)
        return l2_normalised(vectors)


class SentenceTransformerEncoder:
    """Any model that sentence-transformers loads; texts are passed as they are.

    Raises:
        EncoderError: the model cannot be loaded.
    """

    def __init__(self, name_or_path: str) -> None:
        try:
            self._model = _load_sentence_transformer(name_or_path)
        except Exception as error:
            # Loading runs third-party code of many libraries; whatever fails there, the remedy is the same.
            raise EncoderError(
                f"无法加载嵌入模型“{name_or_path}”（{error}）：请确认名称正确、本机能下载或已经下载，"
                "也可以把设置 GONGYOU_ENCODER 改回 indexes/encoder"
            ) from error
        self._name = f"{Path(name_or_path).name}-{_short_hash(_state_of(self._model))}"
        self._dimension = int(self._model.get_embedding_dimension())

    @property
    def name(self) -> str:
        """The model's name and the hash of its weights, architecture and vocabulary."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """``float32[len(texts), dimension]``, each row L2-normalised."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return l2_normalised(np.asarray(vectors, dtype=np.float32))


def l2_normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows divided by their Euclidean length; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    normalised: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return normalised


def _looks_like_a_path(name_or_path: str) -> bool:
    return name_or_path.startswith((".", "/", "~", "indexes/")) or name_or_path.count("/") > 1


def _damaged(folder: Path, detail: str) -> str:
    return (
        f"嵌入模型“{folder}”不完整或已损坏（{detail}）：请从发布包恢复这个文件夹，或运行 gongyou train-encoder 重新训练"
    )


def _load_sentence_transformer(name_or_path: str) -> Any:  # noqa: ANN401 - untyped library
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - seconds and 480 MB, only where chosen

    if Path(name_or_path).is_dir():
        return SentenceTransformer(name_or_path, device="cpu", local_files_only=True)
    try:
        return SentenceTransformer(name_or_path, device="cpu", local_files_only=True)
    except OSError:
        return SentenceTransformer(name_or_path, device="cpu")


def _state_of(model: Any) -> Iterable[bytes]:  # noqa: ANN401 - untyped library
    yield str(model).encode()
    for key, tensor in sorted(model.state_dict().items()):
        yield key.encode()
        yield tensor.contiguous().cpu().flatten().float().numpy().tobytes()
    vocabulary = model.tokenizer.get_vocab() if hasattr(model.tokenizer, "get_vocab") else {}
    yield json.dumps(vocabulary, sort_keys=True).encode()


def _short_hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:12]
