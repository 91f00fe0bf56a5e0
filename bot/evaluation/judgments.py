"""Questions with the clauses that answer them (qrels), as JSON lines.

A row is ``{"id", "question", "region", "kind", "answerable", "gold": [{"doc", "quote"}], "must_include"}``: ``gold``
lists every clause that answers by an exact quote of the raw file, compared without white space, since raw files break
sentences at page ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import JudgmentsError

FAR_KIND = "far"
"""The kind of a question that has nothing to do with policy; other unanswerable ones are near misses."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question and what answers it.

    Attributes:
        question_id: its id.
        text: the worker's words.
        region: six-digit code of where they are, or None.
        kind: lay, keyword, typo, long, dialect or formal; far or near where the corpus does not answer.
        answerable: whether the corpus answers it.
        gold: (file name, quote without white space) of every clause that answers.
        must_include: figures or names that a right answer shows.
        clean: the same question without its misspellings; "" where there is none.
    """

    question_id: str
    text: str
    region: str | None
    kind: str
    answerable: bool
    gold: tuple[tuple[str, str], ...]
    must_include: tuple[str, ...]
    clean: str = ""

    def is_answered_by(self, row: Mapping[str, Any]) -> bool:
        """Whether a retrieved clause row (``document``, ``text``) holds a gold quote."""
        return any(self.holds(gold, row) for gold in self.gold)

    @staticmethod
    def holds(gold: tuple[str, str], row: Mapping[str, Any]) -> bool:
        """Whether a retrieved clause row is of the gold document and holds the gold quote."""
        document, quote = gold
        return bool(row["document"] == document) and quote in without_space(str(row["text"]))


def without_space(text: str) -> str:
    """The text with all white space removed."""
    return _SPACE.sub("", text)


def load_judgments(path: Path) -> list[JudgedQuestion]:
    """Read judged questions.

    Raises:
        JudgmentsError: the file is missing, or a line is not such a row; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsError(f"读不了评测文件 {path}：{error}。请确认路径正确、编码为 UTF-8。") from error
    return [_judged(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _judged(path: Path, number: int, line: str) -> JudgedQuestion:
    try:
        row = json.loads(line)
        return JudgedQuestion(
            question_id=str(row["id"]),
            text=str(row["question"]),
            region=row.get("region"),
            kind=str(row.get("kind", "")),
            answerable=bool(row["answerable"]),
            gold=_gold(row["gold"]),
            must_include=tuple(row.get("must_include", ())),
            clean=str(row.get("clean", "")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise JudgmentsError(
            f"{path} 第 {number} 行不是评测题：{error!r}。格式见 tests/data/retrieval_dev.jsonl。"
        ) from error


def _gold(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((row["doc"], without_space(row["quote"])) for row in rows)
