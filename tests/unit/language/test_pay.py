"""Pay as workers and postings say it."""

from __future__ import annotations

import pytest

from bot.language.pay import Pay, find_pay


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("一个月六千以上", Pay(salary_min=6000)),
        ("五六千", Pay(salary_min=5000, salary_max=6000)),
        ("五六千一个月的", Pay(salary_min=5000, salary_max=6000)),
        ("不低于5k", Pay(salary_min=5000)),
        ("一万二起", Pay(salary_min=12000)),
        ("月薪万二", Pay(salary_min=12000)),
        ("上万的", Pay(salary_min=10000)),
        ("四千五到六千", Pay(salary_min=4500, salary_max=6000)),
        ("底薪5k以上", Pay(salary_min=5000)),
        ("最多四千", Pay(salary_max=4000)),
        ("四千以内", Pay(salary_max=4000)),
        ("日结三百", Pay(daily_min=300)),
        ("一天两百五以上", Pay(daily_min=250)),
        ("三百五一个工", Pay(daily_min=350)),
        ("千五蚊一日", Pay(daily_min=1500)),
        ("两三百一天", Pay(daily_min=200, daily_max=300)),
        ("计时25一小时", Pay(hourly_min=25)),
        ("22/小时", Pay(hourly_min=22)),
    ],
)
def test_a_worker_s_wish_is_read_in_yuan(text: str, pay: Pay) -> None:
    assert find_pay(f"找个活,{text}") == pay


@pytest.mark.parametrize(
    ("column", "pay"),
    [
        ("1-1.5万", Pay(salary_min=10000, salary_max=15000)),
        ("6千-1.2万", Pay(salary_min=6000, salary_max=12000)),
        ("1-2万·15薪", Pay(salary_min=10000, salary_max=20000)),
        ("6-8千", Pay(salary_min=6000, salary_max=8000)),
        ("10-15万/年", Pay(salary_min=8333, salary_max=12500)),
        ("4千及以下", Pay(salary_max=4000)),
        ("200元/天", Pay(daily_min=200)),
        ("1.2千/天", Pay(daily_min=1200)),
        ("综合工资5000—8000元", Pay(salary_min=5000, salary_max=8000)),
        ("面议", Pay(is_negotiable=True)),
        ("", Pay()),
    ],
)
def test_the_pay_of_a_posting_is_read(column: str, pay: Pay) -> None:
    assert find_pay(column) == pay


@pytest.mark.parametrize(
    "text", ["我今年53了", "招3个人", "欠我三千块", "干了8个月", "押金500", "10月8号去", "50岁能干的"]
)
def test_other_figures_are_no_pay(text: str) -> None:
    assert find_pay(text) == Pay()
