"""What is remembered between two messages of one worker."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.form import Listing, OpenForm
from bot.domain.intent import Intent, Understanding
from bot.domain.message import WorkerMessage
from bot.domain.region import PlaceRole


@dataclass(frozen=True, slots=True)
class Conversation:
    """One worker's state.

    Attributes:
        worker_id: key of the worker in the store (never the openid in clear in logs).
        work_region: code of where they work; None while unknown.
        home_region: code of where they come from; None while unknown.
        region_asked: whether they were asked where they are (they are asked once).
        pending_question: the question that waits for the place; "" for none.
        pending_places: codes offered as numbered choices, in the order offered.
        pending_role: what the chosen place will be to the worker.
        erasure_asked_ms: when they asked to be erased, in milliseconds since 1970; 0 for never.
        form: what is being filled in; None for nothing.
        paused_forms: what was left for another form or timed out, to come back to; the one left last first.
        done_form: what was done last where it kept nothing, for a correction afterwards.
        listing: the list they are leafing through.
        also: a second wish that is still to be offered, or was offered last.
        also_text: the words in which it was said.
    """

    worker_id: str
    work_region: str | None = None
    home_region: str | None = None
    region_asked: bool = False
    pending_question: str = ""
    pending_places: tuple[str, ...] = ()
    pending_role: PlaceRole = PlaceRole.WORK
    erasure_asked_ms: int = 0
    form: OpenForm | None = None
    paused_forms: tuple[OpenForm, ...] = ()
    done_form: OpenForm | None = None
    listing: Listing | None = None
    also: Intent | None = None
    also_text: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message together with the state it meets.

    Attributes:
        message: what came.
        conversation: what was remembered before it.
        understanding: what it asks for; None where it has no words, or nobody had to look.
    """

    message: WorkerMessage
    conversation: Conversation
    understanding: Understanding | None = None
