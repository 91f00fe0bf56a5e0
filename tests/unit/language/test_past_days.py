"""Days gone by as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.past_days import find_past_day

TODAY = date(2026, 11, 28)
"""A Saturday."""


@pytest.mark.parametrize(
    ("text", "on", "is_exact"),
    [
        ("今天早上摔的", date(2026, 11, 28), True),
        ("昨天从架子上掉下来", date(2026, 11, 27), True),
        ("大前天", date(2026, 11, 25), True),
        ("10天前", date(2026, 11, 18), True),
        ("走了三天了", date(2026, 11, 25), True),
        ("两个礼拜前", date(2026, 11, 14), False),
        ("三个月前走的", date(2026, 8, 28), False),
        ("半年前", date(2026, 5, 28), False),
        ("一年半以前", date(2025, 5, 28), False),
        ("一年多以前", date(2025, 11, 27), False),
        ("都两年了", date(2024, 11, 28), False),
        ("上个月15号", date(2026, 10, 15), True),
        ("上个月", date(2026, 10, 1), False),
        ("上上个月", date(2026, 9, 1), False),
        ("15号走的", date(2026, 11, 15), True),
        ("30号走的", date(2026, 10, 30), True),
        ("10月8号摔伤的", date(2026, 10, 8), True),
        ("12月3号", date(2025, 12, 3), True),
        ("去年3月份不干的", date(2025, 3, 1), False),
        ("去年三月十五号", date(2025, 3, 15), True),
        ("2025年12月1日离职", date(2025, 12, 1), True),
        ("2026-10-15", date(2026, 10, 15), True),
        ("25年8月", date(2025, 8, 1), False),
        ("上周三", date(2026, 11, 18), True),
        ("礼拜四", date(2026, 11, 26), True),
        ("上个星期", date(2026, 11, 16), False),
        ("过年前就没干了", date(2026, 1, 18), False),
        ("春节的时候", date(2026, 2, 17), False),
        ("去年底", date(2025, 12, 1), False),
        ("去年", date(2025, 1, 1), False),
        ("今年上半年", date(2026, 1, 1), False),
    ],
)
def test_a_day_gone_by_is_read_and_a_rough_one_is_the_first_it_can_be(text: str, on: date, *, is_exact: bool) -> None:
    found = find_past_day(text, TODAY)
    assert found is not None
    assert (found.on, found.is_exact) == (on, is_exact)


@pytest.mark.parametrize(
    "text", ["还在干", "老板欠我三个月工资", "我在3号线上班", "明天", "下周三", "2月30号", "2031年3月1日"]
)
def test_what_is_no_day_gone_by_is_none(text: str) -> None:
    assert find_past_day(text, TODAY) is None


def test_the_words_are_kept() -> None:
    found = find_past_day("我是去年3月15号走的", TODAY)
    assert found is not None
    assert found.text == "去年3月15号"
