"""The part of a long message that asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.judgments import load_judgments
from bot.language.asking_part import ASKING_CHARS_MAX, LONG_MESSAGE_CHARS, asking_part

BEFORE = "我今年四十六了，出来打工快二十年，啥活都干过，睡的是彩钢板房，风一吹就响。过年回去路上堵了很久，花了好几百。"
AFTER = "我这个人老实，从来不跟人吵架，组长还让我带过两个徒弟。家里的地给二叔种着，去了人家要不要还两说。"


@pytest.mark.parametrize(
    "question",
    [
        "我就想问，户口要是想迁过来能挂到哪里去。",
        "在打工的地方能不能补办身份证？",
        "老板欠了我们八万多，讨工钱请律师要查家里穷不穷吗？",
        "我刚考下来一个中级证，到底能领多少，是几百还是几千。",
        "俺想知道老板该不该隔段时间带我们去检查。",
    ],
)
@pytest.mark.parametrize(("before", "after"), [(BEFORE, ""), (BEFORE, AFTER), ("", AFTER + BEFORE)])
def test_the_question_is_found_wherever_it_stands(question: str, before: str, after: str) -> None:
    part = asking_part(before + question + after)
    assert question in part
    assert len(part) <= ASKING_CHARS_MAX + len(question)


def test_a_short_message_is_a_question_as_it_stands() -> None:
    assert asking_part("老板跑了。工钱咋要？") == "老板跑了。工钱咋要？"


def test_a_story_that_asks_nothing_stays_whole() -> None:
    story = "我们十二个人在沙县做装修，老板跑了，电话也打不通。" * 4
    assert asking_part(story) == story


def test_what_points_back_takes_the_sentence_before_it_along() -> None:
    said = "村支书说在外面混得好的党员可以培养当村干部。"
    part = asking_part(f"{BEFORE}{said}我就是想问清楚，这个说法靠不靠得住，文件上到底咋写的？")
    assert said in part
    assert "彩钢板房" not in part


def test_a_long_sentence_without_full_stops_is_read_from_where_it_asks() -> None:
    part = asking_part("我是做外架的，一个楼盘换一个楼盘，" * 20 + "我就想知道像我们这种能不能按一个工程上保险")
    assert part.endswith("能不能按一个工程上保险")
    assert len(part) <= ASKING_CHARS_MAX


@pytest.mark.parametrize("text", ["", "。" * 500, "问" * 5000, "？" * 1000, "，" * 1000, "能不能" * 2000])
def test_any_text_has_a_part(text: str) -> None:
    assert len(asking_part(text)) <= len(text)


def test_the_stories_are_cut_to_a_question() -> None:
    stories = load_judgments(Path("tests/data/long_stories.jsonl"))
    assert len(stories) >= 30
    assert all(500 <= len(story.text) <= 1000 for story in stories)
    assert all(len(asking_part(story.text)) < 2 * ASKING_CHARS_MAX < len(story.text) for story in stories)
    assert LONG_MESSAGE_CHARS < ASKING_CHARS_MAX
