"""What stands around a quote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answering import phrasing
from bot.answering.asked_facts import FactKind
from bot.domain.policy import Clause, PolicyDocument, PolicyStatus
from bot.domain.region import Region, RegionLevel

DOCUMENT = PolicyDocument(
    document_id="d",
    file_name="d.txt",
    title="关于做好服务工作的意见",
    issuer="某市人民政府",
    document_number="某政发〔2020〕1号",
    issued_on=date(2020, 3, 5),
    published_on=None,
    region_code="350400",
    status=PolicyStatus.IN_FORCE,
    effective_from=None,
    effective_to=None,
    targets_to=None,
    source="",
)
CLAUSE = Clause("d#1", "d", ("二、", "（一）"), ("任务",), "加大扶持", "加大扶持。给予补贴。", ("市人社局", "市财政局"))
CITY = Region("350400", "三明市", "福建省三明市", RegionLevel.CITY)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ""),
        ({"status": PolicyStatus.DRAFT_FOR_COMMENT}, "征求意见稿"),
        ({"status": PolicyStatus.REPEALED}, "废止"),
        ({"effective_to": date(2025, 12, 31)}, "已过有效期"),
        ({"effective_from": date(2027, 1, 1)}, "还没有开始施行"),
        ({"targets_to": 2022}, "目标年份已过"),
        ({"targets_to": 2026}, ""),
        ({"effective_to": TODAY}, ""),
    ],
)
def test_the_status_is_said_as_it_is_today(changes: dict[str, object], told: str) -> None:
    mark = phrasing.status_mark(replace(DOCUMENT, **changes), TODAY)
    assert told in mark
    assert bool(mark) == bool(told)


def test_the_source_names_document_number_date_and_clause() -> None:
    line = phrasing.source_line(DOCUMENT, CLAUSE)
    assert line == "出处：《关于做好服务工作的意见》（某政发〔2020〕1号，2020年3月5日）二、（一） 加大扶持"


def test_what_the_source_lacks_is_left_out() -> None:
    bare = replace(DOCUMENT, document_number="", issued_on=None)
    assert phrasing.source_line(bare, CLAUSE) == "出处：《关于做好服务工作的意见》二、（一） 加大扶持"


def test_departments_are_named_with_their_place() -> None:
    assert phrasing.ask_whom_line(CLAUSE.departments, CITY) == "归谁管：三明市人社局、三明市财政局"
    assert phrasing.ask_whom_line((), CITY) == ""


@pytest.mark.parametrize(
    ("department", "region", "expected"),
    [
        ("省公安厅", Region("440000", "广东省", "广东省", RegionLevel.PROVINCE), "广东省公安厅"),
        ("区人社局", Region("420117", "新洲区", "湖北省武汉市新洲区", RegionLevel.COUNTY), "新洲区人社局"),
        (
            "人民银行邢台市中心支行",
            Region("130500", "邢台市", "河北省邢台市", RegionLevel.CITY),
            "人民银行邢台市中心支行",
        ),
        ("三明市人社局", CITY, "三明市人社局"),
    ],
)
def test_only_the_letter_of_its_own_level_is_replaced(department: str, region: Region, expected: str) -> None:
    assert phrasing.local_name(department, region) == expected


def test_the_marks_carry_no_figure() -> None:
    old = replace(DOCUMENT, status=PolicyStatus.DRAFT_FOR_COMMENT, targets_to=2020)
    assert not any(character.isdigit() for character in phrasing.status_mark(old, TODAY))


def test_a_provinces_office_is_asked_through_the_one_nearby() -> None:
    province = Region("440000", "广东省", "广东省", RegionLevel.PROVINCE)
    clause = replace(CLAUSE, title="提升教育水平", departments=("省教育厅",))
    line = phrasing.next_step_line(clause, province)
    assert "当地教育部门" in line
    assert "12333" not in line


def test_legal_aid_is_asked_at_its_own_hotline() -> None:
    clause = replace(CLAUSE, title="加强法律援助服务", departments=("市司法局", "市人社局"))
    line = phrasing.next_step_line(clause, CITY)
    assert "三明市司法局" in line
    assert "12348" in line


def test_an_address_needs_no_next_step() -> None:
    assert phrasing.next_step_line(replace(CLAUSE, is_numbered=False), CITY) == ""


def test_what_a_near_clause_lacks_is_named() -> None:
    assert "多少钱、多长时间" in phrasing.nearest_intro({FactKind.DURATION, FactKind.AMOUNT})
    assert "最接近" in phrasing.nearest_intro(set())
