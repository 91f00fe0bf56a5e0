"""Logging in and looking after one's account, before two worker processes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

OpenStaff = Callable[..., Page]

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PASSWORD = "春天的第一趟火车 07:15"
OTHER_PASSWORD = "夏天的最后一班船 22:40"
REFUSED_FORM = "the server responded with a status of 42"
"""Chromium reports a form that was refused (422) or came too often (429) as an error of the page."""


@pytest.fixture(scope="module", autouse=True)
def staff(server_url: str, server_data_dir: Path) -> None:  # noqa: ARG001 - the server makes the data folder
    """An admin, and one operator for each test that changes or locks an account."""
    run_staff(server_data_dir, "add-admin", "wangfang", "--display-name", "王芳")
    for name in ("changer", "locked", "keyboard"):
        run_staff(server_data_dir, "add", name, "--role", "operator", "--region", "350400")


def run_staff(data_dir: Path, *arguments: str) -> None:
    command = [sys.executable, "-c", "from api.commands import main; main()", "staff", *arguments, "--password-stdin"]
    environment = {**os.environ, "GONGYOU_DATA_DIR": str(data_dir)}
    subprocess.run(command, check=True, env=environment, input=PASSWORD.encode(), stdout=subprocess.DEVNULL)  # noqa: S603 - ours


@pytest.fixture
def open_staff(chromium: Browser, server_url: str) -> Iterator[OpenStaff]:
    """Opens a staff page in a fresh browser; in the end, nothing may have gone wrong or left the machine."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and REFUSED_FORM not in message.text:
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(server_url).netloc:
            complaints.append(f"left the host: {request.url}")

    def open_page(viewport: dict[str, int] = DESKTOP, path: str = "/staff", *, has_scripts: bool = True) -> Page:
        context = chromium.new_context(viewport=viewport, java_script_enabled=has_scripts)
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


def log_in(page: Page, name: str = "wangfang", password: str = PASSWORD) -> Page:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    return page


def is_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def assert_accessible(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert not is_wider_than_its_window(page)


def test_one_gets_in_and_out_by_keyboard_alone(open_staff: OpenStaff) -> None:
    page = open_staff()
    expect(page).to_have_title("工作人员登录 · 工友")
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.type("keyboard")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="我的账号", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.get_by_role("button", name="退出登录").press("Enter")
    expect(page.get_by_role("status").first).to_have_text("已经退出登录。")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="工作人员登录")).to_be_visible()


def test_a_refused_log_in_leads_from_the_summary_to_the_field(open_staff: OpenStaff) -> None:
    page = log_in(open_staff(), password="wrong password")
    expect(page).to_have_title("有误：工作人员登录 · 工友")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("用户名")).to_have_value("wangfang")
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("密码", exact=True)).to_be_focused()
    assert_accessible(page)


def test_too_many_tries_are_said_in_plain_words_without_scripts(open_staff: OpenStaff) -> None:
    page = open_staff(PHONE, has_scripts=False)
    for _ in range(5):
        log_in(page, "locked", "wrong password")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    expect(page.get_by_role("alert")).to_contain_text("下次要等 1 分钟")
    log_in(page, "locked")
    expect(page.get_by_role("alert")).to_contain_text("分钟再试")


def test_a_password_is_shown_only_while_one_wants_to_see_it(open_staff: OpenStaff) -> None:
    page = open_staff()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    button = page.get_by_role("button", name="显示密码")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("密码", exact=True)).to_have_attribute("type", "text")
    button.click()
    expect(page.get_by_label("密码", exact=True)).to_have_attribute("type", "password")


def test_caps_lock_is_pointed_out(open_staff: OpenStaff) -> None:
    page = open_staff()
    field = page.get_by_label("密码", exact=True)
    pressed = "new KeyboardEvent('keydown', {key: 'A', bubbles: true, modifierCapsLock: %s})"
    field.evaluate(f"field => field.dispatchEvent({pressed % 'true'})")
    expect(page.locator("[data-caps-lock-of=password]")).to_contain_text("Caps Lock")
    field.evaluate(f"field => field.dispatchEvent({pressed % 'false'})")
    expect(page.locator("[data-caps-lock-of=password]")).to_have_text("")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_other_devices_are_logged_out(open_staff: OpenStaff, has_scripts: bool) -> None:  # noqa: FBT001 - a case
    elsewhere = log_in(open_staff(PHONE))
    expect(elsewhere.get_by_role("heading", name="我的账号", level=1)).to_be_visible()
    here = log_in(open_staff(has_scripts=has_scripts))
    here.get_by_role("button", name="退出其他设备").click()
    expect(here.get_by_role("status").first).to_have_text("其他设备都已退出。")
    expect(here.get_by_role("heading", name="登录中的设备（1）")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="工作人员登录")).to_be_visible()


def test_a_password_is_changed_with_a_word_about_a_weak_one(open_staff: OpenStaff) -> None:
    page = log_in(open_staff(), "changer")
    for new, again in (("1234567890", "1234567890"), (OTHER_PASSWORD, OTHER_PASSWORD)):
        page.get_by_label("现在的密码", exact=True).fill(PASSWORD)
        page.get_by_label("新密码", exact=True).fill(new)
        page.get_by_label("再输一遍新密码", exact=True).fill(again)
        page.get_by_role("button", name="改密码").click()
        if new != OTHER_PASSWORD:
            expect(page.get_by_role("alert")).to_contain_text("连号")
    expect(page.get_by_role("status").first).to_contain_text("密码已经改好")
    page.get_by_role("button", name="退出登录").click()
    log_in(page, "changer")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    log_in(page, "changer", OTHER_PASSWORD)
    expect(page.get_by_role("heading", name="我的账号", level=1)).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_state_of_the_pages_is_accessible_and_fits(open_staff: OpenStaff, viewport: dict[str, int]) -> None:
    page = open_staff(viewport)
    assert_accessible(page)
    log_in(page)
    expect(page.get_by_role("heading", name="我的账号", level=1)).to_be_visible()
    assert_accessible(page)
    page.get_by_label("现在的密码", exact=True).fill(PASSWORD)
    page.get_by_label("新密码", exact=True).fill("password123")
    page.get_by_label("再输一遍新密码", exact=True).fill("password123")
    page.get_by_role("button", name="改密码").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
