"""How a form's state goes on, step by step; nothing here looks anything up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.form import OpenForm, Values
from bot.handlers.forms import Form, Known, Reviewable

TIMED_OUT_MS = 30 * 60 * 1000
FORGOTTEN_MS = 24 * 60 * 60 * 1000
"""What was left for so long is not offered any more."""


def new_form(name: str, message_key: str, values: Values, now_ms: int) -> OpenForm:
    """A form as a message opens it; the same message opens the same one, however often it is worked on."""
    form_id = hashlib.sha256(f"{name}\n{message_key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return OpenForm(form_id, name, dict(values), filled=tuple(values), touched_ms=now_ms)


def filled_in(opened: OpenForm, values: Values, forgets: Sequence[str] = ()) -> OpenForm:
    """The form with further answers; what is forgotten is to be asked again."""
    kept = {name: value for name, value in opened.values.items() if name not in forgets}
    order = [name for name in opened.filled if name in kept]
    order += [name for name in values if name not in order]
    return replace(opened, values=kept | dict(values), filled=tuple(order))


def without(opened: OpenForm, name: str) -> OpenForm:
    """The form without one answer."""
    values = {field: value for field, value in opened.values.items() if field != name}
    return replace(opened, values=values, filled=tuple(field for field in opened.filled if field != name))


def emptied(opened: OpenForm) -> OpenForm:
    """The form without any answer."""
    return replace(opened, values={}, filled=(), asked=None, misunderstood=0)


def misunderstood(opened: OpenForm) -> OpenForm:
    """The form after one more answer that could not be read."""
    return replace(opened, misunderstood=opened.misunderstood + 1)


def is_timed_out(opened: OpenForm, now_ms: int) -> bool:
    """Whether nobody worked on the form for so long that the next message counts as new."""
    return now_ms - opened.touched_ms > TIMED_OUT_MS


def is_forgotten(opened: OpenForm, now_ms: int) -> bool:
    """Whether a form that was left is too old to be offered."""
    return now_ms - opened.touched_ms > FORGOTTEN_MS


def known_of(form: Form, opened: OpenForm, fields: Sequence[str] = ()) -> list[Known]:
    """What a form knows, in the worker's words.

    Args:
        form: the form; one that cannot say it gives nothing.
        opened: its state.
        fields: only these; all where empty.
    """
    if not isinstance(form, Reviewable):
        return []
    return [one for one in form.known(opened.values) if not fields or one.field in fields]


def news(before: OpenForm, values: dict[str, Any]) -> list[str]:
    """Fields whose answers differ from what was known."""
    return [name for name, value in values.items() if before.values.get(name) != value or name not in before.values]
