"""Cookies, forms from elsewhere, the way back after log-in, and who may see what."""

import re
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus

import httpx2
import pytest
from fastapi import FastAPI

from api.auth import FORM_MAX_BYTES, SECURE_COOKIES, safe_next
from tests.fakes.staff_visitor import ORIGIN, PASSWORD, Visitor

SECURE_ORIGIN = "https://staff.test"
OTHER_PASSWORD = "夏天的最后一班船 22:40"


def cookies_set(answer: httpx2.Response) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.get_list("set-cookie")}


async def test_over_http_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    cookie = cookies_set(await visitor.log_in())["gongyou_staff"]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=lax"}


async def test_over_https_the_cookies_are_the_hosts_own(visit: Callable[..., Visitor]) -> None:
    visitor = visit(SECURE_ORIGIN)
    form = cookies_set(await visitor.get("/staff/login"))["__Host-gongyou-form"]
    session = cookies_set(await visitor.log_in())["__Host-gongyou"]
    for cookie, same_site in ((form, "strict"), (session, "lax")):
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert parts == {"httponly", "path=/", f"samesite={same_site}", "secure"}
    assert await visitor.is_logged_in()


async def test_in_production_cookies_are_for_https_alone_whatever_a_proxy_says(app: FastAPI, visitor: Visitor) -> None:
    setattr(app.state, SECURE_COOKIES, True)
    form = await visitor.get("/staff/login")
    cookie = cookies_set(form)["__Host-gongyou-form"]
    secret = cookie.partition(";")[0].partition("=")[2]
    answer = await visitor.http.post(
        "/staff/login",
        data={"csrf": visitor.token, "user_name": "liqiang", "password": PASSWORD},
        headers={"Origin": ORIGIN.replace("http:", "https:"), "Cookie": f"__Host-gongyou-form={secret}"},
    )
    for told in (cookie, cookies_set(answer)["__Host-gongyou"]):
        assert "secure" in {part.strip().lower() for part in told.split(";")[1:]}


async def test_over_https_a_cookie_from_http_counts_for_nothing(
    visitor: Visitor, visit: Callable[..., Visitor]
) -> None:
    await visitor.log_in()
    secure = visit(SECURE_ORIGIN)
    secure.http.cookies.set("gongyou_staff", visitor.http.cookies["gongyou_staff"])
    assert not await secure.is_logged_in()


async def test_a_planted_session_is_not_taken_over_at_log_in(visitor: Visitor) -> None:
    planted = "A" * 43
    form = await visitor.get("/staff/login")
    cookies = f"gongyou_staff={planted}; gongyou_staff_form={form.cookies['gongyou_staff_form']}"
    visitor.http.cookies.clear()
    answer = await visitor.http.post(
        "/staff/login",
        data={"csrf": visitor.token, "user_name": "liqiang", "password": PASSWORD},
        headers={"Origin": ORIGIN, "Cookie": cookies},
    )
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.cookies["gongyou_staff"] != planted
    visitor.http.cookies.clear()
    attacker = await visitor.http.get("/staff", headers={"Cookie": f"gongyou_staff={planted}"})
    assert attacker.status_code == HTTPStatus.SEE_OTHER


async def test_each_log_in_gives_another_secret_and_ends_the_browsers_old_one(
    visitor: Visitor, visit: Callable[..., Visitor]
) -> None:
    await visitor.log_in()
    first = visitor.http.cookies["gongyou_staff"]
    form = await visit().get("/staff/login")
    secret, token = form.cookies["gongyou_staff_form"], re.search(r'value="([0-9a-f]{64})"', form.text)
    assert token is not None
    again = await visit().http.post(
        "/staff/login",
        data={"csrf": token[1], "user_name": "liqiang", "password": PASSWORD},
        headers={"Origin": ORIGIN, "Cookie": f"gongyou_staff={first}; gongyou_staff_form={secret}"},
    )
    assert again.status_code == HTTPStatus.SEE_OTHER
    assert again.cookies["gongyou_staff"] != first
    assert not await visitor.is_logged_in()


FOREIGN_ORIGINS = [
    None,
    "null",
    "http://evil.test",
    "http://staff.test:81",
    "http://staff.test.evil.test",
    "staff.test",
]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_a_log_in_form_from_elsewhere_is_refused(visitor: Visitor, origin: str | None) -> None:
    await visitor.get("/staff/login")
    answer = await visitor.post("/staff/login", origin=origin, user_name="liqiang", password=PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "x" * 1000])
