"""A full run of a real server at its most talkative; then its whole log is searched for everything that is secret."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from bot.accounts import staff
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.system_clock import SystemClock
from bot.handlers import conversations
from bot.storage.sqlite_documents import SqliteDocumentStore
from bot.wechat import simulated_messages as messages
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import (
    CallbackRequest,
    Credentials,
    PlatformSimulator,
    over_http,
    with_query,
    with_tampered_body,
)
from tests.fakes.server_process import REPOSITORY, ServerProcess, free_port, server_process

OPENID, LEAVER, STUMBLER = (
    "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
    "o7_leavesAgainInTheEnd_Wang1",
    "o8_stumblesOverOurMistakes_1",
)
NAME, PHONE, ID_NUMBER = "刘铁柱", "13812345678", "11010519491231002X"
QUESTION = f"我叫{NAME}，电话{PHONE}，身份证{ID_NUMBER}，三明老板拖欠工资八千六找谁"
SPOKEN, PLACE, TITLE, SCANNED = "老板姓欧阳拖着我的血汗钱", "永安市燕江路欧阳家", "讨薪群聊截图", "扫到的厂牌号7788"
TYPED_IN_PAGE = "页面上打的悄悄话"
FROM_STAFF = "窗口的小陈下午三点回您电话"
ADMIN, PASSWORD, WRONG_PASSWORD = "wangfang", "春天的第一趟火车 07:15", "夏天的最后一班船 22:40"
TOKEN, AES_KEY, APP_ID, APP_SECRET = "t0ken" * 6, "kQ7" * 14 + "k", "wx1234567890abcdef", "5ecret" * 5
PRIVACY_KEY = base64.b64encode(b"\xa7" * 32).decode()
METRICS_TOKEN = "m0nitoring-t0ken"
WORDS = (QUESTION, SPOKEN, PLACE, TITLE, SCANNED, TYPED_IN_PAGE, FROM_STAFF, "八千六", "欧阳", "血汗钱")
SECRETS = {OPENID, LEAVER, STUMBLER, NAME, PHONE, ID_NUMBER, PASSWORD, WRONG_PASSWORD, *WORDS}
INSTALLATION = {TOKEN, AES_KEY, APP_SECRET, PRIVACY_KEY, METRICS_TOKEN}


class Run:
    """One server, everybody who talks to it, and what of theirs must stay unsaid.

    Attributes:
        secrets: grows with the run: signatures, cookies, forms' tokens.
        access_tokens: those that the platform was shown.
        pushed: something reached a worker through the platform's interface.
    """

    def __init__(
        self,
        server: ServerProcess,
        simulator: PlatformSimulator,
        web: httpx2.AsyncClient,
        environment: Mapping[str, str],
    ) -> None:
        self.server = server
        self.simulator = simulator
        self.web = web
        self.environment = environment
        self.secrets = SECRETS | INSTALLATION
        self.access_tokens: set[str] = set()
        self.pushed = asyncio.Event()
        self.errors = ""

    async def sends(self, *sent: messages.SimulatedMessage) -> list[str]:
        """Workers write; what they are answered."""
        texts = []
        for message in sent:
            request = self.simulator.platform.request(message)
            self._keeps(request)
            self.simulator.api.worker_acted(message)
            texts.append((await self.simulator.platform.deliver_request(request, message.openid)).text)
        return texts

    async def posts(self, request: CallbackRequest) -> int:
        """Somebody posts whatever they like to the callback."""
        self._keeps(request)
        answer = await self.web.post("/wechat", params=dict(request.query), content=request.body)
        return answer.status_code

    async def command(self, *arguments: str, given: str) -> str:
        """Run ``gongyou …`` with its error stream in the log; returns what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "api.commands",
            *arguments,
            cwd=REPOSITORY,
            env={**os.environ, **self.environment, "COLUMNS": "200"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complained = await process.communicate(given.encode())
        self.errors += complained.decode()
        assert process.returncode == 0, complained.decode()
        return printed.decode()

    @property
    def log(self) -> str:
        return self.server.log + self.errors

    def _keeps(self, request: CallbackRequest) -> None:
        self.secrets |= {value for value in request.query.values() if len(value) >= 8 and not value.isdecimal()}


def leaks(log: str, secrets: Iterable[str]) -> set[str]:
    """The secrets that a text holds: plain, as JSON or Python escape them, as addresses and as forms do, in Base64."""
    found = set()
    for secret in secrets:
        forms = {
            secret,
            json.dumps(secret)[1:-1],
            ascii(secret)[1:-1],
            quote(secret),
            quote(secret.encode("utf-8"), safe="").replace("%20", "+"),
            base64.b64encode(secret.encode()).decode().rstrip("="),
        }
        if any(form in log for form in forms):
            found.add(secret)
    return found


@asynccontextmanager
async def platform_server(run: Run, port: int) -> AsyncIterator[None]:
    """The platform's interface on a port; notes the access tokens that it sees, and when something was pushed."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def answer(request: Request, path: str) -> Response:
        run.access_tokens |= {value for name, value in request.query_params.items() if name == "access_token"}
        body = await request.body()
        status, content = await run.simulator.api.handle(
            request.method, f"/{path}", dict(request.query_params), json.loads(body) if body else None
        )
        if run.simulator.read_by(OPENID):
            run.pushed.set()
        return PlainTextResponse(content, status) if isinstance(content, str) else JSONResponse(content, status)

    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
def environment(tmp_path: Path, index_dir: Path) -> dict[str, str]:
    return {
        "GONGYOU_DATA_DIR": str(tmp_path / "var"),
        "GONGYOU_INDEX_DIR": str(index_dir),
        "GONGYOU_LOG_FORMAT": "json",
        "GONGYOU_LOG_LEVEL": "debug",
        "GONGYOU_METRICS_TOKEN": METRICS_TOKEN,
        "GONGYOU_PRIVACY_KEYS": f"k1:{PRIVACY_KEY}",
        "GONGYOU_WECHAT_TOKEN": TOKEN,
        "GONGYOU_WECHAT_AES_KEY": AES_KEY,
        "GONGYOU_WECHAT_APP_ID": APP_ID,
        "GONGYOU_WECHAT_APP_SECRET": APP_SECRET,
    }


@asynccontextmanager
async def running(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Run]:
    api_port = free_port()
    environment["GONGYOU_WECHAT_API_URL"] = f"http://127.0.0.1:{api_port}"
    async with server_process(environment, tmp_path / "server.log") as server:
        web = httpx2.AsyncClient(base_url=server.url, trust_env=False, timeout=30)
        account = Credentials(TOKEN, AES_KEY, APP_ID)
        callback_url, clock = f"{server.url}/wechat", SystemClock()
        simulator = PlatformSimulator(account, APP_SECRET, "gh_test", callback_url, over_http(web), clock)
        run = Run(server, simulator, web, environment)
        async with web, platform_server(run, api_port):
            yield run


async def workers_write(run: Run) -> None:
    """Every kind of message; answers within the reply, and one that is too long for it and is read by pages."""
    answers = await run.sends(
        messages.subscribe_event(OPENID),
        messages.text_message(OPENID, QUESTION),
        messages.text_message(OPENID, "取消"),
        messages.text_message(OPENID, "我在三明永安"),
        messages.text_message(OPENID, f"创业补贴有多少，我叫{NAME}"),
        messages.voice_message(OPENID, SPOKEN),
        messages.location_message(OPENID, 25.94, 117.36, PLACE),
        messages.link_message(OPENID, TITLE, f"https://example.test/chat?openid={OPENID}&phone={PHONE}"),
        messages.image_message(OPENID),
        messages.scancode_event(OPENID, "scan", SCANNED),
        messages.text_message(OPENID, "我的信息"),
        messages.text_message(OPENID, "导出我的信息"),
        messages.text_message(OPENID, "导出第2页"),
        messages.text_message(OPENID, "转人工"),
    )
    assert "永安" in answers[3]
    assert "第2页，共" in answers[-2]
    assert all(answers[:5])
    await run.sends(messages.text_message(LEAVER, QUESTION), messages.event(LEAVER, "unsubscribe"))


async def a_person_answers(run: Run) -> None:
    """What staff write to a worker goes out through the platform's interface."""
    listed = await run.command("handoffs", "list", given="")
    found = re.search(r"^([0-9a-f]{8})\b", listed, re.MULTILINE)
    assert found is not None
    await run.command("handoffs", "reply", found[1], FROM_STAFF, given="")


async def strangers_knock(run: Run) -> None:
    """Forged, unreadable and oversized callbacks, addresses with somebody's number in them."""
    platform = run.simulator.platform
    good = platform.request(messages.text_message(OPENID, QUESTION))
    assert await run.posts(with_tampered_body(good)) == 403
    assert await run.posts(with_query(good, msg_signature="0" * 40)) == 403
    assert await run.posts(platform.plaintext_request(messages.text_message(OPENID, QUESTION))) == 403
    assert await run.posts(platform.request_for_xml(f"<xml><A>{QUESTION}</A></xml>", OPENID)) == 200
    assert await run.posts(CallbackRequest(good.query, QUESTION.encode() * 2000)) == 403
    assert (await run.web.get("/wechat", params={"echostr": QUESTION, "signature": OPENID})).status_code == 403
    for path in (f"/{OPENID}", f"/staff/{PHONE}", "/wechat"):
        await run.web.delete(path, params={"openid": OPENID, "name": NAME})
    headers = {"X-Request-Id": OPENID, "Referer": f"https://example.test/?{NAME.encode().hex()}", "User-Agent": PHONE}
    assert (await run.web.get("/metrics", headers=headers | {"X-Forwarded-For": PHONE})).status_code in {200, 403}
    good_token = {"Authorization": f"Bearer {METRICS_TOKEN}", "X-Forwarded-For": "10.0.0.1"}
    assert (await run.web.get("/metrics", headers=good_token)).status_code == 200


async def staff_log_in(run: Run) -> None:
    """A wrong password, a telephone number as a name, the right password; https ends at a proxy on this host."""
    await run.command("staff", "add-admin", ADMIN, "--password-stdin", given=f"{PASSWORD}\n")
    async with httpx2.AsyncClient(base_url=run.server.url, trust_env=False, timeout=30) as browser:
        cookies: dict[str, str] = {}

        async def call(method: str, path: str, **fields: str) -> httpx2.Response:
            headers = {
                "Accept": "text/html",
                "X-Forwarded-Proto": "https",
                "Origin": run.server.url.replace("http:", "https:"),
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            }
            answer = await browser.request(method, path, data=fields or None, headers=headers)
            for line in answer.headers.get_list("set-cookie"):
                name, _, rest = line.partition("=")
                cookies[name] = rest.partition(";")[0]
                run.secrets |= {cookies[name]} if len(cookies[name]) >= 8 else set()
            return answer

        for name, password in ((ADMIN, WRONG_PASSWORD), (PHONE, PASSWORD), (ADMIN, PASSWORD)):
            form = await call("GET", f"/staff/login?next=/staff?phone={PHONE}")
            found = re.search(r'name="csrf" value="([0-9a-f]{64})"', form.text)
            assert found is not None
            run.secrets.add(found[1])
            answer = await call("POST", "/staff/login", csrf=found[1], user_name=name, password=password)
        assert answer.status_code == 303
        assert (await call("GET", "/staff")).status_code == 200
        await break_documents(run, staff.COLLECTION, lambda _: {"roles": [QUESTION]})
        assert (await call("GET", "/staff")).status_code == 500


async def an_answer_fails(run: Run) -> None:
    """What is remembered of a worker is damaged, so that an exception quotes it."""
    await run.sends(messages.text_message(STUMBLER, "我在三明"))
    worker_id = WorkerPseudonyms(APP_SECRET).of(STUMBLER)
    await break_documents(run, conversations.COLLECTION, lambda one: {"pending_role": NAME} if one == worker_id else {})
    assert await run.sends(messages.text_message(STUMBLER, QUESTION)) != [""]


async def break_documents(run: Run, collection: str, damage: Any) -> None:
    store = await SqliteDocumentStore.open(Path(run.environment["GONGYOU_DATA_DIR"]) / "gongyou.sqlite3")
    try:
        for document in await store.find(collection, {}):
            if harm := damage(document["_id"]):
                assert await store.replace_if(collection, document | harm) is not None
    finally:
        await store.close()


def events_of(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


def check_log(run: Run) -> None:
    """Nothing secret is in the log; and it is the log of this run, and a search of it finds what is in it."""
    log = run.log
    assert leaks(log, run.secrets | run.access_tokens) == set()
    assert not re.search(r"\?[a-z_]+=", log), "an address with its query"

    events = events_of(log)
    told = {(event["logger"], event["event"]) for event in events}
    texts = {text for _, text in told}
    assert ("gongyou.wechat", "message not readable") in told
    assert {"callback refused: 正文过大", "Exception in ASGI application"} <= texts
    assert any(text.startswith("callback refused: 签名不符") for text in texts)
    assert any(text.startswith("no reply: ValueError at ") for text in texts)
    requests = [event for event in events if event["event"] == "request"]
    assert {"/wechat", "/metrics", "/staff/login", "/staff", "-"} <= {event["route"] for event in requests}
    assert {200, 303, 403, 500} <= {event["status"] for event in requests}
    assert "debug" in {event["level"] for event in events}
    numbers = {event["request_id"] for event in requests}
    pattern = re.compile("no reply|callback refused|Exception in ASGI|message not")
    caused = [event for event in events if pattern.match(event["event"])]
    assert {event["request_id"] for event in caused} <= numbers

    assert leaks(log, {"签名不符", "/staff/login"}) == {"签名不符", "/staff/login"}
    for form in (QUESTION, json.dumps(QUESTION), quote(QUESTION), base64.b64encode(QUESTION.encode()).decode()):
        assert QUESTION in leaks(f"{log}\n{form}", run.secrets)


async def test_in_production(environment: dict[str, str], tmp_path: Path) -> None:
    async with running(environment | {"GONGYOU_MODE": "production"}, tmp_path) as run:
        await workers_write(run)
        await a_person_answers(run)
        async with asyncio.timeout(20):
            await run.pushed.wait()
        assert run.access_tokens, "what is pushed goes out with an access token in its address"
        assert "永安市" in await run.command("worker", "export", "--openid-stdin", given=f"{OPENID}\n")
        await strangers_knock(run)
        await an_answer_fails(run)
        await staff_log_in(run)
        await run.server.stop()
        check_log(run)


async def test_in_a_demonstration(environment: dict[str, str], tmp_path: Path) -> None:
    async with running(environment | {"GONGYOU_MODE": "demo"}, tmp_path) as run:
        await workers_write(run)
        await run.web.get("/simulator")
        origin = {"Origin": run.server.url, "HX-Request": "true"}
        said = await run.web.post("/simulator/messages", data={"text": TYPED_IN_PAGE + QUESTION}, headers=origin)
        assert said.status_code < 400
        await run.web.get("/simulator/places", params={"query": NAME})
        run.secrets |= {value for value in run.web.cookies.values() if len(value) >= 8}
        await strangers_knock(run)
        await an_answer_fails(run)
        await staff_log_in(run)
        await run.server.stop()
        check_log(run)
        made_up = load_demo_account(tmp_path / "var" / "demo_account.json")
        assert leaks(run.log, {made_up.token, made_up.aes_key, made_up.app_secret}) == set()
