"""Numbers that workers reply to a list of choices: 2, ２, 二, 第二个, 选2, 看第2条."""

from __future__ import annotations

import re

_CHOICE = re.compile(
    r"(?:我?就?(?:选|要|看看?|查看?|点|回复)?第?)\s*(?:(?P<digits>\d{1,2})|(?P<word>[一二两三四五六七八九]))\s*"
    r"(?:个|号|项|条|家)?(?:吧|的|呢|啊)?[。.、,，!！\s]*"
)
_WORDS = {word: number for number, word in enumerate("一二三四五六七八九", start=1)} | {"两": 2}


def read_choice(text: str) -> int | None:
    """The number that a message consists of, None where it is anything else."""
    match = _CHOICE.fullmatch(text.strip())
    if match is None:
        return None
    return int(match["digits"]) if match["digits"] else _WORDS[match["word"]]
