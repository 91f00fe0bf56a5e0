"""Accounts from the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands import app
from bot.domain.errors import StaffChangeError

PASSWORD = "春天的第一趟火车 07:15"
OTHER_PASSWORD = "夏天的最后一班船 22:40"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def staff(*arguments: str, password: str | None = None) -> Result:
    if password is None:
        return CliRunner().invoke(app, ["staff", *arguments])
    return CliRunner().invoke(app, ["staff", *arguments, "--password-stdin"], input=f"{password}\n")


def test_the_first_admin_is_made_once_and_listed() -> None:
    assert "还没有账号" in staff("list").output
    made = staff("add-admin", "wangfang", "--display-name", "王芳", password=PASSWORD)
    assert made.exit_code == 0
    assert "/staff/login" in made.output
    assert PASSWORD not in made.output
    again = staff("add-admin", "liqiang", password=PASSWORD)
    assert isinstance(again.exception, StaffChangeError)
    listed = staff("list").output
    for said in ("wangfang", "王芳", "admin", "000000", "从未", "可用"):
        assert said in listed
    assert "liqiang" not in listed


def test_accounts_are_added_closed_and_opened() -> None:
    staff("add-admin", "wangfang", password=PASSWORD)
    added = staff("add", "liqiang", "-o", "operator", "-o", "auditor", "-r", "350402", password=PASSWORD)
    assert added.exit_code == 0
    listed = staff("list").output
    assert "auditor operator" in listed
    assert "350404" in listed  # 梅列区 became a part of 三元区
    assert staff("disable", "liqiang").exit_code == 0
    assert "已停用" in staff("list").output
    assert staff("enable", "liqiang").exit_code == 0
    assert "已停用" not in staff("list").output
    assert staff("passwd", "liqiang", password=OTHER_PASSWORD).exit_code == 0


def test_a_password_is_never_taken_as_an_argument() -> None:
    assert staff("add-admin", "wangfang", PASSWORD).exit_code == 2
    assert staff("add-admin", "wangfang", "--password", PASSWORD).exit_code == 2


def test_without_a_terminal_the_password_has_to_be_piped_on_purpose() -> None:
    refused = staff("add-admin", "wangfang")
    assert isinstance(refused.exception, StaffChangeError)
    assert "--password-stdin" in str(refused.exception)


def test_a_role_or_a_place_that_is_left_out_is_asked_for() -> None:
    assert staff("add", "liqiang", "-r", "350400", password=PASSWORD).exit_code == 2
    assert staff("add", "liqiang", "-o", "operator", password=PASSWORD).exit_code == 2
    assert staff("add", "liqiang", "-o", "boss", "-r", "350400", password=PASSWORD).exit_code == 2
