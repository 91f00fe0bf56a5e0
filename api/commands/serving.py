"""Commands that run the product."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.panel import Panel

from api.commands.terminal import out

GROUP = "运行"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("serve", rich_help_panel=GROUP)(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8000", min=1, max=65535)] = None,
) -> None:
    """启动服务：微信回调，演示时还有聊天页面。"""
    import uvicorn

    from api.app import create_app
    from bot.assembly import ensure_policy_index
    from bot.settings import Settings

    chosen = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = Settings(**chosen)  # type: ignore[arg-type]
    with out.status("正在准备索引……"):
        ensure_policy_index(settings)
    application = create_app(settings)
    out.print(_welcome(settings.host, settings.port, demo=settings.mode == "demo"))
    # SSE clients keep connections open; without a bound the server would wait for them on shutdown.
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
        server_header=False,
    )


def _welcome(host: str, port: int, *, demo: bool) -> Panel:
    base = f"http://{host}:{port}"
    lines = [f"聊天页面   {base}/simulator"] if demo else []
    lines += [f"微信回调   {base}/wechat", f"健康检查   {base}/health", "按 Ctrl+C 停止"]
    return Panel("\n".join(lines), title="工友已启动", title_align="left", expand=False, border_style="green")
