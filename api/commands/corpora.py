"""Commands about corpora beside the shipped one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.policy import GROUP
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, progress_bars

corpus_app = CommandLine(help="语料库：导入别的法规，和自带的政策分开放。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(corpus_app, name="corpus", rich_help_panel=GROUP)


@corpus_app.command("import")
def corpus_import(
    file: Annotated[Path, typer.Argument(help="每行一条法条的 .jsonl 或 .jsonl.gz")],
    name: Annotated[str, typer.Option("--name", "-n", help="给它起的名字，以后用 --corpus 名字")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="已有同名的就替换掉")] = False,
) -> None:
    """导入一个法条文件并建好索引。"""
    from bot.assembly import build_policy_index
    from bot.policies.named_corpora import import_corpus
    from bot.settings import Settings

    settings = Settings()
    corpus = import_corpus(settings.corpora_dir, file, name, replace=replace)
    out.print(f"语料库 {name}：{corpus.documents} 部法规，{corpus.clauses} 条，放在 {corpus.folder}")
    with progress_bars() as progress:
        report = build_policy_index(settings, name, progress)
    out.print(f"索引 {report.build_id} 已建好。试试：gongyou evaluate … --corpus {name}")


@corpus_app.command("list")
def corpus_list() -> None:
    """看有哪些语料库。"""
    from bot.policies.corpus_folder import load_corpus
    from bot.policies.named_corpora import INDEX_FOLDER, SHIPPED, named_corpora
    from bot.retrieval.index_store import current_build_id
    from bot.settings import Settings

    settings = Settings()
    shipped = load_corpus(settings.corpus_dir)
    table = Table(box=None, pad_edge=False)
    for heading in ("名字", "文件", "条款", "索引", "来源"):
        table.add_column(heading, justify="right" if heading in {"文件", "条款"} else "left")
    counts = str(len(shipped.documents)), str(len(shipped.clauses))
    table.add_row(SHIPPED, *counts, current_build_id(settings.index_dir) or "还没建", "自带的政策")
    for corpus in named_corpora(settings.corpora_dir):
        built = current_build_id(corpus.folder / INDEX_FOLDER) or "还没建"
        table.add_row(corpus.name, str(corpus.documents), str(corpus.clauses), built, corpus.source)
    out.print(table)
