"""Numbered clauses as rows, for people and programs that want to see how a file is cut."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.domain.errors import CorpusError
from bot.policies.clause_splitter import split
from bot.policies.readers import read_file


def clause_rows(path: Path) -> list[dict[str, Any]]:
    """The numbered clauses of a file in document order.

    Args:
        path: a TXT or HTML file.

    Returns:
        Rows with ``document`` (file name), ``path`` (the numbers as written, outermost first), ``title``, ``text`` and
        ``departments``.

    Raises:
        CorpusError: the file cannot be read or holds no numbered clause; the message names the file.
    """
    raw = read_file(path)
    try:
        document = split(raw, path.stem)
    except CorpusError as error:
        raise type(error)(f"《{path.name}》：{error}") from error
    return [
        {
            "document": path.name,
            "path": list(clause.path),
            "title": clause.title,
            "text": clause.text,
            "departments": list(clause.departments),
        }
        for clause in document.numbered_clauses
    ]


def write_clause_rows(paths: Iterable[Path], output: Path) -> int:
    """Write the clauses of several files as JSON lines, all of them or nothing.

    Args:
        paths: the files, in the order in which their rows are written.
        output: the file to write; an existing one is replaced in one step, and only when every file was read.

    Returns:
        How many rows were written.

    Raises:
        CorpusError: one of the files cannot be read, or the output cannot be written.
    """
    rows = [row for path in paths for row in clause_rows(path)]
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        _replace(output, content)
    except OSError as error:
        raise CorpusError(f"写不进 {output}（{error.strerror}）：请检查文件夹是否存在、是否有写入权限。") from error
    return len(rows)


def _replace(output: Path, content: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=output.parent, prefix=f".{output.name}.", delete=False
    ) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(output)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
