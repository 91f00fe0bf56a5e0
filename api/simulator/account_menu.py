"""The account's menu, as the platform is given it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MENU_FILE = Path(__file__).parents[2] / "deploy" / "wechat_menu.json"


def read_menu(path: Path) -> list[dict[str, Any]]:
    """The buttons of a menu file; none where the installation has no such file."""
    if not path.exists():
        return []
    buttons: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["button"]
    return buttons
