"""Questions in, answers with their clauses out, as JSON rows: the batch form of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from bot.answering.asked_place import asked_place
from bot.domain.errors import JudgmentsError
from bot.domain.policy import PolicyAnswer, PolicyQuery, ScoredClause
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder, compared_places, regions_of


class _AnswersNow(Protocol):
    def answer_now(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer: ...


def question_rows(path: Path) -> list[dict[str, Any]]:
    """Read rows ``{"id", "question", "region"}``.

    Raises:
        JudgmentsError: the file is missing, or a line is not such a row; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsError(f"读不了问题文件 {path}：{error}。请确认路径正确、编码为 UTF-8。") from error
    return [_question_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _question_row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        return {"id": row["id"], "question": str(row["question"]), "region": row.get("region") or None}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise JudgmentsError(
            f'{path} 第 {number} 行读不懂：{error!r}。每行应是 {{"id", "question", "region"}} 的 JSON。'
        ) from error


def answer_rows(
    rows: Iterable[Mapping[str, Any]],
    answerer: _AnswersNow,
    divisions: Divisions,
    places: PlaceFinder,
    as_of: date,
) -> Iterator[dict[str, Any]]:
    """Answer each row for the place that its text asks about, else for the region of the row."""
    for row in rows:
        query = query_of(str(row["question"]), row["region"], divisions, places, as_of)
        answer = answerer.answer_now(query)
        yield {
            "id": row["id"],
            "outcome": answer.outcome.value,
            "answer": answer.text,
            "clauses": [clause_row(scored) for scored in answer.ranked],
        }


def query_of(text: str, region: str | None, divisions: Divisions, places: PlaceFinder, as_of: date) -> PolicyQuery:
    """A query for a text outside a conversation.

    A place that the text asks about (三明的创业补贴) counts for this question instead of where the worker is, unless
    it only says more broadly where that is. Without a region the places of the text tell work and home.

    Raises:
        UnknownRegionError: the region is no division code.
    """
    usual = divisions.current_code(region) if region else None
    mentions = places.find(text, near=usual)
    compared = compared_places(text, mentions, divisions)
    if usual is None:
        work, home = regions_of(mentions)
        return PolicyQuery(text, work, home, as_of, compared)
    asked = asked_place(text, mentions, divisions)
    if asked is None or divisions.covers(asked, usual):
        return PolicyQuery(text, usual, None, as_of, compared)
    return PolicyQuery(text, asked, None, as_of, compared, usual_region=usual)


def clause_row(scored: ScoredClause) -> dict[str, Any]:
    """A retrieved clause as a JSON row."""
    return {
        "document": scored.document.file_name,
        "title": scored.clause.title,
        "path": list(scored.clause.path),
        "text": scored.clause.text,
        "score": round(scored.score, 6),
        "region_code": scored.document.region_code,
        "status": scored.document.status.value,
    }
