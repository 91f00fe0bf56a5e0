"""One row of a table becomes a posting, or the reason why it does not."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.job import FEN_PER_YUAN, JobPay, JobPosting, JobType, PayPeriod
from bot.jobs import phrasing_import as phrasing
from bot.jobs.benefits import stated_in
from bot.jobs.deposits import deposit_in
from bot.jobs.employer_names import name_key
from bot.jobs.job_columns import PAY_PERIODS, YES_OR_NO
from bot.jobs.job_types import read_job_type
from bot.jobs.table_cells import cut, plain_cells
from bot.jobs.table_dates import last_day, posted_day
from bot.jobs.table_places import PlaceReader
from bot.language.pay import Pay, find_pay
from bot.language.trades import find_trades
from bot.tables.import_report import UnusableRowError
from bot.tables.table_import import ReadRow

LIFE_DAYS = 60
"""How long a posting without an end is shown."""
LONGEST_TITLE = 60
_NOISE = re.compile(
    r"急[招聘]|诚[招聘]|高薪|现?招聘|招工|长期招|招|聘|若干名?|数名|\d+[名人个位]|[(（【\[].*?[)）】\]]|[\W_]"
)
_STORIES = ("hours", "requirements")
_YES = frozenset(["是", "有", "包", "交", "缴", "缴纳", "提供", "可以", "可", "√", "1", "true", "yes", "y"])
_NO = frozenset(["否", "无", "没有", "不", "不包", "不交", "不缴", "不提供", "不可以", "×", "0", "false", "no", "n"])
_DEMANDS = {"degree": "学历", "age": "年龄", "gender": "性别", "experience": "经验"}


@dataclass(frozen=True, slots=True)
class JobRowReader:
    """Reads rows of one file.

    Attributes:
        places: finds where a job is.
        today: the day of the import.
        source: named with each posting whose row names none.
        is_sample: whether the file's postings are made up.
    """

    places: PlaceReader
    today: date
    source: str
    is_sample: bool = False

    def read(self, cells: Mapping[str, str]) -> ReadRow[JobPosting]:
        """The posting of a row.

        Args:
            cells: the row's cells by field (`bot.jobs.job_columns.JOB_COLUMNS`).

        Raises:
            UnusableRowError: it cannot be used.
        """
        plain = plain_cells(cells)
        title = plain.get("title") or plain.get("trade") or ""
        if not title:
            raise UnusableRowError(phrasing.NO_TITLE)
        if "employer" not in plain and "contact" not in plain:
            raise UnusableRowError(phrasing.NOBODY_TO_ASK)
        remarks: list[str] = []
        said = plain | {name: _in_words(name, plain[name]) for name in YES_OR_NO if name in plain}
        region = self.places.region_of(plain)
        posted_on = self._posted_on(plain, remarks)
        pay_text = _pay_text(plain)
        pay = _pay(pay_text, remarks)
        posting = JobPosting(
            posting_id="",
            title=cut(title, LONGEST_TITLE),
            employer=cut(plain.get("employer", ""), LONGEST_TITLE),
            region_code=region,
            posted_on=posted_on,
            expires_on=self._expires_on(plain, posted_on, remarks),
            trade_id=_trade(plain, title),
            place=cut(self.places.words(plain)),
            pay=pay,
            pay_text=cut(pay_text, LONGEST_TITLE),
            job_type=_job_type(plain, title, pay),
            headcount=cut(plain.get("headcount", ""), LONGEST_TITLE),
            requirements=_requirements(plain),
            benefits=_joined(said, "benefits", *YES_OR_NO, "hours"),
            contact=_joined(plain, "person", "contact"),
            source=cut(plain.get("source") or self.source, LONGEST_TITLE),
            is_sample=self.is_sample,
            deposit=deposit_in(title, *(plain.get(name, "") for name in ("requirements", "benefits", "pay"))),
            stated=stated_in(title, *(said.get(name, "") for name in ("pay", "benefits", *YES_OR_NO, *_STORIES))),
        )
        known = with_id(posting)
        return ReadRow(known, known.posting_id, is_over=known.expires_on < self.today, remarks=remarks)

    def _posted_on(self, plain: Mapping[str, str], remarks: list[str]) -> date:
        written = plain.get("posted", "")
        day = posted_day(written, self.today) if written else self.today
        if day is None:
            remarks.append(phrasing.unread_day(written))
        return day or self.today

    def _expires_on(self, plain: Mapping[str, str], posted_on: date, remarks: list[str]) -> date:
        written = plain.get("deadline", "")
        day = last_day(written, posted_on, self.today) if written else None
        if written and day is None:
            remarks.append(phrasing.unread_end(written, LIFE_DAYS))
        return day or posted_on + timedelta(days=LIFE_DAYS)


def with_id(posting: JobPosting) -> JobPosting:
    """The posting with an id made of what makes two postings the same: work, employer, place and pay.

    A job that is published again later, or by another site, has the same id; one with another pay is another offer.
    """
    pay = posting.pay
    parts = (
        _NOISE.sub("", _folded(posting.title)) or _folded(posting.title),
        name_key(posting.employer) or _folded(posting.employer) or _digits(posting.contact),
        posting.region_code,
        f"{pay.period}{pay.min_fen}-{pay.max_fen}" if pay else "",
        "sample" if posting.is_sample else "",
    )
    identity = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
    return replace(posting, posting_id=identity)


def _pay_text(plain: Mapping[str, str]) -> str:
    """The pay as a posting has it, with the period that only its column's name tells."""
    if "pay" in plain:
        unit = plain.get("pay_unit", "")
        return plain["pay"] if not unit or unit in plain["pay"] else f"{plain['pay']} {unit}"
    for column, period in PAY_PERIODS.items():
        if column in plain:
            written = plain[column]
            return written if find_pay(written) != Pay() and not written[0].isdigit() else f"{period}{written}"
    ends = [plain[column] for column in ("pay_min", "pay_max") if column in plain]
    return "-".join(ends) + (f" {plain['pay_unit']}" if ends and "pay_unit" in plain else "")


