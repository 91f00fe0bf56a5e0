from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import DocumentFactsError
from bot.domain.policy import PolicyStatus
from bot.policies.document_facts import load_facts
from bot.policies.fact_proposals import infer_facts
from bot.policies.readers import read_file

FACTS = """title: 某区实施意见
issuer: 某区人民政府
document_number: 某政发〔2017〕4号
issued_on: 2017-03-17
published_on: 2018-12-08
region_code: '420117'
status: in_force
effective_from:
effective_to:
targets_to: 2020
source: 某区网站
inferred: [status]
"""


@pytest.fixture
def facts_file(tmp_path: Path) -> Path:
    (tmp_path / "doc.txt").write_text("一、甲。", encoding="utf-8")
    path = tmp_path / "doc.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return path


def test_facts_become_a_policy_document(facts_file: Path) -> None:
    document = load_facts(facts_file)
    assert (document.document_id, document.file_name) == ("doc", "doc.txt")
    assert document.issued_on == date(2017, 3, 17)
    assert document.effective_from is None
    assert document.status is PolicyStatus.IN_FORCE
    assert document.targets_to == 2020
    assert document.inferred == {"status"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: 某区实施意见", "title:", r"title（标题）不能为空"),
        ("title: 某区实施意见", "title: 2017", r"title（标题）应当是文字"),
        ("issuer: 某区人民政府\n", "", r"缺少字段 issuer（发文机关）"),
        ("source:", "sorce:", r"不认识字段 sorce"),
        ("某政发〔2017〕4号", "某政发〔20174号", r"document_number（文号）.*应当写成 某政发〔2017〕4号"),
        ("某政发〔2017〕4号", "四号文件", r"document_number（文号）.*看不出年份"),
        ("issued_on: 2017-03-17", "issued_on: 2017317", r"issued_on（成文日期）应当是日期"),
        ("issued_on: 2017-03-17", "issued_on: 2019-03-17", r"issued_on（成文日期）是 2019-03-17，晚于 published_on"),
        ("region_code: '420117'", "region_code: 420117", r"region_code（行政区划代码）应当是加引号的六位数字"),
        ("status: in_force", "status: valid", r"status（状态）应当是 in_force、draft_for_comment、repealed 之一"),
        ("effective_to:", "effective_to: 2020-13-01", r"effective_to（失效日期）应当是日期"),
        ("targets_to: 2020", "targets_to: 二〇二〇", r"targets_to（目标年份）应当是四位年份"),
        ("inferred: [status]", "inferred: [effective_to]", r"inferred.*effective_to 是空的"),
        ("inferred: [status]", "inferred: [nothing]", r"inferred（推断的字段）里的 'nothing' 不是字段名"),
        ("inferred: [status]", "inferred: status", r"inferred（推断的字段）应当是字段名的列表"),
        ("title: 某区实施意见", "title: [", r"doc\.yaml 第 \d+ 行不符合 YAML 格式"),
    ],
)
def test_a_wrong_fact_is_named_with_its_field_and_file(facts_file: Path, old: str, new: str, message: str) -> None:
    assert old in FACTS
    facts_file.write_text(FACTS.replace(old, new), encoding="utf-8")
    with pytest.raises(DocumentFactsError, match=message) as caught:
        load_facts(facts_file)
    assert "doc.yaml" in str(caught.value)


def test_facts_need_exactly_one_raw_document(facts_file: Path) -> None:
    (facts_file.parent / "doc.html").write_text("<p>一、甲。</p>", encoding="utf-8")
    with pytest.raises(DocumentFactsError, match=r"多个同名原文（doc\.html、doc\.txt）"):
        load_facts(facts_file)
    (facts_file.parent / "doc.html").unlink()
    (facts_file.parent / "doc.txt").unlink()
    with pytest.raises(DocumentFactsError, match="没有同名的原文"):
        load_facts(facts_file)


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_what_is_proposed_from_a_seed_agrees_with_its_confirmed_facts(raw_files: dict[str, Path], name: str) -> None:
    raw = raw_files[name]
    confirmed = load_facts(raw.with_suffix(".yaml"))
    proposed = infer_facts(read_file(raw))
    assert proposed.document_number == confirmed.document_number
    assert proposed.issued_on == confirmed.issued_on
    assert proposed.published_on == confirmed.published_on
    assert proposed.status == confirmed.status
    assert proposed.targets_to == confirmed.targets_to
    assert proposed.issuer == ("" if "issuer" in confirmed.inferred else confirmed.issuer)
    assert confirmed.title.endswith(proposed.title)


def test_validity_and_a_labelled_number_are_proposed() -> None:
    raw = """发文字号：某人社规〔20233号
发布时间：2023-02-01
某市人力资源和社会保障局关于发放培训补贴的通知
一、补贴标准。每人500元，力争2025年惠及1万人。
二、施行时间。本通知自2023年3月1日起施行，有效期至2028年2月29日。
某市人力资源和社会保障局
二〇二三年一月十五日"""
    facts = infer_facts(raw)
    assert facts.document_number == "某人社规〔2023〕3号"
    assert (facts.issued_on, facts.published_on) == (date(2023, 1, 15), date(2023, 2, 1))
    assert (facts.effective_from, facts.effective_to) == (date(2023, 3, 1), date(2028, 2, 29))
    assert facts.targets_to == 2025
    assert facts.issuer == "某市人力资源和社会保障局"


def test_nothing_is_proposed_that_is_not_printed() -> None:
    facts = infer_facts("一、甲。内容。")
    assert (facts.title, facts.issuer, facts.document_number) == ("", "", "")
    assert (facts.issued_on, facts.published_on, facts.effective_from, facts.effective_to, facts.targets_to) == (
        None,
    ) * 5
