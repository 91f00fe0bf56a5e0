"""The simulated platform's rules for a menu (source: its page "自定义菜单创建接口")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_BUTTONS = 3
MOST_SUB_BUTTONS = 5
BUTTON_NAME_MAX_BYTES = 16
SUB_BUTTON_NAME_MAX_BYTES = 60
KEY_MAX_BYTES = 128
URL_MAX_BYTES = 1024
KEYED_TYPES = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)

BAD_BUTTON_COUNT = 40016
BAD_TYPE = 40017
BAD_NAME = 40018
BAD_KEY = 40019
BAD_URL = 40020
BAD_SUB_BUTTON_COUNT = 40023


def judge_menu(menu: Mapping[str, Any]) -> int:
    """0 for a menu that the platform takes, else its error code."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST_BUTTONS:
        return BAD_BUTTON_COUNT
    return next((errcode for button in buttons if (errcode := _judge_top_button(button))), 0)


def _judge_top_button(button: Mapping[str, Any]) -> int:
    if not 0 < _byte_count(button.get("name")) <= BUTTON_NAME_MAX_BYTES:
        return BAD_NAME
    sub_buttons = button.get("sub_button")
    if not sub_buttons:
        return _judge_action(button)
    if len(sub_buttons) > MOST_SUB_BUTTONS:
        return BAD_SUB_BUTTON_COUNT
    return next((errcode for sub_button in sub_buttons if (errcode := _judge_sub_button(sub_button))), 0)


def _judge_sub_button(button: Mapping[str, Any]) -> int:
    if not 0 < _byte_count(button.get("name")) <= SUB_BUTTON_NAME_MAX_BYTES:
        return BAD_NAME
    return _judge_action(button)


def _judge_action(button: Mapping[str, Any]) -> int:
    kind = button.get("type")
    if kind == "view":
        is_link = str(button.get("url", "")).startswith(("http://", "https://"))
        return 0 if is_link and _byte_count(button.get("url")) <= URL_MAX_BYTES else BAD_URL
    if kind in KEYED_TYPES:
        return 0 if 0 < _byte_count(button.get("key")) <= KEY_MAX_BYTES else BAD_KEY
    return BAD_TYPE


def _byte_count(text: object) -> int:
    return len(text.encode()) if isinstance(text, str) else 0
