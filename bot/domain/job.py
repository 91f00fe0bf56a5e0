"""Job postings and what workers look for among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

FEN_PER_YUAN = 100
DAY_HOURS = 8


class JobType(StrEnum):
    """How somebody is employed or paid."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    DAY_LABOUR = "day_labour"
    HOURLY = "hourly"
    TEMPORARY = "temporary"


class PayPeriod(StrEnum):
    """What a pay is for."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"


class Benefit(StrEnum):
    """What comes with a job besides the pay; for `DAY_SHIFT` nobody works at night."""

    MEALS = "meals"
    LODGING = "lodging"
    INSURANCE = "insurance"
    HOUSING_FUND = "housing_fund"
    AIR_CONDITIONING = "air_conditioning"
    DAY_SHIFT = "day_shift"
    TWO_SHIFTS = "two_shifts"
    FAMILY = "family"
    WEEKENDS = "weekends"


@dataclass(frozen=True, slots=True)
class JobPay:
    """A pay that a posting names.

    The two figures for comparing are low on purpose, so that nobody is promised more than the posting says: a month
    counts 21.75 paid days of 8 hours where a day or an hour is paid (the divisor of 人社部发〔2008〕3号), and 26 days
    where a month's pay is asked for by the day. They are never shown.

    Attributes:
        period: what it is for.
        min_fen: the least, fen for a period.
        max_fen: the most; the same where the posting names one figure.
    """

    period: PayPeriod
    min_fen: int
    max_fen: int

    @property
    def month_fen(self) -> int:
        """What a month may bring, for comparing."""
        if self.period is PayPeriod.MONTH:
            return self.max_fen
        return self.day_fen * 2175 // 100

    @property
    def day_fen(self) -> int:
        """What a day may bring, for comparing."""
        if self.period is PayPeriod.MONTH:
            return self.max_fen // 26
        return self.max_fen * (DAY_HOURS if self.period is PayPeriod.HOUR else 1)


@dataclass(frozen=True, slots=True)
class JobPosting:
    """One posting.

    Attributes:
        posting_id: made of what makes two postings the same.
        title: the job in the posting's words.
        employer: as the posting has it; "" where it names none.
        region_code: the place of work, as exact as the posting tells it.
        posted_on: the day of the posting.
        expires_on: the last day on which it is shown.
        trade_id: what kind of work it is (`bot.language.trades`); "" where that is not known.
        place: the place in the posting's words.
        pay: what it pays; None where the posting does not say, or not so that it can be read.
        pay_text: the pay in the posting's words.
        job_type: None where the posting does not say.
        headcount: how many are wanted, in the posting's words.
        requirements: in the posting's words.
        benefits: in the posting's words.
        contact: as the posting gives it.
        source: who published it.
        is_sample: made up for the demonstration.
        deposit: the posting's words that ask for money from the worker; "" for none.
        stated: what it says about benefits: True for what comes with the job, False for what it denies. What it does
            not mention is left out.
    """

    posting_id: str
    title: str
    employer: str
    region_code: str
    posted_on: date
    expires_on: date
    trade_id: str = ""
    place: str = ""
    pay: JobPay | None = None
    pay_text: str = ""
    job_type: JobType | None = None
    headcount: str = ""
    requirements: str = ""
    benefits: str = ""
    contact: str = ""
    source: str = ""
    is_sample: bool = False
    deposit: str = ""
    stated: Mapping[Benefit, bool] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class JobSearch:
    """What a worker looks for; what is empty may be anything.

    Attributes:
        region_code: where; None for anywhere.
        trade_id: what kind of work.
        words: the work in the worker's words, where it is no known trade: it must stand in the title.
        month_min_fen: the least pay for a month.
        day_min_fen: the least pay for a day.
        job_type: how employed or paid.
        benefits: what comes with the job, in the order of `Benefit`.
    """

    region_code: str | None = None
    trade_id: str = ""
    words: str = ""
    month_min_fen: int = 0
    day_min_fen: int = 0
    job_type: JobType | None = None
    benefits: tuple[Benefit, ...] = ()


@dataclass(frozen=True, slots=True)
class JobSubscription:
    """Searches whose new postings a worker is told of.

    Attributes:
        worker_id: who.
        searches: what they look for, in the order in which they subscribed.
        told: ids of the postings that they were told of, the latest first.
        told_last: how many of these they were told of last.
        told_on: when that was; None for never.
    """

    worker_id: str
    searches: tuple[JobSearch, ...]
    told: tuple[str, ...] = ()
    told_last: int = 0
    told_on: date | None = None
