import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.gateway.system_clock import SystemClock
from bot.wechat.callback import WechatCallback
from bot.wechat.demo_account import load_demo_account


def test_an_account_is_made_up_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "var" / "demo_account.json"
    assert load_demo_account(path) == load_demo_account(path)


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    one, other = load_demo_account(tmp_path / "one.json"), load_demo_account(tmp_path / "other.json")
    assert not {one.token, one.aes_key, one.app_id, one.app_secret} & {other.token, other.aes_key, other.app_id}


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "demo_account.json"
    load_demo_account(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["demo_account.json"]


def test_processes_that_start_together_share_one_account(tmp_path: Path) -> None:
    path = tmp_path / "demo_account.json"
    with ThreadPoolExecutor(8) as threads:
        accounts = list(threads.map(lambda _: load_demo_account(path), range(40)))
    assert len({account.token for account in accounts}) == 1


def test_the_callback_accepts_made_up_secrets(tmp_path: Path) -> None:
    for number in range(20):
        account = load_demo_account(tmp_path / f"{number}.json")
        WechatCallback(
            token=account.token,
            aes_key=account.aes_key,
            app_id=account.app_id,
            tolerance_s=300,
            max_bytes=65536,
            clock=SystemClock(),
        )


def test_secrets_stay_out_of_what_is_printed(tmp_path: Path) -> None:
    account = load_demo_account(tmp_path / "demo_account.json")
    assert account.token not in repr(account)
    assert account.aes_key not in repr(account)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"token": "x"}'])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "demo_account.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match="删掉它后重新启动"):
        load_demo_account(path)
