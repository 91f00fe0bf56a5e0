"""The platform's part, played from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from api.commands.terminal import base_url, out
from bot.domain.errors import MeasurementError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wechat.platform_simulator import Delivery

GROUP = "运行"


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("simulate", rich_help_panel=GROUP)(simulate)


def simulate(
    text: Annotated[str, typer.Argument(help="工人发的话；不写就一句一句地聊，按 Ctrl+D 结束")] = "",
    url: Annotated[str, typer.Option("--url", help="服务的回调地址；不写就按设置里的地址和端口")] = "",
    openid: Annotated[str, typer.Option("--openid", help="冒充哪位工人；同一个名字就是同一位")] = "o-terminal",
) -> None:
    """像微信平台那样发签名、加密的消息给正在运行的服务，看工人会收到什么。"""
    import asyncio

    from bot.settings import Settings

    settings = Settings()
    address = url or f"{base_url(settings)}/wechat"
    for said in [text] if text else _typed():
        _show(asyncio.run(_deliver(settings, address, openid, said)), address)


def _typed() -> Iterator[str]:
    """What a person types, line by line, until the end of the input."""
    out.print("像工人那样打字，例如：老板跑了工钱没给咋整。按 Ctrl+D 结束。")
    while True:
        try:
            said = out.input("[bold]工人：[/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if said:
            yield said


def _show(delivery: Delivery, address: str) -> None:
    from bot.wechat.platform_simulator import DeliveryOutcome

    outcome = {
        DeliveryOutcome.REPLIED: "当场回复",
        DeliveryOutcome.ACKNOWLEDGED: "已收下，没有当场回复",
        DeliveryOutcome.FAILED_BANNER: "没有收到回应",
    }[delivery.outcome]
    title = f"{outcome}（发了 {delivery.attempts} 次，{delivery.took_s * 1000:.0f} 毫秒）"
    out.print(Panel(Text(delivery.text or "（无）"), title=title, title_align="left", expand=False, width=76))
    if delivery.outcome is DeliveryOutcome.FAILED_BANNER:
        raise MeasurementError(f"{address} 没有正常回应；请先运行 gongyou serve，并确认两边用同一个数据目录和密钥")


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
