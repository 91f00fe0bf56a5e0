"""The rules as the service opens them."""

from __future__ import annotations

import logging
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.assembly.open_subsidies import open_subsidies

CORPUS = Path("corpus")


def test_a_rule_whose_clause_says_something_else_is_set_aside_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for folder in ("policies", "subsidies"):
        shutil.copytree(CORPUS / folder, tmp_path / folder)
    document = next(tmp_path.glob("policies/350400/*.txt"))
    text = document.read_text(encoding="utf-8").replace(
        "给予不超过1万元的一次性创业补贴", "给予不超过5000元的一次性创业补贴"
    )
    document.write_text(text, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        desk = open_subsidies(tmp_path)
    assert desk.rule("startup_subsidy", "350400", date(2026, 12, 1)) is None
    assert desk.rule("startup_loan", "350400", date(2026, 12, 1)) is not None
    assert "startup_subsidy" in caplog.text
