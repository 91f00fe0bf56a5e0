"""The simulator as a command, against a real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import app
from api.commands.bench_servers import free_port, running
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials

RUNNER = CliRunner()


def test_a_message_from_the_terminal_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GONGYOU_INDEX_DIR", str(tmp_path / "indexes"))
    account = load_demo_account(tmp_path / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    port = free_port()
    with running("api.commands", ["serve", "--port", str(port)], port, credentials, tmp_path) as server:
        result = RUNNER.invoke(app, ["simulate", "我在三明，创业补贴有多少", "--url", server.url])
        monkeypatch.setenv("GONGYOU_PORT", str(port))
        talk = RUNNER.invoke(app, ["simulate", "--openid", "o-talks"], input="你好\n\n创业补贴有多少\n")
    assert result.exit_code == 0, result.output
    assert "当场回复" in result.output
    assert "1万元" in result.output
    assert talk.exit_code == 0, talk.output
    assert talk.output.count("当场回复") == 2


def test_a_service_that_does_not_run_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path))
    result = RUNNER.invoke(app, ["simulate", "你好", "--url", f"http://127.0.0.1:{free_port()}/wechat"])
    assert result.exit_code == 1
    assert "没有收到回应" in result.output
    assert "gongyou serve" in str(result.exception)
