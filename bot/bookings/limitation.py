"""How long something can still be claimed: counted from the day that the worker tells, with the law that says so.

None of it is a promise: a period may have begun later, may stand still or begin anew (劳动争议调解仲裁法 第二十七条).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.booking import Matter
from bot.domain.legal_reference import LegalReferences, SourceQuote

URGENT_DAYS = 60
AT_ONCE_DAYS = 7
EMPLOYER_DAYS = 30

_ARBITRATION = ("劳动争议调解仲裁法", "第二十七条")
_INJURY = ("工伤保险条例", "第十七条")


class Period(StrEnum):
    """Which period it is."""

    WAGE_ARBITRATION = "wage_arbitration"
    INJURY_EMPLOYER = "injury_employer"
    INJURY_WORKER = "injury_worker"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One period's end.

    Attributes:
        period: which.
        last_on: its last day.
        days_left: from today to that day; negative where it is over.
        quote: the law's words.
    """

    period: Period
    last_on: date
    days_left: int
    quote: SourceQuote

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.days_left < 0

    @property
    def is_urgent(self) -> bool:
        """Whether little time is left; a period of the employer's is nothing that the worker has to hurry for."""
        return self.period is not Period.INJURY_EMPLOYER and 0 <= self.days_left <= URGENT_DAYS

    @property
    def is_for_help_at_once(self) -> bool:
        """Whether so little is left that legal aid may be given before it is decided (法律援助法 第四十四条)."""
        return self.period is Period.WAGE_ARBITRATION and 0 <= self.days_left < AT_ONCE_DAYS


class LimitationClock:
    """Counts periods.

    Args:
        references: holds the articles.

    Raises:
        RuleFileError: an article is not held, or reads differently.
    """

    def __init__(self, references: LegalReferences) -> None:
        self._after_employment = references.quote(*_ARBITRATION, "劳动关系终止的，应当自劳动关系终止之日起一年内提出")
        self.while_employed = references.quote(
            *_ARBITRATION,
            "因拖欠劳动报酬发生争议的，劳动者申请仲裁不受本条第一款规定的仲裁时效期间的限制",
        )
        """Wages of a job that goes on."""
        self.one_year = references.quote(*_ARBITRATION, "仲裁时效期间从当事人知道或者应当知道其权利被侵害之日起计算")
        """Everything else that goes to arbitration."""
        self.at_once = references.quote("法律援助法", "第四十四条", "距法定时效或者期限届满不足七日")
        self._by_employer = references.quote(
            *_INJURY, "所在单位应当自事故伤害发生之日或者被诊断、鉴定为职业病之日起30日内"
        )
        self._by_worker = references.quote(
            *_INJURY, "工伤职工或者其近亲属、工会组织在事故伤害发生之日或者被诊断、鉴定为职业病之日起1年内，可以直接"
        )

    def deadlines(self, matter: Matter, event_on: date, today: date) -> list[Deadline]:
        """The periods that run from a day: the end of employment, or the accident; none for other matters."""
        year = _a_year_after(event_on)
        if matter is Matter.WAGE:
            return [_deadline(Period.WAGE_ARBITRATION, year, self._after_employment, today)]
        if matter is Matter.INJURY:
            month = event_on + timedelta(days=EMPLOYER_DAYS)
            return [
                _deadline(Period.INJURY_EMPLOYER, month, self._by_employer, today),
                _deadline(Period.INJURY_WORKER, year, self._by_worker, today),
            ]
        return []


def _deadline(period: Period, last_on: date, quote: SourceQuote, today: date) -> Deadline:
    return Deadline(period, last_on, (last_on - today).days, quote)


def _a_year_after(day: date) -> date:
    """The same day of the next year; 29 February ends with February."""
    return day.replace(year=day.year + 1, day=min(day.day, monthrange(day.year + 1, day.month)[1]))
