"""Documents and clauses as JSON rows of an index, so that loading needs no corpus."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from bot.domain.policy import Clause, PolicyDocument, PolicyStatus

_DATES = ("issued_on", "published_on", "effective_from", "effective_to")


def document_row(document: PolicyDocument) -> dict[str, Any]:
    """The facts of a document as JSON values."""
    row = {one.name: getattr(document, one.name) for one in fields(document)}
    row |= {name: row[name].isoformat() if row[name] else None for name in _DATES}
    return row | {"status": document.status.value, "inferred": sorted(document.inferred)}


def document_of(row: dict[str, Any]) -> PolicyDocument:
    """The document of a row that `document_row` wrote."""
    dates = {name: date.fromisoformat(row[name]) if row[name] else None for name in _DATES}
    return PolicyDocument(
        **{
            **row,
            **dates,
            "status": PolicyStatus(row["status"]),
            "inferred": frozenset(row["inferred"]),
        }
    )


def clause_row(clause: Clause) -> dict[str, Any]:
    """A clause as JSON values."""
    return {one.name: getattr(clause, one.name) for one in fields(clause)}


def clause_of(row: dict[str, Any]) -> Clause:
    """The clause of a row that `clause_row` wrote."""
    tuples = {name: tuple(row[name]) for name in ("path", "headings", "departments")}
    return Clause(**{**row, **tuples})
