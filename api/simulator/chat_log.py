"""What the chat page shows, kept in the document store so that every process sees the same.

A browser has a session; a session has one simulated worker at a time; a worker has bubbles and exchanges. Everything
here is made up by whoever tries the demonstration, and is deleted a day after it was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from api.simulator.shared_platform import COLLECTION as PLATFORM
from bot.domain.errors import DuplicateKeyError
from bot.ports import Clock, DocumentStore

SESSIONS, WORKERS = "simulator_sessions", "simulator_workers"
BUBBLES, EXCHANGES = "simulator_bubbles", "simulator_exchanges"
ALL_COLLECTIONS = (SESSIONS, WORKERS, BUBBLES, EXCHANGES, PLATFORM)
KEPT_FOR = timedelta(days=1)
WAITING_AT_MOST = timedelta(seconds=30)
"""An exchange still waiting after this was cut off, for instance by a restart."""

Side = Literal["worker", "account", "notice"]
State = Literal["waiting", "replied", "acknowledged", "pushed", "silent", "fault"]


@dataclass(frozen=True, slots=True)
class SimulatedWorker:
    """Who writes in the chat page.

    Attributes:
        openid: made up; looks like a real one.
        session_id: the browser it belongs to.
        place: full name of the chosen place, "" for none.
    """

    openid: str
    session_id: str
    place: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One entry of the chat.

    Attributes:
        bubble_id: unique over all chats.
        number: 1 for the first of its chat.
        side: the worker's, the account's, or a notice in the middle.
        text: what stands in it.
        exchange_id: the exchange it belongs to, "" for none.
        said_at: when, aware UTC.
    """

    bubble_id: str
    number: int
    side: Side
    text: str
    exchange_id: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and what became of it.

    Attributes:
        exchange_id: unique over all chats.
        openid: the worker.
        said: what the worker sent, in words.
        state: how far it is; ``acknowledged``: answered ``success``, the answer is to come as a customer-service
            message; ``pushed``: it came; ``silent``: answered ``success``, and nothing is to come.
        began_at: when it was sent, aware UTC.
        posts: one entry for each time the platform posted it: ``started_ms``, ``took_ms``, ``status``, ``sent``,
            ``plain_sent``, ``got``.
        trace: what happened inside: ``hops`` and ``facts``; empty until known.
    """

    exchange_id: str
    openid: str
    said: str
    state: State
    began_at: datetime
    posts: list[dict[str, Any]] = field(default_factory=list)
    trace: dict[str, Any] = field(default_factory=dict)


class ChatLog:
    """Sessions, workers, bubbles and exchanges of the chat page."""

    def __init__(self, documents: DocumentStore, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes; idempotent."""
        await self._documents.ensure_index(BUBBLES, ["openid", "number"], unique=True)
        await self._documents.ensure_index(EXCHANGES, ["openid"])
        await self._documents.ensure_index(EXCHANGES, ["message_key"])
        for collection in ALL_COLLECTIONS:
            await self._documents.ensure_index(collection, ["written_at"])

    async def begin(self, session_id: str, place: str) -> SimulatedWorker:
        """Put a fresh worker into a session; the chat starts empty. Yesterday's chats are deleted on the way."""
        await self._forget_old()
        openid = "oSim" + secrets.token_hex(12)
        await self._documents.insert(
            WORKERS, {"_id": openid, "session_id": session_id, "place": place, "written_at": self._stamp()}
        )
        while not await self._point_session_to(session_id, openid):
            pass
        return SimulatedWorker(openid, session_id, place)

    async def current(self, session_id: str) -> SimulatedWorker | None:
        """The worker of a session; None for an unknown or forgotten session."""
        session = await self._documents.find_one(SESSIONS, {"_id": session_id})
        return await self.worker(session["openid"]) if session else None

    async def worker(self, openid: str) -> SimulatedWorker | None:
        """A worker by openid."""
        found = await self._documents.find_one(WORKERS, {"_id": openid})
        return SimulatedWorker(found["_id"], found["session_id"], found["place"]) if found else None

    async def say(self, openid: str, side: Side, text: str, exchange_id: str = "") -> Bubble:
        """Add a bubble at the end of a worker's chat."""
        now = self._clock.now()
        while True:
            number = await self.last_number(openid) + 1
            document = {
                "_id": f"{openid}-{number}",
                "openid": openid,
                "number": number,
                "side": side,
                "text": text,
                "exchange_id": exchange_id,
                "written_at": now.isoformat(timespec="microseconds"),
            }
            try:
                return _bubble(await self._documents.insert(BUBBLES, document))
            except DuplicateKeyError:
                continue

    async def bubbles(self, openid: str, after: int = 0) -> list[Bubble]:
        """Bubbles of a worker's chat with a number above ``after``, in order."""
        where = {"openid": openid, "number": {"$gt": after}}
        return [_bubble(found) for found in await self._documents.find(BUBBLES, where, sort=[("number", 1)])]

    async def last_number(self, openid: str) -> int:
        """Number of the last bubble, 0 in an empty chat."""
        newest = await self._documents.find(BUBBLES, {"openid": openid}, sort=[("number", -1)], limit=1)
        return int(newest[0]["number"]) if newest else 0

    async def open_exchange(self, openid: str, said: str, message_key: str) -> Exchange:
        """A message is about to be sent.

        Args:
            openid: the worker.
            said: the message in words.
            message_key: the duplicate key that the gateway will see; the trace comes back with it.
        """
        document = {
            "_id": secrets.token_hex(8),
            "openid": openid,
            "said": said,
            "state": "waiting",
            "message_key": message_key,
            "posts": [],
            "trace": {},
            "written_at": self._stamp(),
        }
        return _exchange(await self._documents.insert(EXCHANGES, document))

    async def change_exchange(self, exchange_id: str, change: Callable[[Exchange], Mapping[str, object]]) -> None:
        """Set the fields that ``change`` makes of the present exchange; nothing happens where it is gone."""
        while True:
            found = await self._documents.find_one(EXCHANGES, {"_id": exchange_id})
            if found is None:
                return
            changed = {**found, **change(_exchange(found))}
            if await self._documents.replace_if(EXCHANGES, changed) is not None:
                return

    async def exchange(self, openid: str, exchange_id: str) -> Exchange | None:
        """An exchange of this worker."""
        found = await self._documents.find_one(EXCHANGES, {"_id": exchange_id, "openid": openid})
        return _exchange(found) if found else None

    async def exchange_by_key(self, message_key: str) -> Exchange | None:
        """The exchange whose message has this duplicate key."""
        found = await self._documents.find_one(EXCHANGES, {"message_key": message_key})
        return _exchange(found) if found else None

    async def last_exchange(self, openid: str, *states: State) -> Exchange | None:
        """The newest exchange of a worker in one of the states (in any, without states)."""
        where: dict[str, Any] = {"openid": openid}
        if states:
            where["state"] = {"$in": list(states)}
        newest = await self._documents.find(EXCHANGES, where, sort=[("written_at", -1)], limit=1)
        return _exchange(newest[0]) if newest else None

    async def is_waiting(self, openid: str) -> bool:
        """Whether the worker waits for an answer."""
        since = (self._clock.now() - WAITING_AT_MOST).isoformat(timespec="microseconds")
        where = {"openid": openid, "state": {"$in": ["waiting", "acknowledged"]}, "written_at": {"$gt": since}}
        return await self._documents.count(EXCHANGES, where) > 0

    async def _point_session_to(self, session_id: str, openid: str) -> bool:
        document = {"_id": session_id, "openid": openid, "written_at": self._stamp()}
        found = await self._documents.find_one(SESSIONS, {"_id": session_id})
        if found is not None:
            return await self._documents.replace_if(SESSIONS, {**found, **document}) is not None
        try:
            await self._documents.insert(SESSIONS, document)
        except DuplicateKeyError:
            return False
        return True

    async def _forget_old(self) -> None:
        before = (self._clock.now() - KEPT_FOR).isoformat(timespec="microseconds")
        for collection in ALL_COLLECTIONS:
            await self._documents.delete(collection, {"written_at": {"$lt": before}})

    def _stamp(self) -> str:
        return self._clock.now().isoformat(timespec="microseconds")


def _bubble(document: dict[str, Any]) -> Bubble:
    return Bubble(
        bubble_id=document["_id"],
        number=document["number"],
        side=document["side"],
        text=document["text"],
        exchange_id=document["exchange_id"],
        said_at=datetime.fromisoformat(document["written_at"]),
    )


def _exchange(document: dict[str, Any]) -> Exchange:
    return Exchange(
        exchange_id=document["_id"],
        openid=document["openid"],
        said=document["said"],
        state=document["state"],
        began_at=datetime.fromisoformat(document["written_at"]),
        posts=document["posts"],
        trace=document["trace"],
    )
