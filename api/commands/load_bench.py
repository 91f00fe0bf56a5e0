"""The product under load: real processes, perhaps real database servers, and the simulated platform around them."""

from __future__ import annotations

import asyncio
import re
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from api.commands.bench_servers import START_LIMIT_S, BenchServer, free_port, product_command, running
from api.commands.engine_servers import EngineServer, mongo_server, redis_server
from bot.domain.errors import MeasurementError
from bot.evaluation.http_wire import HttpWire
from bot.evaluation.load_answers import AccountPhrases, Outcome, Verdict, judge
from bot.evaluation.load_report import LoadReport, report_of
from bot.evaluation.load_run import LoadGenerator, LoadRun, SentMessage
from bot.evaluation.platform_server import platform_server
from bot.evaluation.process_watch import ProcessSample, ProcessWatch
from bot.evaluation.worker_messages import PlannedMessage
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.late_answer_rounds import ROUND_S
from bot.gateway.outbox_pusher import SENDING_LEASE_S
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, PlatformSimulator
from bot.wechat.simulated_messages import SimulatedMessage, text_message

ACCOUNT_ID = "gh_gongyou_load"
REMINDER = "查到了吗"
REMINDERS_A_SECOND = 20.0
PUSH_PATIENCE_S = 20.0
UNKNOWN_AFTER_S = SENDING_LEASE_S + 2 * ROUND_S
"""So long after its process died inside the platform's call, an answer is offered with the worker's next message."""
_POLL_S = 0.05
_SERVES = re.compile(r"\bworker (\d+) serves\b")
"""How `gongyou serve --workers` tells it in its log."""
FILES_OPEN = 8192

Engines = Literal["embedded", "servers"]
Mode = Literal["verified", "passive_only"]
Command = Callable[[int, int], tuple[str, list[str]]]
"""From a port and a number of processes to a module to run and its arguments."""

