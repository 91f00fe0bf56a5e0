"""Postings as they lie in the store, with the fields that searches go by."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from bot.domain.job import Benefit, JobPay, JobPosting, JobType, PayPeriod
from bot.ports import Document
from bot.regions.city_distances import CityDistances

NEWEST_DAY = 99_999_999
PARTS_OF_PAY = ("pay_period", "pay_min_fen", "pay_max_fen")
MAY_BE_EMPTY = (
    "trade_id",
    "place",
    "pay",
    "pay_text",
    "job_type",
    "headcount",
    "requirements",
    "benefits",
    "contact",
    "source",
    "deposit",
)
SAYS = {benefit: f"says_{benefit.value}" for benefit in Benefit}
"""A field for each benefit, since searches compare single values."""
OF_THE_STORE = (
    "_id",
    "_ver",
    "city",
    "province",
    "month_fen",
    "day_fen",
    "newest",
    "arrived_ms",
    *PARTS_OF_PAY,
    *SAYS.values(),
)


def to_document(posting: JobPosting, distances: CityDistances, arrived_ms: int) -> Document:
    """The document of a posting; empty fields are left out.

    Besides the posting's own fields: ``city`` and ``province`` of its place, what it pays for comparing, ``newest``,
    which sorts newest first and differs for every posting, and ``arrived_ms``, when this installation first had it.
    """
    bare = asdict(replace(posting, pay=None, stated={}))
    plain = {name: value for name, value in bare.items() if value not in ("", None, {})}
    identity = plain.pop("posting_id")
    places = {"city": distances.city_of(posting.region_code), "province": distances.province_of(posting.region_code)}
    return {
        "_id": identity,
        **plain,
        **({"job_type": posting.job_type.value} if posting.job_type else {}),
        **_pay_fields(posting.pay),
        **{SAYS[benefit]: is_given for benefit, is_given in posting.stated.items()},
        **{name: code for name, code in places.items() if code},
        "posted_on": posting.posted_on.isoformat(),
        "expires_on": posting.expires_on.isoformat(),
        "is_sample": posting.is_sample,
        "newest": f"{NEWEST_DAY - int(posting.posted_on.strftime('%Y%m%d'))}.{identity}",
        "arrived_ms": arrived_ms,
    }


def from_document(document: Document) -> JobPosting:
    """The posting of a document."""
    facts: dict[str, Any] = {"employer": ""}
    facts |= {name: value for name, value in document.items() if name not in OF_THE_STORE}
    facts |= {name: date.fromisoformat(facts[name]) for name in ("posted_on", "expires_on")}
    if "job_type" in facts:
        facts["job_type"] = JobType(facts["job_type"])
    stated = {benefit: document[name] for benefit, name in SAYS.items() if name in document}
    return JobPosting(posting_id=document["_id"], pay=_pay(document), stated=stated, **facts)


def merged(known: JobPosting, news: JobPosting) -> JobPosting:
    """Two postings of the same job as one: what the later one says, and what only the earlier one says."""
    earlier, later = (known, news) if news.posted_on >= known.posted_on else (news, known)
    filled = {name: getattr(earlier, name) for name in MAY_BE_EMPTY if not getattr(later, name)}
    expires_on = max(known.expires_on, news.expires_on)
    stated = {**earlier.stated, **later.stated}
    return replace(later, **filled, stated=stated, expires_on=expires_on, is_sample=known.is_sample and news.is_sample)


def _pay_fields(pay: JobPay | None) -> Document:
    if pay is None:
        return {}
    parts = (pay.period.value, pay.min_fen, pay.max_fen)
    return {**dict(zip(PARTS_OF_PAY, parts, strict=True)), "month_fen": pay.month_fen, "day_fen": pay.day_fen}


def _pay(document: Document) -> JobPay | None:
    if "pay_period" not in document:
        return None
    return JobPay(PayPeriod(document["pay_period"]), document["pay_min_fen"], document["pay_max_fen"])
