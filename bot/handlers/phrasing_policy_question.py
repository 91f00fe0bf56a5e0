"""What is said above the answer to a question that leans on the one before it: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_NAME_CHARS = 18
AS_WRITTEN = "下面这条没有写到的，以窗口答复为准。"
TIME_NOT_WRITTEN = "多久能办好，下面这条没有写，以窗口答复为准。"
ALL_TOLD = "接着说“{name}”：收录的文件里没有写更多了。找哪个部门、要什么材料、怎么办理，可以接着问。"
OFFICES_SHOWN = 2


def name_of(words: str, title: str) -> str:
    """What a topic is called: by the worker's own words, by the clause's where they are many."""
    if len(words) <= LONGEST_NAME_CHARS or not title:
        return words if len(words) <= LONGEST_NAME_CHARS else f"{words[:LONGEST_NAME_CHARS]}…"
    return title.split(",", maxsplit=1)[0].split("，", maxsplit=1)[0].rstrip("。：: ")


def goes_on(name: str, *, added: str = "", place: str = "") -> str:
    """What the answer below is taken to be about, so that a wrong guess is seen.

    Args:
        name: what the topic is called.
        added: what the worker added: 没交社保的.
        place: whose rules are looked up; "" for the worker's own.
    """
    told = [f"接着说“{name}”", f"{added.rstrip('吗么不')}" if added else "", f"看{place}的" if place else ""]
    return "，".join(part for part in told if part) + "："


def offices(names: Sequence[str]) -> str:
    """Those of a clause, the first ones by name; "" for none."""
    return "、".join(names[:OFFICES_SHOWN]) + ("等" if len(names) > OFFICES_SHOWN else "")


def goes_on_with_offices(name: str, offices: str) -> str:
    """The same where it is asked whom to go to, and the clause below says so."""
    return f"接着说“{name}”，这事归{offices}管，文件里是这么写的："


def lines(*parts: str) -> str:
    """The parts that say something, each on its line."""
    return "\n".join(part for part in parts if part)
