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
ABLATION_SETS = (Path("tests/data/retrieval_dev.jsonl"), Path("tests/data/worker_questions.jsonl"))


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("evaluate", rich_help_panel=GROUP)(evaluate)
    app.command("bench", rich_help_panel=GROUP)(bench)
    app.command("train-encoder", rich_help_panel=GROUP)(train_encoder)
    app.command("fit-ranking", rich_help_panel=GROUP)(fit_ranking)


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
    )
    report = train(options, out.print, policy_questions(Settings()))
    out.print(f"模型 {report.encoder_name}：{report.size_bytes / 1e6:.1f} MB，用了 {report.duration_s / 60:.1f} 分钟")


def fit_ranking(
    unanswerable: Annotated[Path, typer.Option("--unanswerable", help="文件答不了的问题")] = Path(
        "tests/data/unanswerable.jsonl"
    ),
) -> None:
    """用留出的相似问学各路分数的份额，再拟合什么时候该答、什么时候不答；只打印结果，不改代码。"""
    import numpy as np

    from bot.answering.confidence_fit import fit_answering, fit_related
    from bot.assembly.held_out_desk import confidence_examples, fusion_examples, held_out_desk
    from bot.evaluation.judgments import load_judgments
    from bot.retrieval.fusion import FusionWeights
    from bot.retrieval.fusion_fit import fit_fusion
    from bot.settings import Settings

    with held_out_desk(Settings()) as (desk, held_out):
        fusion = fit_fusion(fusion_examples(desk, held_out, FusionWeights()), FusionWeights())
        examples = confidence_examples(desk, held_out, load_judgments(unanswerable), date.today())
    out.print(f"融合（{fusion.examples} 个留出的相似问，轮流留出一份文件）：{fusion.weights}")
    out.print(f"recall@1 / MRR@10：学到的 {_pair(fusion.learned)}，现用的 {_pair(fusion.given)}")
    answering, related = fit_answering(examples), fit_related(examples)
    out.print(f"能不能答（{len(examples)} 题）：{answering.weights}")
    out.print(f"有没有关系：{related.weights}")
    table = Table(
        "门槛", "留出题答出", "沾边题没乱答", "无关题没乱答", "留出题被拒", "无关题被拒", box=None, pad_edge=False
    )
    far = np.array([not one.is_related for one in examples])
    held = np.arange(len(examples)) < len(held_out)
    near = ~far & ~held
    lacks = np.array([one.lacks_fact for one in examples])
    for threshold in np.arange(0.3, 0.81, 0.05):
        answers = (answering.likelihoods >= threshold) & ~lacks
        refused = related.likelihoods < threshold
        rates = (answers[held], ~answers[near], ~answers[far], refused[held], refused[far])
        table.add_row(f"{threshold:.2f}", *(f"{rate.mean():.3f}" for rate in rates))
    out.print(table)


def _pair(quality: tuple[float, float]) -> str:
    return " / ".join(f"{value:.3f}" for value in quality)


def evaluate(
    questions: Annotated[Path, typer.Option("--questions", "-q", help="评测题（带标准条款）")] = Path(
        "tests/data/retrieval_dev.jsonl"
    ),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="把逐题结果也写到文件")] = None,
    ablation: Annotated[bool, typer.Option("--ablation", help="逐个关掉检索的各部分，看各值多少")] = False,
) -> None:
    """用评测题打分：找得准不准、答得对不对、该不答时答没答。"""
    if ablation:
        _ablate([questions, *[other for other in ABLATION_SETS if other != questions]])
        return
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


def _ablate(paths: list[Path]) -> None:
    from bot.assembly.ablation import ablate
    from bot.evaluation.judgments import load_judgments
    from bot.settings import Settings

    table = Table(box=None, pad_edge=False)
    table.add_column("recall@1 / recall@5 / MRR@10")
    for path in paths:
        table.add_column(path.stem, justify="right")
    for variant, scores in ablate(Settings(), [load_judgments(path) for path in paths], date.today()):
        rates = (f"{one.recall_at_1:.3f} / {one.recall_at_5:.3f} / {one.mrr_at_10:.3f}" for one in scores)
        table.add_row(variant.name, *rates)
    out.print(table)


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
