"""Whole conversations with two real processes: every message goes to the other one than the message before.

Each file of ``conversations/`` is one. A turn says or does something; its reply ``has`` and ``lacks`` words. With
``crash``, the process dies between what the dialogue stored and what the gateway would store: the platform posts the
same bytes again, to the process that is left, and the conversation goes on as if nothing had been.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.serving_pair import PairedWorker, ServingPair

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
CONVERSATIONS: dict[str, dict[str, Any]] = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES
}
REPLY_MAX_BYTES = 2000


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory, index_dir: Path) -> Iterator[ServingPair]:
    pair = ServingPair(tmp_path_factory.mktemp("pair"), index_dir)
    yield pair
    pair.close()


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_a_conversation_goes_as_it_should(name: str, pair: ServingPair) -> None:
    pair.revive()
    conversation = CONVERSATIONS[name]
    worker = PairedWorker(pair, f"oWorker{secrets.token_hex(10)}")
    said: list[str] = []
    for number, turn in enumerate(conversation["turns"], start=1):
        if turn.get("crash"):
            pair.revive()
            pair.crash_next()
        reply = await worker.does(turn)
        said.append(f"{number}. {turn}\n→ {reply}")
        for wanted in turn.get("has", ()):
            assert wanted in reply, f"{conversation['about']}\n\n" + "\n\n".join(said)
        for unwanted in turn.get("lacks", ()):
            assert unwanted not in reply, "\n\n".join(said)
        assert len(reply.encode()) <= REPLY_MAX_BYTES
        assert not turn.get("crash") or pair.killed == 1


def test_interruption_correction_cancelling_going_back_and_a_crash_are_all_talked_through() -> None:
    tags = [tag for conversation in CONVERSATIONS.values() for tag in conversation["shows"]]
    assert {"interruption", "correction", "cancel", "back", "crash"} <= set(tags)
