"""Judged cases: what a rule should say of a situation told in one message, and how many came out so.

A row is ``{"id", "region", "scheme", "facts", "expected", "amount_max", "missing", "quote", "doc"}``; amounts are yuan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import JudgmentsError
from bot.evaluation.judgments import without_space


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A situation and what is right about it.

    Attributes:
        case_id: its id.
        region: code of the place; None where the text tells it.
        scheme: id of the scheme; None where the text tells it.
        facts: the worker's words.
        verdict: ``eligible``, ``not_eligible`` or ``need_more``.
        amount_max_yuan: the ceiling; None for no figure.
        missing: labels of what is missing, in any order.
        quote: the words of the rule, without white space; "" for none.
        document: the raw file's name; "" for none.
    """

    case_id: str
    region: str | None
    scheme: str | None
    facts: str
    verdict: str
    amount_max_yuan: float | None
    missing: tuple[str, ...]
    quote: str
    document: str


@dataclass(frozen=True, slots=True)
class JudgedVerdict:
    """How one case came out.

    Attributes:
        case: the case.
        row: what was said of it, as `bot.subsidies.assess_rows` writes it.
        verdict_is_right: whether the verdict is the expected one.
        amount_is_right: whether the amount is.
        missing_is_right: whether what is missing is named as expected.
        quote_is_right: whether a clause of the right document was quoted with the expected words, or lies within them.
    """

    case: JudgedCase
    row: Mapping[str, Any]
    verdict_is_right: bool
    amount_is_right: bool
    missing_is_right: bool
    quote_is_right: bool

    @property
    def is_right(self) -> bool:
        """Verdict and amount."""
        return self.verdict_is_right and self.amount_is_right


def load_cases(path: Path) -> list[JudgedCase]:
    """Read judged cases.

    Raises:
        JudgmentsError: the file is missing, or a line is not such a row; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsError(f"读不了评测文件 {path}：{error}。请确认路径正确、编码为 UTF-8。") from error
    return [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def judge(cases: Sequence[JudgedCase], rows: Mapping[str, Mapping[str, Any]]) -> list[JudgedVerdict]:
    """Hold verdicts against judged cases.

    Args:
        cases: the cases.
        rows: by case id, what was said of them.

    Raises:
        JudgmentsError: a case has no verdict.
    """
    lacking = [case.case_id for case in cases if case.case_id not in rows]
    if lacking:
        raise JudgmentsError(f"缺少 {len(lacking)} 题的结果，例如 {lacking[0]}；请用同一份文件重新运行。")
    return [_judged(case, rows[case.case_id]) for case in cases]


def _judged(case: JudgedCase, row: Mapping[str, Any]) -> JudgedVerdict:
    quotes = [without_space(str(clause["quote"])) for clause in row["clauses"] if clause["document"] == case.document]
    return JudgedVerdict(
        case=case,
        row=row,
        verdict_is_right=row["verdict"] == case.verdict,
        amount_is_right=row["amount_max_yuan"] == case.amount_max_yuan,
        missing_is_right=sorted(row["missing"]) == sorted(case.missing),
        quote_is_right=not case.quote or any(case.quote in quote or quote in case.quote for quote in quotes),
    )


def _case(path: Path, number: int, line: str) -> JudgedCase:
    try:
        row = json.loads(line)
        return JudgedCase(
            case_id=str(row["id"]),
            region=row.get("region"),
            scheme=row.get("scheme"),
            facts=str(row["facts"]),
            verdict=str(row["expected"]),
            amount_max_yuan=row["amount_max"],
            missing=tuple(row.get("missing", ())),
            quote=without_space(str(row.get("quote") or "")),
            document=str(row.get("doc") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise JudgmentsError(
            f"{path} 第 {number} 行不是评测题：{error!r}。格式见 tests/data/eligibility_dev.jsonl。"
        ) from error