ACCOUNT_PHRASES = AccountPhrases(
    turned_away=frozenset({phrasing.BUSY, phrasing.TRY_AGAIN_LATER}),
    failed=frozenset({phrasing.SORRY}),
    promised=frozenset({phrasing.COMES_WITH_NEXT_MESSAGE, phrasing.STILL_WORKING}),
    more_waits=phrasing.MORE_WAITS,
    late_heading=re.compile(r"^您之前问的(?:“(?P<quoted>.*?)”)?(?P<again>（这条可能已经收到过）)?：$", re.MULTILINE),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One load and everything that is known of it.

    Attributes:
        report: the figures.
        run: what was sent and when.
        verdicts: what became of each message.
        samples: memory over time.
        roles: what each process did; ``engine`` for a database server.
    """

    report: LoadReport
    run: LoadRun
    verdicts: list[Verdict]
    samples: list[ProcessSample]
    roles: dict[int, str]


@dataclass(slots=True)
class LoadBench:
    """A running product and the platform that it is on.

    Attributes:
        product: its processes.
        simulator: the platform.
        generator: sends.
        engines: database servers by name, ``redis`` and ``mongo``; none where it is embedded.
        log: where the product's output goes.
        roles: every process seen so far and what it does.
        unknown_after_s: see `UNKNOWN_AFTER_S`.
    """

    product: BenchServer
    simulator: PlatformSimulator
    generator: LoadGenerator
    engines: Mapping[str, EngineServer]
    log: Path
    roles: dict[int, str] = field(default_factory=dict)
    unknown_after_s: float = UNKNOWN_AFTER_S

    def ready_pids(self) -> list[int]:
        """The workers of a product with several that serve by now, the oldest first."""
        told = dict.fromkeys(int(pid) for pid in _SERVES.findall(self.log.read_text(encoding="utf-8")))
        serving = set(self.product.serving_pids())
        return [pid for pid in told if pid in serving]

    async def measure(
        self,
        plan: Sequence[PlannedMessage],
        *,
        rate: float,
        seconds: float,
        warm_up: Sequence[SimulatedMessage] = (),
        meanwhile: Callable[[], Awaitable[None]] | None = None,
    ) -> Measured:
        """Send a plan, wait for what comes late, remind the account of what did not come, and judge.

        Args:
            plan: the messages.
            rate: a second, as planned.
            seconds: planned length.
            warm_up: messages that are sent before and do not count.
            meanwhile: runs beside the load, say to break something; stopped with it.
        """
        await self.generator.warm_up(warm_up)
        watch = ProcessWatch(self._pids)
        beside: list[asyncio.Future[None]] = []

        def on_start() -> None:
            watch.begin()
            if meanwhile is not None:
                beside.append(asyncio.ensure_future(meanwhile()))

        run = await self.generator.run(plan, on_start)
        for one in beside:
            one.cancel()
        for ended in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        await watch.end()
        verdicts = await self._judged(run)
        cpu_s = watch.cpu_s()
        report = report_of(run, verdicts, watch.samples, cpu_s, self.roles, rate=rate, seconds=seconds)
        return Measured(report, run, verdicts, watch.samples, dict(self.roles))

    async def _judged(self, run: LoadRun) -> list[Verdict]:
        verdicts = await self._after_waiting(run, PUSH_PATIENCE_S)
        if any(one.is_owed for one in verdicts):
            verdicts = await self._after_waiting(run, self.unknown_after_s - PUSH_PATIENCE_S)
        # What may have arrived is offered with the worker's next message; so they write once more.
        waiting = sorted({one.sent.planned.openid for one in verdicts if one.outcome is Outcome.LOST})
        if not waiting:
            return verdicts
        reminders = await self.generator.send_now(
            [text_message(openid, REMINDER) for openid in waiting], REMINDERS_A_SECOND
        )
        await self.generator.wait_for_pushes(lambda: self._is_all_answered(run), PUSH_PATIENCE_S / 2)
        return self._judge(run, [*run.sent, *reminders])[: len(run.sent)]

    async def _after_waiting(self, run: LoadRun, patience_s: float) -> list[Verdict]:
        """What became of each message by the time that all are answered, or the patience is over."""
        await self.generator.wait_for_pushes(lambda: self._is_all_answered(run), patience_s)
        return self._judge(run, run.sent)

    def _is_all_answered(self, run: LoadRun) -> bool:
        return all(one.outcome is not Outcome.LOST for one in self._judge(run, run.sent))

    def _judge(self, run: LoadRun, sent: Sequence[SentMessage]) -> list[Verdict]:
        return judge(sent, run.pushes, ACCOUNT_PHRASES, self.simulator.platform.read_reply)

    def _pids(self) -> list[int]:
        serving = self.product.serving_pids()
        known = sum(role.startswith("worker") for role in self.roles.values())
        for pid in serving:
            if pid not in self.roles:
                known += 1
                self.roles[pid] = f"worker {known}"
        if self.product.pid not in self.roles:
            self.roles[self.product.pid] = "master"
        engines = [server.pid for server in self.engines.values() if server.pid]
        self.roles.update(dict.fromkeys(engines, "engine"))
        return [*dict.fromkeys([*serving, self.product.pid]), *engines]


@asynccontextmanager
async def product_under_load(
    folder: Path,
    *,
    processes: int = 2,
    engines: Engines = "embedded",
    mode: Mode = "verified",
    settings: Mapping[str, str] | None = None,
    command: Command = product_command,
) -> AsyncIterator[LoadBench]:
    """Start everything on loopback, and end it with the context.

    Args:
        folder: for data and logs; deleted by whoever made it.
        processes: how many serve.
        engines: the embedded ones, or a Redis and a server of MongoDB's protocol.
        mode: what the account may do.
        settings: further environment variables of the product.
        command: how it is started.

    Raises:
        MeasurementError: something did not start.
    """
    _allow_many_connections()
    account = load_demo_account(folder / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    port = free_port()
    wire = HttpWire("127.0.0.1", port)
    url = f"http://127.0.0.1:{port}/wechat"
    clock = SystemClock()
    simulator = PlatformSimulator(
        credentials, account.app_secret, ACCOUNT_ID, url, wire.posting(), clock, is_verified=mode == "verified"
    )
    async with platform_server(simulator.api) as api_url:
        with ExitStack() as stack:
            servers = _engine_servers(engines, folder, stack)
            environment = {
                "GONGYOU_WECHAT_ACCOUNT_ID": ACCOUNT_ID,
                "GONGYOU_WECHAT_ACCOUNT_MODE": mode,
                "GONGYOU_WECHAT_APP_SECRET": account.app_secret,
                "GONGYOU_WECHAT_API_URL": api_url,
                "GONGYOU_PRIVACY_KEY_FILE": str(folder / "privacy.key"),
                "GONGYOU_DOCUMENTS_URL": servers["mongo"].url if servers else "",
                "GONGYOU_CACHE_URL": servers["redis"].url if servers else "",
                "GONGYOU_LOG_FORMAT": "json",
                **(settings or {}),
            }
            module, arguments = command(port, processes)
            log = folder / "product.log"
            product = stack.enter_context(
                running(module, arguments, port, credentials, folder, settings=environment, log=log)
            )
            stack.callback(wire.close)
            bench = LoadBench(product, simulator, LoadGenerator(simulator, url, wire), servers, log)
            await _until_all_serve(bench, processes)
            yield bench


async def _until_all_serve(bench: LoadBench, processes: int) -> None:
    """The first answer says only that one of them does; a load meant for two would fall upon that one."""
    try:
        async with asyncio.timeout(START_LIMIT_S):
            while processes > 1 and len(bench.ready_pids()) < processes:  # noqa: ASYNC110 - processes tell no event
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        raise MeasurementError(
            f"{START_LIMIT_S:.0f} 秒内没有等到 {processes} 个进程都开始服务；请换少一点的进程再试"
        ) from None


def prepare_index() -> None:
    """Build the policy index before several processes want it at once."""
    from bot.assembly import ensure_policy_index

    ensure_policy_index(Settings())


def _engine_servers(engines: Engines, folder: Path, stack: ExitStack) -> dict[str, EngineServer]:
    if engines == "embedded":
        return {}
    return {
        "redis": stack.enter_context(redis_server(folder)),
        "mongo": stack.enter_context(mongo_server(folder)),
    }


def _allow_many_connections() -> None:
    """A server that hangs leaves thousands of connections open; as many files as the host lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_OPEN if hard == resource.RLIM_INFINITY else min(FILES_OPEN, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
