"""Groups of people that a text names."""

from __future__ import annotations

import pytest

from bot.language.person_groups import person_groups


@pytest.mark.parametrize(
    ("text", "one_of"),
    [
        ("我是退伍军人，能不能优先", "退伍兵"),
        ("高校毕业生创业", "大学生"),
        ("残障人士", "残疾"),
        ("港澳居民办居住证", "港澳台"),
        ("老外能不能办", "外国人"),
    ],
)
def test_a_group_is_found_under_any_of_its_names(text: str, one_of: str) -> None:
    assert person_groups(text) == person_groups(one_of) != frozenset()


@pytest.mark.parametrize("text", ["农民工子女上学", "女工体检", "老人没人照顾", "失业了怎么登记", "脱贫户路费"])
def test_those_whom_the_documents_are_for_are_no_other_group(text: str) -> None:
    assert not person_groups(text)
