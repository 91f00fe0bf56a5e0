"""What is remembered of a worker: the question that waits may hold a name, and lies sealed."""

from __future__ import annotations

import pytest

from bot.domain.errors import DecryptionError
from bot.handlers.conversations import COLLECTION, Conversations
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.rotation import rotate
from bot.storage.sqlite_documents import SqliteDocumentStore

QUESTION = "我叫刘铁柱，电话13812345678，工资拖欠怎么办"


async def test_the_question_that_waits_lies_sealed_and_is_remembered(
    conversations: Conversations, store: SqliteDocumentStore
) -> None:
    await conversations.open("w1")
    await conversations.remember("w1", pending_question=QUESTION, region_asked=True)
    assert "刘铁柱" not in str(await store.find(COLLECTION, {}))
    assert "13812345678" not in str(await store.find(COLLECTION, {}))
    found = await conversations.find("w1")
    assert found is not None
    assert (found.pending_question, found.region_asked) == (QUESTION, True)


async def test_a_question_that_no_longer_waits_is_gone(
    conversations: Conversations, store: SqliteDocumentStore
) -> None:
    await conversations.open("w1")
    await conversations.remember("w1", pending_question=QUESTION)
    await conversations.remember("w1", pending_question="")
    (document,) = await store.find(COLLECTION, {})
    assert document["sealed_question"] == ""
    assert (await conversations.open("w1")).pending_question == ""


async def test_nothing_new_is_not_written_again(conversations: Conversations, store: SqliteDocumentStore) -> None:
    await conversations.open("w1")
    before = await store.find(COLLECTION, {})
    await conversations.remember("w1", pending_question="", region_asked=False)
    assert await store.find(COLLECTION, {}) == before


async def test_a_question_in_clear_from_an_earlier_version_goes_with_the_next_change(
    conversations: Conversations, store: SqliteDocumentStore
) -> None:
    await store.insert(COLLECTION, {"_id": "w1", "pending_question": QUESTION})
    await conversations.remember("w1", region_asked=True)
    assert "刘铁柱" not in str(await store.find(COLLECTION, {}))


async def test_a_question_copied_to_another_worker_does_not_open(
    conversations: Conversations, store: SqliteDocumentStore
) -> None:
    await conversations.open("w1")
    await conversations.remember("w1", pending_question=QUESTION)
    (document,) = await store.find(COLLECTION, {})
    with pytest.raises(DecryptionError):
        conversations.opened(document | {"_id": "w2"})


async def test_questions_come_under_a_new_key(conversations: Conversations, store: SqliteDocumentStore) -> None:
    for worker_id in ("w1", "w2"):
        await conversations.open(worker_id)
    await conversations.remember("w1", pending_question=QUESTION)
    new, old = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
    both = Conversations(store, FieldCipher(KeyRing.of({"k2": new, "k1": old})))
    (counts,) = await rotate(store, [both.rotation()])
    assert (counts.renewed, counts.current) == (1, 1)
    found = await Conversations(store, FieldCipher(KeyRing.of({"k2": new}))).find("w1")
    assert found is not None
    assert found.pending_question == QUESTION
