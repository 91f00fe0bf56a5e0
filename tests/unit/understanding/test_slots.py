"""What a message says for its intent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.intent import Intent
from bot.understanding.legal_aid_slots import legal_matter
from bot.understanding.message_reading import MessageReading
from bot.understanding.schemes import scheme_of
from bot.understanding.slots import slots_of

Read = Callable[[str], MessageReading]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("东莞厚街招不招电焊工,七千以上", {"city": "东莞厚街", "occupation": "电焊工", "salary_min": 7000}),
        ("老家是广元的,想去成都做护工", {"city": "成都", "occupation": "护工"}),
        ("以前在广州干,现在想回三明找个保安的活", {"city": "三明", "occupation": "保安"}),
        ("我是四川人,想找个活", {}),
        ("除了深圳去哪都行,普工", {"occupation": "普工"}),
        ("我儿子会修车,想给他找个汽修工", {"occupation": "汽修工"}),
        ("想当保安", {"occupation": "保安"}),
        ("有没有做饭的阿姨招", {"occupation": "做饭的阿姨"}),
        ("钢金工有活没", {"occupation": "钢金工"}),
        ("招不招下料工", {"occupation": "下料工"}),
        ("日结三百的有没有", {"daily_min": 300, "job_type": "日结"}),
        ("全职的洗碗工,四五千", {"occupation": "洗碗工", "salary_min": 4000, "salary_max": 5000, "job_type": "全职"}),
        ("零工市场今天有什么活", {}),
        ("三明市区的兼职", {"city": "三明", "job_type": "兼职"}),
        ("合肥或者南京都行,裁床师傅", {"city": "合肥", "occupation": "裁床师傅"}),
        ("海口酒店客房服务员三千多有没", {"city": "海口", "occupation": "酒店客房服务员", "salary_min": 3000}),
        ("长期给我发点保姆的活", {"occupation": "保姆"}),
    ],
)
def test_a_job_is_described_as_said(read: Read, text: str, slots: dict[str, Any]) -> None:
    assert slots_of(Intent.JOB_SEARCH, read(text)) == slots


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("约下周三上午的律师,工伤的事", {"matter": "injury", "date_text": "下周三上午"}),
        ("我们六个人讨工资,想请律师,大后天能来不", {"matter": "wage", "group_size": 6, "date_text": "大后天"}),
        ("老板说月底发工资又没发,约个律师,礼拜五", {"matter": "wage", "date_text": "礼拜五"}),
        ("昨天被辞退了,想约律师", {"matter": "contract"}),
        ("我一个人,要约律师", {}),
    ],
)
def test_an_appointment_is_described_as_said(read: Read, text: str, slots: dict[str, Any]) -> None:
    assert slots_of(Intent.LEGAL_AID_BOOKING, read(text)) == slots


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("老板拖着工钱不给", "wage"),
        ("手被机器压断了", "injury"),
        ("下班路上被车撞了", "injury"),
        ("被开除了要双倍工资", "contract"),
        ("公司没给交社保", "social_insurance"),
        ("跟房东扯皮", "other"),
        ("老家征地补偿不公", "other"),
        ("工伤认定下来了老板不给钱", "injury"),
        ("不签合同不给买保险", "contract"),
        ("被车撞了对方不赔", "other"),
        ("预约法律援助", ""),
    ],
)
def test_the_matter_is_told_by_its_words(text: str, matter: str) -> None:
    assert legal_matter(text) == matter


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("头一回开店一年多了,创业补贴能领不", "startup_subsidy"),
        ("我店里请了四个伙计,带动就业的补贴给我不", "startup_jobs_subsidy"),
        ("没抵押能办创业担保贷款不", "startup_loan"),
        ("公司四十人新招七个,三百万的贷款行不行", "small_biz_loan"),
        ("考了电工证给补贴不", "skill_certificate"),
        ("鉴定费能报吗", "appraisal_subsidy"),
        ("想去学月嫂,培训能免费不", "training"),
        ("干了三年能住公租房不", "public_rental"),
        ("我租的房,租房补贴能领不", "rent_subsidy"),
        ("五十八了,公益岗给一个行不", "public_welfare_job"),
        ("被辞退了,能办失业登记不", "unemployment_registration"),
        ("劳务公司送了50个工人,奖补给多少", "recruit_reward"),
        ("招了三个脱贫户,吸纳就业补贴给不", "absorb_subsidy"),
        ("脱贫户去广东,路费能报不", "transport"),
        ("我能领啥补贴", ""),
    ],
)
def test_the_scheme_is_told_by_its_words(text: str, scheme: str) -> None:
    assert scheme_of(text) == scheme


def test_only_slots_of_the_intent_are_told(read: Read) -> None:
    reading = read("东莞招电焊工,七千以上,明天,我们5个人")
    assert slots_of(Intent.WAGE_CLAIM, reading) == {}
    assert slots_of(Intent.POLICY_QA, reading) == {}
    assert set(slots_of(Intent.SUBSCRIBE_JOBS, reading)) == {"city", "occupation", "salary_min"}
