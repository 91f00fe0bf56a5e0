"""What is said about things that workers do themselves at a counter: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.guided_steps import Step
from bot.domain.legal_reference import SourceQuote

ASK_PLACE = "您准备在哪个市县办？比如“三明永安”。"
SEVERAL_PLACES = "叫“{name}”的地方有好几个，请带上省和市说，比如“福建省三明市永安市”。"
PLACE = "地方"
WINDOW_DECIDES = "要带什么、怎么填，以窗口要求为准。"
NOTHING_LOCAL = "我这里没有{place}专门写这件事的文件，上面是全国的规定。"
_NUMBERS = "一二三四五六七八九"
_DRAFT = "（征求意见稿，还没有正式施行）"


def guide(
    title: str, steps: Sequence[Step], notes: Sequence[Step], local: Sequence[Step], *, place: str, counters: str
) -> str:
    """The steps with the words that they stand on, what the place adds, and where to go.

    Args:
        title: what is done.
        steps: in their order.
        notes: remarks.
        local: what the place's own document adds; empty where it says nothing.
        place: its name.
        counters: where to go, in words.
    """
    lines = [f"{title}，照着这几步走："]
    lines += [f"第{_NUMBERS[number]}步，{step.text}{_source(step.quote)}" for number, step in enumerate(steps)]
    lines += [f"注意：{note.text}{_source(note.quote)}" for note in notes]
    lines += [_said_locally(place, entry.quote) for entry in local] or [NOTHING_LOCAL.format(place=place)]
    return "\n".join([*lines, WINDOW_DECIDES, "", counters])


def _source(quote: SourceQuote) -> str:
    return f"（{quote.cited}：“{quote.text}”）"


def _said_locally(place: str, quote: SourceQuote) -> str:
    draft = _DRAFT if quote.is_draft else ""
    return f"{place}这边的文件还说{draft}：“{quote.text}”（{quote.cited}）"
