"""Situations told in one sentence, as YAML: every boundary among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.subsidies.assess_rows import verdict_row
from bot.subsidies.subsidy_desk import SubsidyDesk

FILES = sorted((Path(__file__).parents[2] / "data").glob("subsidy_situations*.yaml"))


def _situations() -> Iterator[Any]:
    for path in FILES:
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            for case in group["cases"]:
                yield pytest.param(group["scheme"], group["region"], case, id=f"{group['scheme']}: {case['says']}")


@pytest.mark.parametrize(("scheme", "region", "case"), list(_situations()))
def test_a_situation_gets_the_verdict_of_its_rule(
    desk: SubsidyDesk, today: date, scheme: str, region: str, case: dict[str, Any]
) -> None:
    found = desk.assess_text(case["says"], scheme, region, today)
    row = verdict_row(found, desk)
    assert row["verdict"] == case["verdict"], found.facts
    if "amount" in case:
        assert row["amount_max_yuan"] == case["amount"]
    if "missing" in case:
        assert row["missing"] == case["missing"]
    if "fails" in case:
        assert case["fails"] in [requirement.means for requirement in found.failed]


def test_there_are_more_than_four_hundred_situations() -> None:
    assert len(list(_situations())) > 400
