from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from starlette.responses import HTMLResponse, Response

from api.auth import LoggedIn, StaffRoute
from api.error_responses import install_error_responses
from api.pages import Pages
from api.staff.router import StaffRoom, staff_router
from bot.accounts.log_in import Accounts
from bot.accounts.passwords import Passwords
from bot.domain.staff import Permission, StaffRole
from bot.regions.divisions import load_divisions
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.counting_hasher import CountingHasher
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache
from tests.fakes.staff_visitor import ORIGIN, PASSWORD, Visitor


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def accounts(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Accounts]:
    store = await SqliteDocumentStore.open(tmp_path / "staff.sqlite3", synchronous="NORMAL")
    accounts = Accounts(store, MemoryCache(clock), clock, Passwords(CountingHasher()))
    await accounts.prepare()
    await accounts.staff.create_first_admin("wangfang", PASSWORD, "王芳")
    await accounts.staff.add_staff(
        "liqiang", PASSWORD, [StaffRole.OPERATOR, StaffRole.AUDITOR], ["350400", "510802"], "李强"
    )
    yield accounts
    await store.close()


@pytest.fixture
def app(accounts: Accounts) -> FastAPI:
    pages = Pages()
    app = FastAPI()
    room = StaffRoom(accounts, pages, load_divisions())
    app.include_router(staff_router(room))
    app.router.route_class = StaffRoute

    @app.get("/staff/log")
    async def log(staff: Annotated[LoggedIn, Depends(room.auth.require(Permission.READ_AUDIT_LOG))]) -> Response:
        return HTMLResponse(staff.session.account.user_name)

    @app.post("/staff/publish")
    async def publish(staff: Annotated[LoggedIn, Depends(room.auth.require(Permission.PUBLISH_POLICIES))]) -> Response:
        return HTMLResponse(staff.session.account.user_name)

    install_error_responses(app, lambda status, headline, _: HTMLResponse(headline, status_code=status))
    return app


@pytest.fixture
async def visit(app: FastAPI) -> AsyncIterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def open_browser(origin: str = ORIGIN) -> Visitor:
        visitors.append(Visitor(app, origin))
        return visitors[-1]

    yield open_browser
    for visitor in visitors:
        await visitor.http.aclose()


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


@pytest.fixture
async def liqiang(visitor: Visitor) -> Visitor:
    await visitor.log_in()
    await visitor.get("/staff")
    return visitor
