"""Dates and times of day as people say them, resolved to the future."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import calendar_days
from bot.language.dates import PartOfDay, find_dates

SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("今天", date(2026, 11, 28)),
        ("明天", date(2026, 11, 29)),
        ("听日", date(2026, 11, 29)),
        ("明儿个", date(2026, 11, 29)),
        ("后天", date(2026, 11, 30)),
        ("大后天", date(2026, 12, 1)),
        ("三天后", date(2026, 12, 1)),
        ("过两天", date(2026, 11, 30)),
        ("礼拜一", date(2026, 11, 30)),
        ("星期五", date(2026, 12, 4)),
        ("星期六", date(2026, 12, 5)),
        ("这周六", date(2026, 11, 28)),
        ("这周三", date(2026, 12, 2)),
        ("下周三", date(2026, 12, 2)),
        ("下下周二", date(2026, 12, 8)),
        ("周末", date(2026, 11, 28)),
        ("8号", date(2026, 12, 8)),
        ("二十五号", date(2026, 12, 25)),
        ("31号", date(2026, 12, 31)),
        ("下个月三号", date(2026, 12, 3)),
        ("这月三十号", date(2026, 11, 30)),
        ("初八", date(2027, 2, 13)),
        ("月底", date(2026, 11, 30)),
        ("12月底", date(2026, 12, 31)),
        ("下月初", date(2026, 12, 1)),
        ("10月8号", date(2027, 10, 8)),
        ("明年3月5号", date(2027, 3, 5)),
        ("2026-12-05", date(2026, 12, 5)),
        ("12/5", date(2026, 12, 5)),
        ("腊月二十", date(2027, 1, 27)),
        ("正月初八", date(2027, 2, 13)),
        ("大年初八", date(2027, 2, 13)),
        ("除夕", date(2027, 2, 5)),
        ("国庆后", date(2027, 10, 8)),
        ("五一前", date(2027, 4, 30)),
    ],
)
def test_a_day_is_the_next_one_to_come(said: str, on: date) -> None:
    (mention,) = find_dates(f"我{said}去行不行", SATURDAY)
    assert (mention.text, mention.on, mention.time) == (said, on, None)


def test_after_the_new_year_is_a_working_day_after_the_holidays() -> None:
    (mention,) = find_dates("过完年再说", SATURDAY)
    assert mention.on == date(2027, 2, 15)


def test_the_holidays_of_a_known_year_are_counted_to_their_real_end() -> None:
    (mention,) = find_dates("国庆后去", date(2025, 9, 20))
    assert mention.on == date(2025, 10, 9), "Mid-Autumn made them a day longer"


@pytest.mark.parametrize(
    ("said", "on", "at", "part"),
    [
        ("明天下午三点半", date(2026, 11, 29), time(15, 30), PartOfDay.AFTERNOON),
        ("礼拜一上午九点", date(2026, 11, 30), time(9), PartOfDay.MORNING),
        ("明早八点", date(2026, 11, 29), time(8), PartOfDay.MORNING),
        ("听日下昼", date(2026, 11, 29), None, PartOfDay.AFTERNOON),
        ("今晚", date(2026, 11, 28), None, PartOfDay.EVENING),
        ("12月15号上午9:30", date(2026, 12, 15), time(9, 30), PartOfDay.MORNING),
        ("中午12点", None, time(12), PartOfDay.NOON),
        ("下午", None, None, PartOfDay.AFTERNOON),
        ("三点半", None, time(15, 30), None),
        ("十点一刻", None, time(10, 15), None),
    ],
)
def test_day_part_and_time_are_one_mention(said: str, on: date | None, at: time | None, part: PartOfDay | None) -> None:
    (mention,) = find_dates(f"{said}行吗", SATURDAY)
    assert (mention.text, mention.on, mention.time, mention.part_of_day) == (said, on, at, part)


@pytest.mark.parametrize(
    "text",
    [
        "昨天下午三点",
        "上周三",
        "去年10月8号",
        "2019年3月5号",
        "2月30号",
        "每月15号发工资",
        "月底薪五千",
        "一周三次",
        "8号线",
        "3号楼",
        "找钟点工",
        "早一点来",
        "娃上初三",
        "快点",
    ],
)
def test_the_past_and_what_is_no_date_are_left_out(text: str) -> None:
    assert find_dates(text, SATURDAY) == []


@given(
    st.sampled_from(
        ["明天", "下周三", "礼拜一", "这周二", "8号", "31号", "2月29号", "月底", "腊月二十", "过完年", "年前", "国庆前"]
    ),
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
)
def test_no_booking_is_made_for_the_past(said: str, today: date) -> None:
    (mention,) = find_dates(said, today)
    assert mention.on is not None
    assert today <= mention.on <= today + timedelta(days=366 * 8)


def test_a_lunar_year_is_worked_out_once_whatever_days_of_it_are_asked_for() -> None:
    calendar_days._lunar_months.cache_clear()
    for said in ("腊月二十", "腊月三十", "正月初八", "过完年", "元宵节", "端午后"):
        find_dates(f"我{said}去行不行", SATURDAY)
    assert calendar_days._lunar_months.cache_info().misses <= 3
