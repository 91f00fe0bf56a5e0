from datetime import date

import pytest

from bot.jobs.table_dates import first_day, last_day, posted_day, span_of_days

TODAY = date(2026, 11, 28)
POSTED = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026/11/2 09:22", date(2026, 11, 2)),
        ("2026.11.02", date(2026, 11, 2)),
        ("2026年11月2日", date(2026, 11, 2)),
        ("20261102", date(2026, 11, 2)),
        ("２０２６－１１－０２", date(2026, 11, 2)),
        ("46328", date(2026, 11, 2)),
        ("11月2日", date(2026, 11, 2)),
        ("12月25日", date(2025, 12, 25)),
        ("今天", TODAY),
        ("昨天 18:30", date(2026, 11, 27)),
        ("3天前", date(2026, 11, 25)),
        ("两周前", date(2026, 11, 14)),
        ("5小时前", TODAY),
        ("2027-01-01", TODAY),
    ],
)
def test_the_day_of_a_posting_is_read_and_never_lies_ahead(text: str, day: date) -> None:
    assert posted_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "面议", "2026-13-40", "不详", "2月30日"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert posted_day(text, TODAY) is None
    assert last_day(text, POSTED, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-11-01至2026-12-15", date(2026, 12, 15)),
        ("即日起至12月15日", date(2026, 12, 15)),
        ("1月15日", date(2027, 1, 15)),
        ("11月20日", date(2026, 11, 20)),
        ("30天", date(2026, 12, 1)),
        ("三个月", date(2027, 1, 30)),
        ("半年", date(2027, 5, 3)),
        ("长期有效", date(2027, 4, 30)),
    ],
)
def test_the_last_day_is_the_last_one_named_or_counted_from_the_posting(text: str, day: date) -> None:
    assert last_day(text, POSTED, TODAY) == day


def test_the_first_day_of_an_event_may_lie_ahead() -> None:
    assert first_day("2027年2月8日—2月10日", TODAY) == date(2027, 2, 8)
    assert first_day("2月8日上午", TODAY) == date(2027, 2, 8)
    assert first_day("10天后", TODAY) == date(2026, 12, 8)
    assert first_day("待定", TODAY) is None


def test_an_event_lasts_from_the_first_to_the_last_day_named() -> None:
    assert span_of_days("2027年2月8日至2月10日", TODAY) == (date(2027, 2, 8), date(2027, 2, 10))
    assert span_of_days("2036年12月30日至1月2日", TODAY) == (date(2036, 12, 30), date(2037, 1, 2))
    assert span_of_days("12月8日", TODAY) == (date(2026, 12, 8), date(2026, 12, 8))
    assert span_of_days("10天后", TODAY) == (date(2026, 12, 8), date(2026, 12, 8))
    assert span_of_days("待定", TODAY) is None
