"""Which messages lean on the question before them, and which are questions by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.regions.place_names import PlaceFinder, load_place_finder
from bot.understanding.asked_kinds import AskedKind
from bot.understanding.follow_up import FollowUp, read_follow_up
from bot.understanding.topic_words import topic_words, without_places

ROOT = Path(__file__).parents[3]
DIALOGUES = [
    dialogue
    for name in ("follow_ups_dev", "follow_ups_held_out")
    for dialogue in yaml.safe_load((ROOT / f"tests/data/{name}.yaml").read_text(encoding="utf-8"))
]
ELLIPTIC_AMONG_ALONE = 12
"""A dozen lines of the utterances are no whole questions themselves: 那广东是怎么规定的, 一般多久到账, 然后呢."""


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return load_place_finder()


def read(finder: PlaceFinder, text: str) -> FollowUp | None:
    return read_follow_up(text, finder.find(text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("那要找哪个部门", AskedKind.DEPARTMENT),
        ("要啥材料", AskedKind.MATERIALS),
        ("多久能下来", AskedKind.DURATION),
        ("怎么申请", AskedKind.HOW),
        ("还有呢", AskedKind.MORE),
        ("没交社保的呢", AskedKind.CASE),
        ("这个补贴能跟别的一起领吗", AskedKind.REFERENCE),
        ("这个补贴要啥条件", AskedKind.CONDITIONS),
        ("要不要抵押", AskedKind.REFERENCE),
        ("这个有啥依据", AskedKind.SOURCE),
        ("女的呢", AskedKind.CASE),
        ("打哪个电话", AskedKind.PHONE),
        ("一个月给好多钱嘛", AskedKind.AMOUNT),
        ("咋个申请嘛", AskedKind.HOW),
    ],
)
def test_a_message_without_a_thing_of_its_own_leans_on_the_question_before(
    finder: PlaceFinder, text: str, kind: AskedKind
) -> None:
    found = read(finder, text)
    assert found is not None
    assert found.kind is kind
    assert found.place is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("三明的呢", "350400"), ("永安呢", "350481"), ("那广州呢", "440100"), ("那我老家四川利州有没有", "510802")],
)
def test_a_place_alone_asks_the_same_for_that_place(finder: PlaceFinder, text: str, code: str) -> None:
    found = read(finder, text)
    assert found is not None
    assert found.kind is AskedKind.PLACE
    assert found.place is not None
    assert found.place.code == code


def test_two_things_may_be_asked_at_once(finder: PlaceFinder) -> None:
    found = read(finder, "那找哪个部门，要带什么材料")
    assert found == FollowUp(AskedKind.DEPARTMENT, "找哪个部门，要什么材料")


@pytest.mark.parametrize(
    "text",
    [
        "公租房",
        "那公租房呢",
        "创业补贴有多少",
        "创业补贴找哪个部门",
        "公租房的呢",
        "今天天气怎么样",
        "谢谢",
        "三明",
        "三明的",
        "我在永安呢",
        "我要投诉老板",
        "有没有招焊工的",
        "这个月工资没发怎么办",
        "老板不给钱怎么办",
        "工资",
        "",
    ],
)
def test_a_message_that_names_something_stands_by_itself(finder: PlaceFinder, text: str) -> None:
    assert read(finder, text) is None


def alone() -> Iterator[str]:
    for file in sorted((ROOT / "tests/data").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row.get("question") or row.get("utterance") or row.get("facts") or ""
    for file in sorted((ROOT / "corpus/utterances").glob("*.tsv")):
        lines = file.read_text(encoding="utf-8").splitlines()
        yield from (line.split("\t")[0] for line in lines if not line.startswith("#"))


def test_next_to_no_message_of_the_standing_sets_is_taken_for_a_follow_up(finder: PlaceFinder) -> None:
    messages = [text for text in alone() if text]
    taken = [text for text in messages if read(finder, text) is not None]
    assert len(messages) > 4000
    assert len(taken) <= ELLIPTIC_AMONG_ALONE, taken


def test_what_stands_by_itself_in_written_dialogues_is_left_alone(finder: PlaceFinder) -> None:
    new = [turn["say"] for dialogue in DIALOGUES for turn in dialogue["then"] if turn["asks"] == "new"]
    assert [text for text in new if read(finder, text) is not None] == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("我在三明，首次创业能补多少钱", "首次创业"),
        ("请问创业担保贷款能贷多少", "创业担保贷款"),
        ("公租房要在三明干满几年才能申请", "公租房"),
        ("失业登记要满足啥条件", "失业登记"),
        ("公益性岗位怎么安排", "公益性岗位"),
        ("小孩在新洲上公办学校行不行", "小孩上公办学校行不行"),
        ("多少钱", "多少钱"),
    ],
)
def test_a_topic_is_called_by_what_the_question_is_about(finder: PlaceFinder, question: str, words: str) -> None:
    assert topic_words(without_places(question, finder.find(question))) == words
