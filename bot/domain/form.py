"""What is being filled in with a worker, and lists that they leaf through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.intent import Intent

Values = Mapping[str, Any]
"""Answers by field name; JSON-able. None stands for an optional field that was skipped: it is not asked again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered choice.

    Attributes:
        value: what is kept when it is chosen; JSON-able.
        label: what the worker reads after its number.
    """

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a form asks next.

    Attributes:
        field: the name of the field that the answer fills.
        text: what the worker reads, without the choices.
        choices: shown below it, numbered from 1.
        is_optional: whether 跳过 is an answer; what is skipped stands among the values as None.
        takes_any: whether any words would do as an answer (a name, a story). The dialogue then looks first whether the
            message is a question or another wish, and lets the form read only what is neither.
        is_story: whether a tale is expected, which may well end in a question of its own.
        again: the text in short, for asking once more what was read a moment ago; "" for the same words.
    """

    field: str
    text: str
    choices: tuple[Choice, ...] = ()
    is_optional: bool = False
    takes_any: bool = False
    is_story: bool = False
    again: str = ""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that is being filled in; lies sealed in the conversation.

    Attributes:
        form_id: names this one filling-in; what the form does at its end happens once for each id, however often the
            last message is worked on.
        name: the form's name (`bot.handlers.forms.Form.name`).
        values: what is known so far.
        asked: the question that waits for its answer; None before the first.
        filled: fields in the order in which they were filled, for going back.
        misunderstood: answers in a row that could not be read.
        touched_ms: when it was last worked on, milliseconds since 1970.
        told: title and answers in the worker's words, for their export; kept by the dialogue.
    """

    form_id: str
    name: str
    values: Values = field(default_factory=dict)
    asked: Question | None = None
    filled: tuple[str, ...] = ()
    misunderstood: int = 0
    touched_ms: int = 0
    told: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of which a worker has seen some pages; lies sealed in the conversation.

    Attributes:
        intent: whose list it is.
        query: what was searched for; JSON-able.
        shown: ids on the page shown last, in the order of their numbers.
        page: of that page, from 0.
    """

    intent: Intent
    query: Values
    shown: tuple[str, ...]
    page: int = 0
