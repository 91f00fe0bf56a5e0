"""Batches of cases, and the development set."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import JudgmentsError
from bot.evaluation.eligibility import judge, load_cases
from bot.subsidies.assess_rows import assess_rows, case_rows
from bot.subsidies.subsidy_desk import SubsidyDesk

DEVELOPMENT = Path(__file__).parents[2] / "data" / "eligibility_dev.jsonl"


def test_every_verdict_and_amount_of_the_development_set_is_right(desk: SubsidyDesk, today: date) -> None:
    cases = load_cases(DEVELOPMENT)
    rows = {str(row["id"]): row for row in assess_rows(case_rows(DEVELOPMENT), desk, today)}
    judged = judge(cases, rows)
    assert len(judged) == 24
    assert [one.case.case_id for one in judged if not one.is_right] == []
    assert [one.case.case_id for one in judged if not one.missing_is_right] == []
    assert [one.case.case_id for one in judged if not one.quote_is_right] == []


def test_the_scheme_is_recognised_where_a_row_does_not_name_it(desk: SubsidyDesk, today: date) -> None:
    rows = [row | {"scheme": None} for row in case_rows(DEVELOPMENT)]
    named = {row["id"]: row["scheme"] for row in case_rows(DEVELOPMENT)}
    found = {row["id"]: row["scheme"] for row in assess_rows(rows, desk, today)}
    assert sum(found[case_id] == scheme for case_id, scheme in named.items()) >= 22


def test_the_place_is_read_from_the_text_where_a_row_does_not_give_it(desk: SubsidyDesk, today: date) -> None:
    rows = [{"id": "a", "region": None, "scheme": "public_rental", "facts": "我湖南人，在永安上班三年零两个月"}]
    (row,) = assess_rows(rows, desk, today)
    assert row["verdict"] == "eligible"
    assert row["clauses"][0]["document"] == "003_f6fba8179af8c3b3.txt"
    assert row["clauses"][0]["path"] == ["三、", "9."]


def test_a_county_falls_back_on_its_city_and_never_on_another_place(desk: SubsidyDesk, today: date) -> None:
    text = "首次创业，开了两年"
    county, elsewhere = (
        next(assess_rows([{"id": region, "region": region, "scheme": "startup_subsidy", "facts": text}], desk, today))
        for region in ("350430", "510802")
    )
    assert county["verdict"] == "eligible"
    assert (elsewhere["verdict"], elsewhere["amount_max_yuan"]) == ("need_more", None)
    assert (elsewhere["missing"], elsewhere["clauses"]) == (["当地具体条件"], [])


def test_a_city_is_not_governed_by_its_districts_document(desk: SubsidyDesk, today: date) -> None:
    assert desk.rule("transport", "510800", today) is None
    assert desk.rule("transport", "510802", today) is not None


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}'])
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "a", "facts": "b"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(JudgmentsError, match="第 2 行"):
        case_rows(path)
    with pytest.raises(JudgmentsError):
        load_cases(path)


def test_a_case_without_a_verdict_is_no_score() -> None:
    with pytest.raises(JudgmentsError, match="ed01"):
        judge(load_cases(DEVELOPMENT), {})
