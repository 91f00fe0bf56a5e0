"""Commands that run the product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel

from api.commands.terminal import out
from bot.domain.errors import MeasurementError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wechat.platform_simulator import Delivery

GROUP = "运行"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("serve", rich_help_panel=GROUP)(serve)
    app.command("simulate", rich_help_panel=GROUP)(simulate)


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8000", min=1, max=65535)] = None,
) -> None:
    """启动服务：微信回调，演示时还有聊天页面。"""
    import uvicorn

    from api.app import create_app
    from api.logs import configure_logs
    from bot.assembly import ensure_policy_index
    from bot.settings import Settings

    chosen = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = Settings(**chosen)  # type: ignore[arg-type]
    with out.status("正在准备索引……"):
        ensure_policy_index(settings)
    configure_logs(settings.log_format, settings.log_level)
    application = create_app(settings)
    out.print(_welcome(settings.host, settings.port, demo=settings.mode == "demo"))
    # SSE clients keep connections open; without a bound the server would wait for them on shutdown.
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,  # `api.request_log` does it
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=3,
        server_header=False,
    )


def simulate(
    text: Annotated[str, typer.Argument(help="工人发的话")],
    url: Annotated[str, typer.Option("--url", help="服务的回调地址")] = "http://127.0.0.1:8000/wechat",
    openid: Annotated[str, typer.Option("--openid", help="冒充哪位工人；同一个名字就是同一位")] = "o-terminal",
) -> None:
    """像微信平台那样发一条签名、加密的消息给正在运行的服务，看工人会收到什么。"""
    import asyncio

    from bot.settings import Settings
    from bot.wechat.platform_simulator import DeliveryOutcome

    delivery = asyncio.run(_deliver(Settings(), url, openid, text))
    outcome = {
        DeliveryOutcome.REPLIED: "当场回复",
        DeliveryOutcome.ACKNOWLEDGED: "已收下，没有当场回复",
        DeliveryOutcome.FAILED_BANNER: "没有收到回应",
    }[delivery.outcome]
    title = f"{outcome}（发了 {delivery.attempts} 次，{delivery.took_s * 1000:.0f} 毫秒）"
    out.print(Panel(delivery.text or "（无）", title=title, title_align="left", expand=False, width=76))
    if delivery.outcome is DeliveryOutcome.FAILED_BANNER:
        raise MeasurementError(f"{url} 没有正常回应；请先运行 gongyou serve，并确认两边用同一个数据目录和密钥")


async def _deliver(settings: Settings, url: str, openid: str, text: str) -> Delivery:
    import httpx2

    from bot.gateway.system_clock import SystemClock
    from bot.wechat.demo_account import load_demo_account
    from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
    from bot.wechat.simulated_messages import text_message

    made_up = load_demo_account(settings.data_dir / "demo_account.json")
    credentials = Credentials(
        settings.wechat_token.get_secret_value() or made_up.token,
        settings.wechat_aes_key.get_secret_value() or made_up.aes_key,
        settings.wechat_app_id or made_up.app_id,
    )
    async with httpx2.AsyncClient(trust_env=False, timeout=10.0) as http:
        platform = SimulatedPlatform(credentials, settings.wechat_account_id, url, over_http(http), SystemClock())
        return await platform.deliver(text_message(openid, text))


def _welcome(host: str, port: int, *, demo: bool) -> Panel:
    base = f"http://{host}:{port}"
    lines = [f"聊天页面   {base}/simulator"] if demo else []
    lines += [f"微信回调   {base}/wechat", f"健康检查   {base}/health", "按 Ctrl+C 停止"]
    return Panel("\n".join(lines), title="工友已启动", title_align="left", expand=False, border_style="green")
