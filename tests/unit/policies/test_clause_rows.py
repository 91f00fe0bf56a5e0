from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.errors import CorpusError, NoClauseError
from bot.policies.clause_rows import clause_rows, write_clause_rows


def test_a_row_shows_one_numbered_clause(raw_files: dict[str, Path]) -> None:
    rows = clause_rows(raw_files["001"])
    assert len(rows) == 15
    assert list(rows[0]) == ["document", "path", "title", "text", "departments"]
    assert rows[2]["document"] == "001_5135417a6ad330bd.txt"
    assert rows[2]["path"] == ["二、", "(一)"]
    assert rows[2]["departments"] == ["省人力资源社会保障厅", "省农业农村厅"]


def test_the_rows_of_all_files_are_written_in_order(raw_files: dict[str, Path], tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    assert write_clause_rows([raw_files["004"], raw_files["000"]], output) == 49
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row["document"][:3] for row in rows] == ["004"] * 26 + ["000"] * 23
    assert "\\u" not in output.read_text(encoding="utf-8")


def test_nothing_is_written_if_one_file_fails(raw_files: dict[str, Path], tmp_path: Path) -> None:
    bad = tmp_path / "空谈.txt"
    bad.write_text("没有编号。", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    output.write_text("旧的", encoding="utf-8")
    with pytest.raises(NoClauseError, match=r"《空谈\.txt》：没有找到带编号的条款"):
        write_clause_rows([raw_files["000"], bad], output)
    assert output.read_text(encoding="utf-8") == "旧的"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "空谈.txt"]


def test_an_output_that_cannot_be_written_is_said_and_leaves_no_draft(
    raw_files: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(CorpusError, match="写不进"):
        write_clause_rows([raw_files["003"]], tmp_path / "没有" / "out.jsonl")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CorpusError, match="写不进"):
        write_clause_rows([raw_files["003"]], tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
