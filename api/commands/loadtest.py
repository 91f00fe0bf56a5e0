"""``gongyou loadtest``: what the product carries, measured from the platform's side of the wire."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from api.commands.terminal import out

if TYPE_CHECKING:
    from api.commands.load_bench import Measured
    from bot.evaluation.load_report import LoadReport
    from bot.evaluation.worker_messages import WorkerMessages

QUESTION_FILES = (Path("tests/data/retrieval_dev.jsonl"), Path("tests/data/worker_questions.jsonl"))
WARM_UP_MESSAGES = 100
_OUTCOMES = {
    "at_once": "当场答复",
    "on_retry": "平台重发后答复",
    "late": "稍后送到（客服消息或随下一条）",
    "turned_away": "请稍后再试",
    "failed": "出错致歉",
    "lost": "丢失",
}
_KINDS = {
    "question": "政策问题",
    "story": "长段经历",
    "place": "报地点",
    "small_talk": "闲聊",
    "click": "点菜单",
    "location": "发位置",
}


def loadtest(
    rate: Annotated[float, typer.Option("--rate", help="平均每秒多少条消息（泊松到达）", min=0.1, max=5000)] = 300.0,
    seconds: Annotated[float, typer.Option("--seconds", help="发多少秒", min=1, max=3600)] = 60.0,
    processes: Annotated[int, typer.Option("--processes", help="服务开几个进程", min=1, max=16)] = 2,
    engines: Annotated[
        Literal["embedded", "servers"],
        typer.Option("--engines", help="embedded：自带数据库；servers：另起 Redis 和 MongoDB 协议的服务"),
    ] = "embedded",
    mode: Annotated[
        Literal["verified", "passive_only"], typer.Option("--mode", help="认证服务号，或只能被动回复的号")
    ] = "verified",
    seed: Annotated[int, typer.Option("--seed", help="同一个种子发同样的消息")] = 0,
    questions: Annotated[list[Path] | None, typer.Option("--questions", help="问题从哪些文件里取，可写多次")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="把数字写到这个文件")] = None,
    plot_file: Annotated[Path | None, typer.Option("--plot", help="把图画到这个文件（.svg 或 .png）")] = None,
) -> None:
    """压测：像微信平台那样发签名、加密的消息，看答得多快、有没有丢的和重的。"""
    import uvloop

    from bot.evaluation.load_plot import check_plot_path, plot_load

    if plot_file is not None:
        check_plot_path(plot_file)
    messages = _messages(questions or list(QUESTION_FILES), seed)
    with tempfile.TemporaryDirectory(prefix="gongyou-load-") as folder, out.status("正在准备……") as status:

        async def measure() -> Measured:
            from api.commands.load_bench import prepare_index, product_under_load

            prepare_index()
            warm_up = [one.content for one in islice(messages.poisson(100.0, 3.0), WARM_UP_MESSAGES)]
            plan = messages.poisson(rate, seconds)
            async with product_under_load(Path(folder), processes=processes, engines=engines, mode=mode) as bench:
                status.update(f"正在发 {len(plan)} 条消息，约 {seconds:.0f} 秒……")
                return await bench.measure(plan, rate=rate, seconds=seconds, warm_up=warm_up)

        measured = uvloop.run(measure())
    report = measured.report
    out.print(_result_table(report, engines, processes))
    out.print(_memory_table(report))
    if json_file is not None:
        options = {"rate": rate, "seconds": seconds, "processes": processes, "engines": engines, "mode": mode}
        content = {"measured_at": datetime.now(UTC).isoformat(), **options, "seed": seed, **report.to_json()}
        json_file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if plot_file is not None:
        plot_load(measured.verdicts, measured.samples, measured.roles, plot_file)
        out.print(f"图：{plot_file}")
    if report.lost or report.doubled:
        raise typer.Exit(1)


def _messages(files: list[Path], seed: int) -> WorkerMessages:
    from bot.evaluation.judgments import load_judgments
    from bot.evaluation.worker_messages import WorkerMessages
    from bot.regions.divisions import load_divisions

    divisions = load_divisions()
    places = [divisions.short_name(region.code) for region in divisions if region.code != "000000"]
    return WorkerMessages([one.text for path in files for one in load_judgments(path)], places, seed)


def _result_table(report: LoadReport, engines: str, processes: int) -> Table:
    label = "自带数据库" if engines == "embedded" else "Redis + MongoDB 协议"
    table = Table(title=f"压测：{label}，{processes} 个进程", title_justify="left", box=None, show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name, value in _result_rows(report):
        table.add_row(name, value)
    return table


def _result_rows(report: LoadReport) -> list[tuple[str, str]]:
    latency = report.latency_ms
    mixed = "、".join(f"{_KINDS[name]} {count}" for name, count in sorted(report.kinds.items(), key=lambda p: -p[1]))
    return [
        ("发出消息", f"{report.messages} 条，每秒 {report.rate_sent:.0f} 条"),
        ("其中", mixed),
        ("答复", f"每秒 {report.rate_answered:.0f} 条"),
        *((label, str(report.outcomes[name])) for name, label in _OUTCOMES.items()),
        ("丢失的里面，收下了却没答复的", str(report.owed)),
        ("重复答复", str(report.doubled)),
        ("说明“可能已收到”后再次送出", str(report.offered_again)),
        ("平台发了不止一次", str(report.retried)),
        ("从发出到看见答复 p50 / p95", f"{latency['p50']:.0f} / {latency['p95']:.0f} 毫秒"),
        ("p99 / 最长", f"{latency['p99']:.0f} / {latency['max']:.0f} 毫秒"),
        ("服务用的处理器时间", f"{report.server_cpu_s:.1f} 秒，每条 {report.server_cpu_ms_per_message:.2f} 毫秒"),
        ("数据库服务用的处理器时间", f"{report.engines_cpu_s:.1f} 秒"),
        ("发消息这一边", f"处理器 {report.generator_cpu_s:.1f} 秒，p99 晚发 {report.behind_ms:.1f} 毫秒"),
    ]


def _memory_table(report: LoadReport) -> Table:
    table = Table(title="内存（MiB）", title_justify="left", box=None)
    for heading in ("进程", "开始", "10 秒后", "最高", "结束", "处理器 秒"):
        table.add_column(heading, justify="left" if heading == "进程" else "right")
    for one in report.memory:
        sizes = (one.first_mib, one.warm_mib, one.highest_mib, one.last_mib)
        role = one.role.replace("worker", "服务进程").replace("master", "主进程").replace("engine", "数据库服务")
        table.add_row(f"{role}（{one.pid}）", *(f"{size:.0f}" for size in sizes), f"{one.cpu_s:.1f}")
    return table
