r"""What a search may say, read once for every engine.

Guaranteed alike on every engine:

* A field is named by a path ``[A-Za-z_]\w*`` joined by dots, which leads through sub-documents.
* Values compare within their own kind only: numbers (integers and reals together, exactly), strings (by code point),
  booleans (equality only). ``1`` is neither ``"1"`` nor ``True``.
* A missing field and an explicit ``None`` both equal ``None``; neither is greater or less than anything.
* ``$ne`` matches whatever equality does not, missing fields and values of another kind included.
* ``$exists`` asks whether the field is there; an explicit ``None`` is there.
* Sorting puts missing fields and ``None`` first, then numbers, then strings (``-1``: the reverse); ``_id`` breaks ties,
  ascending.

Not guaranteed: searching, sorting or indexing by a field that holds a list, a sub-document or a mixture of booleans
and numbers, and paths that lead through lists. Give what is searched a field of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from bot.ports import Sort, Where

Operator: TypeAlias = Literal["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$exists"]
Scalar: TypeAlias = str | int | float | bool | None

LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)
LONGEST_COLLECTION_NAME = 48

_COLLECTION = re.compile(r"[a-z_][a-z0-9_]*")  # SQLite does not tell "Jobs" from "jobs"
_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_ORDERING = frozenset({"$gt", "$gte", "$lt", "$lte"})
_OPERATORS = frozenset({"$ne", "$in", "$exists"}) | _ORDERING


@dataclass(frozen=True, slots=True)
class Condition:
    """One demand on one field.

    Attributes:
        path: a checked field path.
        operator: what is asked.
        operand: a scalar; a tuple of scalars for ``$in``; a bool for ``$exists``; a string or number for ``$gt`` and
            its like.
    """

    path: str
    operator: Operator
    operand: Any


def read_conditions(where: Where) -> tuple[Condition, ...]:
    """Read a search; all of its conditions must hold.

    Args:
        where: as `bot.ports.Where` says.

    Raises:
        ValueError: a field path, an operator or an operand is not one that every engine understands.
    """
    found: list[Condition] = []
    for path, demand in where.items():
        checked = checked_path(path)
        if isinstance(demand, Mapping):
            found.extend(_operator_conditions(checked, demand))
        else:
            found.append(Condition(checked, "$eq", _scalar(checked, demand)))
    return tuple(found)


def read_sort(sort: Sort) -> list[tuple[str, int]]:
    """Read a sort order, ended by ``_id`` so that it is total.

    Raises:
        ValueError: a field path is malformed, or a direction is neither 1 nor -1.
    """
    order = [(checked_path(path), direction) for path, direction in sort]
    if any(direction not in (1, -1) for _, direction in order):
        msg = f"a sort direction is 1 or -1: {list(sort)!r}"
        raise ValueError(msg)
    if all(path != "_id" for path, _ in order):
        order.append(("_id", 1))
    return order


def check_window(skip: int, limit: int | None) -> None:
    """Refuse negative ``skip`` and ``limit``, which engines read differently.

    Raises:
        ValueError: one of them is negative.
    """
    if skip < 0 or (limit is not None and limit < 0):
        msg = f"skip and limit are not negative: skip={skip}, limit={limit}"
        raise ValueError(msg)


def checked_path(path: str) -> str:
    """The field path itself.

    Raises:
        ValueError: it is not names joined by dots.
    """
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        msg = f"not a field path: {path!r}"
        raise ValueError(msg)
    return path


def checked_keys(keys: Sequence[str]) -> list[str]:
    """The field paths of an index.

    Raises:
        ValueError: there are none, or one is malformed.
    """
    if isinstance(keys, str) or not keys:
        msg = f"an index needs a list of field paths: {keys!r}"
        raise ValueError(msg)
    return [checked_path(key) for key in keys]


def checked_collection(name: str) -> str:
    """The collection name itself.

    Raises:
        ValueError: it is not a plain name in lower case.
    """
    if not isinstance(name, str) or not _COLLECTION.fullmatch(name) or len(name) > LONGEST_COLLECTION_NAME:
        msg = f"not a collection name (a-z, 0-9, _): {name!r}"
        raise ValueError(msg)
    return name


def _operator_conditions(path: str, demand: Mapping[str, Any]) -> list[Condition]:
    if not demand:
        msg = f"{path}: no operator given"
        raise ValueError(msg)
    return [_operator_condition(path, operator, operand) for operator, operand in demand.items()]


def _operator_condition(path: str, operator: str, operand: Any) -> Condition:  # noqa: ANN401 - callers' own values
    if operator not in _OPERATORS:
        msg = f"{path}: unknown operator {operator!r}; known are {', '.join(sorted(_OPERATORS))}"
        raise ValueError(msg)
    known = cast("Operator", operator)
    if operator == "$exists":
        return Condition(path, known, _flag(path, operand))
    if operator == "$in":
        return Condition(path, known, _scalars(path, operand))
    value = _scalar(path, operand)
    if operator in _ORDERING and (value is None or isinstance(value, bool)):
        msg = f"{path}: {operator} takes a string or a number, not {value!r}"
        raise ValueError(msg)
    return Condition(path, known, value)


def _flag(path: str, operand: Any) -> bool:  # noqa: ANN401 - callers' own values
    if not isinstance(operand, bool):
        msg = f"{path}: $exists takes True or False, not {operand!r}"
        raise ValueError(msg)  # noqa: TRY004 - one error kind for every malformed search
    return operand


def _scalars(path: str, operand: Any) -> tuple[Scalar, ...]:  # noqa: ANN401 - callers' own values
    if isinstance(operand, str | bytes | Mapping) or not hasattr(operand, "__iter__"):
        msg = f"{path}: $in takes a list, not {operand!r}"
        raise ValueError(msg)
    return tuple(_scalar(path, value) for value in operand)


def _scalar(path: str, value: Any) -> Scalar:  # noqa: ANN401 - callers' own values
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and "\0" not in value:
        value.encode()  # UnicodeEncodeError, a ValueError, on half a surrogate pair
        return str(value)
    if isinstance(value, int) and SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    msg = f"{path}: a search compares with strings, finite numbers, booleans and None, not {value!r}"
    raise ValueError(msg)
