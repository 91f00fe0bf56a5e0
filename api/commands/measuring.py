"""Commands that train and measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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


def train_encoder(
    data: Annotated[Path, typer.Option("--data", help="训练数据的文件夹（法条、问题）")],
    output: Annotated[Path, typer.Option("--output", "-o", help="模型写到哪个文件夹")],
    lexicon: Annotated[Path | None, typer.Option("--lexicon", help="说法与术语对照表")] = Path(
        "corpus/vocabulary/lay_terms.tsv"
    ),
    dimension: Annotated[int, typer.Option("--dimension", help="向量维数", min=32, max=1024)] = 256,
    epochs: Annotated[int, typer.Option("--epochs", help="问题学几遍", min=1)] = 14,
    learning_rate: Annotated[float, typer.Option("--learning-rate", help="学习率", min=1e-5, max=1.0)] = 4e-3,
    steps: Annotated[int, typer.Option("--steps", help="学问题之前，先用法条自学多少步", min=0)] = 0,
    seed: Annotated[int, typer.Option("--seed", help="随机种子：同一种子、同一机器，结果逐字节相同")] = 0,
) -> None:
    """用法条和问答训练嵌入模型，存成 sentence-transformers 的格式。"""
    from bot.retrieval.encoder_training import TrainingOptions
    from bot.retrieval.encoder_training import train_encoder as train

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
    report = train(options, out.print)
    out.print(f"模型 {report.encoder_name}：{report.size_bytes / 1e6:.1f} MB，用了 {report.duration_s / 60:.1f} 分钟")
