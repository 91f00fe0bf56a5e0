"""What is said about leafing through lists: short plain Chinese."""

from __future__ import annotations

from datetime import date

SAMPLE = "【示例】"
SAMPLE_NAME = "示例·"
NO_LIST = "要看哪一个？先告诉我您想找什么活，比如“三明电焊工”。"
FIRST_PAGE = "已经是第一页了。"
LAST_PAGE = "后面没有了，这是最后一页。"


def marked(name: str, *, is_sample: bool) -> str:
    """A name that says first whether it is a sample; once, also where the name says so itself."""
    return f"{SAMPLE}{name.removeprefix(SAMPLE_NAME)}" if is_sample else name


def no_such_entry(count: int) -> str:
    """A number outside of the page."""
    return f"请回复1到{count}里的一个数字。"


def how_to_leaf(what: str, *, has_more: bool, page: int) -> str:
    """What to reply to a list.

    Args:
        what: what a number shows: 详情和电话.
        has_more: whether a page follows.
        page: which page it is, from 0.
    """
    leaves = [f"回复数字看{what}"]
    leaves += ["回复“下一页”看后面的"] if has_more else []
    leaves += ["回复“上一页”看前面的"] if page else []
    return "，".join(leaves) + "。"


def day(on: date, today: date) -> str:
    """A day as people say it; the year where it is not this one."""
    said = f"{on.month}月{on.day}日"
    return said if on.year == today.year else f"{on.year}年{said}"


def days(first: date, last: date, today: date) -> str:
    """One day, or from one to another."""
    return day(first, today) if first == last else f"{day(first, today)}到{day(last, today)}"


def fitting(text: str, most_bytes: int) -> str:
    """A text cut at its end so that it takes at most so many UTF-8 bytes."""
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    return encoded[: most_bytes - len("…".encode())].decode(errors="ignore") + "…"
