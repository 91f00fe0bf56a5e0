import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.live_events import LiveEvents
from bot.ports import Cache
from bot.storage.sqlite_cache import SqliteCache
from tests.fakes.fake_clock import FakeClock

RESYNC_FRAME = b"retry: 2000\nevent: resync\ndata: \n\n"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def cache(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Cache]:
    cache = await SqliteCache.open(tmp_path / "cache.sqlite3", clock=clock)
    yield cache
    await cache.close()


@pytest.fixture
def events(cache: Cache, clock: FakeClock) -> LiveEvents:
    return LiveEvents(cache, clock)


async def test_every_connection_begins_with_a_resync(events: LiveEvents) -> None:
    stream = events.stream("room")
    assert await anext(stream) == RESYNC_FRAME
    await stream.aclose()


async def test_a_listener_gets_the_id_of_what_changed(events: LiveEvents) -> None:
    stream = events.stream("room")
    await anext(stream)
    await events.announce("room", "bubble", "b-7")
    assert await anext(stream) == b"event: bubble\ndata: b-7\n\n"
    await stream.aclose()


async def test_nobody_hears_of_another_channel(events: LiveEvents) -> None:
    stream = events.stream("room")
    await anext(stream)
    await events.announce("elsewhere", "bubble", "b-1")
    await events.announce("room", "bubble", "b-2")
    assert await anext(stream) == b"event: bubble\ndata: b-2\n\n"
    await stream.aclose()


async def test_silence_is_broken_by_heartbeats(events: LiveEvents, clock: FakeClock) -> None:
    stream = events.stream("room")
    await anext(stream)
    for _ in range(2):
        upcoming = asyncio.create_task(anext(stream))
        await clock.advance(14.9)
        assert not upcoming.done()
        await clock.advance(0.1)
        assert await upcoming == b": heartbeat\n\n"
    await stream.aclose()


async def test_a_stream_ends_when_the_process_stops(events: LiveEvents) -> None:
    stream = events.stream("room")
    await anext(stream)
    upcoming = asyncio.create_task(anext(stream, b"over"))
    events.stop()
    assert await upcoming == b"over"


async def test_a_stream_opened_while_stopping_ends_at_once(events: LiveEvents) -> None:
    events.stop()
    assert [frame async for frame in events.stream("room")] == [RESYNC_FRAME]


async def test_a_signal_ends_the_streams_and_reaches_the_server_too(events: LiveEvents) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        with events.ended_by_signals():
            stream = events.stream("room")
            await anext(stream)
            signal.raise_signal(signal.SIGTERM)
            assert await anext(stream, b"over") == b"over"
        assert heard == [signal.SIGTERM]
        signal.raise_signal(signal.SIGTERM)
        assert heard == [signal.SIGTERM] * 2
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_the_response_is_an_event_stream_that_nobody_stores(events: LiveEvents) -> None:
    response = events.response("room")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
