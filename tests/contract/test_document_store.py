"""What every document engine promises (`bot.ports.DocumentStore`, `bot.storage.conditions`)."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.domain.errors import DuplicateKeyError, StoreError
from bot.ports import Document, DocumentStore, Where
from bot.storage.change import change

OpenDocuments = Callable[[], Awaitable[DocumentStore]]
StartProgram = Callable[..., Awaitable[asyncio.subprocess.Process]]


class Place(Protocol):
    url: str
    path: Path


PEOPLE: list[Document] = [
    {"_id": "a", "name": "王小明", "age": 31, "home": {"code": "510802", "level": 3}, "score": 1.5, "vip": True},
    {"_id": "b", "name": "李梅", "age": 45, "home": {"code": "440106"}, "score": 2, "vip": False},
    {"_id": "c", "name": "张伟", "age": 45, "home": {"code": "510802", "level": None}, "note": None},
    {"_id": "d", "name": "Zhao", "age": "不详", "vip": 1},
    {"_id": "e"},
]


@pytest.fixture
async def people(documents: DocumentStore) -> DocumentStore:
    for person in PEOPLE:
        await documents.insert("people", person)
    return documents


async def ids(store: DocumentStore, where: Where, **window: int) -> str:
    return "".join([document["_id"] for document in await store.find("people", where, **window)])


async def test_a_document_comes_back_as_it_was_stored(documents: DocumentStore) -> None:
    given = {
        "_id": "oA1-微信_x",
        "text": "老板欠我3个月工资，共1万2😀\n“明天”",
        "flags": [True, False, None],
        "nested": {"深": {"list": [1, 2.5, "三", {"x": []}]}},
        "amount_fen": 2**62,
        "rate": 0.1,
        "empty": {},
    }
    stored = await documents.insert("claims", given)
    assert stored == {**given, "_ver": 1}
    assert await documents.find_one("claims", {"_id": given["_id"]}) == stored
    assert isinstance(stored["amount_fen"], int)
    assert "_ver" not in given


async def test_whatever_was_read_can_be_stored_again(documents: DocumentStore) -> None:
    given = {"_id": "a", "at_ms": 1714035660000, "small": 1, "list": [2**40, {"deep": -(2**62)}], "rate": 1.0}
    await documents.insert("claims", given)
    read = await documents.find_one("claims", {"_id": "a"})
    assert [type(value) for value in (read["at_ms"], read["small"], read["rate"])] == [int, int, float]
    assert await documents.replace_if("claims", {**read, "small": 2}) == {**given, "small": 2, "_ver": 2}
    assert (await documents.find("claims", {"at_ms": {"$gt": 1714035650000}}))[0]["list"] == given["list"]


async def test_what_a_caller_does_to_a_document_later_is_not_stored(documents: DocumentStore) -> None:
    given: dict[str, Any] = {"_id": "a", "tags": ["x"]}
    stored = await documents.insert("claims", given)
    given["tags"].append("y")
    stored["tags"].append("z")
    assert (await documents.find_one("claims", {"_id": "a"}))["tags"] == ["x"]


async def test_a_version_that_the_caller_invents_is_ignored_at_insertion(documents: DocumentStore) -> None:
    assert (await documents.insert("claims", {"_id": "a", "_ver": 9}))["_ver"] == 1


async def test_a_second_document_with_the_same_id_is_refused(documents: DocumentStore) -> None:
    await documents.insert("claims", {"_id": "a", "n": 1})
    with pytest.raises(DuplicateKeyError, match="已有相同"):
        await documents.insert("claims", {"_id": "a", "n": 2})
    assert (await documents.find_one("claims", {"_id": "a"}))["n"] == 1


async def test_only_one_of_many_concurrent_insertions_of_an_id_succeeds(documents: DocumentStore) -> None:
    outcomes = await asyncio.gather(
        *[documents.insert("claims", {"_id": "a", "n": n}) for n in range(30)], return_exceptions=True
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert len(won) == 1
    assert sum(isinstance(outcome, DuplicateKeyError) for outcome in outcomes) == 29
    assert await documents.find_one("claims", {"_id": "a"}) == won[0]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"_id": ""},
        {"_id": 7},
        {"_id": "a", "bad": float("nan")},
        {"_id": "a", "bad": 2**63},
        {"_id": "a", "bad": {1: "x"}},
        {"_id": "a", "bad": {"a.b": 1}},
        {"_id": "a", "$bad": 1},
        {"_id": "a", "bad": b"bytes"},
        {"_id": "a", "bad": ("tuple",)},
        {"_id": "a", "bad": "\ud800"},
    ],
)
async def test_what_an_engine_could_not_keep_unchanged_is_refused(documents: DocumentStore, document: Document) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
        await documents.insert("claims", document)
    assert await documents.count("claims", {}) == 0


async def test_a_unique_index_refuses_a_second_holder_on_insertion_and_replacement(documents: DocumentStore) -> None:
    await documents.ensure_index("staff", ["login"], unique=True)
    await documents.insert("staff", {"_id": "a", "login": "liu"})
    second = await documents.insert("staff", {"_id": "b", "login": "chen"})
    with pytest.raises(DuplicateKeyError):
        await documents.insert("staff", {"_id": "c", "login": "liu"})
    with pytest.raises(DuplicateKeyError):
        await documents.replace_if("staff", {**second, "login": "liu"})
    assert await documents.find_one("staff", {"_id": "b"}) == second


async def test_a_unique_index_skips_documents_that_lack_the_key(documents: DocumentStore) -> None:
    await documents.ensure_index("staff", ["phone"], unique=True)
    await documents.ensure_index("staff", ["city", "desk.number"], unique=True)
    for identity in "abc":
        await documents.insert("staff", {"_id": identity, "city": "广元"})
    assert await documents.count("staff", {}) == 3


async def test_a_compound_unique_index_compares_all_its_keys(documents: DocumentStore) -> None:
    await documents.ensure_index("slots", ["place", "time.hour"], unique=True)
    await documents.insert("slots", {"_id": "a", "place": "利州", "time": {"hour": 9}})
    await documents.insert("slots", {"_id": "b", "place": "利州", "time": {"hour": 10}})
    with pytest.raises(DuplicateKeyError):
        await documents.insert("slots", {"_id": "c", "place": "利州", "time": {"hour": 9}})


async def test_indexes_whose_names_differ_in_case_only_are_two_indexes(documents: DocumentStore) -> None:
    await documents.ensure_index("staff", ["loginName"], unique=True)
    await documents.ensure_index("staff", ["loginname"], unique=True)
    await documents.insert("staff", {"_id": "a", "loginName": "liu", "loginname": "liu"})
    for second in ({"_id": "b", "loginName": "liu"}, {"_id": "b", "loginname": "liu"}):
        with pytest.raises(DuplicateKeyError):
            await documents.insert("staff", second)


async def test_a_unique_index_over_documents_that_break_it_is_refused(documents: DocumentStore) -> None:
    await documents.insert("staff", {"_id": "a", "login": "liu"})
    await documents.insert("staff", {"_id": "b", "login": "liu"})
    with pytest.raises(DuplicateKeyError):
        await documents.ensure_index("staff", ["login"], unique=True)


async def test_ensuring_an_index_again_changes_nothing(documents: DocumentStore) -> None:
    for _ in range(3):
        await documents.ensure_index("staff", ["login"], unique=True)
        await documents.ensure_index("staff", ["city", "home.code"])
    await documents.insert("staff", {"_id": "a", "login": "liu", "city": "广元"})
    assert await documents.count("staff", {"city": "广元"}) == 1


async def test_searches_find_the_same_with_an_index_as_without(people: DocumentStore) -> None:
    searches = [
        {"age": 45},
        {"age": {"$gt": 31}},
        {"home.code": "510802"},
        {"vip": True},
        {"age": {"$in": [45, "不详"]}},
    ]
    before = [await ids(people, where) for where in searches]
    for key in ("age", "home.code", "vip"):
        await people.ensure_index("people", [key])
    assert [await ids(people, where) for where in searches] == before == ["bc", "bc", "ac", "a", "bcd"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, "abcde"),
        ({"_id": "c"}, "c"),
        ({"_id": {"$in": ["e", "a", "x"]}}, "ae"),
        ({"_id": {"$gt": "b", "$lte": "d"}}, "cd"),
        ({"_id": 1}, ""),
        ({"_ver": 1, "age": 31}, "a"),
        ({"_ver": {"$gt": 1}}, ""),
        ({"name": "李梅"}, "b"),
        ({"name": "李"}, ""),
        ({"name": "zhao"}, ""),
        ({"age": 45, "home.code": "510802"}, "c"),
        ({"home.code": "510802"}, "ac"),
        ({"home.code.deeper": 1}, ""),
        ({"score": 2.0}, "b"),
        ({"score": 1.5}, "a"),
        ({"age": {"$gt": 31}}, "bc"),
        ({"age": {"$gte": 31, "$lt": 45}}, "a"),
        ({"age": {"$lte": 45.0}}, "abc"),
        ({"age": {"$gt": ""}}, "d"),
        ({"age": {"$lte": "不详"}}, "d"),
        ({"age": {"$lt": "0"}}, ""),
        ({"age": "31"}, ""),
        ({"name": {"$gte": "张", "$lt": "王"}}, "bc"),
        ({"age": {"$in": [31, "不详", 99]}}, "ad"),
        ({"age": {"$in": []}}, ""),
        ({"age": {"$in": ("不详",)}}, "d"),
        ({"score": {"$in": [2, 1.5]}}, "ab"),
    ],
)
async def test_a_search_finds_what_it_names(people: DocumentStore, where: Where, found: str) -> None:
    assert await ids(people, where) == found
    assert await people.count("people", where) == len(found)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"vip": True}, "a"),
        ({"vip": False}, "b"),
        ({"vip": 1}, "d"),
        ({"vip": 0}, ""),
        ({"vip": {"$in": [True, False]}}, "ab"),
        ({"vip": {"$in": [1, True]}}, "ad"),
        ({"vip": {"$ne": True}}, "bcde"),
        ({"vip": {"$gte": 0}}, "d"),
    ],
)
async def test_truth_is_not_a_number(people: DocumentStore, where: Where, found: str) -> None:
    assert await ids(people, where) == found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"note": None}, "abcde"),
        ({"note": {"$exists": True}}, "c"),
        ({"note": {"$exists": False}}, "abde"),
        ({"note": {"$ne": None}}, ""),
        ({"age": None}, "e"),
        ({"age": {"$ne": None}}, "abcd"),
        ({"age": {"$ne": 45}}, "ade"),
        ({"age": {"$ne": "不详"}}, "abce"),
        ({"age": {"$in": [None, 31]}}, "ae"),
        ({"home.level": None}, "bcde"),
        ({"home.level": {"$exists": True}}, "ac"),
        ({"home.level": {"$ne": 3}}, "bcde"),
        ({"home.level": {"$lt": 9}}, "a"),
        ({"home": {"$exists": True}}, "abc"),
        ({"age": {"$ne": 45, "$exists": True}}, "ad"),
    ],
)
async def test_missing_fields_and_nulls_are_found_alike(people: DocumentStore, where: Where, found: str) -> None:
    assert await ids(people, where) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ([], "abcde"),
        ([("_id", -1)], "edcba"),
        ([("age", 1)], "eabcd"),
        ([("age", -1)], "dbcae"),
        ([("age", 1), ("_id", -1)], "eacbd"),
        ([("home.code", 1), ("age", -1)], "debca"),
        ([("name", 1)], "edcba"),
        ([("score", -1)], "bacde"),
        ([("_ver", 1)], "abcde"),
    ],
)
async def test_sorting_puts_the_missing_first_then_numbers_then_strings_and_ends_by_id(
    people: DocumentStore, sort: list[tuple[str, int]], found: str
) -> None:
    if sort == [("name", 1)]:
        found = "e" + "".join(p["_id"] for p in sorted(PEOPLE[:4], key=lambda person: person["name"].encode()))
    assert await ids(people, {}, sort=sort) == found


async def test_skip_and_limit_cut_a_window_out_of_the_order(people: DocumentStore) -> None:
    order = [("age", -1)]
    assert await ids(people, {}, sort=order, skip=1, limit=2) == "bc"
    assert await ids(people, {}, sort=order, skip=4) == "e"
    assert await ids(people, {}, sort=order, skip=9, limit=3) == ""
    assert await ids(people, {}, limit=0) == ""
    for window in ({"skip": -1}, {"limit": -1}):
        with pytest.raises(ValueError, match="not negative"):
            await people.find("people", {}, **window)


async def test_the_first_match_is_the_one_with_the_smallest_id(people: DocumentStore) -> None:
    assert (await people.find_one("people", {"age": 45}))["_id"] == "b"
    assert await people.find_one("people", {"age": 46}) is None


@pytest.mark.parametrize(
    "where",
    [
        {"age": {"$regex": "x"}},
        {"age": {"$or": []}},
        {"$or": []},
        {"age": {}},
        {"age": {"gt": 1}},
        {"age": [1]},
        {"age": {"$in": "abc"}},
        {"age": {"$in": [[1]]}},
        {"age": {"$gt": None}},
        {"age": {"$lt": True}},
        {"age": {"$exists": 1}},
        {"age": float("inf")},
        {"age') OR 1=1 --": 1},
        {"home..code": 1},
        {"home.0": 1},
        {"": 1},
        {"年龄": 1},
    ],
)
async def test_a_malformed_search_is_refused_everywhere(people: DocumentStore, where: Where) -> None:
    for search in (people.find, people.find_one, people.count, people.delete):
        with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
            await search("people", where)
    assert await people.count("people", {}) == 5


@pytest.mark.parametrize("name", ["", "Jobs", "a b", 'a"; DROP TABLE people', "系统", "a.b", "x" * 49])
async def test_a_malformed_collection_name_is_refused(documents: DocumentStore, name: str) -> None:
    with pytest.raises(ValueError, match="collection name"):
        await documents.insert(name, {"_id": "a"})
    with pytest.raises(ValueError, match="collection name"):
        await documents.find(name, {})


@pytest.mark.parametrize("keys", [[], "name", ["a b"], ["a", ""]])
async def test_a_malformed_index_is_refused(documents: DocumentStore, keys: list[str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
        await documents.ensure_index("people", keys)


async def test_a_sort_direction_other_than_one_and_minus_one_is_refused(people: DocumentStore) -> None:
    with pytest.raises(ValueError, match="direction"):
        await people.find("people", {}, sort=[("age", 0)])


async def test_a_collection_that_nobody_wrote_to_is_empty(documents: DocumentStore) -> None:
    assert await documents.find("nothing", {}) == []
    assert await documents.count("nothing", {"a": 1}) == 0
    assert await documents.delete("nothing", {"a": 1}) == 0
    assert await documents.replace_if("nothing", {"_id": "a", "_ver": 1}) is None


async def test_collections_do_not_see_each_other(documents: DocumentStore) -> None:
    await documents.insert("jobs", {"_id": "a"})
    await documents.insert("claims", {"_id": "a"})
    assert await documents.delete("jobs", {"_id": "a"}) == 1
    assert await documents.count("claims", {}) == 1


async def test_a_replacement_raises_the_version_and_drops_what_it_leaves_out(documents: DocumentStore) -> None:
    first = await documents.insert("claims", {"_id": "a", "stage": "new", "extra": 1})
    second = await documents.replace_if("claims", {"_id": "a", "_ver": 1, "stage": "open"})
    assert second == {"_id": "a", "_ver": 2, "stage": "open"}
    assert await documents.find_one("claims", {"_id": "a"}) == second
    assert first["_ver"] == 1


async def test_a_replacement_of_an_old_version_or_a_deleted_document_is_lost(documents: DocumentStore) -> None:
    first = await documents.insert("claims", {"_id": "a", "n": 1})
    second = await documents.replace_if("claims", {**first, "n": 2})
    assert await documents.replace_if("claims", {**first, "n": 3}) is None
    assert await documents.find_one("claims", {"_id": "a"}) == second
    await documents.delete("claims", {"_id": "a"})
    assert await documents.replace_if("claims", second) is None
    assert await documents.count("claims", {}) == 0


async def test_a_replacement_without_a_version_is_refused(documents: DocumentStore) -> None:
    with pytest.raises(ValueError, match="read from the store"):
        await documents.replace_if("claims", {"_id": "a"})


async def test_only_one_of_many_concurrent_replacements_of_a_version_wins(documents: DocumentStore) -> None:
    first = await documents.insert("claims", {"_id": "a"})
    outcomes = await asyncio.gather(*[documents.replace_if("claims", {**first, "n": n}) for n in range(50)])
    won = [outcome for outcome in outcomes if outcome is not None]
    assert len(won) == 1
    assert await documents.find_one("claims", {"_id": "a"}) == won[0]


async def test_a_hundred_concurrent_changers_lose_nothing(
    documents: DocumentStore, another_documents: OpenDocuments
) -> None:
    others = [documents, await another_documents()]
    await documents.insert("slots", {"_id": "a", "bookings": []})

    def book(number: int) -> Callable[[Document], Document]:
        return lambda slot: {**slot, "bookings": [*slot["bookings"], number]}

    await asyncio.gather(*[change(others[n % 2], "slots", "a", book(n)) for n in range(100)])
    slot = await documents.find_one("slots", {"_id": "a"})
    assert sorted(slot["bookings"]) == list(range(100))
    assert slot["_ver"] == 101


async def test_two_processes_that_change_one_document_lose_nothing(
    documents: DocumentStore, documents_place: Place, start_program: StartProgram
) -> None:
    await documents.insert("counters", {"_id": "shared", "total": 0})
    arguments = ("add_to_counter.py", documents_place.url, documents_place.path, 60)
    processes = [await start_program(*arguments) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
    assert (await documents.find_one("counters", {"_id": "shared"}))["total"] == 120


async def test_what_one_connection_wrote_another_reads_at_once(
    documents: DocumentStore, another_documents: OpenDocuments
) -> None:
    other = await another_documents()
    assert await other.count("claims", {}) == 0
    for number in range(20):
        stored = await documents.insert("claims", {"_id": f"{number}"})
        assert await other.find_one("claims", {"_id": f"{number}"}) == stored


async def test_deletion_takes_every_match_and_says_how_many(people: DocumentStore) -> None:
    assert await people.delete("people", {"age": 45}) == 2
    assert await people.delete("people", {"age": 45}) == 0
    assert await ids(people, {}) == "ade"


async def test_deleting_everything_by_an_empty_search_is_refused(people: DocumentStore) -> None:
    with pytest.raises(ValueError, match="refusing"):
        await people.delete("people", {})
    assert await people.count("people", {}) == 5


async def test_collections_that_hold_documents_are_named(documents: DocumentStore) -> None:
    assert await documents.collections() == []
    await documents.find("looked_at", {})
    await documents.ensure_index("indexed", ["a"])
    for name in ("jobs", "claims", "emptied"):
        await documents.insert(name, {"_id": "a"})
    await documents.delete("emptied", {"_id": "a"})
    assert await documents.collections() == ["claims", "jobs"]


async def test_a_collection_is_read_page_by_page_in_the_order_of_ids(documents: DocumentStore) -> None:
    identities = ["10", "9", "Z", "a", "é", "张", "\U00010000", "\uffee"]
    for identity in identities:
        await documents.insert("people", {"_id": identity})
    pages, after = [], ""
    while page := await documents.find("people", {"_id": {"$gt": after}}, limit=3):
        pages.append([document["_id"] for document in page])
        after = pages[-1][-1]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [identity for page in pages for identity in page] == sorted(identities, key=str.encode)


async def test_a_restored_document_keeps_its_version_and_goes_on_from_there(documents: DocumentStore) -> None:
    moved = {"_id": "a", "_ver": 7, "stage": "open", "amount_fen": 2**40}
    await documents.restore("claims", moved)
    assert await documents.find_one("claims", {"_id": "a"}) == moved
    assert (await documents.replace_if("claims", {**moved, "stage": "closed"}))["_ver"] == 8


async def test_a_restored_document_never_replaces_one(documents: DocumentStore) -> None:
    await documents.ensure_index("staff", ["login"], unique=True)
    stored = await documents.insert("staff", {"_id": "a", "login": "liu"})
    for clash in ({"_id": "a", "_ver": 1, "login": "chen"}, {"_id": "b", "_ver": 3, "login": "liu"}):
        with pytest.raises(DuplicateKeyError):
            await documents.restore("staff", clash)
    assert await documents.find("staff", {}) == [stored]


@pytest.mark.parametrize("document", [{"_id": "a"}, {"_id": "a", "_ver": "1"}, {"_ver": 1}])
async def test_only_a_document_that_was_read_from_a_store_is_restored(
    documents: DocumentStore, document: Document
) -> None:
    with pytest.raises(ValueError, match=r"_ver|_id"):
        await documents.restore("claims", document)
    assert await documents.count("claims", {}) == 0


async def test_every_acknowledged_insertion_survives_a_killed_writer(
    documents: DocumentStore, documents_place: Place, start_program: StartProgram
) -> None:
    writer = await start_program("insert_until_killed.py", documents_place.url, documents_place.path)
    acknowledged = [await writer.stdout.readline() for _ in range(150)]
    writer.kill()
    acknowledged += (await writer.stdout.read()).splitlines(keepends=True)
    identities = {line.decode().strip() for line in acknowledged if line.endswith(b"\n")}
    assert len(identities) >= 150
    stored = {document["_id"] for document in await documents.find("acknowledged", {})}
    assert identities <= stored
    assert (await documents.insert("acknowledged", {"_id": "after"}))["_ver"] == 1


async def test_a_closed_store_says_that_it_is_away(documents: DocumentStore) -> None:
    await documents.insert("claims", {"_id": "a"})
    await documents.close()
    with pytest.raises(StoreError):
        await documents.find_one("claims", {"_id": "a"})
    with pytest.raises(StoreError):
        await documents.insert("claims", {"_id": "b"})
