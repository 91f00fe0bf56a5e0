"""Late answers that did not get through, from the command line."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands import app
from api.commands.auditing import completed_settings
from bot.assembly import open_privacy
from bot.domain.errors import OutboxError
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway import late_answer
from bot.gateway.counters import Counters
from bot.gateway.inbox import claim_id_of
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.system_clock import SystemClock

OPENID = "oWorkerWhoWroteAtNight000001"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(tmp_path / "privacy.key"))
    monkeypatch.setenv("COLUMNS", "200")


def outbox(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["outbox", *arguments])


async def dead_letter() -> str:
    message = WorkerMessage(
        key="gh_1:o:1",
        openid=OPENID,
        account_id="gh_1",
        kind=MessageKind.TEXT,
        text="工资拖了，电话13812345678",
        received_at=datetime.now(UTC),
    )
    async with open_privacy(completed_settings()) as privacy:
        kept = DocumentOutbox(privacy.store, SystemClock(), Counters(), privacy.cipher, privacy.pseudonyms)
        await kept.owe(message)
        await kept.fulfil(message.key, Reply("可以打12333"))
        await kept.step(claim_id_of(message.key), lambda document: late_answer.dead(document, 48001))
    return claim_id_of(message.key)


def test_a_dead_letter_is_listed_masked_put_back_and_put_away() -> None:
    assert "没有滞留的答复" in outbox("list").output
    answer_id = asyncio.run(dead_letter())
    listed = outbox("list").output
    for said in (answer_id[:12], "推送不了", "48001", "138****5678", "没有这个接口的权限"):
        assert said in listed
    for hidden in (OPENID, "13812345678"):
        assert hidden not in listed
    assert outbox("retry", answer_id[:8]).exit_code == 0
    assert "没有滞留的答复" in outbox("list").output
    refused = outbox("dismiss", answer_id[:8])
    assert isinstance(refused.exception, OutboxError)


def test_what_is_put_away_is_logged_for_the_auditors() -> None:
    answer_id = asyncio.run(dead_letter())
    assert outbox("dismiss", answer_id[:8]).exit_code == 0
    shown = CliRunner().invoke(app, ["audit", "show"]).output
    assert "不再处理没送到的答复" in shown
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
