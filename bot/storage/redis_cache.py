"""Short-lived state in Redis, for several hosts."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, Self, TypeVar

import redis.asyncio
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from bot.domain.errors import StoreError, StoreUnavailableError
from bot.storage.cache_rules import checked_ttl_ms, not_a_counter

T = TypeVar("T")

DEFAULT_PREFIX = "gongyou:"
CONNECT_TIMEOUT_S = 1.0
ANSWER_TIMEOUT_S = 1.0
HEALTH_CHECK_EVERY_S = 15

_CLAIM = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local value = redis.call('GET', KEYS[1])
if value == ARGV[1] then return 1 end
return 0
"""
_INCREMENT = """
local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
"""


class RedisCache:
    """`bot.ports.Cache` in Redis; made by `open`, belongs to one event loop. Redis' own clock decides what expires.

    A call whose connection turns out to be broken (the server restarted, a proxy closed it) is sent once more, on a new
    one. That may add one too many to a count or bring an event twice; a claim stays its caller's. Subscriptions are
    not mended in silence, because messages may have passed meanwhile.
    """

    def __init__(
        self, client: redis.asyncio.Redis, listening: redis.asyncio.Redis, prefix: str = DEFAULT_PREFIX
    ) -> None:
        self._client = client
        self._listening = listening
        self._prefix = prefix
        self._abandoned: set[asyncio.Future[Any]] = set()
        self._claim = client.register_script(_CLAIM)
        self._increment = client.register_script(_INCREMENT)

    @classmethod
    def open(cls, url: str, *, prefix: str = DEFAULT_PREFIX) -> Self:
        """Prepare the clients; they connect when first used.

        Args:
            url: ``redis://``, ``rediss://`` or ``unix://``.
            prefix: goes before every key and channel, so that a server can be shared.

        Raises:
            ValueError: the URL cannot be read.
        """
        again = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
        return cls(_client(url, again), _client(url, Retry(NoBackoff(), 0)), prefix)

    async def claim(self, key: str, ttl_s: float) -> bool:
        """True for exactly one caller, on all hosts, until the time is over."""
        ttl_ms = checked_ttl_ms(ttl_s)
        with _errors_translated():
            return bool(await self._run(self._claim(keys=[self._prefix + key], args=[secrets.token_hex(8), ttl_ms])))

    async def get(self, key: str) -> str | None:
        """The value, or None when absent or expired."""
        with _errors_translated():
            value = await self._run(self._client.get(self._prefix + key))
        return None if value is None else str(value)

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        """Keep a value for a time."""
        ttl_ms = checked_ttl_ms(ttl_s)
        with _errors_translated():
            await self._run(self._client.set(self._prefix + key, value, px=ttl_ms))

    async def increment(self, key: str, ttl_s: float) -> int:
        """Add one atomically and return the new count; the time starts with the first increment.

        Raises:
            StoreError: the key holds something else than a count.
        """
        ttl_ms = checked_ttl_ms(ttl_s)
        with _errors_translated():
            try:
                return int(await self._run(self._increment(keys=[self._prefix + key], args=[ttl_ms])))
            except ResponseError as error:
                if "not an integer" in str(error):
                    raise not_a_counter(key) from error
                raise

    async def release(self, key: str) -> None:
        """Forget a key."""
        with _errors_translated():
            await self._run(self._client.delete(self._prefix + key))

    async def publish(self, channel: str, message: str) -> None:
        """Tell every present subscriber, on every host."""
        with _errors_translated():
            await self._run(self._client.publish(self._prefix + channel, message))

    @contextlib.asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages published from entering the context on; ends with the context.

        Raises:
            StoreUnavailableError: the server is away; the subscriber subscribes again and reads afresh what it missed.
        """
        listener = self._listening.pubsub()
        try:
            with _errors_translated():
                await listener.subscribe(self._prefix + channel)
                await _next(listener, "subscribe")
            yield _Messages(listener)
        finally:
            await listener.aclose()  # type: ignore[no-untyped-call] # redis-py leaves it without annotations

    async def close(self) -> None:
        """Close the connections, when calls whose callers left have run out."""
        if self._abandoned:
            await asyncio.wait(self._abandoned)
        await self._client.aclose()
        await self._listening.aclose()

    async def _run(self, call: Awaitable[T]) -> T:
        """Await a call; a caller who is cancelled leaves at once, and the call ends by its own time-out.

        redis-py sends with ``asyncio.wait_for``, which in Python 3.11 swallows a cancellation that comes as the sending
        ends (https://github.com/python/cpython/issues/86296), and loses a connection that is cancelled while it opens.
        """
        task = asyncio.ensure_future(call)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            self._abandoned.add(task)
            task.add_done_callback(self._forget)
            raise
        return task.result()

    def _forget(self, task: asyncio.Future[Any]) -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            task.exception()  # nobody waits for it any more


def _client(url: str, retry: Retry) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=ANSWER_TIMEOUT_S,
        health_check_interval=HEALTH_CHECK_EVERY_S,
        retry=retry,
    )


class _Messages:
    """What a subscription brings."""

    def __init__(self, listener: PubSub) -> None:
        self._listener = listener

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        with _errors_translated():
            message = await _next(self._listener, "message")
        return str(message["data"])


async def _next(listener: PubSub, kind: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] | None = await listener.get_message(timeout=None)
        if message is not None and message["type"] == kind:
            return message


@contextlib.contextmanager
def _errors_translated() -> Iterator[None]:
    try:
        yield
    except StoreError:
        raise
    except ResponseError as error:
        raise StoreError(f"Redis 拒绝了请求（{error}）；请检查 Redis 的配置和账号权限") from error
    except (RedisError, OSError) as error:
        raise StoreUnavailableError("连不上 Redis；请检查 GONGYOU_CACHE_URL 和 Redis 服务是否正常") from error
