"""``gongyou serve`` with some questions slowed down: those answers come late.

``SLOW_PATTERN`` (a regular expression searched in the worker's text) and ``SLOW_S`` come from the environment; so does
``LEASE_S``, after which a push counts as unknown whose process died, instead of a minute. Run as a module: the workers
are forked from its process, and are slow as it is.
"""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any

from bot.domain.conversation import Turn
from bot.domain.message import Reply
from bot.gateway import outbox_pusher
from bot.handlers.policy_question import PolicyQuestionHandler


def slow_down() -> None:
    """From now on, in this process and in those that it forks."""
    pattern, slow_s = re.compile(os.environ["SLOW_PATTERN"]), float(os.environ["SLOW_S"])
    outbox_pusher.SENDING_LEASE_S = float(os.environ.get("LEASE_S", outbox_pusher.SENDING_LEASE_S))
    answer = PolicyQuestionHandler.handle

    async def answer_slowly(handler: Any, turn: Turn) -> Reply:
        if pattern.search(turn.message.text):
            await asyncio.sleep(slow_s)
        return await answer(handler, turn)

    PolicyQuestionHandler.handle = answer_slowly  # type: ignore[method-assign]


def slow_command(port: int, processes: int) -> tuple[str, list[str]]:
    """Module and arguments that serve it, for `api.commands.load_bench.product_under_load`."""
    return "tests.fakes.slow_account", ["serve", "--port", str(port), "--workers", str(processes)]


if __name__ == "__main__":
    from api.commands import main

    slow_down()
    main()
