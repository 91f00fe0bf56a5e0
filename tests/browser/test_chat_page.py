import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

OpenChat = Callable[..., Page]

PHONE = {"width": 390, "height": 844}
QUESTION = "创业补贴有多少"


def ask(page: Page, text: str) -> None:
    page.get_by_label("想问的话").fill(text)
    page.get_by_role("button", name="发送").click()


def greeted(page: Page) -> Page:
    """The page once the account has greeted its new follower."""
    expect(page.locator(".row.account")).to_have_count(1)
    return page


def answered(page: Page, said: str) -> None:
    """Wait until the worker's words stand in the chat with something of the account's below them."""
    expect(page.locator(".row.worker .bubble").last).to_contain_text(said)
    expect(page.locator(".row").last).to_have_class(re.compile(r"\baccount\b"))


def is_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_a_question_is_answered_in_the_chat_and_explained_beside_it(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, QUESTION)
    answered(page, QUESTION)
    panel = page.get_by_label("这条消息的经过")
    expect(panel.locator(".quote")).to_have_text(QUESTION)
    expect(panel.get_by_text("验签、解密")).to_be_visible()
    expect(panel.locator(".clause").first).to_be_visible()
    expect(panel.get_by_text(re.compile("已答|只找到相近条款|文件没有说"))).to_be_visible()
    page.get_by_text("看收发的原始数据").click()
    expect(page.get_by_label("平台发出的加密数据")).to_contain_text("<Encrypt>")


