"""``gongyou evaluate``: judged questions over a corpus, and the large public set."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.policy import CORPUS, SHIPPED_NAME, write_rows
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import err, out, progress_bars

if TYPE_CHECKING:
    from api.commands.evaluation_report import EvaluatedRun
    from bot.assembly import PolicyDesk
    from bot.evaluation.metrics import GroupScores
    from bot.evaluation.stard import StardScores
    from bot.policies.named_corpora import NamedCorpus
    from bot.settings import Settings

GROUP = "训练和测量"
REPORT_FILE = "report.html"
JSON = typer.Option("--json", help="给程序看：在标准输出上写一份 JSON")
ABLATION_SETS = [Path("tests/data/retrieval_dev.jsonl"), Path("tests/data/worker_questions.jsonl")]
CHANNELS = {
    "bm25": "关键词",
    "lexicon": "文件用语",
    "embedding": "向量",
    "question_words": "相似问的词",
    "question_embedding": "相似问的向量",
    "fused": "合起来",
}

evaluate_app = CommandLine(help="打分：找得准不准、答得对不对、该不答时答没答。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(evaluate_app, name="evaluate", rich_help_panel=GROUP)


@evaluate_app.command("retrieval")
def evaluate_retrieval(
    file: Annotated[Path, typer.Argument(help="评测题（带标准条款），如 tests/data/retrieval_dev.jsonl")],
    *,
    corpus: Annotated[str, CORPUS] = SHIPPED_NAME,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="把逐题结果也写到文件")] = None,
    as_json: Annotated[bool, JSON] = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="和这份基线比，掉了两个百分点以上就算失败")
    ] = None,
    save_baseline: Annotated[Path | None, typer.Option("--save-baseline", help="把这次的成绩存成基线")] = None,
) -> None:
    """用评测题打分，并在索引旁写一张带图的网页。"""
    from api.commands.evaluation_report import REPORT_LINE, group_table, overall_table, run_as_json, write_report
    from bot.assembly import index_dir_of
    from bot.evaluation import baseline as baselines
    from bot.settings import Settings

    settings = Settings()
    run = _run(settings, file, corpus)
    if output is not None:
        write_rows(output, run.rows.values())
    report = index_dir_of(settings, corpus) / run.build_id / REPORT_FILE
    write_report(run, report)
    if as_json:
        out.print_json(json.dumps(run_as_json(run), ensure_ascii=False))
    else:
        out.print(overall_table(run), "", group_table(run))
        out.print(REPORT_LINE.format(loose=run.ungrounded, questions=len(run.questions), day=run.as_of, report=report))
    if save_baseline is not None:
        baselines.save_baseline(save_baseline, file, _figures(run))
    if baseline is not None:
        _compare(baseline, file, run)


@evaluate_app.command("stard")
def evaluate_stard(
    folder: Annotated[Path, typer.Argument(help="STARD 的文件夹：articles.jsonl.gz 和 train_queries.jsonl")],
    *,
    name: Annotated[str, typer.Option("--name", help="导入成哪个语料库")] = "stard",
    asks_all: Annotated[bool, typer.Option("--all", help="问文件夹里的每个问题，比如另一份没学过的")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """在五万多条法条里找：用训练时留作测量的问题，每一路和合起来各打一次分。"""
    from bot.evaluation.stard import ARTICLES_FILE, HELD_OUT_SHARE, measure_stard, read_stard_questions
    from bot.gateway.system_clock import SystemClock
    from bot.settings import Settings

    settings = Settings()
    questions = read_stard_questions(folder, 1.0 if asks_all else HELD_OUT_SHARE)
    import_articles(settings, folder / ARTICLES_FILE, name)
    desk = _opened(settings, name)
    scores = measure_stard(desk.retriever, desk.index.clauses, questions, SystemClock().today())
    if as_json:
        out.print_json(json.dumps(asdict(scores), ensure_ascii=False))
    else:
        out.print(_stard_table(scores))
        if not asks_all:
            out.print("这些问题，自带的向量模型没有学过，法条被问的次数里没有数过，各路的份额也不是看着它们定的。")
        out.print(f"一次检索（合起来，十条）：中位 {scores.median_ms:.1f} 毫秒，p95 {scores.p95_ms:.1f} 毫秒")


@evaluate_app.command("ablation")
def evaluate_ablation(
    files: Annotated[list[Path] | None, typer.Argument(help="评测题（带标准条款）；不写就用自带的两套")] = None,
) -> None:
    """逐个关掉检索的各部分，看各值多少。"""
    from bot.assembly.ablation import ablate
    from bot.evaluation.judgments import load_judgments
    from bot.gateway.system_clock import SystemClock
    from bot.settings import Settings

    paths = files or ABLATION_SETS
    table = Table(box=None, pad_edge=False)
    table.add_column("recall@1 / recall@5 / MRR@10")
    for path in paths:
        table.add_column(path.stem, justify="right")
    for variant, scores in ablate(Settings(), [load_judgments(path) for path in paths], SystemClock().today()):
        table.add_row(variant.name, *map(_ranking_cell, scores))
    out.print(table)


@evaluate_app.command("follow-ups")
def evaluate_follow_ups(
    file: Annotated[Path, typer.Argument(help="对话，如 tests/data/follow_ups_dev.yaml")],
    *,
    alone: Annotated[
        list[Path] | None, typer.Option("--alone", help="这些文件里的话都单独成句，不该当成接着问（可写多次）")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """接着问的话听没听出来、当成问什么、引的条款对不对；单独成句的话动没动。"""
    from bot.assembly.follow_up_trial import load_dialogues, try_follow_ups
    from bot.settings import Settings

    dialogues = load_dialogues(file)
    scores = try_follow_ups(_opened(Settings(), SHIPPED_NAME), dialogues, _texts(alone or []))
    if as_json:
        out.print_json(json.dumps(asdict(scores), ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for label, right, whole in (
        ("接着问的话，听出来了", scores.heard, scores.follow_ups),
        ("问的是什么，当对了", scores.right_kind, scores.follow_ups),
        ("条款和地方都对", scores.right_clause, scores.follow_ups),
        ("文件没说的，如实说了", scores.told_unsaid, scores.unsaid),
        ("单独成句的话，没有当成接着问", scores.left_alone, scores.alone),
    ):
        table.add_row(label, f"{right} / {whole}")
    out.print(table, *scores.misses, sep="\n")


def _texts(files: list[Path]) -> list[str]:
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    return [text for row in rows for name in ("question", "utterance") if (text := row.get(name))]


def _ranking_cell(scores: GroupScores) -> str:
    measures = (scores.measures.get(name) for name in ("recall_at_1", "recall_at_5", "mrr_at_10"))
    return " / ".join("—" if one is None else f"{one.value:.3f}" for one in measures)


def _run(settings: Settings, file: Path, corpus: str) -> EvaluatedRun:
    from api.commands.evaluation_report import EvaluatedRun
    from bot.answering.grounding import ungrounded_figures
    from bot.evaluation.judgments import load_judgments
    from bot.evaluation.metrics import score_run
    from bot.gateway.system_clock import SystemClock

    judged = load_judgments(file)
    desk = _opened(settings, corpus)
    asked = ({"id": one.question_id, "question": one.text, "region": one.region} for one in judged)
    rows = {str(row["id"]): row for row in desk.answer_rows(asked)}
    scores = score_run(judged, rows)
    answers = [desk.answer(one.text, one.region) for one in judged]
    return EvaluatedRun(
        file_name=file.name,
        corpus=corpus,
        build_id=desk.index.build_id,
        as_of=SystemClock().today(),
        questions=judged,
        rows=rows,
        scores=scores,
        place_names={
            one.group: desk.divisions.name(one.group) for one in scores if one.grouping == "region" and one.group
        },
        titles={document.file_name: document.title for document in desk.index.documents.values()},
        ungrounded=sum(bool(ungrounded_figures(a.body, [s.clause.text for s in a.cited])) for a in answers),
    )


def _opened(settings: Settings, corpus: str) -> PolicyDesk:
    from bot.assembly import PolicyDesk

    started_s = time.perf_counter()
    with progress_bars() as progress:
        desk = PolicyDesk.open(settings, corpus=corpus, progress=progress)
    err.print(f"索引 {desk.index.build_id} 用了 {time.perf_counter() - started_s:.1f} 秒打开", style="dim")
    return desk


def import_articles(settings: Settings, articles: Path, name: str) -> NamedCorpus:
    """The corpus of that name, imported anew where it is not made of this file."""
    from bot.policies.named_corpora import content_hash, import_corpus, named_corpora

    wanted = content_hash(articles)
    for corpus in named_corpora(settings.corpora_dir):
        if (corpus.name, corpus.content_hash) == (name, wanted):
            return corpus
    return import_corpus(settings.corpora_dir, articles, name, replace=True)


def _compare(baseline: Path, questions: Path, run: EvaluatedRun) -> None:
    from api.commands.evaluation_report import LABELS
    from bot.evaluation.baseline import refuse_drops

    refuse_drops(baseline, questions, _figures(run), LABELS)
    err.print(f"没有哪一项比基线 {baseline} 低两个百分点以上", style="dim")


def _figures(run: EvaluatedRun) -> dict[str, float]:
    return {name: estimate.value for name, estimate in run.scores[0].measures.items()}


def _stard_table(scores: StardScores) -> Table:
    table = Table(title=f"STARD：{scores.questions} 个问题，{scores.articles} 条法条", title_justify="left", box=None)
    for heading in ("", "recall@10", "MRR@10", "recall@100"):
        table.add_column(heading, justify="right" if heading else "left")
    for channel, measures in scores.by_channel.items():
        cells = (f"{one.value:.3f} ({one.low:.2f}–{one.high:.2f})" for one in measures.values())
        table.add_row(CHANNELS.get(channel, channel), *cells)
    return table