def _pay(text: str, remarks: list[str]) -> JobPay | None:
    said = find_pay(text)
    for period, low, high in (
        (PayPeriod.MONTH, said.salary_min, said.salary_max),
        (PayPeriod.DAY, said.daily_min, said.daily_max),
        (PayPeriod.HOUR, said.hourly_min, said.hourly_max),
    ):
        if low is not None or high is not None:
            least, most = (low if low is not None else high or 0), (high if high is not None else low or 0)
            return JobPay(period, min(least, most) * FEN_PER_YUAN, max(least, most) * FEN_PER_YUAN)
    if text and not said.is_negotiable:
        remarks.append(phrasing.unread_pay(text))
    return None


def _trade(plain: Mapping[str, str], title: str) -> str:
    for text in (title, plain.get("trade", "")):
        found = find_trades(text)
        if found:
            return found[0].trade_id
    return ""


def _job_type(plain: Mapping[str, str], title: str, pay: JobPay | None) -> JobType | None:
    texts = [plain.get(name, "") for name in ("job_type", "pay_unit")]
    told = read_job_type(texts[0], title, texts[1], plain.get("pay", ""))
    if told is not None or pay is None:
        return told
    return {PayPeriod.HOUR: JobType.HOURLY}.get(pay.period)


def _requirements(plain: Mapping[str, str]) -> str:
    demands = [f"{label}：{plain[name]}" for name, label in _DEMANDS.items() if name in plain]
    return cut("，".join([*demands, *([plain["requirements"]] if "requirements" in plain else [])]))


def _in_words(name: str, cell: str) -> str:
    """A cell that only its column's name explains: 是 below 包吃住."""
    column = YES_OR_NO[name]
    answers = {**dict.fromkeys(_YES, column.yes), **dict.fromkeys(_NO, column.no)}
    return answers.get(cell.casefold()) or (cell if stated_in(cell) else f"{column.label}：{cell}")


def _joined(plain: Mapping[str, str], *names: str) -> str:
    return cut(" ".join(plain[name] for name in names if name in plain))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