def test_the_enter_key_sends_and_the_cursor_stays_where_one_writes(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    page.get_by_label("想问的话").fill("你好")
    page.keyboard.press("Enter")
    expect(page.locator(".row.worker")).to_have_count(1)
    expect(page.get_by_label("想问的话")).to_have_value("")
    expect(page.get_by_label("想问的话")).to_be_focused()


def test_an_example_is_asked_by_one_click(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    page.get_by_role("button", name="考电工证补多少钱").click()
    answered(page, "考电工证补多少钱")


def test_a_searched_place_brings_a_fresh_worker_who_says_so(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, "你好")
    answered(page, "你好")
    page.get_by_label("找别的地方").press_sequentially("三元")
    page.get_by_role("button", name="福建省三明市三元区").click()
    expect(page.locator("#place")).to_contain_text("福建省三明市三元区")
    expect(page.locator(".row.worker")).to_have_count(1)
    answered(page, "我在福建省三明市三元区")
    expect(page.get_by_label("找别的地方")).to_have_value("")


def test_a_place_of_the_corpus_is_one_click_away_and_can_be_taken_back(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    page.get_by_role("button", name="福建省三明市", exact=True).click()
    expect(page.locator("#place")).to_contain_text("福建省三明市")
    answered(page, "我在福建省三明市")
    page.get_by_role("button", name="不说在哪").click()
    expect(page.locator("#place")).to_contain_text("没替工人选地方")
    expect(page.locator(".row.worker")).to_have_count(0)


def test_a_repeated_push_shows_one_answer(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, "你好")
    answered(page, "你好")
    page.get_by_text("更多").click()
    page.get_by_role("button", name="连发两次").click()
    expect(page.get_by_text("推送了两次")).to_be_visible()
    expect(page.locator(".row.account")).to_have_count(3)


@pytest.mark.parametrize("label", ["图片", "语音", "位置"])
def test_other_kinds_of_message_are_answered_too(open_chat: OpenChat, label: str) -> None:
    page = greeted(open_chat())
    page.get_by_text("更多").click()
    page.get_by_role("button", name=label).first.click()
    expect(page.locator(".row.account")).to_have_count(2)


def test_choices_are_tapped_and_only_those_offered_last(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, "我在三明永安，失业登记怎么办")
    answered(page, "失业登记怎么办")
    page.get_by_role("button", name="单位不要我了").click()
    expect(page.locator(".row.worker .bubble").last).to_contain_text("1")
    expect(page.get_by_role("button", name="缴满一年了")).to_be_enabled()
    expect(page.get_by_role("button", name="我自己不干了")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="我自己不干了")).to_be_disabled()
    page.get_by_role("button", name="不清楚").click()
    expect(page.locator(".row.account .bubble").last).to_contain_text("第一步，")


def test_words_that_are_asked_for_are_tapped(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, "失业登记怎么办")
    answered(page, "失业登记怎么办")
    page.get_by_role("button", name="取消").click()
    expect(page.locator(".row.account .bubble").last).to_contain_text("不办了")
    expect(page.get_by_role("button", name="取消")).to_be_hidden()


def test_the_accounts_menu_opens_one_list_at_a_time_and_begins_what_is_pressed(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    first, second = (page.locator(".menu").nth(number) for number in (0, 1))
    first.locator("summary").click()
    second.locator("summary").click()
    expect(first.locator(".sub-menu")).to_be_hidden()
    second.get_by_role("button", name="登记欠薪").click()
    expect(page.locator("#bubbles").get_by_text("［点了菜单“登记欠薪”］")).to_be_visible()
    expect(page.locator(".row.account .bubble").last).to_contain_text("好，登记欠薪。")
    expect(second.locator(".sub-menu")).to_be_hidden()


def test_two_tabs_show_the_same_chat(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    other = page.context.new_page()
    other.goto(page.url)
    greeted(other)
    ask(page, "你好")
    answered(other, "你好")
    page.close()
    ask(other, "谢谢")
    answered(other, "谢谢")


def test_a_reloaded_page_shows_the_same_chat(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, "你好")
    answered(page, "你好")
    before = page.locator("#bubbles").inner_text()
    page.reload()
    assert page.locator("#bubbles").inner_text() == before


def test_what_is_written_is_only_ever_text(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    ask(page, "<img src=x onerror=alert(1)>")
    answered(page, "<img src=x onerror=alert(1)>")
    assert page.locator(".bubble img").count() == 0


def test_the_account_is_shown_at_work_only_after_a_third_of_a_second(open_chat: OpenChat) -> None:
    page = greeted(open_chat())
    style = page.evaluate(
        """() => {
          const typing = document.getElementById("typing");
          typing.hidden = false;
          const style = getComputedStyle(typing);
          return [style.animationName, style.animationDelay, style.animationDuration];
        }"""
    )
    assert style == ["appear", "0.3s", "0s"]


def test_who_wants_less_motion_gets_none(open_chat: OpenChat) -> None:
    page = greeted(open_chat(reduced_motion="reduce"))
    assert page.evaluate("getComputedStyle(document.querySelector('.dots i')).animationDuration") == "0s"


def test_on_a_phone_the_chat_fills_the_screen_and_nothing_sticks_out(open_chat: OpenChat) -> None:
    page = greeted(open_chat(PHONE))
    ask(page, QUESTION)
    answered(page, QUESTION)
    assert not is_wider_than_its_window(page)
    assert page.locator("#phone").bounding_box() == {"x": 0, "y": 0, **PHONE}


def test_on_a_phone_the_panel_opens_over_the_chat_and_gives_the_focus_back(open_chat: OpenChat) -> None:
    page = greeted(open_chat(PHONE))
    ask(page, QUESTION)
    answered(page, QUESTION)
    assert not page.locator("#panel").is_visible()
    opener = page.get_by_role("button", name="看过程")
    opener.click()
    expect(page.get_by_role("button", name="回到聊天")).to_be_focused()
    expect(page.locator("#exchange .quote")).to_have_text(QUESTION)
    assert not is_wider_than_its_window(page)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(opener).to_be_focused()


def test_on_a_phone_an_answer_leads_to_how_it_came_about(open_chat: OpenChat) -> None:
    page = greeted(open_chat(PHONE))
    page.get_by_role("button", name="看这条怎么来的").click()
    expect(page.locator("#exchange .quote")).to_have_text("［关注了公众号］")
    expect(page.locator("#exchange .quote")).to_be_visible()


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desktop", "phone"])
def test_choices_and_the_menu_are_accessible_and_fit(open_chat: OpenChat, viewport: dict[str, int]) -> None:
    page = greeted(open_chat(viewport))
    ask(page, "我在三明永安，失业登记怎么办")
    answered(page, "失业登记怎么办")
    page.get_by_role("button", name="单位不要我了").click()
    expect(page.get_by_role("button", name="缴满一年了")).to_be_visible()
    page.get_by_text("我的", exact=True).click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not is_wider_than_its_window(page)


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desktop", "phone"])
def test_the_chat_is_accessible_to_everybody(open_chat: OpenChat, viewport: dict[str, int]) -> None:
    page = greeted(open_chat(viewport))
    ask(page, QUESTION)
    answered(page, QUESTION)
    expect(page.locator(".clause").first).to_be_attached()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_text("更多").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_panel_on_a_phone_is_accessible_to_everybody(open_chat: OpenChat) -> None:
    page = greeted(open_chat(PHONE))
    ask(page, QUESTION)
    expect(page.locator(".clause").first).to_be_attached()
    page.get_by_role("button", name="看过程").click()
    page.get_by_text("看收发的原始数据").click()
    page.get_by_label("找别的地方").press_sequentially("三明")
    expect(page.get_by_role("button", name="福建省三明市三元区")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not is_wider_than_its_window(page)


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desktop", "phone"])
def test_plain_pages_are_accessible_and_fit(open_chat: OpenChat, path: str, viewport: dict[str, int]) -> None:
    page = open_chat(viewport, path=path)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not is_wider_than_its_window(page)
