"""What a form is to the dialogue: one for each thing that takes several answers.

The dialogue owns what all forms share: one question at a time, numbered choices, several answers from one message,
corrections (不是三明,是永安), going back, interruption and return, cancelling, time-out and resuming, a person after
two misunderstandings. A form owns what its questions are, how answers are read, and what is done at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain.conversation import Turn
from bot.domain.form import Question, Values
from bot.domain.message import Reply


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form took from a message.

    Attributes:
        values: fields and their new values; replaces what was known of them. JSON-able.
        refusal: why an answer cannot be used though it was understood (a day that is over, a telephone number with ten
            digits), in words for the worker; the question is then asked again below it. "" for none.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""


class Form(Protocol):
    """One form."""

    @property
    def name(self) -> str:
        """Unique among forms; the intent's value where a form belongs to an intent."""
        ...

    @property
    def title(self) -> str:
        """What is being done, as the worker knows it: 预约法律援助."""
        ...

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Everything that a message says for this form.

        Args:
            turn: the message, with its `understanding`; also a location, a picture or a menu click.
            values: what is known already.
            asked: the question that it answers; None for the message that opens the form or a correction. A number that
                chooses is read by the dialogue and does not come here.

        Returns:
            An empty reading where it says nothing: the dialogue then looks whether it is something else.
        """
        ...

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """What is still to be asked, required fields first; None when everything is known.

        Raises:
            StoreError: what the question needs cannot be looked up; nothing of the form is lost.
        """
        ...

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Do the thing and say so. May be called again with the same ``form_id`` after a crash: it happens once.

        Raises:
            bot.domain.errors.FormReopenedError: a value has become impossible meanwhile (the slot was taken): its field
                is asked again.
        """
        ...
