"""Commands that train and measure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.policy import write_rows
from api.commands.terminal import out

if TYPE_CHECKING:
    from bot.evaluation.metrics import Scores

GROUP = "训练和测量"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("evaluate", rich_help_panel=GROUP)(evaluate)


def evaluate(
    questions: Annotated[Path, typer.Option("--questions", "-q", help="评测题（带标准条款）")] = Path(
        "tests/data/retrieval_dev.jsonl"
    ),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="把逐题结果也写到文件")] = None,
) -> None:
    """用评测题打分：找得准不准、答得对不对、该不答时答没答。"""
    from bot.assembly import PolicyDesk

    from bot.answering.grounding import ungrounded_figures
    from bot.evaluation.judgments import load_judgments
    from bot.evaluation.metrics import score_run
    from bot.settings import Settings

    judged = load_judgments(questions)
    desk = PolicyDesk.open(Settings())
    rows = list(desk.answer_rows({"id": one.question_id, "question": one.text, "region": one.region} for one in judged))
    if output is not None:
        write_rows(output, rows)
    answers = [desk.answer(one.text, one.region) for one in judged]
    loose = sum(bool(ungrounded_figures(a.body, [s.clause.text for s in a.cited])) for a in answers)
    out.print(_score_table(score_run(judged, {row["id"]: row for row in rows})))
    out.print(f"答案里的数字在引用条款中找不到的题：{loose}（{len(judged)} 题，{date.today()}）")


def _score_table(scores: list[Scores]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("题型", "有答案", "recall@1", "recall@5", "MRR@10", "答出", "含必答内容", "无答案", "没乱答"):
        table.add_column(heading, justify="left" if heading == "题型" else "right")
    for row in scores:
        rates = (row.recall_at_1, row.recall_at_5, row.mrr_at_10, row.answered, row.includes)
        table.add_row(
            row.group,
            str(row.questions),
            *(f"{rate:.3f}" for rate in rates),
            str(row.unanswerable),
            f"{row.abstained:.3f}" if row.unanswerable else "—",
        )
    return table
