"""The real product, for ``uvicorn tests.fakes.slow_server:app --factory``, slowed down where a test says so.

A question that begins with 慢 takes ``GONGYOU_TEST_SLOW_S`` seconds; a push counts as unknown ``GONGYOU_TEST_LEASE_S``
seconds after its process died, instead of a minute.
"""

from __future__ import annotations

import asyncio
import os

from fastapi import FastAPI

from api.app import TraceRelay, create_app
from api.logs import configure_logs
from bot.assembly import Application
from bot.domain.message import Reply, WorkerMessage
from bot.gateway import outbox_pusher
from bot.gateway.jobs import Replier
from bot.settings import Settings

SLOW = "慢"


class SlowReplier:
    """The dialogue, after a while."""

    def __init__(self, inner: Replier, delay_s: float) -> None:
        self._inner = inner
        self._delay_s = delay_s

    async def next_turn(self, message: WorkerMessage) -> Reply:
        if message.text.startswith(SLOW):
            await asyncio.sleep(self._delay_s)
        return await self._inner.next_turn(message)

    async def expects_answer(self, message: WorkerMessage) -> bool:
        return await self._inner.expects_answer(message)


def app() -> FastAPI:
    settings = Settings()
    configure_logs(settings.log_format, settings.log_level)
    outbox_pusher.SENDING_LEASE_S = float(os.environ["GONGYOU_TEST_LEASE_S"])
    return create_app(settings, _started)


async def _started(settings: Settings, traces: TraceRelay) -> Application:
    application = await Application.start(settings, traces)
    jobs = application.gateway._jobs
    jobs._replier = SlowReplier(jobs._replier, float(os.environ["GONGYOU_TEST_SLOW_S"]))
    return application
