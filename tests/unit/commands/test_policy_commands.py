"""The command line as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import app, main

SEEDS = sorted(Path("corpus/policies").glob("*/*.txt"))
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("GONGYOU_INDEX_DIR", str(tmp_path_factory.getbasetemp() / "command-indexes"))


def test_help_names_every_command() -> None:
    shown = RUNNER.invoke(app, ["--help"]).output
    for command in ("serve", "ask", "retrieve", "clauses", "index", "evaluate", "bench", "loadtest", "train-encoder"):
        assert command in shown


def test_clauses_writes_a_row_per_numbered_clause(tmp_path: Path) -> None:
    output = tmp_path / "clauses.jsonl"
    result = RUNNER.invoke(app, ["clauses", *map(str, SEEDS), "--output", str(output)])
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 108
    assert set(rows[0]) == {"document", "path", "title", "text", "departments"}
    sanming = next(row for row in rows if row["document"].startswith("003") and row["path"] == ["一、", "4."])
    assert sanming["title"] == "加大创业扶持"
    assert sanming["departments"] == ["市人社局", "各县（市、区）人民政府", "市财政局", "金融监管局"]


def test_retrieve_writes_outcome_answer_and_clauses(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": "a", "question": "创业补贴有多少", "region": "350400"},
        {"id": "b", "question": "明天下不下雨", "region": None},
    ]
    source.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    result = RUNNER.invoke(app, ["retrieve", "--input", str(source), "--output", str(output), "--top-k", "5"])
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in output.read_text(encoding="utf-8").splitlines())
    assert first["outcome"] == "answered"
    assert "1万元" in first["answer"]
    assert len(first["clauses"]) == 5
    best = first["clauses"][0]
    assert set(best) == {"document", "title", "path", "text", "score", "region_code", "status"}
    assert (best["region_code"], best["status"]) == ("350400", "draft_for_comment")
    assert second["outcome"] == "none"


def test_ask_prints_the_answer_for_a_person() -> None:
    result = RUNNER.invoke(app, ["ask", "创业补贴有多少", "--region", "350400"])
    assert result.exit_code == 0
    assert "1万元" in result.output
    assert "已答" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask", "创业补贴", "--region", "999999"], "999999"),
        (["retrieve", "-i", "/nonexistent.jsonl", "-o", "never.jsonl"], "读不了"),
        (["clauses", "README.md", "-o", "/nonexistent/out.jsonl"], "条"),
    ],
)
def test_a_foreseen_failure_is_one_plain_message(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["gongyou", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    shown = capsys.readouterr().err
    assert stopped.value.code == 1
    assert told in shown
    assert "Traceback" not in shown


def test_a_bad_row_is_named_by_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "question": "好"}\nnot json\n', encoding="utf-8")
    result = RUNNER.invoke(app, ["retrieve", "-i", str(source), "-o", str(output)])
    assert "第 2 行" in str(result.exception)
    assert not output.exists()


def test_the_index_is_built_and_shown() -> None:
    assert RUNNER.invoke(app, ["index", "build"]).exit_code == 0
    manifest = json.loads(RUNNER.invoke(app, ["index", "show"]).output)
    assert manifest["counts"]["numbered_clauses"] == 108
    assert manifest["encoder"].startswith("gongyou-static-")
