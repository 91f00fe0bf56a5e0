"""What every file engine promises (`bot.ports.FileStore`)."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import StoreError
from bot.ports import FileStore

UNKNOWN = "0" * 64


@pytest.mark.parametrize(
    "content", [b"", "政策原文".encode("gb18030"), bytes(range(256)) * 3000], ids=["empty", "text", "photo"]
)
async def test_bytes_come_back_under_their_hash(files: FileStore, content: bytes) -> None:
    key = await files.put(content)
    assert key == hashlib.sha256(content).hexdigest()
    assert await files.open(key) == content


async def test_the_same_bytes_are_kept_once(files: FileStore) -> None:
    keys = await asyncio.gather(*[files.put(b"photo") for _ in range(5)])
    assert len(set(keys)) == 1
    assert await files.open(keys[0]) == b"photo"
    assert await files.delete(keys[0])
    assert not await files.delete(keys[0])


async def test_a_deleted_file_is_gone_and_others_stay(files: FileStore) -> None:
    gone, stays = await files.put(b"gone"), await files.put(b"stays")
    assert await files.delete(gone)
    with pytest.raises(StoreError, match="没有"):
        await files.open(gone)
    assert await files.open(stays) == b"stays"
    assert await files.put(b"gone") == gone
    assert await files.open(gone) == b"gone"


async def test_a_file_that_never_was_is_missed(files: FileStore) -> None:
    with pytest.raises(StoreError, match="没有"):
        await files.open(UNKNOWN)
    assert not await files.delete(UNKNOWN)


@pytest.mark.parametrize(
    "key",
    ["", "../../etc/passwd", "/etc/passwd", "a" * 63, "A" * 64, "0" * 62 + "/.", "0" * 64 + "\n", "..", "０" * 64],
)
async def test_what_is_not_a_key_is_refused(files: FileStore, key: str) -> None:
    with pytest.raises(StoreError, match="编号不对"):
        await files.open(key)
    with pytest.raises(StoreError, match="编号不对"):
        await files.delete(key)


@pytest.mark.parametrize("damaged", [b"politics", b"policY", b""], ids=["longer", "as long", "empty"])
async def test_damage_is_noticed_and_mended_by_putting_the_file_again(
    files: FileStore, damage_file: Callable[[str, bytes], Awaitable[None]], damaged: bytes
) -> None:
    key = await files.put(b"policy")
    await damage_file(key, damaged)
    with pytest.raises(StoreError, match="损坏"):
        await files.open(key)
    assert await files.put(b"policy") == key
    assert await files.open(key) == b"policy"


async def test_files_are_listed_page_by_page_in_the_order_of_their_keys(files: FileStore) -> None:
    assert await files.keys() == []
    stored = sorted([await files.put(f"file {number}".encode()) for number in range(7)])
    assert await files.keys() == stored
    assert await files.keys(limit=3) == stored[:3]
    assert await files.keys(after=stored[2], limit=3) == stored[3:6]
    assert await files.keys(after=stored[5], limit=3) == stored[6:]
    assert await files.keys(after=stored[6]) == []
    await files.delete(stored[0])
    assert await files.keys() == stored[1:]


async def test_a_file_that_was_put_by_many_at_once_is_listed_once(files: FileStore) -> None:
    keys = await asyncio.gather(*[files.put(b"photo") for _ in range(8)])
    others = [await files.put(f"{number}".encode()) for number in range(3)]
    assert await files.keys(limit=4) == sorted({*keys, *others})
