"""The columns of a table of postings, by the names that offices give them."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

from bot.tables.columns import Columns

PAY_PERIODS = {"month_pay": "月薪", "day_pay": "日薪", "hour_pay": "时薪", "year_pay": "年薪"}
"""What only a column's name tells of a pay."""


class YesOrNo(NamedTuple):
    """A column that is answered with 是 or 否.

    Attributes:
        label: what it is about.
        yes: what 是 says.
        no: what 否 says.
    """

    label: str
    yes: str
    no: str


YES_OR_NO = {
    "board": YesOrNo("食宿", "包吃住", "不包吃住"),
    "lodging": YesOrNo("住宿", "包住", "不包住"),
    "meals": YesOrNo("伙食", "包吃", "不包吃"),
    "insurance": YesOrNo("社保", "交社保", "不交社保"),
}

JOB_COLUMNS = Columns.listed(files("bot.jobs").joinpath("job_columns.tsv").read_text(encoding="utf-8"))
