"""Evaluation and named corpora on the command line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from api.commands import app
from bot.retrieval.asked_articles import load_asked_articles

RUNNER = CliRunner()
QUESTION = {
    "id": "a",
    "question": "创业补贴有多少",
    "region": "350400",
    "kind": "lay",
    "answerable": True,
    "gold": [{"doc": "003_f6fba8179af8c3b3.txt", "quote": "给予不超过1万元的一次性创业补贴"}],
    "must_include": ["1万元"],
}
WEATHER = {"id": "b", "question": "明天下不下雨", "region": None, "kind": "lay", "answerable": False, "gold": []}
LAWS = [
    {"title": "工资支付条例", "article": "第一条", "text": "用人单位应当按月足额支付农民工工资，不得拖欠。"},
    {"title": "工伤保险条例", "article": "第二条", "text": "职工发生工伤，享受工伤保险待遇。"},
]


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGYOU_INDEX_DIR", str(tmp_path / "indexes"))
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_run_is_scored_for_machines_and_leaves_a_page_that_loads_nothing(tmp_path: Path) -> None:
    file = written(tmp_path / "questions.jsonl", [QUESTION, WEATHER])
    result = RUNNER.invoke(app, ["evaluate", "retrieval", str(file), "--json"])
    assert result.exit_code == 0, result.output
    scored = json.loads(result.stdout)
    overall = scored["groups"][0]
    assert (overall["group"], overall["answerable"], overall["unanswerable"]) == ("all", 1, 1)
    assert overall["measures"]["recall_at_1"] == {"value": 1.0, "low": 1.0, "high": 1.0, "questions": 1}
    assert overall["measures"]["abstention_recall"]["value"] == 1.0
    page = (tmp_path / "indexes" / scored["build_id"] / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 8
    for measure in ("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10", "答出", "含必答内容", "不答得对"):
        assert f">{measure}</text>" in page
    for loading in ("<script", "src=", "<link", "@import", "url(http"):
        assert loading not in page


def test_groups_stand_in_a_table_of_a_hundred_columns_with_every_measure_over_its_interval(tmp_path: Path) -> None:
    names = {"kind": "formal", "region": "350400"}
    asked = [QUESTION, QUESTION | {"id": "c", "question": "工伤了怎么办"}, WEATHER, WEATHER | names | {"id": "d"}]
    file = written(tmp_path / "questions.jsonl", asked)
    result = RUNNER.invoke(app, ["evaluate", "retrieval", str(file)], env={"COLUMNS": "100"})
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(map(cell_len, lines)) <= 100
    heading = next(number for number, line in enumerate(lines) if line.lstrip().startswith("题数"))
    assert lines[heading].split() == ["题数", "R@1", "R@5", "R@10", "MRR", "nDCG", "答出", "必答", "不答对", "没乱答"]
    lay = next(number for number, line in enumerate(lines) if line.startswith("大白话"))
    assert lines[lay].split()[:6] == ["大白话", "3", "0.50", "0.50", "0.50", "0.50"]
    assert lines[lay + 1].split()[:4] == [".00–1.0"] * 4
    assert "…" not in "".join(lines[lay : lay + 2])


def test_a_drop_under_the_baseline_is_a_failure(tmp_path: Path) -> None:
    good = written(tmp_path / "questions.jsonl", [QUESTION])
    baseline = tmp_path / "baseline.json"
    assert RUNNER.invoke(app, ["evaluate", "retrieval", str(good), "--save-baseline", str(baseline)]).exit_code == 0
    assert RUNNER.invoke(app, ["evaluate", "retrieval", str(good), "--baseline", str(baseline)]).exit_code == 0
    higher = json.loads(baseline.read_text(encoding="utf-8"))
    higher["figures"]["recall_at_1"] = 1.03
    baseline.write_text(json.dumps(higher), encoding="utf-8")
    result = RUNNER.invoke(app, ["evaluate", "retrieval", str(good), "--baseline", str(baseline)])
    assert "recall@1 1.030 → 1.000" in str(result.exception)


def test_a_corpus_is_imported_listed_and_asked(tmp_path: Path) -> None:
    source = written(tmp_path / "laws.jsonl", LAWS)
    made = RUNNER.invoke(app, ["corpus", "import", str(source), "--name", "laws"])
    assert made.exit_code == 0, made.output
    listed = RUNNER.invoke(app, ["corpus", "list"]).output
    assert "laws" in listed
    assert "policies" in listed
    asked = written(tmp_path / "in.jsonl", [{"id": 1, "question": "老板拖欠工资", "region": None}])
    output = tmp_path / "out.jsonl"
    result = RUNNER.invoke(app, ["retrieve", "-i", str(asked), "-o", str(output), "--corpus", "laws"])
    assert result.exit_code == 0, result.output
    best = json.loads(output.read_text(encoding="utf-8"))["clauses"][0]
    assert (best["document"], best["path"]) == ("工资支付条例.txt", ["第一条"])
    assert not (tmp_path / "indexes" / "CURRENT").exists()


@pytest.fixture
def stard(tmp_path: Path) -> Path:
    """Two articles and forty questions in STARD's files."""
    folder = tmp_path / "stard"
    folder.mkdir()
    articles = [
        {"rid": number, "gold_ids": [number], "name": f"{law}第{number}条", "content": text}
        for number, (law, text) in enumerate(
            (("工资条例", "按月支付工资，不得拖欠。"), ("婚姻法", "夫妻双方协议离婚。")), 1
        )
    ]
    with gzip.open(folder / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in articles)
    questions = [
        {
            "query_id": number,
            "question": "拖欠工资怎么办" if number % 2 else "协议离婚怎么办",
            "gold_ids": [2 - number % 2],
        }
        for number in range(40)
    ]
    written(folder / "train_queries.jsonl", questions)
    return folder


def test_stard_is_measured_a_channel_at_a_time(stard: Path) -> None:
    result = RUNNER.invoke(app, ["evaluate", "stard", str(stard), "--json"])
    assert result.exit_code == 0, result.output
    scored = json.loads(result.stdout)
    assert 0 < scored["questions"] < 40
    assert scored["articles"] == 2
    assert set(scored["by_channel"]) == {"bm25", "lexicon", "embedding", "fused"}
    assert scored["by_channel"]["fused"]["mrr_at_10"]["value"] == 1.0
    everything = RUNNER.invoke(app, ["evaluate", "stard", str(stard), "--json", "--all"])
    assert json.loads(everything.stdout)["questions"] == 40


def test_the_articles_that_answer_questions_are_counted_into_a_file(stard: Path, tmp_path: Path) -> None:
    output = tmp_path / "asked.tsv"
    result = RUNNER.invoke(app, ["count-asked", "--data", str(stard.parent), "--output", str(output)])
    assert result.exit_code == 0, result.output
    times = load_asked_articles(output).times
    assert set(times) == {"工资条例", "婚姻法"}
    assert 0 < sum(count for of_law in times.values() for count in of_law.values()) < 40
