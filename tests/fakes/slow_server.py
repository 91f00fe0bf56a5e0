"""The real product, for ``uvicorn tests.fakes.slow_server:app --factory``, slowed down where a test says so.

A question that begins with 慢慢查： takes ``GONGYOU_TEST_SLOW_S`` s; a push counts as unknown ``GONGYOU_TEST_LEASE_S``
seconds after its process died, instead of a minute. While there is a file ``GONGYOU_TEST_CRASH_FILE``, the next message
takes it away and kills its process between what the dialogue stored and what the gateway would store.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI

from api.app import TraceRelay, create_app
from api.logs import configure_logs
from bot.assembly import Application
from bot.domain.message import Reply, WorkerMessage
from bot.gateway import outbox_pusher
from bot.gateway.jobs import Replier
from bot.settings import Settings

SLOW = "慢慢查："


class SlowReplier:
    """The dialogue, after a while, or for the last time."""

    def __init__(self, inner: Replier, delay_s: float, crash_file: Path) -> None:
        self._inner = inner
        self._delay_s = delay_s
        self._crash_file = crash_file

    async def next_turn(self, message: WorkerMessage) -> Reply:
        if message.text.startswith(SLOW):
            await asyncio.sleep(self._delay_s)
            message = replace(message, text=message.text.removeprefix(SLOW))
        reply = await self._inner.next_turn(message)
        if self._crash_file.is_file():
            self._crash_file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return reply

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
    slow_s, crash_file = float(os.environ["GONGYOU_TEST_SLOW_S"]), os.environ.get("GONGYOU_TEST_CRASH_FILE", "")
    jobs._replier = SlowReplier(jobs._replier, slow_s, Path(crash_file or os.devnull))
    return application
