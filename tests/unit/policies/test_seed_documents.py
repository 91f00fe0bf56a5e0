"""The five real documents, every numbered clause of which was compared with its raw text by eye."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.policies.clause_splitter import SplitDocument
from bot.policies.numbering import parse_marker
from bot.policies.parts import PartRole

NAMES = ["000", "001", "002", "003", "004"]
COUNTS = {"000": 23, "001": 15, "002": 23, "003": 21, "004": 26}
EXPECTED = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "clauses_expected.jsonl").read_text(encoding="utf-8").splitlines()
]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def part_texts(document: SplitDocument, role: PartRole) -> list[str]:
    return [document.raw[part.start : part.end].strip() for part in document.parts if part.role is role]


@pytest.mark.parametrize("name", NAMES)
def test_a_document_has_the_clauses_that_were_counted_by_hand(
    split_documents: dict[str, SplitDocument], name: str
) -> None:
    assert len(split_documents[name].numbered_clauses) == COUNTS[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_is_as_the_golden_table_says(split_documents: dict[str, SplitDocument], name: str) -> None:
    expected = [row for row in EXPECTED if row["document"].startswith(name)]
    clauses = split_documents[name].numbered_clauses
    assert [(list(c.path), list(c.headings), c.title, list(c.departments)) for c in clauses] == [
        (row["path"], row["headings"], row["title"], row["departments"]) for row in expected
    ]
    assert [(c.text[:20], c.text[-20:]) for c in clauses] == [(row["begins"], row["ends"]) for row in expected]


@pytest.mark.parametrize("name", NAMES)
def test_every_character_belongs_to_exactly_one_part(split_documents: dict[str, SplitDocument], name: str) -> None:
    document = split_documents[name]
    assert document.parts[0].start == 0
    assert document.parts[-1].end == len(document.raw)
    assert all(a.end == b.start for a, b in pairwise(document.parts))
    assert all(part.start < part.end for part in document.parts)


@pytest.mark.parametrize("name", NAMES)
def test_a_clause_says_what_its_span_says_without_number_and_page_breaks(
    split_documents: dict[str, SplitDocument], name: str
) -> None:
    document = split_documents[name]
    for clause in document.numbered_clauses:
        spans = [document.raw[part.start : part.end] for part in document.parts if part.clause_id == clause.clause_id]
        span = "".join(spans).strip()
        marker = parse_marker(span)
        assert marker is not None
        assert marker.written == clause.path[-1]
        assert clause.text.replace("\n", "") == re.sub(r"\s*\n\s*", "", span[marker.length :])


@pytest.mark.parametrize("name", NAMES)
def test_each_part_that_gives_a_clause_names_it(split_documents: dict[str, SplitDocument], name: str) -> None:
    document = split_documents[name]
    named = {part.clause_id for part in document.parts if part.clause_id}
    assert named == {clause.clause_id for clause in document.clauses}
    silent = {PartRole.SITE_CHROME, PartRole.DUPLICATE, PartRole.SIGNATURE, PartRole.NAME_LIST, PartRole.HEADING}
    assert not [part for part in document.parts if part.role in silent and part.clause_id]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_seed_document_stays_unrecognised(split_documents: dict[str, SplitDocument], name: str) -> None:
    assert part_texts(split_documents[name], PartRole.OTHER) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_pieces_of_a_clause_id_are_unique_and_made_of_its_path(
    split_documents: dict[str, SplitDocument], name: str
) -> None:
    clauses = split_documents[name].clauses
    assert len({clause.clause_id for clause in clauses}) == len(clauses)
    for clause in split_documents[name].numbered_clauses:
        assert clause.clause_id == f"{clause.document_id}#{'/'.join(clause.path)}"


def test_the_second_copy_of_a_body_gives_no_second_clauses(split_documents: dict[str, SplitDocument]) -> None:
    document = split_documents["000"]
    (copy,) = part_texts(document, PartRole.DUPLICATE)
    assert copy.startswith("各镇人民政府")
    assert copy.endswith("由程明祥兼任办公室主任。")
    bodies = [squeezed(clause.text) for clause in document.clauses]
    assert all(bodies.count(body) == 1 for body in bodies)


def test_names_signature_and_closing_are_told_apart(split_documents: dict[str, SplitDocument]) -> None:
    document = split_documents["000"]
    (names,) = part_texts(document, PartRole.NAME_LIST)
    assert names.startswith("区农民工工作领导小组组成人员名单")
    assert names.endswith("程 敏 区人民政府办公室法制科科长")
    assert [squeezed(text) for text in part_texts(document, PartRole.SIGNATURE)] == ["武汉市新洲区人民政府2017317"]
    closing = [clause for clause in document.clauses if "#closing" in clause.clause_id]
    assert [clause.text[:9] for clause in closing] == ["各街镇、各有关部门", "领导小组下设办公室"]
    assert not any(clause.is_numbered or clause.path for clause in closing)


def test_the_nine_signing_departments_are_no_clause(split_documents: dict[str, SplitDocument]) -> None:
    (signature,) = part_texts(split_documents["001"], PartRole.SIGNATURE)
    assert len(signature.split()) == 10
    assert not any("广东省总工会" in clause.text for clause in split_documents["001"].clauses)


def test_a_consultation_notice_is_kept_but_not_as_policy(split_documents: dict[str, SplitDocument]) -> None:
    notices = {clause.clause_id.split("#")[1]: clause for clause in split_documents["002"].clauses if not clause.path}
    assert {name: clause.title for name, clause in notices.items()} == {
        "preamble": "前言",
        "notice-1": "公示时间",
        "notice-2": "公示方式",
        "notice-3": "联系方式",
        "notice-4": "征求意见概况",
        "notice-5": "意见征集结果",
    }
    assert "\n电话:0839-6068276" in notices["notice-3"].text
    assert "628040\n电子邮件:" in notices["notice-3"].text
    assert notices["notice-5"].headings[0] == "结果反馈"
    assert not any("联系方式" in clause.text for clause in split_documents["002"].numbered_clauses)


def test_a_heading_on_its_own_line_titles_the_paragraph_below(split_documents: dict[str, SplitDocument]) -> None:
    clause = next(c for c in split_documents["002"].clauses if c.path == ("二、", "(二)"))
    assert clause.title == "实施特色劳务品牌创建专项行动"
    assert clause.text.startswith("实施特色劳务品牌创建专项行动\n加快定点培训机构认定")


def test_sentences_torn_at_page_ends_are_whole_again(split_documents: dict[str, SplitDocument]) -> None:
    texts = {clause.path[-1]: clause.text for clause in split_documents["004"].numbered_clauses}
    assert "到2020年努力实现农民工工资基本无拖欠" in texts["（七）"]
    assert "（责任单位：市人力资源社会保障局、市教育局" in texts["（五）"]
    assert "为符合条件的农民工及时发放居住证" in texts["（十一）"]
    assert "到 2022 年" in texts["（二）"]
    assert texts["(二十)"].count("\n") == 1
    assert texts["(二十一)"].startswith("加强组织保障。")


def test_department_lines_stay_lines_of_their_clause(split_documents: dict[str, SplitDocument]) -> None:
    clause = next(c for c in split_documents["003"].clauses if c.path == ("一、", "4."))
    assert clause.text.endswith("\n牵头单位：市人社局\n责任单位：各县（市、区）人民政府，市财政局、金融监管局")
    assert clause.departments == ("市人社局", "各县（市、区）人民政府", "市财政局", "金融监管局")


def test_an_editors_bookmark_is_cut_out_of_the_preamble(split_documents: dict[str, SplitDocument]) -> None:
    document = split_documents["003"]
    assert part_texts(document, PartRole.DEBRIS) == ["[bookmark: _GoBack]"]
    assert document.clauses[0].text.startswith("农民工已成为我国产业工人的主体")


def test_every_development_answer_stands_in_exactly_one_clause(split_documents: dict[str, SplitDocument]) -> None:
    judgments = Path(__file__).parents[2] / "data" / "retrieval_dev.jsonl"
    quotes = [
        (gold["doc"][:3], gold["quote"])
        for line in judgments.read_text(encoding="utf-8").splitlines()
        for gold in json.loads(line).get("gold") or []
    ]
    assert len(quotes) > 90
    for name, quote in quotes:
        holders = [c for c in split_documents[name].clauses if squeezed(quote) in squeezed(c.text)]
        assert len(holders) == 1, quote
