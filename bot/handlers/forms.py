"""What a form is to the dialogue: one for each thing that takes several answers.

The dialogue owns what all forms share: one question at a time, numbered choices, several answers from one message,
corrections (不是三明,是永安), going back, interruption and return, cancelling, time-out and resuming, a person after
two misunderstandings. A form owns what its questions are, how answers are read, and what is done at the end.

What the dialogue does with a message while a form is open, in this order:

1. A number, or a choice's own words; 取消, 上一步, 跳过, 填到哪了 and the like; fixed sayings (谢谢, 人工).
2. A correction (不是三明,是永安; 改成周五; 改一下电话): the old words, where said, tell the field; the new ones are
   given to `Form.read` with that field's question, else with ``asked`` None.
3. `Form.read` with the question that waits. What it takes is an answer unless the message surely asks for something
   else (厦门的公租房怎么申请 while the place of the work is asked for); words for one of several kinds that were
   offered are an answer however they are put.
4. Nothing taken: another wish or a policy question is answered and the form's question repeated below; a reply that
   offers numbers itself (a list, places of one name) leaves the form paused until 继续. Else it is a misunderstanding.

A form may set ``listing`` and its own fields of the conversation with `Conversations.remember` while it completes:
everything that a turn remembers is stored together with the reply in one compare-and-set at the end of the turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

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
        forgets: fields whose answers hang on one that changed (the office on the place) and are to be asked again.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""
    forgets: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Known:
    """One answer in the worker's words.

    Attributes:
        field: its field.
        label: what it is called, as workers call it: 电话, 地方, 几个人. 改一下电话 finds the field by it.
        text: what is known; telephone numbers and names as the worker wrote them, they read it themselves.
        is_story: whether it is the worker's message as it is.
    """

    field: str
    label: str
    text: str
    is_story: bool = False


@runtime_checkable
class Reviewable(Protocol):
    """A form that can say what it knows so far: for 填到哪了, for 改一下电话, and after several answers at once.

    For a form without it, the dialogue shows what it asked and the label that was chosen or the value as it is.
    """

    def known(self, values: Values) -> Sequence[Known]:
        """The answers so far in the order in which they are asked; skipped and inner fields are left out."""
        ...


@runtime_checkable
class Summoned(Protocol):
    """A form that belongs to no intent, or is also asked for by words that leave no doubt."""

    def is_summoned(self, text: str) -> bool:
        """Whether a message asks for just this; looked at before anything has to be understood."""
        ...


@runtime_checkable
class Repeatable(Protocol):
    """A form whose end keeps nothing, a search or a verdict: a correction afterwards (不是9个,是12个) asks it again."""

    @property
    def is_repeatable(self) -> bool:
        """True; a form that keeps something has no such attribute."""
        ...
