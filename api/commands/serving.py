"""Commands that run the product."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.panel import Panel

from api.commands.terminal import base_url, out
from bot.domain.errors import ServingError

if TYPE_CHECKING:
    from bot.assembly import PolicyDesk
    from bot.settings import Settings

GROUP = "运行"
MEASUREMENTS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""`bot.gateway.instruments.FOLDER_VARIABLE`, which cannot be imported before it is set."""
GRACE_S = 5
"""For open connections at the end: a post is settled 4 s after it came; the chat page never hangs up."""


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("serve", rich_help_panel=GROUP)(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8000；0 是随便挑一个空的", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="用几个进程，默认 1；一般和处理器核数一样", min=1, max=64)] = None,
) -> None:
    """启动服务：微信回调，演示时还有聊天页面。"""
    from api.commands.worker_processes import bound_socket
    from bot.settings import Settings

    given = {"host": host, "port": port, "workers": workers}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    sock = bound_socket(settings.host, settings.port)
    settings = settings.model_copy(update={"port": sock.getsockname()[1]})
    if settings.workers > 1:
        with _common_measurements():
            _serve_with_workers(settings, sock)
    else:
        _serve_alone(settings, sock)


def _prepare(settings: Settings) -> None:
    """What is made once, before several processes look for it."""
    from api.app import completed
    from api.logs import configure_logs
    from bot.assembly.privacy_desk import open_ring

    completed(settings)
    open_ring(settings)
    configure_logs(settings.log_format, settings.log_level)


def _serve_alone(settings: Settings, sock: socket) -> None:
    from uvicorn import Config, Server

    from api.app import create_app
    from bot.assembly import ensure_policy_index

    _prepare(settings)
    with out.status("正在准备索引……"):
        ensure_policy_index(settings)
    config = Config(create_app(settings), **_server_options(settings))
    out.print(_welcome(settings))
    server = Server(config)
    with suppress(KeyboardInterrupt):
        server.run([sock])
    if not server.started:
        raise ServingError("服务没能启动，原因写在上面的日志里；改好后请重新运行 gongyou serve")


def _serve_with_workers(settings: Settings, sock: socket) -> None:
    """Load what every worker only reads, and fork them."""
    import gc
    from functools import partial

    from uvicorn import Config

    from api.app import create_app
    from api.commands.worker_processes import WorkerProcesses
    from bot.assembly import Application

    _prepare(settings)
    with out.status("正在准备索引……"):
        desk = _shared_desk(settings)
    app = partial(create_app, settings, partial(Application.start, desk=desk))
    config = Config(app, factory=True, workers=settings.workers, **_server_options(settings))
    gc.collect()
    gc.freeze()  # what is loaded stays, and is not written to by looking for garbage: the workers share it
    # No moving line from here on: the thread that draws it would not survive the fork.
    out.print(f"正在启动 {settings.workers} 个进程……")
    WorkerProcesses(config, sock, lambda: out.print(_welcome(settings))).run()


def _shared_desk(settings: Settings) -> PolicyDesk | None:
    """What answers policy questions, for all workers; None where each loads its own.

    A transformer brings threads, which a fork does not survive: the index is then prepared in a process of its own.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from bot.assembly import PolicyDesk, ensure_policy_index
    from bot.retrieval.encoder import is_static

    if is_static(settings.encoder):
        return PolicyDesk.open(settings).warmed_up()
    with ProcessPoolExecutor(1, get_context("spawn")) as preparing:
        preparing.submit(ensure_policy_index, settings).result()
    return None


@contextmanager
def _common_measurements() -> Iterator[None]:
    """A folder in which the workers add up what they measure, unless the installation has named one.

    To be named before anything that measures is imported.
    """
    if MEASUREMENTS_VARIABLE in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="gongyou-metrics-") as folder:
        os.environ[MEASUREMENTS_VARIABLE] = folder
        yield


def _server_options(settings: Settings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "access_log": False,  # `api.request_log` does it
        "log_config": None,
        "log_level": "warning",
        "timeout_graceful_shutdown": GRACE_S,
        "server_header": False,
    }


def _welcome(settings: Settings) -> Panel:
    base = base_url(settings)
    lines = [f"聊天页面   {base}/simulator"] if settings.mode == "demo" else []
    lines += [f"微信回调   {base}/wechat", f"健康检查   {base}/health"]
    lines += [f"进程       {settings.workers} 个"] if settings.workers > 1 else []
    lines += ["按 Ctrl+C 停止"]
    return Panel("\n".join(lines), title="工友已启动", title_align="left", expand=False, border_style="green")
