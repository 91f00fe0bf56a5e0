"""`gongyou assess`, `gongyou subsidies` and `gongyou evaluate eligibility` as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import app
from bot.domain.errors import CorpusError, RuleFileError

RUNNER = CliRunner()
DEVELOPMENT = "tests/data/eligibility_dev.jsonl"
SANMING = Path("corpus/policies/350400/003_f6fba8179af8c3b3.txt")


def test_assess_writes_a_verdict_for_every_row(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    result = RUNNER.invoke(app, ["assess", "--input", DEVELOPMENT, "--output", str(output)])
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 24
    assert set(rows[0]) == {"id", "scheme", "verdict", "amount_max_yuan", "missing", "clauses"}
    assert rows[0]["clauses"] == [
        {
            "document": "003_f6fba8179af8c3b3.txt",
            "path": ["一、", "4."],
            "quote": "对农民工首次创业正常经营1年以上的给予不超过1万元的一次性创业补贴",
        }
    ]


def test_evaluate_eligibility_scores_a_file() -> None:
    result = RUNNER.invoke(app, ["evaluate", "eligibility", DEVELOPMENT, "--json"])
    assert result.exit_code == 0, result.output
    scores = json.loads(result.output)
    assert (scores["cases"], scores["verdict_and_amount"]) == (24, 1.0)
    assert "全部" in RUNNER.invoke(app, ["evaluate", "eligibility", DEVELOPMENT]).output


def test_subsidies_are_listed_for_a_place() -> None:
    result = RUNNER.invoke(app, ["subsidies", "list", "--region", "510802"], terminal_width=200)
    assert result.exit_code == 0, result.output
    assert "跨省" in result.output
    assert "350400" not in result.output


def test_subsidies_check_finds_nothing_to_put_right() -> None:
    result = RUNNER.invoke(app, ["subsidies", "check"])
    assert result.exit_code == 0, result.output
    assert "0 处要核对" in result.output


def test_subsidies_check_shows_what_a_new_revision_would_break(tmp_path: Path) -> None:
    revision = tmp_path / SANMING.name
    text = SANMING.read_text(encoding="utf-8").replace("给予不超过1万元", "给予不超过8000元")
    revision.write_text(text, encoding="utf-8")
    result = RUNNER.invoke(app, ["subsidies", "check", "--revision", str(revision)])
    assert isinstance(result.exception, RuleFileError)
    assert "startup_subsidy" in result.output
    assert "skill_certificate" not in result.output


def test_a_revision_of_an_unknown_document_is_refused(tmp_path: Path) -> None:
    revision = tmp_path / "unknown.txt"
    revision.write_text(SANMING.read_text(encoding="utf-8"), encoding="utf-8")
    result = RUNNER.invoke(app, ["subsidies", "check", "--revision", str(revision)])
    assert isinstance(result.exception, CorpusError)


@pytest.mark.parametrize("command", [["assess", "--help"], ["subsidies", "--help"]])
def test_help_is_chinese(command: list[str]) -> None:
    assert "补贴" in RUNNER.invoke(app, command).output
