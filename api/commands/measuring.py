"""Commands that train and measure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.bench import bench
from api.commands.policy import write_rows
from api.commands.terminal import out

if TYPE_CHECKING:
    from bot.evaluation.metrics import Scores

GROUP = "训练和测量"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("evaluate", rich_help_panel=GROUP)(evaluate)
    app.command("bench", rich_help_panel=GROUP)(bench)
    app.command("train-encoder", rich_help_panel=GROUP)(train_encoder)


def train_encoder(
    data: Annotated[Path, typer.Option("--data", help="训练数据的文件夹（法条、问题）")],
    output: Annotated[Path, typer.Option("--output", "-o", help="模型写到哪个文件夹")],
    lexicon: Annotated[Path | None, typer.Option("--lexicon", help="说法与术语对照表")] = Path(
        "corpus/vocabulary/lay_terms.tsv"
    ),
    dimension: Annotated[int, typer.Option("--dimension", help="向量维数", min=32, max=1024)] = 256,
    epochs: Annotated[int, typer.Option("--epochs", help="问题学几遍", min=1)] = 14,
    learning_rate: Annotated[float, typer.Option("--learning-rate", help="学习率", min=1e-5, max=1.0)] = 8e-3,
    steps: Annotated[int, typer.Option("--steps", help="学问题之前，先用法条自学多少步", min=0)] = 0,
    seed: Annotated[int, typer.Option("--seed", help="随机种子：同一种子、同一机器，结果逐字节相同")] = 0,
    twin: Annotated[Path | None, typer.Option("--twin", help="没见过留出问题的那个模型存到哪个文件夹")] = None,
) -> None:
    """用法条、问答和相似问训练嵌入模型，存成 sentence-transformers 的格式。"""
    from bot.assembly.policy_desk import policy_questions
    from bot.retrieval.encoder_training import TrainingOptions
    from bot.retrieval.encoder_training import train_encoder as train
    from bot.settings import Settings

    options = TrainingOptions(
        data_dir=data,
        output_dir=output,
        lexicon=lexicon,
        dimension=dimension,
        epochs=epochs,
        learning_rate=learning_rate,
        steps=steps,
        seed=seed,
        twin_dir=twin,
    )
    report = train(options, out.print, policy_questions(Settings()))
    out.print(f"模型 {report.encoder_name}：{report.size_bytes / 1e6:.1f} MB，用了 {report.duration_s / 60:.1f} 分钟")


def evaluate(
    questions: Annotated[Path, typer.Option("--questions", "-q", help="评测题（带标准条款）")] = Path(
        "tests/data/retrieval_dev.jsonl"
    ),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="把逐题结果也写到文件")] = None,
) -> None:
    """用评测题打分：找得准不准、答得对不对、该不答时答没答。"""
    from bot.answering.grounding import ungrounded_figures
    from bot.assembly import PolicyDesk
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
