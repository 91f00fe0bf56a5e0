"""What may be promised where, and until when something can be claimed, each with its words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.bookings.limitation import Deadline, LimitationClock, Period
from bot.bookings.promises import Promises
from bot.domain.booking import Matter, PromiseKind
from bot.policies.legal_aid_rules import load_legal_aid_promises
from bot.policies.legal_references import load_legal_references
from bot.regions.divisions import load_divisions

CORPUS = Path(__file__).parents[3] / "corpus"
YONGAN, SANMING, WUHAN, XINZHOU, BEIJING = "350481", "350400", "420100", "420117", "110105"


@pytest.fixture(scope="module")
def promises() -> Promises:
    rules = load_legal_aid_promises(CORPUS, load_legal_references(CORPUS))
    return Promises(load_divisions(), rules, group_size=10)


@pytest.fixture(scope="module")
def periods() -> LimitationClock:
    return LimitationClock(load_legal_references(CORPUS))


@pytest.mark.parametrize("matter", [Matter.WAGE, Matter.INJURY])
def test_the_law_waives_the_hardship_check_everywhere_for_wages_and_injuries(
    matter: Matter, promises: Promises
) -> None:
    [quote] = promises.quotes(PromiseKind.NO_HARDSHIP_CHECK, BEIJING, matter)
    assert quote.cited == "《法律援助法》第四十二条（三）"


@pytest.mark.parametrize("matter", [Matter.CONTRACT, Matter.SOCIAL_INSURANCE, Matter.OTHER])
def test_nothing_is_waived_for_other_matters(matter: Matter, promises: Promises) -> None:
    assert promises.quotes(PromiseKind.NO_HARDSHIP_CHECK, YONGAN, matter) == []


def test_a_county_of_sanming_has_the_draft_of_sanming_backed_by_the_law(promises: Promises) -> None:
    draft, law = promises.quotes(PromiseKind.NO_HARDSHIP_CHECK, YONGAN, Matter.WAGE)
    assert (draft.is_draft, law.is_draft) == (True, False)
    assert "征求意见稿" in draft.title
    [priority] = promises.quotes(PromiseKind.PRIORITY, YONGAN, Matter.OTHER)
    assert "优先受理" in priority.text


@pytest.mark.parametrize(
    ("code", "matter", "people", "is_promised"),
    [
        (SANMING, Matter.WAGE, 10, True),
        (SANMING, Matter.WAGE, 9, False),
        (YONGAN, Matter.WAGE, 30, True),
        (SANMING, Matter.INJURY, 30, False),
        (XINZHOU, Matter.WAGE, 30, False),
        (BEIJING, Matter.WAGE, 30, False),
    ],
)
def test_a_visit_is_promised_to_groups_for_wages_where_the_rule_says_so(
    code: str, matter: Matter, people: int, *, is_promised: bool, promises: Promises
) -> None:
    assert bool(promises.quotes(PromiseKind.ON_SITE, code, matter, people)) is is_promised


def test_another_places_promise_is_never_given(promises: Promises) -> None:
    assert promises.quotes(PromiseKind.CROSS_REGION, WUHAN, Matter.WAGE) == []
    [quote] = promises.quotes(PromiseKind.CROSS_REGION, XINZHOU, Matter.WAGE)
    assert quote.region_code == XINZHOU


def found(periods: LimitationClock, matter: Matter, event_on: date, today: date) -> dict[Period, Deadline]:
    return {one.period: one for one in periods.deadlines(matter, event_on, today)}


@pytest.mark.parametrize(
    ("event_on", "last_on"),
    [
        (date(2026, 1, 15), date(2027, 1, 15)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_wages_run_one_year_from_the_end_of_employment(event_on: date, last_on: date, periods: LimitationClock) -> None:
    end = found(periods, Matter.WAGE, event_on, event_on)[Period.WAGE_ARBITRATION]
    assert end.last_on == last_on
    assert end.quote.cited == "《劳动争议调解仲裁法》第二十七条"
    assert "一年内提出" in end.quote.text


def test_an_injury_has_the_employers_thirty_days_and_the_workers_year(periods: LimitationClock) -> None:
    ends = found(periods, Matter.INJURY, date(2026, 11, 2), date(2026, 11, 28))
    assert ends[Period.INJURY_EMPLOYER].last_on == date(2026, 12, 2)
    assert ends[Period.INJURY_WORKER].last_on == date(2027, 11, 2)
    assert {end.quote.cited for end in ends.values()} == {"《工伤保险条例》第十七条"}


@pytest.mark.parametrize(
    ("today", "urgent", "at_once", "over"),
    [
        (date(2026, 11, 15), False, False, False),
        (date(2026, 11, 16), True, False, False),
        (date(2027, 1, 8), True, False, False),
        (date(2027, 1, 9), True, True, False),
        (date(2027, 1, 15), True, True, False),
        (date(2027, 1, 16), False, False, True),
    ],
)
def test_little_time_left_is_urgent_and_less_than_seven_days_is_for_help_at_once(
    today: date, *, urgent: bool, at_once: bool, over: bool, periods: LimitationClock
) -> None:
    end = found(periods, Matter.WAGE, date(2026, 1, 15), today)[Period.WAGE_ARBITRATION]
    assert (end.is_urgent, end.is_for_help_at_once, end.is_over) == (urgent, at_once, over)


def test_other_matters_have_no_day_that_could_be_counted(periods: LimitationClock) -> None:
    assert found(periods, Matter.CONTRACT, date(2026, 1, 1), date(2026, 2, 1)) == {}
