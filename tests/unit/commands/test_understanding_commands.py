"""Understanding from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import app
from bot.domain.errors import JudgmentsError, MeasurementError
from bot.understanding.intent_model import load_intent_model

RUNNER = CliRunner()
DEV = Path("tests/data/intents_dev.jsonl")


def written(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_understand_writes_intent_slots_second_wish_and_confidence(tmp_path: Path) -> None:
    source = written(
        tmp_path / "in.jsonl",
        {"id": "a", "utterance": "给我找珠海的保洁,以后有新的也发给我"},
        {"id": 2, "utterance": "转人工"},
    )
    result = RUNNER.invoke(app, ["understand", "--input", str(source), "--output", str(tmp_path / "out.jsonl")])
    assert result.exit_code == 0, result.output
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert first.pop("confidence") > 0.5
    assert first == {
        "id": "a",
        "intent": "job_search",
        "slots": {"city": "珠海", "occupation": "保洁"},
        "also": "subscribe_jobs",
    }
    assert (second["id"], second["intent"], second["slots"], second["also"]) == (2, "human_operator", {}, None)


def test_a_row_that_is_none_is_named(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", {"id": "a", "utterance": "你好"}, {"id": "b"})
    result = RUNNER.invoke(app, ["understand", "-i", str(source), "-o", str(tmp_path / "out.jsonl")])
    assert isinstance(result.exception, JudgmentsError)
    assert "第 2 行" in str(result.exception)


def test_evaluate_prints_figures_and_compares_them(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    result = RUNNER.invoke(app, ["evaluate", "intents", str(DEV), "--save-baseline", str(baseline)])
    assert result.exit_code == 0, result.output
    assert "意图正确率" in result.output
    assert "legal_aid_booking" in result.output
    assert RUNNER.invoke(app, ["evaluate", "intents", str(DEV), "--baseline", str(baseline)]).exit_code == 0


def test_a_drop_of_the_figures_fails(tmp_path: Path) -> None:
    worse = written(tmp_path / "judged.jsonl", {"id": "a", "utterance": "转人工", "intent": "greeting", "slots": {}})
    baseline = tmp_path / "baseline.json"
    RUNNER.invoke(app, ["evaluate", "intents", str(worse), "--save-baseline", str(baseline)])
    content = json.loads(baseline.read_text(encoding="utf-8"))
    content["figures"]["accuracy"] = 1.0
    baseline.write_text(json.dumps(content), encoding="utf-8")
    result = RUNNER.invoke(app, ["evaluate", "intents", str(worse), "--baseline", str(baseline)])
    assert isinstance(result.exception, MeasurementError)
    assert "意图正确率" in str(result.exception)


def test_evaluate_speaks_json_to_programs() -> None:
    result = RUNNER.invoke(app, ["evaluate", "intents", str(DEV), "--json"])
    told = json.loads(result.stdout)
    assert told["accuracy"] >= 0.93
    assert set(told["by_slot"]) >= {"city", "occupation", "salary_min"}


@pytest.mark.parametrize("command", ["understand", "train-intents"])
def test_help_names_the_commands(command: str) -> None:
    assert command in RUNNER.invoke(app, ["--help"]).output


def test_train_intents_writes_a_model_that_can_be_read(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["train-intents", "--output", str(tmp_path / "model")])
    assert result.exit_code == 0, result.output
    assert "交叉验证" in result.output
    trained, shipped = load_intent_model(tmp_path / "model"), load_intent_model(Path("indexes/intents"))
    assert trained.vectoriser.row_of.keys() >= {"W:律师", "HAS:trade"}
    assert trained.intents == shipped.intents
