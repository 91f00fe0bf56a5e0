import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.domain.errors import KeyFileError
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.key_check import check_keys
from bot.privacy.key_ring import KEY_BYTES, KeyRing, add_key, format_keys, open_key_ring, parse_keys, read_key_file
from bot.storage.sqlite_documents import SqliteDocumentStore

NAME = FieldContext("profiles", "name", "worker-1")
KEY = base64.b64encode(bytes(range(KEY_BYTES))).decode()


def test_keys_from_the_environment_keep_their_order() -> None:
    assert open_key_ring(f" b:{KEY} ,a:{KEY}", None, may_create=False).ids == ("b", "a")


@pytest.mark.parametrize("text", ["", " , ", "a", f"a:{KEY},a:{KEY}", "a:short", f"a b:{KEY}", f":{KEY}", f"a:{KEY}!"])
def test_unusable_keys_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(KeyFileError, match="openssl rand -base64 32"):
        parse_keys(text)


def test_a_refusal_does_not_repeat_the_key() -> None:
    with pytest.raises(KeyFileError) as caught:
        parse_keys(f"a:{KEY}{KEY}")
    assert KEY not in str(caught.value)


def test_production_without_a_key_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="GONGYOU_PRIVACY_KEYS"):
        open_key_ring("", None, may_create=False)
    with pytest.raises(KeyFileError, match="找不到密钥文件"):
        open_key_ring("", tmp_path / "privacy.key", may_create=False)
    assert list(tmp_path.iterdir()) == []


def test_the_demo_makes_a_key_that_only_its_owner_reads_and_finds_it_again(tmp_path: Path) -> None:
    path = tmp_path / "home" / "privacy.key"
    token = FieldCipher(open_key_ring("", path, may_create=True)).encrypt("王建国", NAME)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert FieldCipher(open_key_ring("", path, may_create=True)).decrypt(token, NAME) == "王建国"


def test_processes_that_start_together_have_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "privacy.key"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: open_key_ring("", path, may_create=True), range(32)))
    assert len({ring.find(ring.current_id) for ring in rings}) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_the_home_folder_may_be_named_by_its_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    open_key_ring("", Path("~/.gongyou/privacy.key"), may_create=True)
    assert add_key(Path("~/.gongyou/privacy.key")) == "k2"
    assert tuple(read_key_file(tmp_path / ".gongyou" / "privacy.key")) == ("k2", "k1")


def test_without_a_home_folder_the_setting_is_asked_for() -> None:
    with pytest.raises(KeyFileError, match="GONGYOU_PRIVACY_KEY_FILE"):
        open_key_ring("", Path("~nobody-of-this-name/privacy.key"), may_create=True)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "privacy.key"
    path.write_text(f"k1:{KEY}\n")
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key_file(path)


def test_a_damaged_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "privacy.key"
    path.write_bytes(b"\xff\xfe\x00")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="读不了"):
        read_key_file(path)


def test_an_added_key_comes_first_and_a_running_process_learns_of_it(tmp_path: Path) -> None:
    path = tmp_path / "privacy.key"
    running = FieldCipher(open_key_ring("", path, may_create=True))
    before = running.encrypt("王建国", NAME)
    fresh = add_key(path)
    renewed = FieldCipher(open_key_ring("", path, may_create=False))
    assert tuple(read_key_file(path)) == (fresh, "k1")
    assert renewed.decrypt(before, NAME) == "王建国"
    assert running.decrypt(renewed.encrypt("李秀英", NAME), NAME) == "李秀英"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_written_keys_are_read_back() -> None:
    keys = {"a": bytes(KEY_BYTES), "b": bytes(range(KEY_BYTES))}
    assert parse_keys(format_keys(keys)) == keys


async def test_a_key_that_does_not_fit_the_data_is_refused_at_the_start(
    store: SqliteDocumentStore, old_key: bytes, new_key: bytes
) -> None:
    await check_keys(store, FieldCipher(KeyRing.of({"k1": old_key})))
    await check_keys(store, FieldCipher(KeyRing.of({"k2": new_key, "k1": old_key})))
    for ring in ({"k1": new_key}, {"k2": new_key}):
        with pytest.raises(KeyFileError, match="对不上"):
            await check_keys(store, FieldCipher(KeyRing.of(ring)))
