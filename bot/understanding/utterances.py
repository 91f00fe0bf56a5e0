"""What workers say, written down with the intent that they mean: what the intents are learned from.

One file per intent, ``<intent>.tsv``; a line is ``utterance<TAB>detail<TAB>second intent``, the last two may be left
out. The detail is the matter of a legal-aid booking or the scheme of a subsidy; ``#`` begins a comment line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import UtterancesError
from bot.domain.intent import Intent

COLUMNS_MAX = 3


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message with what it means.

    Attributes:
        text: as a worker would type or say it.
        intent: what it asks for first.
        detail: matter or scheme id; "" where none is said.
        also: a second wish; None where there is none.
    """

    text: str
    intent: Intent
    detail: str = ""
    also: Intent | None = None


def load_utterances(folder: Path) -> list[Utterance]:
    """Read all utterances, intent by intent.

    Raises:
        UtterancesError: a file is missing or cannot be read, or a line says something unknown.
    """
    return [utterance for intent in Intent for utterance in _read(folder / f"{intent}.tsv", intent)]


def utterances_hash(utterances: Iterable[Utterance]) -> str:
    """SHA-256 of what the utterances say: a model knows by it whether they have changed since it learned."""
    digest = hashlib.sha256()
    for one in utterances:
        digest.update(f"{one.intent}\t{one.text}\t{one.detail}\t{one.also or ''}\n".encode())
    return digest.hexdigest()


def _read(path: Path, intent: Intent) -> Iterator[Utterance]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UtterancesError(f"读不出工人说法 {path}，请确认文件存在且是 UTF-8 编码") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield _utterance(path, number, line, intent)


def _utterance(path: Path, number: int, line: str, intent: Intent) -> Utterance:
    columns = line.split("\t")
    text, detail, also = (*columns, "", "")[:COLUMNS_MAX]
    if len(columns) > COLUMNS_MAX or not text.strip() or (also and also not in set(Intent)):
        raise UtterancesError(f"工人说法 {path} 第 {number} 行应为“说法<制表符>细类<制表符>第二件事”，后两栏可空")
    return Utterance(text, intent, detail, Intent(also) if also else None)
