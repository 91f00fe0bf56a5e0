"""A run of judged questions as a table, as JSON, and as one page that needs nothing beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup
from rich.table import Table

from api.pages import Pages
from bot.evaluation.charts import bars_with_intervals, columns, histogram
from bot.evaluation.judgments import JudgedQuestion
from bot.evaluation.metrics import (
    MEASURES,
    OUTCOME_MEASURES,
    RANKING_MEASURES,
    Estimate,
    GroupScores,
    Row,
    abstained,
    first_gold_rank,
    includes_all,
)

LABELS = {
    "recall_at_1": "recall@1",
    "recall_at_5": "recall@5",
    "recall_at_10": "recall@10",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
    "answered": "答出",
    "must_include": "含必答内容",
    "shown": "能答的没拒绝",
    "abstention_precision": "不答得对",
    "abstention_recall": "该不答的没乱答",
    "far_none": "无关的说了没有",
}
REPORT_LINE = "答案里的数字在引用条款中找不到的题：{loose}（{questions} 题，{day}）\n带图的网页：{report}"
KINDS = {
    "lay": "大白话",
    "keyword": "关键词",
    "typo": "错别字",
    "long": "长段话",
    "dialect": "方言",
    "formal": "书面语",
    "near": "沾边",
    "far": "无关",
}
GROUPINGS = {"kind": "题型", "region": "地区", "document": "文件"}
_TABLED = {
    "recall_at_1": "R@1",
    "recall_at_5": "R@5",
    "recall_at_10": "R@10",
    "mrr_at_10": "MRR",
    "ndcg_at_10": "nDCG",
    "answered": "答出",
    "must_include": "必答",
    "abstention_precision": "不答对",
    "abstention_recall": "没乱答",
}
_TITLE_CHARACTERS = 9
_CHARTED = {"找得准不准": tuple(RANKING_MEASURES), "答不答、答全没有": OUTCOME_MEASURES}
_PLACES = {1: "第 1", 2: "第 2", 3: "第 3", 4: "第 4–5", 5: "第 4–5"}
_LATER, _NOWHERE = "第 6–10", "没找到"


@dataclass(frozen=True, slots=True)
class EvaluatedRun:
    """Everything that a run of judged questions brought.

    Attributes:
        file_name: of the questions.
        corpus: the corpus that was asked.
        build_id: of its index.
        as_of: the day of the questions.
        questions: the judged questions.
        rows: what came back, by question id.
        scores: see `bot.evaluation.metrics.score_run`.
        place_names: names of the regions in the scores.
        titles: titles of the documents, by file name.
        ungrounded: answers with a figure that no cited clause holds.
    """

    file_name: str
    corpus: str
    build_id: str
    as_of: date
    questions: Sequence[JudgedQuestion]
    rows: Mapping[str, Row]
    scores: Sequence[GroupScores]
    place_names: Mapping[str, str]
    titles: Mapping[str, str]
    ungrounded: int

    def label(self, scores: GroupScores) -> str:
        """What a group is called on paper."""
        if scores.grouping == "kind":
            return KINDS.get(scores.group, scores.group)
        if scores.grouping == "region":
            return self.place_names.get(scores.group, "没说地方")
        if scores.grouping == "all":
            return "全部"
        title = self.titles.get(scores.group, scores.group)
        return title if len(title) <= _TITLE_CHARACTERS else title[: _TITLE_CHARACTERS - 1] + "…"


def overall_table(run: EvaluatedRun) -> Table:
    """The scores of all questions, with their intervals, for people."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "成绩", "95% 区间", "题数"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, estimate in run.scores[0].measures.items():
        interval = f"{estimate.low:.3f}–{estimate.high:.3f}"
        table.add_row(LABELS[name], f"{estimate.value:.3f}", interval, str(estimate.questions))
    return table


def group_table(run: EvaluatedRun) -> Table:
    """The scores of each kind, region and document, each over its interval, for people; at most 100 columns wide."""
    table = Table(box=None, padding=(0, 1, 0, 0), caption="小数在上，下面一行是 95% 区间", caption_justify="left")
    for heading in ("", "题数", *_TABLED.values()):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for grouping, title in GROUPINGS.items():
        table.add_row(f"[bold]{title}[/bold]")
        for scores in run.scores:
            if scores.grouping == grouping:
                cells = [_cell(scores.measures.get(name)) for name in _TABLED]
                table.add_row(run.label(scores), str(scores.answerable + scores.unanswerable), *cells)
    return table


