"""What is said about things that workers do themselves at a counter: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.guided_steps import Step
from bot.domain.legal_reference import SourceQuote
from bot.domain.place import ServicePoint

ASK_PLACE = "您准备在哪个市县办？比如“三明永安”。"
SEVERAL_PLACES = "叫“{name}”的地方有好几个，请带上省和市说，比如“福建省三明市永安市”。"
PLACE = "地方"
WINDOW_DECIDES = "要带什么、怎么填，以窗口要求为准。"
NOTHING_LOCAL = "我这里没有{place}专门写这件事的文件，上面是全国的规定。"
WHERE = "去哪里办："
WHERE_UNKNOWN = "{place}的窗口在哪，打12333（人社热线）问。"
MORE_WINDOWS = "想看地图和别的窗口，回复“附近服务点”。"
SAMPLE = "（示例，不是真的窗口；真的打12333问）"
MOST_WINDOWS = 2
_NUMBERS = "一二三四五六七八九"
_DRAFT = "（征求意见稿，还没有正式施行）"


def guide(
    title: str,
    steps: Sequence[Step],
    notes: Sequence[Step],
    local: Sequence[tuple[str, SourceQuote]],
    *,
    place: str,
    windows: Sequence[ServicePoint],
) -> str:
    """The steps, what they stand on, what the place's own document adds, and where to go.

    Args:
        title: what is done.
        steps: in their order.
        notes: remarks.
        local: what documents of the place, or of the larger place named with them, add; empty where they say nothing.
        place: its name.
        windows: where to go, nearest first; empty where nothing is known.
    """
    lines = [f"{title}，照着这几步走："]
    lines += [f"第{_NUMBERS[number]}步，{step.text}" for number, step in enumerate(steps)]
    lines += [f"注意：{note.text}" for note in notes]
    lines.append(f"依据：{'、'.join(dict.fromkeys(step.quote.cited for step in [*steps, *notes]))}。")
    lines += [_said_locally(whose, quote) for whose, quote in local] or [NOTHING_LOCAL.format(place=place)]
    return "\n".join([*lines, WINDOW_DECIDES, "", *_where(place, windows)])


def _said_locally(whose: str, quote: SourceQuote) -> str:
    draft = _DRAFT if quote.is_draft else ""
    return f"{whose}的文件还说{draft}：“{quote.text}”（{quote.cited}）"


def _where(place: str, windows: Sequence[ServicePoint]) -> list[str]:
    if not windows:
        return [WHERE_UNKNOWN.format(place=place)]
    lines = ["，".join(filter(None, (one.name, one.address, one.hours, one.phone))) for one in windows[:MOST_WINDOWS]]
    return [WHERE, *lines, *([SAMPLE] if any(one.is_sample for one in windows) else []), MORE_WINDOWS]
