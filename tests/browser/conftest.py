"""A real server with two worker processes, and Chromium before it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from bot.assembly import ensure_policy_index
from bot.settings import Settings

REPOSITORY = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
# A newcomer without a browser runs everything else; where the browser is required (CI), its absence fails the tests.
if not Path(CHROMIUM).exists() and os.environ.get("GONGYOU_REQUIRE_BROWSER") != "1":
    collect_ignore_glob = ["test_*.py"]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
STARTED_WITHIN_S = 180
STOPPED_WITHIN_S = 30

OpenChat = Callable[..., Page]


@contextmanager
def running_server(data_dir: Path, index_dir: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server on a free port of this machine; stopped in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "GONGYOU_MODE": "demo",
        "GONGYOU_SIMULATOR": "true",
        "GONGYOU_PORT": str(port),
        "GONGYOU_DATA_DIR": str(data_dir),
        "GONGYOU_INDEX_DIR": str(index_dir),
    }
    command = [sys.executable, "-m", "api.commands", "serve", "--port", str(port), "--workers", "2"]
    with (data_dir.parent / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own server
            command, cwd=REPOSITORY, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(url, process, data_dir.parent / "server.log")
            yield url, process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOPPED_WITHIN_S)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            if httpx2.get(f"{url}/ready", trust_env=False).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the corpus, built before several processes start on it, as an installation does."""
    index_dir = tmp_path_factory.mktemp("indexes")
    settings = Settings(
        _env_file=None,
        corpus_dir=REPOSITORY / "corpus",
        encoder=str(REPOSITORY / "indexes" / "encoder"),
        index_dir=index_dir,
    )
    ensure_policy_index(settings)
    return index_dir


@pytest.fixture
def server_of(index_dir: Path) -> Callable[[Path], AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]]:
    """Starts servers that a test may stop, by their data folders."""
    return lambda data_dir: running_server(data_dir, index_dir)


@pytest.fixture(scope="session")
def server_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of `server_url` keeps its data."""
    return tmp_path_factory.mktemp("server") / "var"


@pytest.fixture(scope="session")
def server_url(server_data_dir: Path, index_dir: Path) -> Iterator[str]:
    with running_server(server_data_dir, index_dir) as (url, _):
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_chat(chromium: Browser, server_url: str) -> Iterator[OpenChat]:
    """Opens the chat page as a new visitor; in the end, nothing may have gone wrong or left the machine."""
    complaints: list[str] = []
    contexts = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(server_url).netloc:
            complaints.append(f"left the host: {request.url}")

    def open_page(viewport: dict[str, int] = DESKTOP, path: str = "/simulator", **options: str) -> Page:
        context = chromium.new_context(viewport=viewport, **options)
        contexts.append(context)
        context.on("console", on_console)
        context.on("request", on_request)
        context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
        page = context.new_page()
        page.goto(f"{server_url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
