"""The chat page for newcomers, and the platform's side of the wire."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from api.error_responses import documented
from api.live_events import LiveEvents
from api.pages import Pages, require_same_origin
from api.simulator import phrases
from api.simulator.chat_log import ChatLog, SimulatedWorker
from api.simulator.exchanges import Exchanges, channel_of
from api.simulator.panel import exchange_view
from api.simulator.postman import Postman, Sendable
from api.simulator.shared_platform import SharedPlatform
from api.simulator.views import feed, session_tag
from bot.domain.errors import UnknownRegionError
from bot.domain.region import Region
from bot.ports import Cache, Clock
from bot.regions.divisions import Divisions
from bot.wechat.api_client import SEND_PATH

PATH = "/simulator"
PLATFORM_PATH = f"{PATH}/platform"
CALLBACK_PATH = "/wechat"
COOKIE = "gongyou_demo"
COOKIE_MAX_AGE_S = 24 * 3600
MAX_TEXT_LENGTH = 600
FOUND_PLACES = 12
MESSAGES_AT_ONCE = 20
MESSAGES_WINDOW_S = 10.0
PLATFORM_MAX_BYTES = 64 * 1024
PLACE = r"^(\d{6})?$"
Kind = Literal["subscribe", "unsubscribe", "image", "voice", "location", "repeat"]
_SESSION = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class SimulatorRoom:
    """Everything that the chat page works with.

    Attributes:
        chat: what is shown.
        exchanges: sends messages.
        postman: makes messages.
        platform_api: the platform's own interface.
        events: tells browsers of changes.
        pages: renders.
        divisions: places to choose from.
        cache: counts messages, so that nobody floods the demonstration.
        clock: the time.
        quick_places: codes of the places that the corpus is about.
        menu: buttons of the account's menu, as the platform is given them; empty for none.
        own_url: where this server is reached by itself, without a path; for requests that came in on a Unix socket.
    """

    chat: ChatLog
    exchanges: Exchanges
    postman: Postman
    platform_api: SharedPlatform
    events: LiveEvents
    pages: Pages
    divisions: Divisions
    cache: Cache
    clock: Clock
    quick_places: Sequence[str]
    menu: Sequence[Mapping[str, Any]]
    own_url: str

    async def worker_of(self, request: Request) -> SimulatedWorker | None:
        """The simulated worker of the browser that asks."""
        session_id = request.cookies.get(COOKIE, "")
        return await self.chat.current(session_id) if _SESSION.fullmatch(session_id) else None

    async def present_worker(self, request: Request) -> SimulatedWorker:
        """The same.

        Raises:
            HTTPException: 404, the browser has no session or a forgotten one.
        """
        worker = await self.worker_of(request)
        if worker is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return worker

    async def fresh_worker(self, session_id: str, place: Region | None, callback_url: str) -> SimulatedWorker:
        """A worker who has just followed the account and, where a place is chosen, says where they are."""
        worker = await self.chat.begin(session_id, place.full_name if place else "")
        messages = [self.postman.event(worker.openid, "subscribe")]
        if place:
            messages.append(self.postman.text(worker.openid, f"我在{place.full_name}"))
        await self.exchanges.send_in_turn(worker, messages, callback_url)
        return worker

    def menu_name(self, key: str) -> str | None:
        """What the menu's entry with a key is called, None where there is none."""
        entries = (entry for button in self.menu for entry in button["sub_button"])
        return next((entry["name"] for entry in entries if entry["key"] == key), None)

    def callback_url(self, request: Request) -> str:
        """This process's own callback by the socket that the request came in on, whatever proxies call it."""
        host, port = request.scope["server"]
        if port is None:
            return f"{self.own_url}{CALLBACK_PATH}"
        return f"http://{f'[{host}]' if ':' in host else host}:{port}{CALLBACK_PATH}"

    def region(self, code: str) -> Region | None:
        """The chosen place.

        Raises:
            UnknownRegionError: there is no such code.
        """
        return self.divisions.get(code) if code else None


