"""What the gateway itself says: notices around answers, in short plain Chinese."""

from __future__ import annotations

import re

COMES_WITH_NEXT_MESSAGE = "正在为您查询，请稍后回复任意内容获取答案"
STILL_WORKING = "还在查，请过一会儿再回复任意内容获取答案。"
TRY_AGAIN_LATER = "系统正忙，这条没有收下来，请稍后再试。急事请打12333（人社热线）。"
BUSY = "现在问的人多，请过一分钟再发一次。急事请打12333（人社热线）。"
SORRY = "对不起，刚才出了点问题，这个没查出来。请过一会儿再问一次，急的话打12333（人社热线）问。"
MORE_WAITS = "（还有没发完的；没收到下文就回复任意内容）"
BETWEEN_ANSWERS = "\n\n"
QUOTED_CHARACTERS = 16

NOTICE = "另外通知您一件事"

_NUDGE = re.compile(
    r"(?:[\d\W_]{0,4}|[a-z]{1,2}|好的?|好了吗?|嗯+|哦+|收到|行|是的?|在吗?|查到了?[吗没]?|答案|结果|怎么样了?|继续|谢谢)[\W_]*",
    re.IGNORECASE,
)


def is_nudge(text: str) -> bool:
    """Whether a message only asks for the answer that was promised: 1, 好, ok, 查到了吗."""
    return bool(_NUDGE.fullmatch(text.strip()))


def late_answer_heading(question: str, *, may_be_known: bool) -> str:
    """The line above a late answer, so that it is not taken for the answer to something else.

    Args:
        question: what the worker had asked; "" where the message had no text.
        may_be_known: whether the answer may have reached them already.
    """
    words = " ".join(question.split())
    quoted = words if len(words) <= QUOTED_CHARACTERS else f"{words[:QUOTED_CHARACTERS]}…"
    asked = f"您之前问的“{quoted}”" if quoted else "您之前问的"
    return f"{asked}（这条可能已经收到过）：" if may_be_known else f"{asked}："


def notice_heading(*, may_be_known: bool) -> str:
    """The line above a notice that goes out with the reply to a message.

    Args:
        may_be_known: whether it may have reached the worker already.
    """
    return f"{NOTICE}（这条可能已经收到过）：" if may_be_known else f"{NOTICE}："
