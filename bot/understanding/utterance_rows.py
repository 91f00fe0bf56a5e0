"""Messages in, what they ask for out, as JSON rows: the batch form of understanding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.domain.errors import JudgmentsError
from bot.ports import Understander


def utterance_rows(path: Path) -> list[dict[str, Any]]:
    """Read rows ``{"id", "utterance"}``; what else a row holds stays in it.

    Raises:
        JudgmentsError: the file is missing, or a line is not such a row; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsError(f"读不了说法文件 {path}：{error}。请确认路径正确、编码为 UTF-8。") from error
    return [_utterance_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _utterance_row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = dict(json.loads(line))
        return {**row, "id": row["id"], "utterance": str(row["utterance"])}
    except (ValueError, KeyError, TypeError) as error:
        raise JudgmentsError(
            f'{path} 第 {number} 行读不懂：{error!r}。每行应是 {{"id", "utterance"}} 的 JSON。'
        ) from error


def understood_rows(rows: Iterable[Mapping[str, Any]], understander: Understander) -> Iterator[dict[str, Any]]:
    """Understand each row.

    Returns:
        Rows ``{"id", "intent", "slots", "also", "confidence"}`` in order; ``also`` is null where there is none.
    """
    for row in rows:
        understood = understander.understand(str(row["utterance"]))
        yield {
            "id": row["id"],
            "intent": understood.intent.value,
            "slots": dict(understood.slots),
            "also": understood.also.value if understood.also else None,
            "confidence": round(understood.confidence, 4),
        }
