"""One booking as the store keeps it, and how each step changes it.

::

    pending ── confirmed ──▶ booked ── over ──▶ done ──▶ no_show
       │                       │  ▲─┐ moving, moved
       └─ abandoned (deleted)  └──────▶ cancelled

``moving`` says which place a booking is about to change to, ``leaving`` which ones it no longer needs: both are written
before the slots are touched, so that whoever comes after a crash can finish or undo it. Steps are plain functions for
`bot.storage.change.change`; None means that the step does not apply.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.bookings.slots import Hold
from bot.domain.booking import Booking, BookingRequest, BookingState, Matter, Slot
from bot.ports import Document
from bot.privacy.moments import stored

COLLECTION = "bookings"
DIGITS = "23456789"
"""Without 0 and 1, which look like letters."""
NUMBER_LENGTH = 8

HALF_MADE = (BookingState.PENDING, BookingState.ABANDONED)
UNFINISHED = (BookingState.PENDING, BookingState.BOOKED)
"""States of what is an open matter for its worker."""

Step = Callable[[Document], Document | None]


def new_booking(request: BookingRequest, number: str, now: datetime) -> Document:
    """A booking that has no place yet; what tells who made it is still in clear."""
    return {
        "_id": number,
        "request_id": request.request_id,
        "openid": request.openid,
        "worker_id": request.worker_id,
        "matter": request.matter.value,
        "open_key": open_key(request.worker_id, request.matter),
        "state": BookingState.PENDING.value,
        "group_size": request.group_size,
        "is_on_site": request.is_on_site,
        "created_at": stored(now),
        "touched_at": stored(now),
        "unsettled": False,
        "leaving": [],
        **_place(request.slot, new_token()),
    }


def booking_of(document: Document) -> Booking:
    """What a document says."""
    return Booking(
        number=document["_id"],
        worker_id=document["worker_id"],
        matter=Matter(document["matter"]),
        state=BookingState(document["state"]),
        slot=Slot.of(document["slot_id"]),
        group_size=document["group_size"],
        is_on_site=document["is_on_site"],
        created_at=datetime.fromisoformat(document["created_at"]),
    )


def number_of(request_id: str, attempt: int) -> str:
    """Eight digits that the same request always gets; another attempt where they belong to somebody else."""
    digest = hashlib.sha256(f"{request_id}/{attempt}".encode()).digest()
    return "".join(DIGITS[byte % len(DIGITS)] for byte in digest[:NUMBER_LENGTH])


def open_key(worker_id: str, matter: Matter) -> str:
    """What only one open booking can have."""
    return f"{worker_id}/{matter.value}"


def new_token() -> str:
    """Names one attempt to hold a place."""
    return secrets.token_hex(8)


def held(document: Document) -> Hold:
    """The place that a booking has, or is to have while it is pending."""
    return Hold(document["slot_id"], document["_id"], document["token"])


def holds_left(document: Document) -> list[Hold]:
    """The places that a booking no longer needs."""
    return [Hold(slot_id, document["_id"], token) for slot_id, token in document["leaving"]]


def knows(document: Document, hold: Hold) -> bool:
    """Whether a booking has a place, is about to change to it, or is about to leave it."""
    has_place = document["state"] != BookingState.CANCELLED
    return hold in {target(document), *holds_left(document)} or (has_place and hold == held(document))


def target(document: Document) -> Hold | None:
    """The place that a booking is about to change to."""
    moving = document.get("moving")
    return Hold(moving["slot_id"], document["_id"], moving["token"]) if moving else None


def confirmed(document: Document, token: str) -> Document | None:
    """Its place is taken."""
    if document["state"] != BookingState.PENDING or document["token"] != token:
        return None
    return document | {"state": BookingState.BOOKED.value}


def abandoned(document: Document, token: str) -> Document | None:
    """It is given up before it has a place."""
    if document["state"] != BookingState.PENDING or document["token"] != token:
        return None
    return _without(document, "open_key") | {"state": BookingState.ABANDONED.value}


def moving_to(document: Document, slot_id: str, now: datetime) -> Document | None:
    """It is about to change to another slot; an earlier attempt at the same one goes on, one at another is undone."""
    moving = document.get("moving")
    if document["state"] != BookingState.BOOKED or (moving and moving["slot_id"] == slot_id):
        return None
    if document["slot_id"] == slot_id:
        return not_moving(document) if moving else None
    fresh = {"slot_id": slot_id, "token": new_token()}
    return not_moving(document) | {"moving": fresh, "unsettled": True, "touched_at": stored(now)}


def not_moving(document: Document) -> Document:
    """A change is undone: the place that it may have taken is one to leave."""
    moving = document.get("moving")
    if not moving:
        return document
    left = [*document["leaving"], [moving["slot_id"], moving["token"]]]
    return _without(document, "moving") | {"leaving": left, "unsettled": True}


def moved(document: Document, token: str) -> Document | None:
    """The new place is taken; the old one is to be left."""
    moving = document.get("moving")
    if document["state"] != BookingState.BOOKED or not moving or moving["token"] != token:
        return None
    left = [*document["leaving"], [document["slot_id"], document["token"]]]
    return _without(document, "moving") | {"leaving": left, **_place(Slot.of(moving["slot_id"]), token)}


def ended(document: Document, state: BookingState, *, frees: bool) -> Document:
    """It is over.

    Args:
        document: an open one.
        state: how it ended.
        frees: whether somebody else may have its place.
    """
    over = _without(not_moving(document), "open_key") | {"state": state.value}
    if not frees:
        return over
    return over | {"leaving": [*over["leaving"], [document["slot_id"], document["token"]]], "unsettled": True}


def settled(document: Document, freed: list[Hold]) -> Document | None:
    """Some places are left."""
    gone = [[hold.slot_id, hold.token] for hold in freed]
    left = [place for place in document["leaving"] if place not in gone]
    if left == document["leaving"] and document["unsettled"] == bool(left or document.get("moving")):
        return None
    return document | {"leaving": left, "unsettled": bool(left or document.get("moving"))}


def _place(slot: Slot, token: str) -> Document:
    return {"slot_id": slot.slot_id, "office_id": slot.office_id, "on": slot.on.isoformat(), "token": token}


def _without(document: Document, field: str) -> Document:
    return {name: value for name, value in document.items() if name != field}