_FORM_REFUSED = documented(
    HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS
)
_FORM_TAKEN: dict[int | str, dict[str, Any]] = {
    204: {"description": "已经办好，页面会自己更新（htmx）"},
    303: {"description": "已经办好，回到聊天页面"},
}


def simulator_router(room: SimulatorRoom) -> APIRouter:
    """Routes of the chat page and of the simulated platform."""
    router = APIRouter()
    router.include_router(_reading(room))
    router.include_router(_writing(room))
    router.include_router(_pressing(room))
    router.include_router(_platform(room))
    return router


def _reading(room: SimulatorRoom) -> APIRouter:
    router = APIRouter(prefix=PATH, default_response_class=HTMLResponse)
    no_session = documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)

    @router.get("", summary="演示聊天页")
    async def page(request: Request) -> Response:
        worker = await room.worker_of(request)
        if worker is not None:
            return await _page(room, worker)
        session_id = secrets.token_urlsafe(24)
        worker = await room.fresh_worker(session_id, None, room.callback_url(request))
        response = await _page(room, worker)
        response.set_cookie(COOKIE, session_id, max_age=COOKIE_MAX_AGE_S, path=PATH, httponly=True, samesite="lax")
        return response

    @router.get("/bubbles", summary="聊天里新的内容（页面片段）", responses=no_session)
    async def bubbles(request: Request, after: str = "") -> Response:
        names, continues = await feed(room.chat, await room.present_worker(request), after)
        response = room.pages.render("simulator/feed.html", **names)
        if not continues:
            response.headers["HX-Reswap"] = "innerHTML"
        return response

    @router.get("/exchanges/{exchange_id}", summary="一条消息的经过（页面片段）", responses=no_session)
    async def exchange(request: Request, exchange_id: str) -> Response:
        worker = await room.present_worker(request)
        if exchange_id == "last":
            found = await room.chat.last_exchange(worker.openid)
        else:
            found = await room.chat.exchange(worker.openid, exchange_id)
        view = exchange_view(found, room.divisions, room.clock.today()) if found else None
        return room.pages.render("simulator/exchange.html", view=view)

    @router.get("/places", summary="按名字找地方（页面片段）", responses=no_session)
    async def places(query: Annotated[str, Query(max_length=30)] = "") -> Response:
        found = room.divisions.search(query, FOUND_PLACES)
        return room.pages.render("simulator/places.html", places=found, query=query.strip())

    @router.get("/events", summary="变化通知（SSE）", response_class=StreamingResponse, responses=no_session)
    async def events(request: Request) -> Response:
        worker = await room.present_worker(request)
        return room.events.response(channel_of(worker.session_id))

    return router


def _guarded(room: SimulatorRoom) -> APIRouter:
    """A router for what changes something: only from our own pages, and not too much at once."""

    async def not_flooding(request: Request) -> None:
        key = f"simulator:rate:{session_tag(request.cookies.get(COOKIE, ''))}"
        if await room.cache.increment(key, MESSAGES_WINDOW_S) > MESSAGES_AT_ONCE:
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS)

    return APIRouter(
        prefix=PATH,
        dependencies=[Depends(require_same_origin), Depends(not_flooding)],
        responses=_FORM_REFUSED | _FORM_TAKEN,
    )


