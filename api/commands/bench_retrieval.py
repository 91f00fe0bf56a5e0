"""``gongyou bench-retrieval``: how fast a large corpus is built, opened, changed and searched, and how that grows."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.terminal import err, out, progress_bars

if TYPE_CHECKING:
    from bot.assembly import PolicyDesk
    from bot.evaluation.retrieval_growth import Growth
    from bot.evaluation.retrieval_speed import Timing
    from bot.settings import Settings

SIZES = [10_000, 59_000, 141_000, 1_000_000]
QUESTIONS_ASKED = 150
GROWTH_QUESTIONS = 60


def bench_retrieval(
    folder: Annotated[Path, typer.Argument(help="STARD 的文件夹：articles.jsonl.gz 和 train_queries.jsonl")],
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="从头建一次索引，量建索引的时间")] = False,
    sizes: Annotated[list[int] | None, typer.Option("--size", help="量增长时的条数，可以写几次")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="增长图写到哪个 SVG")] = None,
) -> None:
    """量检索的快慢：建索引、打开、改一份文件、关键词对 bm25s、整个检索，以及条数增长的影响。"""
    from api.commands.evaluating import import_articles
    from bot.assembly import PolicyDesk
    from bot.evaluation.stard import ARTICLES_FILE, read_stard_questions
    from bot.settings import Settings

    questions = [question.text for question in read_stard_questions(folder, share=1.0)]
    step = max(2, len(questions) // QUESTIONS_ASKED)
    asked, others = questions[::step][:QUESTIONS_ASKED], questions[1::step][:QUESTIONS_ASKED]
    with tempfile.TemporaryDirectory(prefix="gongyou-bench-") as scratch:
        settings = Settings()
        if rebuild:
            settings = settings.model_copy(update={"data_dir": Path(scratch)})
        corpus = import_articles(settings, folder / ARTICLES_FILE, "stard")
        started_s = time.perf_counter()
        with progress_bars() as progress:
            desk = PolicyDesk.open(settings, corpus=corpus.name, progress=progress)
        took_s = time.perf_counter() - started_s
        table = Table(title=f"检索的快慢（{len(desk.index.clauses)} 条）", title_justify="left", box=None)
        table.add_column("")
        table.add_column("", justify="right")
        if rebuild:
            table.add_row("导入后建索引并打开", f"{took_s:.1f} 秒")
        table.add_row("打开索引", f"{_load_s(corpus.index_dir):.2f} 秒")
        update_s, update_cpu_s = _update_s(settings, corpus.index_dir, Path(scratch))
        table.add_row("改一份文件", f"{update_s:.2f} 秒（CPU {update_cpu_s:.2f}）")
        _side_by_side(desk, asked, table)
        _whole(desk, settings, (asked, others), table)
        out.print(table)
        if sizes or plot:
            _grow(desk, asked[:GROWTH_QUESTIONS], sizes or SIZES, plot)


def _load_s(index_dir: Path) -> float:
    from bot.retrieval.index_build import load_index

    started_s = time.perf_counter()
    load_index(index_dir)
    return time.perf_counter() - started_s


def _update_s(settings: Settings, index_dir: Path, scratch: Path) -> tuple[float, float]:
    """Change one document in a copy of the index: how long that takes, and how long the processor works for it."""
    from bot.language.lexicon import load_lexicon
    from bot.retrieval.encoder import load_encoder
    from bot.retrieval.index_build import load_index
    from bot.retrieval.index_update import replace_document

    copied = scratch / "updated"
    shutil.copytree(index_dir, copied)
    os.sync()  # what is still to be written of the copy is not waited for below
    index = load_index(copied)
    first = index.clauses[len(index.clauses) // 2]
    document = index.documents[first.document_id]
    place = list(index.documents).index(document.document_id)
    start, stop = index.clauses.span_of(place)
    clauses = [replace(clause, text=clause.text + "本条自公布之日起施行。") for clause in index.clauses[start:stop]]
    encoder = load_encoder(settings.encoder)
    lexicon = load_lexicon(settings.corpus_dir / "vocabulary/lay_terms.tsv")
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    replace_document(
        index, document, clauses, encoder=encoder, lexicon=lexicon, corpus_hash="changed", index_dir=copied
    )
    took_s, took_cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    shutil.rmtree(copied)
    return took_s, took_cpu_s


def _side_by_side(desk: PolicyDesk, asked: list[str], table: Table) -> None:
    from bot.evaluation.retrieval_speed import beside_bm25s, query_tokens

    started_s = time.perf_counter()
    desk.index.bm25.prepare_top_k()
    table.add_row("关键词前十的准备（第一次用时）", f"{time.perf_counter() - started_s:.2f} 秒")
    with err.status("正在为 bm25s 建索引……"):
        found = beside_bm25s(desk.index.bm25, query_tokens(asked))
    table.add_row("关键词前十，编译后的 BM25", _timing(found.ours))
    table.add_row(f"关键词前十，bm25s（{found.backend}）", _timing(found.bm25s))
    table.add_row("快几倍（逐题比的中位）", f"{found.ratio:.2f}")


def _whole(desk: PolicyDesk, settings: Settings, asked: tuple[list[str], list[str]], table: Table) -> None:
    """Other questions for the shipped corpus: what was cut into words once is quick the second time."""
    from bot.assembly import PolicyDesk
    from bot.evaluation.retrieval_speed import retrieve_timing
    from bot.gateway.system_clock import SystemClock

    shipped = PolicyDesk.open(settings)
    for label, one, questions in zip(("", "，自带的政策"), (desk, shipped), asked, strict=True):
        took = retrieve_timing(one.retriever, questions, SystemClock().today())
        table.add_row(f"整个检索{label}（{len(one.index.clauses)} 条）", _timing(took.wall))
        table.add_row("……只算 CPU", _timing(took.cpu))


def _grow(desk: PolicyDesk, asked: list[str], sizes: list[int], plot: Path | None) -> None:
    from bot.evaluation.charts import Line, growth
    from bot.evaluation.retrieval_growth import RetrievalGrowth
    from bot.gateway.system_clock import SystemClock

    corpora = RetrievalGrowth(desk.index, desk.encoder, desk.lexicon, desk.divisions)
    measured: list[Growth] = []
    for size in sorted(sizes):
        with err.status(f"正在量 {size} 条……"):
            measured.append(corpora.at(size, asked, SystemClock().today()))
    table = Table(title="条数增长（毫秒，中位 / p95）", title_justify="left", box=None)
    for heading in ("条数", "关键词前十", "整个检索", "……只算 CPU", "索引 MiB"):
        table.add_column(heading, justify="right")
    for one in measured:
        times = (one.bm25, one.retrieve.wall, one.retrieve.cpu)
        cells = (f"{timing.median_ms:.2f} / {timing.p95_ms:.2f}" for timing in times)
        table.add_row(str(one.clauses), *cells, f"{one.index_bytes / 2**20:.0f}")
    out.print(table)
    out.print(f"这个进程最多用了 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MiB 内存")
    if plot is not None:
        panels = {
            "一次查询（毫秒，中位）": [
                Line("关键词", [(one.clauses, one.bm25.median_ms) for one in measured]),
                Line("整个检索", [(one.clauses, one.retrieve.cpu.median_ms) for one in measured]),
            ],
            "索引（MiB）": [Line("词和向量", [(one.clauses, one.index_bytes / 2**20) for one in measured])],
        }
        plot.write_text(growth(panels, "条数") + "\n", encoding="utf-8")
        out.print(f"增长图：{plot}")


def _timing(timing: Timing) -> str:
    return f"中位 {timing.median_ms:.2f}，p95 {timing.p95_ms:.2f} 毫秒"
