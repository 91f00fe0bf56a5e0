"""What is remembered between two messages of one worker."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.form import Listing, OpenForm
from bot.domain.intent import Intent, Understanding
from bot.domain.message import WorkerMessage
from bot.domain.region import PlaceRole


@dataclass(frozen=True, slots=True)
class PolicyTopic:
    """What the last policy question was about, so that 那要找哪个部门 can be understood.

    Attributes:
        about: the question that opened the topic, in the worker's words.
        question: the whole question that was answered last: the same, or what a follow-up made of it.
        clause_ids: the clauses that the last answer cited, the first one first.
        title: the lead phrase of the first of them; "" where none was cited.
        elsewhere: code of the place that was asked about, where it is not the worker's own; None where it is.
        pages: how often more of the first clause was read out.
        asked_ms: when, in milliseconds since 1970.
    """

    about: str
    question: str
    clause_ids: tuple[str, ...] = ()
    title: str = ""
    elsewhere: str | None = None
    pages: int = 0
    asked_ms: int = 0


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
        topic: what the last policy question was about; None where nothing is being talked about.
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
    topic: PolicyTopic | None = None


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
