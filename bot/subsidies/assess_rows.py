"""Cases in, verdicts out, as JSON rows: the batch form of an assessment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.errors import JudgmentsError
from bot.domain.region import NATION_CODE
from bot.domain.subsidy import Assessment
from bot.regions.place_names import regions_of
from bot.subsidies.assessment import assess
from bot.subsidies.subsidy_desk import SubsidyDesk

_FEN_A_YUAN = 100


def case_rows(path: Path) -> list[dict[str, Any]]:
    """Read rows ``{"id", "region", "scheme", "facts"}``; region and scheme may be null.

    Raises:
        JudgmentsError: the file is missing, or a line is not such a row; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsError(f"读不了文件 {path}：{error}。请确认路径正确、编码为 UTF-8。") from error
    return [_case_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _case_row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        case = {"id": row["id"], "facts": str(row["facts"])}
        return case | {name: str(row[name]) if row.get(name) else None for name in ("region", "scheme")}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise JudgmentsError(
            f'{path} 第 {number} 行读不懂：{error!r}。每行应是 {{"id", "region", "scheme", "facts"}} 的 JSON。'
        ) from error


def assess_rows(rows: Iterable[Mapping[str, Any]], desk: SubsidyDesk, day: date) -> Iterator[dict[str, Any]]:
    """Assess each row. What a row does not give is read from its text: the place, the scheme.

    Args:
        rows: as `case_rows` reads them.
        desk: the rules.
        day: the day on which the cases are told.

    Raises:
        UnknownRegionError: a row's region is no division code.
    """
    for row in rows:
        text = str(row["facts"])
        region = row.get("region") or regions_of(desk.places.find(text))[0] or NATION_CODE
        scheme = row.get("scheme") or _scheme_of(text, region, desk, day)
        found = desk.assess_text(text, scheme, region, day) if scheme else assess(None, {})
        yield {"id": row["id"], "scheme": scheme, **verdict_row(found, desk)}


def _scheme_of(text: str, region: str, desk: SubsidyDesk, day: date) -> str | None:
    """The most fully named scheme, rather one that the place has."""
    named = desk.schemes_named(text)
    at_hand = [scheme for scheme in named if desk.rule(scheme, region, day) is not None]
    return next(iter(at_hand or named), None)


def verdict_row(found: Assessment, desk: SubsidyDesk) -> dict[str, Any]:
    """An assessment as JSON: yuan at the edge, facts by their labels, the clause with its quote."""
    clauses = []
    if found.rule is not None:
        rule = found.rule
        clauses = [{"document": desk.document_of(rule).file_name, "path": list(rule.path), "quote": rule.quote}]
    return {
        "verdict": found.verdict.value,
        "amount_max_yuan": _yuan(found.amount_max_fen),
        "missing": desk.labels(found.missing),
        "clauses": clauses,
    }


def _yuan(fen: int | None) -> int | float | None:
    if fen is None:
        return None
    return fen // _FEN_A_YUAN if fen % _FEN_A_YUAN == 0 else fen / _FEN_A_YUAN
