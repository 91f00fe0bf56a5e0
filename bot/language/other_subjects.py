"""What people write that has nothing to do with policy: one question a line, ``#`` begins a comment line."""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import CorpusError


def load_other_subjects(path: Path) -> tuple[str, ...]:
    """Read the questions, in order, each once.

    Raises:
        CorpusError: the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"读不出无关问题的例子 {path}，请确认文件存在且是 UTF-8 编码"
        raise CorpusError(msg) from error
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.startswith("#")))
