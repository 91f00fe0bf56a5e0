"""Keys, the audit log and one worker's data from the command line."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner, Result

from api.commands import app
from api.commands.auditing import completed_settings
from bot.assembly import PrivacyDesk, open_privacy
from bot.domain.errors import KeyFileError, PrivacyError, SettingsError
from bot.privacy.identity_fields import Identity

T = TypeVar("T")
OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
PHONE = "13812345678"
PASSWORD = "春天的第一趟火车 07:15"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(tmp_path / "keys" / "privacy.key"))
    return tmp_path / "var"


def gongyou(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def at_the_desk(work: Callable[[PrivacyDesk], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_privacy(completed_settings()) as desk:
            return await work(desk)

    return asyncio.run(run())


def keep_a_profile() -> None:
    async def keep(desk: PrivacyDesk) -> None:
        worker_id = desk.pseudonyms.of(OPENID)
        await desk.consents.give(worker_id)
        await desk.profiles.keep(worker_id, Identity(name="王建国", phone=PHONE))

    at_the_desk(keep)


def change_the_log(data_dir: Path) -> None:
    database = sqlite3.connect(data_dir / "gongyou.sqlite3")
    with database:
        changed = database.execute(
            "UPDATE documents_audit_log SET body = replace(body, 'profile_kept', 'profile_seen')"
        )
    database.close()
    assert changed.rowcount > 0


def test_keys_are_shown_by_their_ids_only(tmp_path: Path) -> None:
    shown = gongyou("keys", "show")
    assert shown.exit_code == 0
    secret = (tmp_path / "keys" / "privacy.key").read_text().split(":")[1].strip()
    assert "k1" in shown.output
    assert secret not in shown.output


def test_a_key_is_added_and_everything_comes_under_it() -> None:
    keep_a_profile()
    added = gongyou("keys", "add")
    assert added.exit_code == 0
    assert "k2" in added.output
    first = gongyou("keys", "rotate")
    assert first.exit_code == 0
    assert "再运行一次" in first.output
    assert "旧密钥可以去掉" in gongyou("keys", "rotate").output
    assert gongyou("audit", "verify").exit_code == 0


def test_the_old_key_may_go_after_the_rotation(tmp_path: Path) -> None:
    keep_a_profile()
    gongyou("keys", "add")
    gongyou("keys", "rotate")
    key_file = tmp_path / "keys" / "privacy.key"
    key_file.write_text(key_file.read_text().splitlines()[0] + "\n")
    held = json.loads(gongyou("worker", "export", "--openid-stdin", given=f"{OPENID}\n").output)
    assert held["身份信息"]["电话"] == PHONE
    assert gongyou("audit", "verify").exit_code == 0


def test_keys_from_the_environment_are_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGYOU_PRIVACY_KEYS", "k9:" + "A" * 43 + "=")
    assert "k9" in gongyou("keys", "show").output
    refused = gongyou("keys", "add")
    assert isinstance(refused.exception, KeyFileError)


def test_production_without_a_key_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGYOU_MODE", "production")
    monkeypatch.delenv("GONGYOU_PRIVACY_KEY_FILE")
    refused = gongyou("keys", "show")
    assert isinstance(refused.exception, SettingsError)
    assert "GONGYOU_PRIVACY_KEYS" in str(refused.exception)


def test_another_key_than_that_of_the_data_is_refused(tmp_path: Path) -> None:
    keep_a_profile()
    (tmp_path / "keys" / "privacy.key").unlink()
    refused = gongyou("audit", "show")
    assert isinstance(refused.exception, KeyFileError)
    assert "对不上" in str(refused.exception)


def test_an_intact_log_is_said_to_be_so_and_can_be_compared_later(tmp_path: Path) -> None:
    keep_a_profile()
    verified = gongyou("audit", "verify", "--save", "end.txt")
    assert verified.exit_code == 0
    assert "完好" in verified.output
    keep_a_profile()
    assert gongyou("audit", "verify", "--known", "end.txt").exit_code == 0
    (tmp_path / "end.txt").write_text(f"1 {'0' * 64}\n")
    assert gongyou("audit", "verify", "--known", "end.txt").exit_code == 1


def test_a_changed_log_is_told_with_the_place_and_status_one(own_data: Path) -> None:
    keep_a_profile()
    change_the_log(own_data)
    verified = CliRunner().invoke(app, ["audit", "verify"])
    assert verified.exit_code == 1
    assert "第 1 条：这一条的内容被改动过" in verified.stderr


def test_a_file_that_is_no_record_of_a_verification_is_refused(tmp_path: Path) -> None:
    (tmp_path / "else.txt").write_text("你好\n")
    assert isinstance(gongyou("audit", "verify", "--known", "else.txt").exception, PrivacyError)


def test_a_workers_data_are_exported_and_the_export_is_logged() -> None:
    keep_a_profile()
    exported = gongyou("worker", "export", "--openid-stdin", given=f"{OPENID}\n")
    held = json.loads(exported.output)
    assert held["身份信息"] == {"姓名": "王建国", "电话": PHONE}
    log = gongyou("audit", "show", "--last", "5").output
    assert "导出全部资料" in log
    assert "命令行" in log
    assert OPENID not in log
    assert PHONE not in log


def test_a_worker_is_erased_only_on_a_second_word() -> None:
    keep_a_profile()
    assert isinstance(gongyou("worker", "erase", "--openid-stdin", given=f"{OPENID}\n").exception, PrivacyError)
    assert at_the_desk(lambda desk: desk.profiles.own(desk.pseudonyms.of(OPENID))) is not None
    erased = gongyou("worker", "erase", "--openid-stdin", "--yes", given=f"{OPENID}\n")
    assert "已全部删除" in erased.output
    assert at_the_desk(lambda desk: desk.profiles.own(desk.pseudonyms.of(OPENID))) is None
    assert gongyou("audit", "verify").exit_code == 0


def test_an_openid_is_never_taken_as_an_argument() -> None:
    assert gongyou("worker", "export", OPENID).exit_code == 2
    assert isinstance(gongyou("worker", "export").exception, PrivacyError)
    assert isinstance(gongyou("worker", "erase", "--yes", "--openid-stdin", given="\n").exception, PrivacyError)


def test_changes_to_staff_accounts_stand_in_the_log_without_passwords() -> None:
    gongyou("staff", "add-admin", "wangfang", "--password-stdin", given=f"{PASSWORD}\n")
    gongyou("staff", "add", "liqiang", "-o", "operator", "-r", "350400", "--password-stdin", given=f"{PASSWORD}\n")
    gongyou("staff", "disable", "liqiang")
    log = gongyou("audit", "show").output
    for said in ("新建第一位管理员", "新建账号", "停用账号", "wangfang", "liqiang"):
        assert said in log
    assert PASSWORD not in log