async def test_a_log_in_form_without_its_token_is_refused(visitor: Visitor, token: str) -> None:
    await visitor.get("/staff/login")
    answer = await visitor.post("/staff/login", csrf=token, user_name="liqiang", password=PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN


async def test_the_token_of_another_browsers_log_in_form_is_refused(visit: Callable[..., Visitor]) -> None:
    attacker, victim = visit(), visit()
    await attacker.get("/staff/login")
    await victim.get("/staff/login")
    answer = await victim.post("/staff/login", csrf=attacker.token, user_name="liqiang", password=PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN


async def test_a_log_in_form_without_its_cookie_is_refused(visitor: Visitor) -> None:
    await visitor.get("/staff/login")
    visitor.http.cookies.clear()
    answer = await visitor.post("/staff/login", user_name="liqiang", password=PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("path", ["/staff/logout", "/staff/password", "/staff/sessions/others"])
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_a_form_from_elsewhere_changes_nothing(liqiang: Visitor, path: str, origin: str | None) -> None:
    answer = await liqiang.post(path, origin=origin, current=PASSWORD, new=OTHER_PASSWORD, again=OTHER_PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert await liqiang.is_logged_in()


@pytest.mark.parametrize("path", ["/staff/logout", "/staff/password", "/staff/sessions/others"])
async def test_a_form_with_another_sessions_token_changes_nothing(
    liqiang: Visitor, visit: Callable[..., Visitor], path: str
) -> None:
    other = visit()
    await other.log_in("wangfang")
    await other.get("/staff")
    for token in (other.token, "", "0" * 64):
        answer = await liqiang.post(path, csrf=token, current=PASSWORD, new=OTHER_PASSWORD, again=OTHER_PASSWORD)
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert await liqiang.is_logged_in()


async def test_htmx_may_send_the_token_as_a_header(liqiang: Visitor) -> None:
    answer = await liqiang.http.post("/staff/logout", headers={"Origin": ORIGIN, "X-CSRF-Token": liqiang.token})
    assert answer.status_code == HTTPStatus.SEE_OTHER


async def test_over_https_a_form_from_the_same_host_over_http_is_refused(visit: Callable[..., Visitor]) -> None:
    visitor = visit(SECURE_ORIGIN)
    await visitor.get("/staff/login")
    answer = await visitor.post("/staff/login", origin=ORIGIN, user_name="liqiang", password=PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN


async def test_after_log_in_one_is_where_one_wanted_to_be(visitor: Visitor) -> None:
    asked = await visitor.get("/staff/log?day=2024-04-25&who=李")
    assert asked.status_code == HTTPStatus.SEE_OTHER
    await visitor.get(asked.headers["location"])
    page = await visitor.get(asked.headers["location"])
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted is not None
    answer = await visitor.post(
        "/staff/login", user_name="liqiang", password=PASSWORD, next=wanted[1].replace("&amp;", "&")
    )
    assert answer.headers["location"] == "/staff/log?day=2024-04-25&who=%E6%9D%8E"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        " //evil.test",
        "javascript:alert(1)",
        "staff",
        "",
        "/staff/login",
        "/staff/login/?next=/staff/login",
        "/staff\r\nSet-Cookie: x=1",
        "/" + "x" * 600,
    ],
)
async def test_nobody_is_sent_away_from_this_site(visitor: Visitor, target: str) -> None:
    assert safe_next(target) == "/staff"
    answer = await visitor.log_in(next=target)
    assert answer.headers["location"] == "/staff"
    already_in = await visitor.http.get("/staff/login", params={"next": target})
    assert already_in.headers["location"] == "/staff"


@pytest.mark.parametrize("target", ["/staff", "/staff/log?day=1&b=%2F%2Fevil", "/console/queue/3"])
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert safe_next(target) == target


async def test_a_program_and_a_part_of_a_page_are_not_sent_to_a_form(visitor: Visitor) -> None:
    program = await visitor.get("/staff", Accept="application/json")
    assert program.status_code == HTTPStatus.UNAUTHORIZED
    part = await visitor.get("/staff/log", **{"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (HTTPStatus.UNAUTHORIZED, "/staff/login?next=/staff/log")


async def test_a_page_lets_through_only_roles_that_may(liqiang: Visitor, visit: Callable[..., Visitor]) -> None:
    admin = visit()
    await admin.log_in("wangfang")
    await admin.get("/staff")
    assert (await liqiang.get("/staff/log")).text == "liqiang"
    refused = await admin.get("/staff/log")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "不能做这件事" in refused.text
    assert (await admin.post("/staff/publish")).text == "wangfang"
    assert (await admin.post("/staff/publish", csrf="")).status_code == HTTPStatus.FORBIDDEN
    assert (await liqiang.post("/staff/publish")).status_code == HTTPStatus.FORBIDDEN


async def test_a_form_that_is_too_large_is_not_read(visitor: Visitor) -> None:
    await visitor.get("/staff/login")
    answer = await visitor.post("/staff/login", user_name="x" * FORM_MAX_BYTES)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    async def endless() -> AsyncIterator[bytes]:
        yield b"user_name=x"
        raise AssertionError("a body without a length is not read")

    unsized = await visitor.http.post("/staff/login", content=endless(), headers={"Origin": ORIGIN})
    assert unsized.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
