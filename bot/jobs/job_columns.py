"""The columns of a table of postings, by the names that offices give them."""

from __future__ import annotations

from importlib.resources import files

from bot.tables.columns import Columns

PAY_PERIODS = {"month_pay": "月薪", "day_pay": "日薪", "hour_pay": "时薪", "year_pay": "年薪"}
"""What only a column's name tells of a pay."""

JOB_COLUMNS = Columns.listed(files("bot.jobs").joinpath("job_columns.tsv").read_text(encoding="utf-8"))
