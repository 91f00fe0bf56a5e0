"""The load test as a command, against real processes that it starts and ends itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import app

RUNNER = CliRunner()


def test_a_small_load_is_answered_once_and_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGYOU_INDEX_DIR", str(tmp_path / "indexes"))
    report_file, plot_file = tmp_path / "load.json", tmp_path / "load.svg"
    arguments = ["--rate", "8", "--seconds", "4", "--json", str(report_file), "--plot", str(plot_file)]
    result = RUNNER.invoke(app, ["loadtest", *arguments])
    assert result.exit_code == 0, result.output
    assert "丢失" in result.output
    report = json.loads(report_file.read_text(encoding="utf-8"))
    assert report["messages"] > 10
    assert sum(report["outcomes"].values()) == report["messages"]
    assert (report["outcomes"]["lost"], report["doubled"]) == (0, 0)
    assert 0 < report["latency_ms"]["p50"] <= report["latency_ms"]["p99"] <= report["latency_ms"]["max"]
    assert sum(one["role"].startswith("worker") for one in report["memory"]) == 2
    assert all(one["highest_mib"] > 10 for one in report["memory"])
    assert report["server_cpu_s"] > 0
    assert plot_file.read_text(encoding="utf-8").count("<path") > 10


def test_a_plot_of_another_kind_is_refused_before_the_load(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["loadtest", "--plot", str(tmp_path / "load.pdf")])
    assert result.exit_code == 1
    assert ".svg" in str(result.exception)
