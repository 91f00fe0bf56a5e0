"""Commands that train and measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.bench import bench
from api.commands.bench_retrieval import bench_retrieval
from api.commands.loadtest import loadtest
from api.commands.terminal import out

GROUP = "训练和测量"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("bench", rich_help_panel=GROUP)(bench)
    app.command("bench-retrieval", rich_help_panel=GROUP)(bench_retrieval)
    app.command("loadtest", rich_help_panel=GROUP)(loadtest)
    app.command("train-encoder", rich_help_panel=GROUP)(train_encoder)
    app.command("count-asked", rich_help_panel=GROUP)(count_asked)
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


def count_asked(
    data: Annotated[Path, typer.Option("--data", help="训练数据的文件夹（法条、问题）")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写到哪个文件")] = Path(
        "corpus/vocabulary/asked_articles.tsv"
    ),
) -> None:
    """数训练问题里哪条法律被问得多，检索法条时用；留作测量的问题不数。"""
    from bot.evaluation.stard import HELD_OUT_SHARE
    from bot.policies import asked_counts
    from bot.retrieval.training_data import read_training_data

    read = read_training_data(data, None)
    asked = asked_counts.count_asked(read.articles, read.questions, HELD_OUT_SHARE)
    articles = asked_counts.write_asked(asked, output)
    out.print(f"{len(asked.times)} 部法律的 {articles} 条，写进了 {output}")


def fit_ranking(
    unanswerable: Annotated[Path, typer.Option("--unanswerable", help="文件答不了的问题")] = Path(
        "tests/data/unanswerable.jsonl"
    ),
    learning: Annotated[Path, typer.Option("--learning", help="带标准引文的问题，用来学该引哪一句")] = Path(
        "tests/data/learning_questions.jsonl"
    ),
    facts: Annotated[Path, typer.Option("--facts", help="问到具体事实的问题，文件里有的和没有的都有")] = Path(
        "tests/data/fact_questions.jsonl"
    ),
) -> None:
    """学各路分数的份额、该引条款里的哪一句、什么时候该答什么时候不答；只打印结果，不改代码。"""
    import numpy as np

    from bot.answering.confidence_fit import fit_answering, fit_related
    from bot.answering.sentence_fit import fit_sentences
    from bot.assembly.held_out_desk import (
        confidence_examples,
        fusion_examples,
        held_out_desk,
        sentence_examples,
    )
    from bot.evaluation.judgments import load_judgments
    from bot.gateway.system_clock import SystemClock
    from bot.retrieval.fusion import FusionWeights
    from bot.retrieval.fusion_fit import fit_fusion
    from bot.settings import Settings

    with held_out_desk(Settings()) as (desk, held_out):
        fusion = fit_fusion(fusion_examples(desk, held_out, FusionWeights()), FusionWeights())
        answerable, others = load_judgments(learning), [*load_judgments(unanswerable), *load_judgments(facts)]
        answerable += [one for one in others if one.answerable]
        others = [one for one in others if not one.answerable]
        sentences = sentence_examples(desk, answerable)
        examples = confidence_examples(desk, held_out, [*answerable, *others], SystemClock().today())
    out.print(f"融合（{fusion.examples} 个留出的相似问，轮流留出一份文件）：{fusion.weights}")
    out.print(f"recall@1 / MRR@10：学到的 {_pair(fusion.learned)}，现用的 {_pair(fusion.given)}")
    chosen = fit_sentences(sentences)
    out.print(f"引哪一句（{len(sentences)} 条）：{chosen.weights}，轮流留出时第一句就对 {chosen.first:.3f}")
    answering, related = fit_answering(examples), fit_related(examples)
    out.print(f"能不能答（{len(examples)} 题）：{answering.weights}")
    out.print(f"有没有关系：{related.weights}")
    table = Table(
        "门槛",
        "留出题答出",
        "新题答出",
        "沾边题没乱答",
        "无关题没乱答",
        "能答的被拒",
        "无关题被拒",
        pad_edge=False,
        box=None,
    )
    far = np.array([not one.is_related for one in examples])
    number = np.arange(len(examples))
    held, fresh = number < len(held_out), (number >= len(held_out)) & (number < len(held_out) + len(answerable))
    near = ~far & ~held & ~fresh
    lacks = np.array([one.lacks_fact for one in examples])
    for threshold in np.arange(0.2, 0.81, 0.05):
        answers = (answering.likelihoods >= threshold) & ~lacks
        refused = related.likelihoods < threshold
        rates = (answers[held], answers[fresh], ~answers[near], ~answers[far], refused[held | fresh], refused[far])
        table.add_row(f"{threshold:.2f}", *(f"{rate.mean():.3f}" for rate in rates))
    out.print(table)


def _pair(quality: tuple[float, float]) -> str:
    return " / ".join(f"{value:.3f}" for value in quality)
