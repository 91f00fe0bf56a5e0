"""Lengths of time up to today, with what they may be at least and at most."""

from __future__ import annotations

from datetime import date

import pytest

from bot.subsidies.elapsed import find_elapsed

TODAY = date(2026, 12, 1)
DAY = 1 / 30


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("开了十四个月", 14, 14),
        ("一年整", 12, 12),
        ("一整年", 12, 12),
        ("满三年", 36, None),
        ("差一天满三年", 36 - DAY, 36 - DAY),
        ("三年还差一天", 36 - DAY, 36 - DAY),
        ("还差两个月满一年", 10, 10),
        ("再过半个月就满一年", 11.5, 11.5),
        ("下个月才满一年", 0, 12 - DAY),
        ("快两年", 20, 24 - DAY),
        ("不到半年", 0, 6 - DAY),
        ("半年多", 6 + DAY, 12 - DAY),
        ("大半年", 6, 12 - DAY),
        ("小半年", 5, 6 - DAY),
        ("小一年", 10, 12 - DAY),
        ("一年多", 12 + DAY, 24 - DAY),
        ("两年多", 24 + DAY, 36 - DAY),
        ("几个月", 2, 10 - DAY),
        ("好几年", 36, 120 - DAY),
        ("二十多个月", 20 + DAY, 30 - DAY),
        ("一年左右", 10.8, 13.2),
        ("大概三年", 32.4, 39.6),
        ("364天", 364 / 30, 364 / 30),
    ],
)
def test_a_length_has_two_ends(text: str, low: float, high: float | None) -> None:
    (found,) = find_elapsed(text, TODAY)
    assert found.months.low == pytest.approx(low)
    assert found.months.high == (None if high is None else pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("去年3月开的", 20, 21.1),
        ("2024年12月来的", 23, 24.1),
        ("二零二三年进厂", 35, 47.1),
        ("去年开的", 11, 23.1),
        ("前年年底来的", 23, 25.1),
        ("今年上半年开的", 5, 11.1),
        ("上个月才开", 0, 2),
    ],
)
def test_a_beginning_counts_up_to_today(text: str, low: float, high: float) -> None:
    (found,) = find_elapsed(text, TODAY)
    assert found.months.low == pytest.approx(low, abs=0.15)
    assert found.months.high == pytest.approx(high, abs=0.15)


def test_several_lengths_come_in_order() -> None:
    found = find_elapsed("打工五年，开店八个月", TODAY)
    assert [one.months.low for one in found] == [60, 8]


def test_what_is_merely_lacking_is_no_length() -> None:
    assert find_elapsed("还差两个月", TODAY) == []
