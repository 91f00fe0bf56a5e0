"""Commands about policy documents: clauses, index, questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.panel import Panel
from rich.table import Table

from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, progress_bars
from bot.domain.policy import PolicyAnswer

GROUP = "政策"
QUESTION = typer.Argument(help="工人怎么说就怎么写，例如：老板跑了工钱没给咋整")
CORPUS = typer.Option("--corpus", help="用哪个语料库；不写就是自带的政策，gongyou corpus list 可看")
SHIPPED_NAME = "policies"
REGION = typer.Option("--region", "-r", help="所在地的六位行政区划代码，如 350400（三明）；不写就从问题里认地名")
OUTCOMES = {"answered": "已答", "nearest": "只找到相近条款", "none": "文件没有说"}

index_app = CommandLine(help="索引：建立、查看。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("ask", rich_help_panel=GROUP)(ask)
    app.command("retrieve", rich_help_panel=GROUP)(retrieve)
    app.command("clauses", rich_help_panel=GROUP)(clauses)
    app.add_typer(index_app, name="index", rich_help_panel=GROUP)


def ask(
    question: Annotated[str, QUESTION],
    region: Annotated[str | None, REGION] = None,
    *,
    clauses_shown: Annotated[int, typer.Option("--clauses", "-c", help="另列出排在前面的几条条款", min=0)] = 3,
) -> None:
    """问一句，看工人会收到什么回答。"""
    from bot.assembly import PolicyDesk
    from bot.settings import Settings

    desk = PolicyDesk.open(Settings())
    answer = desk.answer(question, region)
    out.print(Panel(answer.text, title=OUTCOMES[answer.outcome.value], title_align="left", expand=False, width=76))
    if clauses_shown:
        out.print(_ranked_table(answer, clauses_shown))


def retrieve(
    source: Annotated[Path, typer.Option("--input", "-i", help="每行一个 {id, question, region} 的 JSON 文件")],
    output: Annotated[Path, typer.Option("--output", "-o", help="结果写到哪个文件")],
    top_k: Annotated[int, typer.Option("--top-k", "-k", help="每题列出几条条款", min=1, max=100)] = 10,
    corpus: Annotated[str, CORPUS] = SHIPPED_NAME,
) -> None:
    """成批提问：每题写出结果、回答和排好序的条款。"""
    from bot.answering.retrieve_rows import question_rows
    from bot.assembly import PolicyDesk
    from bot.settings import Settings

    rows = question_rows(source)
    with progress_bars() as progress:
        desk = PolicyDesk.open(Settings(), top_k=top_k, corpus=corpus, progress=progress)
    count = write_rows(output, desk.answer_rows(rows))
    out.print(f"写好 {count} 题：{output}")


def clauses(
    files: Annotated[list[Path], typer.Argument(help="政策文件（TXT 或 HTML）")],
    output: Annotated[Path, typer.Option("--output", "-o", help="结果写到哪个文件")],
) -> None:
    """把政策文件拆成条款，每条一行。"""
    from bot.policies.clause_rows import write_clause_rows

    count = write_clause_rows(files, output)
    out.print(f"{len(files)} 份文件，{count} 条条款：{output}")


@index_app.command("build")
def index_build(corpus: Annotated[str, CORPUS] = SHIPPED_NAME) -> None:
    """按 corpus/ 里的文件（或导入的语料库）重建索引，建好后一次切换。"""
    from api.commands.auditing import log_if_possible
    from bot.assembly import build_policy_index
    from bot.settings import Settings

    with progress_bars() as progress:
        report = build_policy_index(Settings(), corpus, progress)
    log_if_possible("index_built", build=report.build_id, documents=report.documents, clauses=report.clauses)
    out.print(f"索引 {report.build_id} 已建好并启用：{report.documents} 份文件，{report.clauses} 条条款")


@index_app.command("show")
def index_show(corpus: Annotated[str, CORPUS] = SHIPPED_NAME) -> None:
    """看现在用的是哪个索引。"""
    from bot.assembly import index_dir_of
    from bot.domain.errors import IndexLoadError
    from bot.retrieval.index_store import current_build_id, verified_manifest
    from bot.settings import Settings

    index_dir = index_dir_of(Settings(), corpus)
    build_id = current_build_id(index_dir)
    if build_id is None:
        raise IndexLoadError("还没有索引，请先运行 gongyou index build")
    out.print_json(json.dumps(verified_manifest(index_dir, build_id), ensure_ascii=False))


def write_rows(output: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON lines next to their place and move them there when complete."""
    part = output.with_name(output.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    try:
        with part.open("w", encoding="utf-8") as stream:
            for row in rows:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return count


def _ranked_table(answer: PolicyAnswer, shown: int) -> Table:
    table = Table(title="排在前面的条款", title_justify="left", box=None, pad_edge=False)
    for heading in ("分数", "地区", "条款", "名次"):
        table.add_column(heading)
    for scored in answer.ranked[:shown]:
        ranks = " ".join(f"{channel} {rank}" for channel, rank in scored.ranks.items())
        place = "".join(scored.clause.path) + scored.clause.title
        table.add_row(f"{scored.score:.3f}", scored.document.region_code, place, ranks)
    return table
