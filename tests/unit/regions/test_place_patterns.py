import pytest

from bot.domain.region import PlaceRole
from bot.regions.place_patterns import is_spoken_as_place, names_something_else, role_of

WORK, HOME, MENTIONED = PlaceRole.WORK, PlaceRole.HOME, PlaceRole.MENTIONED


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("我在◯打工", WORK),
        ("我在◯", WORK),
        ("◯这边有补贴吗", WORK),
        ("想去◯进厂", WORK),
        ("来◯三年了", WORK),
        ("回◯创业", WORK),
        ("老家◯", HOME),
        ("我老家是◯的", HOME),
        ("户口在◯", HOME),
        ("我家在◯", HOME),
        ("来自◯", HOME),
        ("我是◯人", HOME),
        ("◯人在外面打工", HOME),
        ("我是◯的", HOME),
        ("我是◯的在外地干活", HOME),
        ("从◯来的", HOME),
        ("过年回◯", HOME),
        ("◯有没有招工的", MENTIONED),
        ("◯的公租房", MENTIONED),
        ("◯人社局电话", MENTIONED),
        ("孩子在◯读书", MENTIONED),
        ("我户口不在◯", MENTIONED),
        ("没有◯户口", MENTIONED),
        ("国家◯", MENTIONED),
    ],
)
def test_what_stands_around_a_place_tells_what_it_is_to_the_worker(sentence: str, role: PlaceRole) -> None:
    before, after = sentence.split("◯")

    assert role_of(before, after) is role


@pytest.mark.parametrize("sentence", ["我在◯打工", "我在◯", "◯那边", "我是◯人", "回◯，没找到活", "老家◯"])
def test_an_ordinary_word_is_a_place_where_it_is_said_as_one(sentence: str) -> None:
    before, after = sentence.split("◯")

    assert is_spoken_as_place(before, after)


@pytest.mark.parametrize("sentence", ["◯解决", "要求◯", "在◯的情况下", "◯管不管", "祝你◯", "在◯时期"])
def test_an_ordinary_word_is_no_place_otherwise(sentence: str) -> None:
    before, after = sentence.split("◯")

    assert not is_spoken_as_place(before, after)


@pytest.mark.parametrize("after", ["路上班", "小吃店", "镇", "银行", "拉面"])
def test_a_name_that_goes_on_is_another_things(after: str) -> None:
    assert names_something_else(after) == (after != "路上班")


def test_a_roadside_and_a_town_street_belong_to_the_place() -> None:
    assert not names_something_else("路边")
    assert not names_something_else("街上")
    assert names_something_else("路30号")
