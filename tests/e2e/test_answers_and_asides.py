"""While a form waits for an answer: what answers it is taken, what asks for something else is never written into it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from pydantic import SecretStr

from bot.assembly import Application
from bot.domain.form import OpenForm
from bot.domain.message import MessageKind, WorkerMessage
from bot.gateway.dialogue import Dialogue
from bot.settings import Settings

WAITING: list[dict[str, Any]] = yaml.safe_load(Path("tests/data/answers_and_asides.yaml").read_text(encoding="utf-8"))
MISREAD_SHARE_MAX = 0.05


class Worker:
    """One who writes to a running product."""

    def __init__(self, dialogue: Dialogue, openid: str) -> None:
        self._dialogue = dialogue
        self._openid = openid

    async def says(self, text: str) -> None:
        message = WorkerMessage(
            secrets.token_hex(8), self._openid, "gh_1", MessageKind.TEXT, text, datetime.now(UTC), {}
        )
        await self._dialogue.next_turn(message)

    async def forms(self) -> dict[str, OpenForm]:
        """What the open form and those that wait know, by id."""
        conversation = await self._dialogue._conversations.find(self._dialogue._pseudonyms.of(self._openid))
        if conversation is None:
            return {}
        forms = [conversation.form, *conversation.paused_forms]
        return {form.form_id: form for form in forms if form is not None}


@pytest.fixture(scope="module")
def settings(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("asides")
    return Settings(
        _env_file=None,
        data_dir=folder,
        index_dir=index_dir,
        privacy_key_file=folder / "key",
        wechat_token=SecretStr("t" * 20),
        wechat_aes_key=SecretStr("A" * 43),
        wechat_app_id="wx1",
        wechat_app_secret=SecretStr("s" * 32),
    )


@pytest.mark.parametrize("waiting", WAITING, ids=[one["waits_for"] for one in WAITING])
async def test_answers_are_taken_and_asides_are_not(settings: Settings, waiting: dict[str, Any]) -> None:
    application = await Application.start(settings)
    try:
        dialogue = cast("Dialogue", application.gateway.jobs._replier)
        not_taken = [said for said in waiting["answers"] if not await is_taken(dialogue, waiting["after"], said)]
        taken = [said for said in waiting["asides"] if await is_taken(dialogue, waiting["after"], said)]
    finally:
        await application.close()
    said_in_all = len(waiting["answers"]) + len(waiting["asides"])
    assert not taken
    assert len(not_taken) <= max(1, MISREAD_SHARE_MAX * said_in_all), not_taken


async def is_taken(dialogue: Dialogue, after: list[str], said: str) -> bool:
    """Whether words become part of the form that the messages before them opened."""
    worker = Worker(dialogue, secrets.token_hex(8))
    for text in after:
        await worker.says(text)
    (form_id, before), *_ = (await worker.forms()).items()
    await worker.says(said)
    now = (await worker.forms()).get(form_id)
    return now is None or now.values != before.values
