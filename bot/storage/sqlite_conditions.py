"""Searches as SQL over a table ``(id TEXT, ver INTEGER, body TEXT)`` whose ``body`` is JSON.

Every comparison asks for the value's JSON type too, because ``json_extract`` gives ``true`` as 1 and a list as its
text. The value's expression is spelled the same way everywhere, so that an index on it is used.

Source: https://www.sqlite.org/json1.html and https://www.sqlite.org/expridx.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bot.storage.conditions import Condition, Scalar

_COMPARISONS = {"$eq": "=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


class Sql(NamedTuple):
    """A piece of SQL and the values of its question marks."""

    text: str
    parameters: list[Any]


def value_of(path: str) -> str:
    """The expression for a field's value; NULL where the field is missing or null.

    Args:
        path: a checked field path, hence safe to spell out.
    """
    if path == "_id":
        return "id"
    if path == "_ver":
        return "ver"
    return f"json_extract(body, '$.{path}')"


def all_hold(conditions: Sequence[Condition]) -> Sql:
    """A ``WHERE`` clause, empty where there are no conditions."""
    if not conditions:
        return Sql("", [])
    parts = [_condition(condition) for condition in conditions]
    text = " WHERE " + " AND ".join(part.text for part in parts)
    return Sql(text, [parameter for part in parts for parameter in part.parameters])


def ordered_by(order: Iterable[tuple[str, int]]) -> str:
    """An ``ORDER BY`` clause; NULLs come first when ascending."""
    terms = [f"{value_of(path)} {'ASC' if direction == 1 else 'DESC'}" for path, direction in order]
    return " ORDER BY " + ", ".join(terms)


def _type_of(path: str) -> str:
    """The expression for a field's JSON type; NULL where the field is missing."""
    if path == "_id":
        return "'text'"
    if path == "_ver":
        return "'integer'"
    return f"json_type(body, '$.{path}')"


def _condition(condition: Condition) -> Sql:
    path, operator, operand = condition.path, condition.operator, condition.operand
    if operator == "$exists":
        return Sql(f"{_type_of(path)} IS {'NOT ' if operand else ''}NULL", [])
    if operator == "$in":
        return _is_one_of(path, operand)
    if operator == "$ne":
        equal = _compared(path, "=", operand)
        return Sql(f"({equal.text}) IS NOT TRUE", equal.parameters)
    return _compared(path, _COMPARISONS[operator], operand)


def _compared(path: str, comparison: str, operand: Scalar) -> Sql:
    value, kind = value_of(path), _type_of(path)
    if operand is None:
        return Sql(f"{value} IS NULL", [])
    if isinstance(operand, bool):
        return Sql(f"({value} = {int(operand)} AND {kind} = '{str(operand).lower()}')", [])
    if isinstance(operand, str):
        return Sql(f"({value} {comparison} ? AND {kind} = 'text')", [operand])
    return Sql(f"({value} {comparison} ? AND {kind} IN ('integer', 'real'))", [operand])


def _is_one_of(path: str, operands: tuple[Scalar, ...]) -> Sql:
    value, kind = value_of(path), _type_of(path)
    texts = [operand for operand in operands if isinstance(operand, str)]
    numbers = [operand for operand in operands if isinstance(operand, int | float) and not isinstance(operand, bool)]
    parts = [_compared(path, "=", operand) for operand in {o for o in operands if o is None or isinstance(o, bool)}]
    listed = f"{value} IN (SELECT value FROM json_each(?))"  # noqa: S608 - a checked path
    if texts:
        parts.append(Sql(f"({listed} AND {kind} = 'text')", [json.dumps(texts)]))
    if numbers:
        parts.append(Sql(f"({listed} AND {kind} IN ('integer', 'real'))", [json.dumps(numbers)]))
    if not parts:
        return Sql("FALSE", [])
    return Sql(
        "(" + " OR ".join(part.text for part in parts) + ")",
        [parameter for part in parts for parameter in part.parameters],
    )
