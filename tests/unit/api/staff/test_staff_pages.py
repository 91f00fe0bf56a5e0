"""Log-in page and account page, with real stores behind them and a clock that tests move."""

from collections.abc import Callable
from http import HTTPStatus

import pytest

from bot.accounts.log_in import Accounts
from tests.fakes.fake_clock import FakeClock
from tests.fakes.staff_visitor import PASSWORD, Visitor

OTHER_PASSWORD = "夏天的最后一班船 22:40"


async def test_the_right_password_leads_to_the_account_page(visitor: Visitor) -> None:
    answer = await visitor.log_in()
    assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, "/staff")
    page = (await visitor.get("/staff")).text
    for said in (
        "李强",
        "话务员",
        "审计员",
        "福建省三明市",
        "四川省广元市利州区",
        "这是第一次登录",
        "2024年4月25日 17:00",
    ):
        assert said in page
    assert "政策管理员" not in page
    assert "Chrome，Windows" in page


async def test_wrong_password_and_unknown_name_get_the_same_page(visitor: Visitor) -> None:
    known = await visitor.log_in(password="wrong password")
    unknown = await visitor.log_in("nobody", "wrong password")
    assert known.status_code == unknown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert known.text.replace("liqiang", "nobody") == unknown.text
    assert "用户名或密码不对" in known.text
    assert '<a href="#password">' in known.text
    assert "wrong password" not in known.text
    assert not await visitor.is_logged_in()


@pytest.mark.parametrize(
    ("user_name", "password", "field"), [("", PASSWORD, "user_name"), ("liqiang", " ", "password")]
)
async def test_an_empty_field_is_named(visitor: Visitor, user_name: str, password: str, field: str) -> None:
    page = (await visitor.log_in(user_name, password)).text
    assert f'<a href="#{field}">' in page
    assert f'id="{field}-problem"' in page


async def test_after_five_wrong_tries_one_waits_and_then_gets_in(visitor: Visitor, clock: FakeClock) -> None:
    for _ in range(5):
        await visitor.log_in(password="wrong password")
    refused = await visitor.log_in()
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert refused.headers["retry-after"] == "60"
    assert "请过 1 分钟再试" in refused.text
    await clock.advance(60)
    assert (await visitor.log_in()).status_code == HTTPStatus.SEE_OTHER
    assert "密码输错过 5 次" in (await visitor.get("/staff")).text


async def test_logging_out_ends_the_session_and_takes_the_cookie(liqiang: Visitor) -> None:
    secret = liqiang.http.cookies["gongyou_staff"]
    answer = await liqiang.post("/staff/logout")
    assert answer.headers["location"] == "/staff/login?done=out"
    assert "gongyou_staff" not in liqiang.http.cookies
    liqiang.http.cookies.set("gongyou_staff", secret)
    assert not await liqiang.is_logged_in()
    assert "已经退出登录" in (await liqiang.get("/staff/login?done=out")).text


@pytest.mark.parametrize("idle_s", [30 * 60, 13 * 3600])
async def test_an_expired_session_leads_to_the_log_in_page(liqiang: Visitor, clock: FakeClock, idle_s: int) -> None:
    await clock.advance(idle_s)
    answer = await liqiang.get("/staff")
    assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, "/staff/login")


async def test_a_disabled_account_is_out_at_once(liqiang: Visitor, accounts: Accounts) -> None:
    await accounts.disable("liqiang")
    assert not await liqiang.is_logged_in()


async def test_the_other_devices_can_be_logged_out(liqiang: Visitor, visit: Callable[..., Visitor]) -> None:
    assert "退出其他设备" not in (await liqiang.get("/staff")).text
    other = visit()
    await other.log_in()
    assert "退出其他设备" in (await liqiang.get("/staff")).text
    answer = await liqiang.post("/staff/sessions/others")
    assert "其他设备都已退出" in (await liqiang.get(answer.headers["location"])).text
    assert not await other.is_logged_in()
    assert await liqiang.is_logged_in()


async def test_a_changed_password_logs_out_everywhere_else(liqiang: Visitor, visit: Callable[..., Visitor]) -> None:
    other = visit()
    await other.log_in()
    before = liqiang.http.cookies["gongyou_staff"]
    answer = await liqiang.post("/staff/password", current=PASSWORD, new=OTHER_PASSWORD, again=OTHER_PASSWORD)
    assert "密码已经改好" in (await liqiang.get(answer.headers["location"])).text
    assert liqiang.http.cookies["gongyou_staff"] != before
    assert not await other.is_logged_in()
    assert (await other.log_in()).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (await other.log_in(password=OTHER_PASSWORD)).status_code == HTTPStatus.SEE_OTHER


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        (("", OTHER_PASSWORD, OTHER_PASSWORD), "current", "请填写现在的密码"),
        ((PASSWORD, "", ""), "new", "请填写新密码"),
        ((PASSWORD, OTHER_PASSWORD, "another one"), "again", "不一样"),
        (("wrong password", OTHER_PASSWORD, OTHER_PASSWORD), "current", "现在的密码不对"),
        ((PASSWORD, "short", "short"), "new", "太短"),
        ((PASSWORD, "liqiang2024", "liqiang2024"), "new", "不能是用户名"),
    ],
)
async def test_a_password_that_is_not_changed_is_explained_at_its_field(
    liqiang: Visitor, fields: tuple[str, str, str], field: str, said: str
) -> None:
    current, new, again = fields
    answer = await liqiang.post("/staff/password", current=current, new=new, again=again)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'<a href="#{field}">' in answer.text
    assert said in answer.text
    assert "有误：" in answer.text
    assert not any(f'value="{typed}"' in answer.text for typed in filter(None, fields))
    assert await liqiang.is_logged_in()


@pytest.mark.parametrize("path", ["/staff", "/staff/login"])
async def test_no_page_is_kept_or_has_inline_script_or_style(liqiang: Visitor, path: str) -> None:
    if path == "/staff/login":
        liqiang.http.cookies.clear()
    answer = await liqiang.get(path)
    assert answer.headers["cache-control"] == "no-store"
    for forbidden in ("<style", " style=", " onclick=", "<script>", "http://", "https://"):
        assert forbidden not in answer.text


async def test_what_somebody_typed_is_escaped(visitor: Visitor) -> None:
    page = (await visitor.log_in('"><script>alert(1)</script>', "wrong password")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
