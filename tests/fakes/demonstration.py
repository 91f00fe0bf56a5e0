"""The chat page before a browser, with everything behind it in this process and no socket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.routing import Route

from api.live_events import LiveEvents
from api.pages import Pages
from api.simulator.chat_log import ChatLog
from api.simulator.exchanges import Exchanges
from api.simulator.postman import Postman
from api.simulator.router import SimulatorRoom, simulator_router
from api.simulator.shared_platform import SharedPlatform
from api.wechat import CALLBACK_PATH, CallbackApp
from bot.settings import Settings
from bot.wechat.platform_simulator import Credentials, SimulatedPlatformApi
from tests.fakes.scripted_application import ScriptedApplication

ORIGIN = "http://demo.test"
APP_SECRET = "s" * 32
CREDENTIALS = Credentials("demo-token", "a" * 42 + "A", "wx0123456789abcdef")


class Demonstration:
    """A browser before the chat page.

    Attributes:
        room: the chat page.
        application: the scripted product behind it.
        browser: keeps the session's cookie.
    """

    def __init__(self, room: SimulatorRoom, application: ScriptedApplication, browser: httpx2.AsyncClient) -> None:
        self.room = room
        self.application = application
        self.browser = browser

    async def open(self) -> str:
        """Open the page as a new visitor and wait for the greeting; returns the page."""
        await self.browser.get("/simulator")
        await self.settled()
        return (await self.browser.get("/simulator")).text

    async def get(self, path: str) -> str:
        """A page or a part of one."""
        return (await self.browser.get(path)).text

    async def post(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form as the page does and wait for what follows."""
        answer = await self.browser.post(path, data=fields, headers={"HX-Request": "true", "Origin": ORIGIN})
        await self.settled()
        return answer

    async def settled(self) -> None:
        """Wait until every exchange is over."""
        while running := list(self.room.exchanges._running):
            await asyncio.gather(*running)

    async def texts(self) -> list[str]:
        """What stands in the chat, each with its side."""
        page = await self.get("/simulator/bubbles")
        found = re.findall(r'<li class="(?:row )?(worker|account|notice)"(.*?)</li>', page, re.DOTALL)
        return [f"{side}: {_words(content)}" for side, content in found]


@asynccontextmanager
async def demonstration_of(settings: Settings) -> AsyncIterator[Demonstration]:
    """The chat page over the scripted product."""
    settings = settings.model_copy(
        update={
            "wechat_token": SecretStr(CREDENTIALS.token),
            "wechat_aes_key": SecretStr(CREDENTIALS.aes_key),
            "wechat_app_id": CREDENTIALS.app_id,
        }
    )
    listeners: list[Callable[..., Awaitable[None]]] = []

    async def trace_sink(*args: object) -> None:
        await listeners[0](*args)

    application = await ScriptedApplication.start(settings, trace_sink)
    app = FastAPI()
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))
    room = _room(settings, application, http)
    await room.chat.prepare()
    listeners.append(room.exchanges.receive_trace)
    app.include_router(simulator_router(room))
    app.router.routes.append(
        Route(CALLBACK_PATH, CallbackApp(application.callback, application.gateway, application.counters))
    )
    browser = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN)
    try:
        yield Demonstration(room, application, browser)
    finally:
        await room.exchanges.close()
        await browser.aclose()
        await http.aclose()
        await application.close()


def _room(settings: Settings, application: ScriptedApplication, http: httpx2.AsyncClient) -> SimulatorRoom:
    chat = ChatLog(application.documents, application.clock)
    events = LiveEvents(application.cache, application.clock)
    platform_api = SharedPlatform(
        application.documents,
        application.clock,
        lambda: SimulatedPlatformApi(CREDENTIALS.app_id, APP_SECRET, application.clock),
    )
    postman = Postman(CREDENTIALS, settings.wechat_account_id, platform_api, application.clock, http)
    return SimulatorRoom(
        chat=chat,
        exchanges=Exchanges(chat, events, postman, settings.reply_deadline_s),
        postman=postman,
        platform_api=platform_api,
        events=events,
        pages=Pages(),
        divisions=application.divisions,
        cache=application.cache,
        clock=application.clock,
        quick_places=application.corpus_regions,
        menu=[{"name": "办事", "sub_button": [{"type": "click", "name": "找活干", "key": "JOBS"}]}],
        own_url=ORIGIN,
    )


def _words(content: str) -> str:
    if "<p" in content:
        return re.sub(r"<[^>]+>", "", content.split("<p>", 1)[1].split("</p>", 1)[0])
    return re.sub(r"<[^>]+>", "", content.split("<span>", 1)[1])
