"""Numbers, lengths of time and head counts as people say them."""

from __future__ import annotations

import pytest

from bot.language.numbers import find_counts, find_durations, find_numbers

DAY = 1 / 30


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("两千三", 2300, None),
        ("一万二", 12000, None),
        ("一万两千五", 12500, None),
        ("一百零五", 105, None),
        ("一千零五十", 1050, None),
        ("两百五", 250, None),
        ("万二", 12000, None),
        ("千五", 1500, None),
        ("1.5万", 15000, None),
        ("一点五万", 15000, None),
        ("5k", 5000, None),
        ("1W", 10000, None),
        ("1万2", 12000, None),
        ("6,000", 6000, None),
        ("俩", 2, None),
        ("仨", 3, None),
        ("两年半", 2.5, None),
        ("五六千", 5000, 6000),
        ("一百二三十", 120, 130),
        ("十七八", 17, 18),
        ("三四十万", 300_000, 400_000),
        ("六千七八", 6700, 6800),
        ("三五百", 300, 500),
        ("二十几", 20, 30),
        ("三十多万", 300_000, 400_000),
        ("20多", 20, 30),
        ("十来", 10, 20),
        ("四千五到六千", 4500, 6000),
        ("5到6千", 5000, 6000),
        ("6k-8k", 6000, 8000),
        ("6千-1.2万", 6000, 12000),
        ("1-1.5万", 10000, 15000),
    ],
)
def test_a_number_is_read_as_said(said: str, low: float, high: float | None) -> None:
    (number,) = find_numbers(f"大概{said}")
    assert (number.text, number.low, number.high) == (said, low, high)


@pytest.mark.parametrize(
    "text",
    [
        "三元区有活没",
        "九江招工",
        "我在三明",
        "五险一金交不交",
        "第三个",
        "千万别去",
        "等一下",
        "电话13800138000",
        "12333打得通吗",
    ],
)
def test_places_and_words_with_numerals_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == []


def test_the_one_of_a_month_does_not_join_the_number_before_it() -> None:
    assert [(number.low, number.high) for number in find_numbers("五六千一个月")] == [(5000, 6000)]
    assert [number.low for number in find_numbers("二十一天")] == [21]


@pytest.mark.parametrize(
    ("text", "months", "at_least", "at_most"),
    [
        ("十四个月", 14, 14, 14),
        ("半年", 6, 6, 6),
        ("一个半月", 1.5, 1.5, 1.5),
        ("两年半", 30, 30, 30),
        ("三年零两个月", 38, 38, 38),
        ("三年零2个月", 38, 38, 38),
        ("俩月", 2, 2, 2),
        ("三天", 3 * DAY, 3 * DAY, 3 * DAY),
        ("两三年", 24, 24, 36),
        ("干了快两年", 24, 20, 24 - DAY),
        ("不到一年", 12, None, 12 - DAY),
        ("一年都不到", 12, None, 12 - DAY),
        ("不超过两年", 24, None, 24),
        ("一年多", 12, 12 + DAY, None),
        ("超过三年", 36, 36 + DAY, None),
        ("满1年", 12, 12, None),
        ("一整年", 12, 12, 12),
        ("两周年", 24, 24, 24),
        ("两个年头", 24, 24, 24),
        ("1年以上", 12, 12, None),
    ],
)
def test_a_length_of_time_keeps_its_bounds(
    text: str, months: float, at_least: float | None, at_most: float | None
) -> None:
    (duration,) = find_durations(f"我{text}")
    assert duration.months == pytest.approx(months)
    assert duration.at_least == (None if at_least is None else pytest.approx(at_least))
    assert duration.at_most == (None if at_most is None else pytest.approx(at_most))


@pytest.mark.parametrize("text", ["2023年10月进厂", "18年来的", "3月份的工资", "礼拜一去", "今年"])
def test_a_date_is_no_length_of_time(text: str) -> None:
    assert find_durations(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "noun", "verb"),
    [
        ("招了9个", 9, None, "", "招"),
        ("请了6个人", 6, None, "人", "请"),
        ("我们20多人", 20, 30, "人", ""),
        ("我们俩", 2, None, "", ""),
        ("夫妻俩", 2, None, "", ""),
        ("我们两个老乡", 2, None, "老乡", ""),
        ("我们班组8个人", 8, None, "人", ""),
        ("七八个工友", 7, 8, "工友", ""),
    ],
)
def test_people_are_counted(text: str, low: int, high: int | None, noun: str, verb: str) -> None:
    (count,) = find_counts(text)
    assert (count.low, count.high, count.noun, count.verb) == (low, high, noun, verb)


def test_staff_and_those_hired_are_told_apart() -> None:
    staff, hired = find_counts("厂里一百零五个员工,今年招了9个")
    assert (staff.low, staff.noun) == (105, "员工")
    assert (hired.low, hired.verb) == (9, "招")


@pytest.mark.parametrize("text", ["三个月没发", "我有两个娃", "8个小时", "欠我三千"])
def test_what_is_no_person_is_not_counted(text: str) -> None:
    assert find_counts(text) == []
