"""The web application: what is mounted where, started and stopped with the product behind it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import SecretStr
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from api.auth import SECURE_COOKIES
from api.error_responses import install_error_responses
from api.health import health_router
from api.live_events import LiveEvents
from api.metrics import metrics_router
from api.pages import STATIC_DIR, AsgiApp, Pages, Receive, Scope, SecurityHeaders, Send
from api.request_log import RequestLog
from api.simulator.account_menu import MENU_FILE, read_menu
from api.simulator.chat_log import ChatLog
from api.simulator.exchanges import Exchanges
from api.simulator.postman import Postman
from api.simulator.router import PLATFORM_PATH, SimulatorRoom, simulator_router
from api.simulator.shared_platform import SharedPlatform
from api.staff.router import StaffRoom, staff_router
from api.wechat import CALLBACK_PATH, CallbackApp
from bot.assembly import Application
from bot.domain.errors import SettingsError
from bot.domain.message import WorkerMessage
from bot.domain.trace import TurnTrace
from bot.settings import Settings
from bot.storage.guarded_documents import prepare
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatformApi

ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, not bound to
PLATFORM_URL = "https://api.weixin.qq.com"

ApplicationFactory = Callable[[Settings, "TraceRelay"], Awaitable[Application]]


class TraceRelay:
    """Hands traces on to the chat page, which is put together after the gateway that makes them."""

    def __init__(self) -> None:
        self.listener: Callable[[WorkerMessage, TurnTrace], Awaitable[None]] | None = None

    async def __call__(self, message: WorkerMessage, trace: TurnTrace) -> None:
        """Pass a trace on where somebody listens."""
        if self.listener is not None:
            await self.listener(message, trace)


class ProductApp(FastAPI):
    """The pages and interfaces for people, and beside them what the platform calls.

    Attributes:
        callback: takes the platform's calls; None while the product is not running.
    """

    callback: AsgiApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on to whom it is for."""
        if self.callback is not None and scope["type"] == "http" and scope["path"] == CALLBACK_PATH:
            await self.callback(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, application_factory: ApplicationFactory = Application.start) -> FastAPI:
    """The web application of an installation.

    Args:
        settings: what the installation chose. In a demonstration, secrets that are left out are made up and kept.
        application_factory: starts the product behind the pages; tests put another one in.

    Raises:
        SettingsError: the chat page is switched on in production.
    """
    settings = completed(settings)
    pages = Pages()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _keep_query_strings_out_of_access_log()
        traces = TraceRelay()
        application = await application_factory(settings, traces)
        events = LiveEvents(application.cache, application.clock)
        try:
            app.callback = _platform_entrance(settings, application)
            app.include_router(_front_pages(app, settings, application, pages))
            app.include_router(health_router(application, settings.mode))
            app.include_router(
                metrics_router(application, settings.metrics_token.get_secret_value(), is_open=settings.mode == "demo")
            )
            app.include_router(
                staff_router(
                    StaffRoom(application.accounts, pages, application.divisions, application.privacy.audit.append)
                )
            )
            async with _chat_page(app, settings, application, events, pages, traces):
                with events.ended_by_signals():
                    yield
                events.stop()
        finally:
            await application.close()

    is_demo = settings.mode == "demo"
    app = ProductApp(
        title="工友",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if is_demo else None,
    )
    setattr(app.state, SECURE_COOKIES, not is_demo)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)
    install_error_responses(app, _error_page(pages))
    app.mount("/vendor", StaticFiles(packages=[("django_htmx", "static/django_htmx")]), name="vendor")
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")
    return app


def _platform_entrance(settings: Settings, application: Application) -> AsgiApp:
    return RequestLog(
        CallbackApp(
            application.callback,
            application.gateway,
            application.counters,
            max_body_bytes=settings.callback_max_bytes,
            is_shown=settings.simulator,
        )
    )


