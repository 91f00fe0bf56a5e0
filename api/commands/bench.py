"""``gongyou bench``: two things side by side in one run, because machines are shared and noisy."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.bench_servers import BenchServer, free_port, running
from api.commands.terminal import out
from bot.evaluation.http_wire import HttpWire, post_bytes
from bot.evaluation.judgments import load_judgments
from bot.evaluation.load import LoadRound, median_rate, run_round
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import text_message

HOP_MESSAGES = 200


def bench(
    articles: Annotated[
        Path | None, typer.Option("--articles", help="法条文件 articles.jsonl.gz；不给就只测网关")
    ] = None,
    questions: Annotated[Path, typer.Option("--questions", help="拿来发消息的问题")] = Path(
        "tests/data/retrieval_dev.jsonl"
    ),
    rounds: Annotated[int, typer.Option("--rounds", help="每边测几轮", min=1, max=20)] = 5,
    messages: Annotated[int, typer.Option("--messages", help="每轮多少条消息", min=50, max=5000)] = 600,
    connections: Annotated[int, typer.Option("--connections", help="同时几个连接", min=1, max=64)] = 32,
) -> None:
    """同一次运行里比快慢：BM25 对 rank_bm25，网关对最简单的回声接口。"""
    texts = [question.text for question in load_judgments(questions)]
    with tempfile.TemporaryDirectory(prefix="gongyou-bench-") as folder:
        _bench_gateway(Path(folder), texts, rounds, messages, connections)
        asyncio.run(_bench_hops(Path(folder) / "hops", texts))
    if articles is not None:
        _bench_bm25(articles)


def _bench_gateway(folder: Path, texts: Sequence[str], rounds: int, messages: int, connections: int) -> None:
    account = load_demo_account(folder / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    results: dict[str, list[LoadRound]] = {"gateway": [], "echo": []}
    with ExitStack() as stack:
        servers = _start(stack, folder, credentials)
        for number in range(rounds + 1):
            for name, server in servers.items():
                posts = list(itertools.islice(_posts(server, credentials, texts), messages))
                one = asyncio.run(_round(server, posts, connections))
                if number:  # the first round warms both up
                    results[name].append(one)
        out.print(_gateway_table(servers, results, connections))


async def _round(server: BenchServer, requests: Sequence[bytes], connections: int) -> LoadRound:
    wire = HttpWire.to(server.url, connections)
    try:
        return await run_round(wire, requests, connections)
    finally:
        wire.close()


def _start(stack: ExitStack, folder: Path, credentials: Credentials) -> dict[str, BenchServer]:
    ports = free_port(), free_port()
    serve = ["serve", "--port", str(ports[0])]
    return {
        "gateway": stack.enter_context(running("api.commands", serve, ports[0], credentials, folder / "gateway")),
        "echo": stack.enter_context(
            running("api.commands.echo_server", [str(ports[1])], ports[1], credentials, folder / "echo")
        ),
    }


def _posts(server: BenchServer, credentials: Credentials, texts: Sequence[str]) -> Iterator[bytes]:
    """Signed, encrypted messages of ever new workers, made before the clock starts."""
    from bot.gateway.system_clock import SystemClock

    platform = SimulatedPlatform(credentials, "gh_bench", server.url, _not_posted, SystemClock())
    run = secrets.token_hex(4)
    for number, text in enumerate(itertools.cycle(texts)):
        request = platform.request(text_message(f"o{run}-{number}", text))
        yield post_bytes(server.url, request.query, request.body)


async def _not_posted(_url: str, _query: Mapping[str, str], _body: bytes) -> tuple[int, bytes]:
    raise AssertionError("prepared posts travel through run_round")


def _gateway_table(servers: dict[str, BenchServer], results: dict[str, list[LoadRound]], connections: int) -> Table:
    table = Table(title=f"网关与回声接口（各一个进程，{connections} 个连接，交替进行）", title_justify="left", box=None)
    for heading in ("", "条/秒（中位）", "最低", "最高", "p50 毫秒", "p95 毫秒", "失败", "启动 秒", "内存 MiB"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, label in (("gateway", "工友网关"), ("echo", "FastAPI + wechatpy 回声")):
        done = results[name]
        rates = [one.per_second for one in done]
        table.add_row(
            label,
            f"{median_rate(done):.0f}",
            f"{min(rates):.0f}",
            f"{max(rates):.0f}",
            f"{statistics.median(one.quantile_ms(0.5) for one in done):.1f}",
            f"{statistics.median(one.quantile_ms(0.95) for one in done):.1f}",
            str(sum(one.failed for one in done)),
            f"{servers[name].start_s:.1f}",
            f"{servers[name].resident_mib():.0f}",
        )
    return table


async def _bench_hops(folder: Path, texts: Sequence[str]) -> None:
    """One message after the other through the application in this process, its hops timed."""
    import httpx2

    from api.app import create_app
    from bot.assembly import Application
    from bot.domain.message import WorkerMessage
    from bot.domain.trace import TurnTrace
    from bot.gateway.system_clock import SystemClock
    from bot.settings import Settings

    took_ms: dict[str, list[float]] = defaultdict(list)

    async def keep(_message: WorkerMessage, trace: TurnTrace) -> None:
        for one in trace.hops:
            took_ms[one.name].append(one.took_ms)

    async def start(settings: Settings, _relay: object) -> Application:
        return await Application.start(settings, keep)

    app = create_app(Settings(data_dir=folder, simulator=False, wechat_account_mode="passive_only"), start)
    account = load_demo_account(folder / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://bench") as http,
    ):
        platform = SimulatedPlatform(credentials, "gh_bench", "http://bench/wechat", over_http(http), SystemClock())
        for number, text in enumerate(itertools.islice(itertools.cycle(texts), HOP_MESSAGES)):
            await platform.deliver(text_message(f"o-hop-{number}", text))
    out.print(_hop_table(took_ms))


def _hop_table(took_ms: dict[str, list[float]]) -> Table:
    table = Table(title=f"每一站的用时（毫秒，{HOP_MESSAGES} 条消息，一条接一条）", title_justify="left", box=None)
    for heading in ("站", "中位", "p95"):
        table.add_column(heading, justify="left" if heading == "站" else "right")
    for name, values in took_ms.items():
        ordered = sorted(values)
        table.add_row(name, f"{statistics.median(ordered):.2f}", f"{ordered[int(0.95 * (len(ordered) - 1))]:.2f}")
    return table


def _bench_bm25(articles: Path) -> None:
    from bot.evaluation.bm25_bench import compare_bm25

    with out.status("正在切词、建索引……"):
        result = compare_bm25(articles)
    table = Table(
        title=f"BM25（{result.articles} 条，{result.questions} 个问题，单线程）", title_justify="left", box=None
    )
    for heading in ("", "每次查询 毫秒（中位）"):
        table.add_column(heading, justify="left" if not heading else "right")
    table.add_row("rank_bm25.get_scores", f"{result.rank_bm25_ms:.2f}")
    table.add_row("编译后 scores", f"{result.compiled_ms:.3f}")
    table.add_row("编译后 top 10", f"{result.compiled_top_k_ms:.3f}")
    out.print(table)
    out.print(f"快 {result.ratio:.0f} 倍；最大相对误差 {result.largest_relative_difference:.1e}")