def run_as_json(run: EvaluatedRun) -> dict[str, Any]:
    """The scores for machines."""
    return {
        "questions": run.file_name,
        "corpus": run.corpus,
        "build_id": run.build_id,
        "as_of": run.as_of.isoformat(),
        "answers_with_ungrounded_figures": run.ungrounded,
        "groups": [asdict(scores) for scores in run.scores],
    }


def write_report(run: EvaluatedRun, path: Path) -> None:
    """Write the page; it holds its charts and style and loads nothing."""
    overall = run.scores[0]
    text = Pages().text(
        "evaluation/report.html",
        file_name=run.file_name,
        corpus=run.corpus,
        build_id=run.build_id,
        as_of=run.as_of.isoformat(),
        answerable=overall.answerable,
        unanswerable=overall.unanswerable,
        tiles=[
            {"label": LABELS[name], "estimate": overall.measures[name]} for name in MEASURES if name in overall.measures
        ],
        charts=_charts(run),
        failures=list(_failures(run)),
    )
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _cell(estimate: Estimate | None) -> str:
    if estimate is None:
        return "—"
    return f"{estimate.value:.2f}\n[dim]{_bound(estimate.low)}–{_bound(estimate.high)}[/dim]"


def _bound(share: float) -> str:
    """An end of an interval in three characters: .78, 1.0."""
    said = f"{share:.2f}"
    return said[1:] if said.startswith("0") else said[:3]


def _charts(run: EvaluatedRun) -> list[dict[str, Any]]:
    charts = [
        (f"按{title}看：{subject}", "细线是 95% 区间：题少的组，区间就宽。", bars_with_intervals(groups))
        for grouping, title in GROUPINGS.items()
        for subject, measures in _CHARTED.items()
        if (groups := _grouped(run, grouping, measures))
    ]
    charts.append(("标准条款排在第几", "只算有答案的题。", columns(_places(run))))
    charts.append(
        (
            "第一条的分数",
            "两种题的分数分得越开，就越能看出什么时候不该答。",
            histogram(_first_scores(run), "排在第一的条款的分数"),
        )
    )
    # The charts are our own SVG, their texts escaped by matplotlib.
    return [{"title": title, "explanation": said, "svg": Markup(svg)} for title, said, svg in charts]  # noqa: S704


def _grouped(run: EvaluatedRun, grouping: str, measures: Sequence[str]) -> dict[str, dict[str, Estimate]]:
    groups = {
        run.label(scores): {LABELS[name]: scores.measures[name] for name in measures if name in scores.measures}
        for scores in run.scores
        if scores.grouping == grouping
    }
    return {label: estimates for label, estimates in groups.items() if estimates}


def _places(run: EvaluatedRun) -> dict[str, int]:
    ranks = [
        first_gold_rank(question, run.rows[question.question_id]) for question in run.questions if question.answerable
    ]
    counts = Counter(_NOWHERE if rank is None else _PLACES.get(rank, _LATER) for rank in ranks)
    return {label: counts[label] for label in (*dict.fromkeys(_PLACES.values()), _LATER, _NOWHERE)}


def _first_scores(run: EvaluatedRun) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {"有答案": [], "没有答案": []}
    for question in run.questions:
        clauses = run.rows[question.question_id]["clauses"]
        samples["有答案" if question.answerable else "没有答案"].append(clauses[0]["score"] if clauses else 0.0)
    return samples


def _failures(run: EvaluatedRun) -> list[dict[str, str]]:
    found = ((question, run.rows[question.question_id]) for question in run.questions)
    return [
        {
            "question_id": question.question_id,
            "question": question.text,
            "kind": KINDS.get(question.kind, question.kind),
            "reasons": "；".join(reasons),
            "first": _clause_label(row),
        }
        for question, row in found
        if (reasons := _reasons(question, row))
    ]


def _reasons(question: JudgedQuestion, row: Row) -> list[str]:
    if not question.answerable:
        return [] if abstained(row) else ["没有答案却答了"]
    rank = first_gold_rank(question, row)
    reasons = [] if rank == 1 else ["没找到标准条款" if rank is None else f"标准条款排第 {rank}"]
    if abstained(row):
        return [*reasons, "没答出来"]
    return reasons if includes_all(question, row) else [*reasons, f"漏了“{'、'.join(question.must_include)}”"]


def _clause_label(row: Row) -> str:
    if not row["clauses"]:
        return "—"
    first = row["clauses"][0]
    return "".join(first["path"]) + str(first["title"] or first["text"][:30])
