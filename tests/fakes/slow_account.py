"""The whole product with some questions slowed down, for ``uvicorn --factory``: those answers come late.

``SLOW_PATTERN`` (a regular expression searched in the worker's text) and ``SLOW_S`` come from the environment.
"""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any

from fastapi import FastAPI

from api.app import app_from_environment
from bot.domain.conversation import Turn
from bot.domain.message import Reply
from bot.handlers.policy_question import PolicyQuestionHandler


def app() -> FastAPI:
    pattern, slow_s = re.compile(os.environ["SLOW_PATTERN"]), float(os.environ["SLOW_S"])
    answer = PolicyQuestionHandler.handle

    async def answer_slowly(handler: Any, turn: Turn) -> Reply:
        if pattern.search(turn.message.text):
            await asyncio.sleep(slow_s)
        return await answer(handler, turn)

    PolicyQuestionHandler.handle = answer_slowly  # type: ignore[method-assign]
    return app_from_environment()


def slow_command(port: int, processes: int) -> tuple[str, list[str]]:
    """Module and arguments that serve it, for `api.commands.load_bench.product_under_load`."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--timeout-graceful-shutdown", "3"]
    return "uvicorn", ["tests.fakes.slow_account:app", "--factory", "--workers", str(processes), *options]
