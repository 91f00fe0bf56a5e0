"""The three ways in which a post ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.message import Reply
from bot.domain.trace import TurnTrace


@dataclass(frozen=True, slots=True)
class Answered:
    """The post is answered with a passive reply.

    Attributes:
        reply: what the worker reads; never silent.
        is_answer: whether it is the message's own answer, and not a notice that it will come.
        trace: what was recorded while it was worked out, if anything.
    """

    reply: Reply
    is_answer: bool = True
    trace: TurnTrace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The post is answered ``success``: there is nothing to say, or it comes later."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """The post is left without an answer, so that the platform hangs up and posts again."""


Settlement = Answered | Acknowledged | Withheld
