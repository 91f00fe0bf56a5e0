"""What a document may hold, so that every engine keeps it unchanged."""

from __future__ import annotations

import math
from typing import Any

from bot.ports import Document
from bot.storage.conditions import LARGEST_INTEGER, SMALLEST_INTEGER

DEEPEST_NESTING = 64


def check_document(document: Document) -> str:
    """Refuse what one of the engines would change, reject or lose.

    Returns:
        Its ``_id``.

    Raises:
        ValueError: ``_id`` is not a non-empty string; or a value is not JSON (times are kept as ISO strings or integer
            milliseconds); or an integer exceeds 64 bits; or a key holds a dot or NUL or begins with ``$``.
    """
    identity = document.get("_id")
    if not isinstance(identity, str) or not identity or "\0" in identity:
        msg = f"_id is a non-empty string, not {identity!r}"
        raise ValueError(msg)
    _check_value("", document, 0)
    return identity


def expected_version(document: Document) -> int:
    """The ``_ver`` of a document that was read from the store.

    Raises:
        ValueError: it has none; only a document that was read can be replaced.
    """
    version = document.get("_ver")
    if not isinstance(version, int) or isinstance(version, bool):
        msg = f"only a document read from the store can be replaced; its _ver is {version!r}"
        raise ValueError(msg)  # noqa: TRY004 - one error kind for every malformed document
    return version


def _check_value(path: str, value: Any, depth: int) -> None:  # noqa: ANN401 - callers' own values
    kind = type(value)
    if kind is str:
        if not value.isascii():
            value.encode()  # UnicodeEncodeError, a ValueError, on half a surrogate pair
    elif kind is dict:
        _check_depth(path, depth)
        for key, inner in value.items():
            _check_key(path, key)
            if type(inner) is bool or inner is None or (type(inner) is str and inner.isascii()):
                continue  # most fields by far
            _check_value(f"{path}.{key}" if path else key, inner, depth + 1)
    elif kind is list:
        _check_depth(path, depth)
        for inner in value:
            _check_value(path, inner, depth + 1)
    elif not _is_plain_scalar(value):
        msg = f"{path}: cannot be stored: {value!r} ({kind.__name__})"
        raise ValueError(msg)


def _is_plain_scalar(value: Any) -> bool:  # noqa: ANN401 - callers' own values
    kind = type(value)
    if kind is int:
        return bool(SMALLEST_INTEGER <= value <= LARGEST_INTEGER)
    if kind is float:
        return math.isfinite(value)
    return value is None or kind is bool


def _check_key(path: str, key: Any) -> None:  # noqa: ANN401 - callers' own values
    if type(key) is not str or not key or key[0] == "$" or "." in key or "\0" in key:
        msg = f"{path}: not a field name: {key!r}"
        raise ValueError(msg)


def _check_depth(path: str, depth: int) -> None:
    if depth > DEEPEST_NESTING:
        msg = f"{path[:80]}: nested more than {DEEPEST_NESTING} deep"
        raise ValueError(msg)
