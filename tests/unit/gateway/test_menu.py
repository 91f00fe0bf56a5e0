"""The menu of an account: the platform takes it, and every key of it leads somewhere."""

from __future__ import annotations

import json
from pathlib import Path

from bot.gateway.wishes import FORMS_IN_MENU, MENU
from bot.handlers.personal_data import MENU_MINE
from bot.handlers.small_talk import MENU_HELP, MENU_QUESTION, MENU_REGION
from bot.wechat.simulated_menu import judge_menu

MENU_FILE = Path(__file__).parents[3] / "deploy" / "wechat_menu.json"


def test_the_platform_takes_the_menu() -> None:
    assert judge_menu(json.loads(MENU_FILE.read_text(encoding="utf-8"))) == 0


def test_every_key_of_the_menu_is_known_and_every_known_key_is_in_the_menu() -> None:
    menu = json.loads(MENU_FILE.read_text(encoding="utf-8"))
    keys = {entry["key"] for button in menu["button"] for entry in button["sub_button"]}
    known = {*MENU, *FORMS_IN_MENU, MENU_HELP, MENU_QUESTION, MENU_MINE}
    assert keys == known  # MENU_REGION is known, too, of older menus: fifteen keys are all that the platform takes
    assert MENU_REGION not in keys