def completed(settings: Settings) -> Settings:
    """The settings with what a demonstration makes up by itself and keeps.

    Raises:
        SettingsError: the chat page is switched on in production.
    """
    if settings.mode == "production":
        if settings.simulator:
            raise SettingsError(
                "正式方式下不能打开演示聊天：它会冒充微信平台收发消息。请去掉 GONGYOU_SIMULATOR，"
                "或者把 GONGYOU_MODE 改成 demo"
            )
        return settings
    account = load_demo_account(settings.data_dir / "demo_account.json")
    completed: dict[str, Any] = {
        "wechat_token": settings.wechat_token.get_secret_value() or account.token,
        "wechat_aes_key": settings.wechat_aes_key.get_secret_value() or account.aes_key,
        "wechat_app_secret": settings.wechat_app_secret.get_secret_value() or account.app_secret,
    }
    changes: dict[str, Any] = {name: SecretStr(value) for name, value in completed.items()}
    changes["wechat_app_id"] = settings.wechat_app_id or account.app_id
    if settings.simulator and settings.wechat_api_url == PLATFORM_URL:
        changes["wechat_api_url"] = f"{_own_url(settings)}{PLATFORM_PATH}"
    return settings.model_copy(update=changes)


def _own_url(settings: Settings) -> str:
    host = ANY_HOST.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


@asynccontextmanager
async def _chat_page(
    app: FastAPI, settings: Settings, application: Application, events: LiveEvents, pages: Pages, traces: TraceRelay
) -> AsyncIterator[None]:
    """The chat page, while it is on."""
    if not settings.simulator:
        yield
        return
    credentials = Credentials(
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_app_id,
    )
    chat = ChatLog(application.documents, application.clock)
    await prepare(application.documents, chat.prepare)

    def fresh_api() -> SimulatedPlatformApi:
        return SimulatedPlatformApi(
            settings.wechat_app_id,
            settings.wechat_app_secret.get_secret_value(),
            application.clock,
            is_verified=settings.wechat_account_mode == "verified",
        )

    platform_api = SharedPlatform(application.documents, application.clock, fresh_api)
    postman = Postman(credentials, settings.wechat_account_id, platform_api, application.clock)
    exchanges = Exchanges(chat, events, postman, settings.reply_deadline_s)
    room = SimulatorRoom(
        chat=chat,
        exchanges=exchanges,
        postman=postman,
        platform_api=platform_api,
        events=events,
        pages=pages,
        divisions=application.divisions,
        cache=application.cache,
        clock=application.clock,
        quick_places=application.corpus_regions,
        menu=read_menu(MENU_FILE),
        own_url=_own_url(settings),
    )
    app.include_router(simulator_router(room))
    traces.listener = exchanges.receive_trace
    try:
        yield
    finally:
        await exchanges.close()
        await postman.close()


def _front_pages(app: FastAPI, settings: Settings, application: Application, pages: Pages) -> APIRouter:
    router = APIRouter()
    is_demo = settings.mode == "demo"

    @router.get("/", summary="首页", response_class=HTMLResponse)
    async def index() -> Response:
        return pages.render(
            "index.html",
            is_demo=is_demo,
            has_simulator=settings.simulator,
            build_id=application.build_id,
            document_count=application.document_count,
            clause_count=application.clause_count,
        )

    async def docs() -> Response:
        return pages.render("docs.html", operations=_operations(app))

    if is_demo:
        router.add_api_route("/docs", docs, summary="接口一览", response_class=HTMLResponse)
    return router


def _operations(app: FastAPI) -> list[dict[str, str]]:
    return [
        {"method": method.upper(), "path": path, "summary": operation.get("summary", "")}
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    ]


def _error_page(pages: Pages) -> Callable[[int, str, str], Response]:
    def error_page(status: int, headline: str, detail: str) -> Response:
        return pages.render("error.html", status_code=status, status=status, headline=headline, detail=detail)

    return error_page


def _keep_query_strings_out_of_access_log() -> None:
    """The platform's signatures and openids stand in query strings; idempotent."""
    logging.getLogger("uvicorn.access").addFilter(_without_query)


def _without_query(record: logging.LogRecord) -> bool:
    """Uvicorn logs ``(client, method, path with query, HTTP version, status)``."""
    if isinstance(record.args, tuple):
        record.args = tuple(part.split("?", 1)[0] if isinstance(part, str) else part for part in record.args)
    return True
