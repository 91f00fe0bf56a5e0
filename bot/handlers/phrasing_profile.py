"""What is said about what is kept of a worker for good: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

TITLE = "记下您的资料"
WORK, HOME, TRADE = "打工的地方", "老家", "工种"
AGREE_AGAIN = "同意我长期记住您在哪里打工、老家和工种吗？不同意也能照常用。"
AGREE, DISAGREE = "同意", "不同意"
ASK_WORK = "您在哪里打工？比如“三明永安”。"
ASK_HOME = "您老家在哪里？"
ASK_TRADE = "您做什么工种？比如“电焊工”“保姆”。"
STILL = "还是{known}"
SEVERAL_PLACES = "叫“{name}”的地方有好几个，请带上省和市说，比如“福建省三明市永安市”。"
UNKNOWN_PLACE = "这个地方我没认出来，请按“省 市 县”说，比如“福建省三明市永安市”。"
NOT_AGREED = "好的，不长期记。您照常问就行。"
HOW_TO_GO_ON = "要看回复“我的资料”，要改回复“记下我的资料”，要删回复“删除我的信息”。"


def kept(facts: Sequence[tuple[str, str]]) -> str:
    """What is kept from now on.

    Args:
        facts: each with its label.
    """
    return "\n".join(["记住了：", *(f"{label}：{text}" for label, text in facts), HOW_TO_GO_ON])