def _writing(room: SimulatorRoom) -> APIRouter:
    router = _guarded(room)

    @router.post("/messages", summary="替工人发一句话", status_code=HTTPStatus.NO_CONTENT)
    async def say(request: Request, text: Annotated[str, Form(min_length=1, max_length=MAX_TEXT_LENGTH)]) -> Response:
        worker = await room.worker_of(request)
        if worker is not None:
            await room.exchanges.send(worker, room.postman.text(worker.openid, text), room.callback_url(request))
        return _done(request, worker)

    @router.post("/kinds", summary="替工人发别的消息", status_code=HTTPStatus.NO_CONTENT)
    async def send_kind(request: Request, kind: Annotated[Kind, Form()]) -> Response:
        worker = await room.worker_of(request)
        if worker is not None:
            await _send_kind(room, worker, kind, room.callback_url(request))
        return _done(request, worker)

    @router.post("/workers", summary="换一位工人、换一个地方", status_code=HTTPStatus.NO_CONTENT)
    async def change_worker(request: Request, place: Annotated[str, Form(pattern=PLACE)] = "") -> Response:
        worker = await room.worker_of(request)
        if worker is not None:
            try:
                region = room.region(place)
            except UnknownRegionError as error:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY) from error
            await room.fresh_worker(worker.session_id, region, room.callback_url(request))
        return _done(request, worker)

    return router


def _pressing(room: SimulatorRoom) -> APIRouter:
    router = _guarded(room)

    @router.post("/menu", summary="替工人点公众号的菜单", status_code=HTTPStatus.NO_CONTENT)
    async def press(request: Request, key: Annotated[str, Form(max_length=128)]) -> Response:
        name = room.menu_name(key)
        if name is None:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
        worker = await room.worker_of(request)
        if worker is not None:
            message = room.postman.click(worker.openid, key, name)
            await room.exchanges.send(worker, message, room.callback_url(request))
        return _done(request, worker)

    return router


def _platform(room: SimulatorRoom) -> APIRouter:
    router = APIRouter(prefix=PLATFORM_PATH)

    @router.api_route("/{path:path}", methods=["GET", "POST"], include_in_schema=False)
    async def platform(request: Request, path: str) -> Response:
        sent = await _json_of(request)
        status, answer = await room.platform_api.handle(request.method, f"/{path}", request.query_params, sent)
        if isinstance(answer, str):
            return HTMLResponse(answer, status_code=status)
        if f"/{path}" == SEND_PATH and sent is not None and answer.get("errcode") == 0:
            await room.exchanges.receive_push(str(sent["touser"]), str(sent["text"]["content"]))
        return JSONResponse(answer, status_code=status)

    return router


async def _send_kind(room: SimulatorRoom, worker: SimulatedWorker, kind: Kind, callback_url: str) -> None:
    if kind == "repeat":
        await _repeat_last(room, worker, callback_url)
        return
    message: Sendable
    if kind in {"subscribe", "unsubscribe"}:
        message = room.postman.event(worker.openid, kind)
    else:
        message = room.postman.media(worker.openid, kind)
    await room.exchanges.send(worker, message, callback_url)


async def _repeat_last(room: SimulatorRoom, worker: SimulatedWorker, callback_url: str) -> None:
    said = [bubble.text for bubble in await room.chat.bubbles(worker.openid) if bubble.side == "worker"]
    if said:
        message = room.postman.text(worker.openid, said[-1])
        await room.exchanges.send(worker, message, callback_url, repeated=True)
    else:
        await room.chat.say(worker.openid, "notice", phrases.NOTHING_TO_REPEAT)


async def _page(room: SimulatorRoom, worker: SimulatedWorker) -> Response:
    names, _ = await feed(room.chat, worker)
    found = await room.chat.last_exchange(worker.openid)
    return room.pages.render(
        "simulator/page.html",
        **names,
        session_tag=session_tag(worker.session_id),
        examples=phrases.EXAMPLES,
        kinds=phrases.KINDS,
        menu=room.menu,
        quick_places=[room.divisions.get(code) for code in room.quick_places],
        view=exchange_view(found, room.divisions, room.clock.today()) if found else None,
    )


def _done(request: Request, worker: SimulatedWorker | None) -> Response:
    """Tell htmx to look for new bubbles; a browser without it goes back to the page. A lost session starts anew."""
    if "hx-request" not in request.headers:
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
    headers = {"HX-Trigger": "chat-changed"} if worker else {"HX-Refresh": "true"}
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


async def _json_of(request: Request) -> dict[str, Any] | None:
    """The body as a JSON object; None where it is none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > PLATFORM_MAX_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) else None
