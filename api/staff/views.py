"""How an account and its sessions are said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import UnknownRegionError
from bot.domain.moments import CHINA
from bot.domain.region import NATION_CODE
from bot.domain.staff import StaffAccount, StaffRole, StaffSession
from bot.regions.divisions import Divisions

MAX_AGENT_LENGTH = 512

ROLE_NAMES: Mapping[StaffRole, str] = {
    StaffRole.OPERATOR: "话务员",
    StaffRole.ADMIN: "政策管理员",
    StaffRole.AUDITOR: "审计员",
}
ROLE_DUTIES: Mapping[StaffRole, str] = {
    StaffRole.OPERATOR: "接待工人、查看工人资料、查政策",
    StaffRole.ADMIN: "维护和发布政策、看统计、管理账号",
    StaffRole.AUDITOR: "看审计日志和统计",
}

# The first that is named wins: every browser also claims to be older ones.
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "安卓"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A line of the list of devices.

    Attributes:
        device: browser and system.
        opened: when somebody logged in.
        seen: when it was last used.
        is_this: whether it is the device that asks.
    """

    device: str
    opened: str
    seen: str
    is_this: bool


def session_rows(sessions: list[StaffSession], this: StaffSession) -> list[SessionRow]:
    """The list of devices, this one first."""
    rows = [
        SessionRow(
            one.device,
            moment_in_words(one.opened_at),
            moment_in_words(one.seen_at),
            is_this=one.session_id == this.session_id,
        )
        for one in sessions
    ]
    return sorted(rows, key=lambda row: not row.is_this)


def roles_in_words(account: StaffAccount) -> list[tuple[str, str]]:
    """Each role with what it may do, in a fixed order."""
    return [(ROLE_NAMES[role], ROLE_DUTIES[role]) for role in StaffRole if role in account.roles]


def scope_in_words(account: StaffAccount, divisions: Divisions) -> list[str]:
    """The places that somebody works for, by their full names."""
    return [_place_in_words(code, divisions) for code in account.region_scope]


def moment_in_words(moment: datetime) -> str:
    """``2026年3月5日 09:07``, China's time."""
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def device_in_words(user_agent: str) -> str:
    """``Chrome，Windows``: enough to tell one's own devices apart; the header itself is not kept."""
    agent = user_agent[:MAX_AGENT_LENGTH]
    named = (next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS))
    return "，".join(name for name in named if name) or "别的设备"


def _place_in_words(code: str, divisions: Divisions) -> str:
    if code == NATION_CODE:
        return "全国"
    try:
        return divisions.full_name(code)
    except UnknownRegionError:
        return code
