"""Server-sent events: ids only, over the cache's channels, so that they work with several processes.

The browser fetches what changed with an ordinary GET; permission checks therefore stay in the GETs. Every connection
begins with a ``resync`` event, because what was published while nobody listened is not sent again.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

from starlette.responses import StreamingResponse

from bot.ports import Cache, Clock

HEARTBEAT_S = 15.0
RECONNECT_MS = 2000
RESYNC = "resync"
_HEARTBEAT_FRAME = b": heartbeat\n\n"
_STOPPING_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class LiveEvents:
    """The event streams of one process.

    Args:
        cache: carries the events between processes.
        clock: times the heartbeats.
        heartbeat_s: seconds of silence after which a comment keeps proxies from closing the stream.
    """

    def __init__(self, cache: Cache, clock: Clock, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._cache = cache
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._stopping = asyncio.Event()

    async def announce(self, channel: str, event: str, ident: str = "") -> None:
        """Tell everybody who listens to a channel that something with this id changed.

        Args:
            channel: whom it concerns.
            event: a single word, the event's name in the browser.
            ident: id of what changed, without line breaks.
        """
        await self._cache.publish(channel, f"{event} {ident}")

    def response(self, channel: str) -> StreamingResponse:
        """The stream of a channel as an HTTP response."""
        return StreamingResponse(
            self.stream(channel),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def stream(self, channel: str) -> AsyncIterator[bytes]:
        """Frames of a channel: ``resync``, then events as they come and heartbeats, until `stop`."""
        async with self._cache.subscribe(channel) as messages, _Race() as race:
            yield f"retry: {RECONNECT_MS}\n".encode() + _frame(RESYNC, "")
            race.start("stop", self._stopping.wait())
            race.start("message", _upcoming(messages))
            race.start("heartbeat", self._clock.sleep(self._heartbeat_s))
            while not self._stopping.is_set():
                for name, result in await race.finished():
                    if name == "heartbeat":
                        yield _HEARTBEAT_FRAME
                        race.start("heartbeat", self._clock.sleep(self._heartbeat_s))
                    elif name == "message":
                        if result is None:
                            return
                        event, _, ident = result.partition(" ")
                        yield _frame(event, ident)
                        race.start("message", _upcoming(messages))

    def stop(self) -> None:
        """End every stream of this process; the server waits for open connections before it stops."""
        self._stopping.set()

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """End the streams as soon as the process is asked to stop.

        The server runs the lifespan's end only after its connections are closed, so streams would hold it up until its
        grace period is over. Outside the main thread, where signals cannot be caught, nothing is done.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        previous = {number: signal.getsignal(number) for number in _STOPPING_SIGNALS}

        def on_signal(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.stop)
            handler = previous[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)
            elif handler == signal.SIG_DFL:
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        for number in _STOPPING_SIGNALS:
            signal.signal(number, on_signal)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


class _Race:
    """Named waits of which the first to finish matter; the rest are cancelled at the end."""

    def __init__(self) -> None:
        self._running: dict[asyncio.Task[Any], str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def start(self, name: str, waiting: Coroutine[Any, Any, Any]) -> None:
        self._running[asyncio.create_task(waiting)] = name

    async def finished(self) -> list[tuple[str, Any]]:
        done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        return [(self._running.pop(task), task.result()) for task in done]


async def _upcoming(messages: AsyncIterator[str]) -> str | None:
    return await anext(messages, None)


def _frame(event: str, ident: str) -> bytes:
    return f"event: {event}\ndata: {ident}\n\n".encode()
