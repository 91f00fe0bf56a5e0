"""What is said around the questions of forms: short plain Chinese, good to hear."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.form import Question
from bot.domain.intent import Intent
from bot.handlers.forms import Known

CAN_SKIP = "（不想说就回复“跳过”）"
HOW_TO_STEER = "（不办了回复“取消”，填错了回复“上一步”）"
NOT_UNDERSTOOD = "这句我没看懂。"
STILL_NOT_UNDERSTOOD = "还是没看懂，对不起。"
WAYS_OUT = "要找人帮忙，回复“转人工”；不办了，回复“取消”；前面填错了，回复“上一步”。"
CANNOT_SKIP = "这一项不能跳过。"
FIRST_STEP = "这已经是第一步了。"
FROM_THE_BEGINNING = "好，从头来。"
CHANGED = "好，改了。"
NOTHING_KNOWN = "还什么都没填"
KNOWN_SO_FAR = "现在记的是："
NOTED = "记下了，"
NOTHING_OPEN = "现在没有办到一半的事。想办什么，直接打字告诉我。"
DECLINED = "好的，那就不办。还有想问的，直接打字。"
BACK_TO_FORM = "接着刚才的“{title}”："
UNDER_WAY = "“{title}”正在办着。"
RESUMED = "接着办“{title}”。"
BEGUN = "好，{title}。"
CANCELLED = "好，“{title}”不办了，刚才填的都没有留。"
PAUSED = "刚才的“{title}”先放着，回复“继续”接着办。"
TIMED_OUT = "前面的“{title}”办到一半停下了，回复“继续”接着办。"
UNFINISHED = "刚才的“{title}”还没办完，回复“继续”接着办。"
ALSO = "您还问了{wish}，要现在办吗？回复“好”就办。"
NOT_NOW = "系统出了点故障，正在恢复，办事这会儿办不了，请稍后再试。急着问政策的话，把问题打字发给我，现在就能查。"

WISHES = {
    Intent.POLICY_QA: "政策的事",
    Intent.JOB_SEARCH: "找活的事",
    Intent.SUBSCRIBE_JOBS: "订招工信息的事",
    Intent.SUBSIDY_ELIGIBILITY: "补贴的事",
    Intent.LEGAL_AID_BOOKING: "预约法律援助的事",
    Intent.WAGE_CLAIM: "欠薪登记的事",
    Intent.SERVICE_POINT: "去哪里办的事",
    Intent.MY_BOOKINGS: "您的预约",
    Intent.HUMAN_OPERATOR: "找人帮忙的事",
}
"""What a second wish is called when it is offered; others are not offered."""


def question(asked: Question) -> str:
    """A question with its choices, numbered, and how to skip it where its own words do not say what to reply."""
    lines = [asked.text, *(f"{number}. {choice.label}" for number, choice in enumerate(asked.choices, start=1))]
    is_told_how = "回复“" in asked.text
    return "\n".join([*lines, CAN_SKIP] if asked.is_optional and not is_told_how else lines)


def no_such_choice(count: int) -> str:
    """A number outside the list."""
    return f"请回复1到{count}里的一个数字。"


def known_so_far(known: Sequence[Known]) -> str:
    """Everything that is filled in, one line each."""
    if not known:
        return f"{NOTHING_KNOWN}。"
    return "\n".join([KNOWN_SO_FAR, *map(_shown, known)])


def noted(known: Sequence[Known]) -> str:
    """What a message brought, in one sentence."""
    return f"{NOTED}{_in_a_row(known)}。" if known else ""


def change_into(label: str) -> str:
    """Asks for the right answer.

    Args:
        label: what the answer is called; "" where it has no name.
    """
    return f"{label}改成什么？" if label else "改成什么？"


def changed(known: Sequence[Known]) -> str:
    """What was changed, in one sentence."""
    return f"好，改成{'，'.join(one.text for one in known)}了。" if known else CHANGED


def told(title: str, known: Sequence[Known]) -> str:
    """What is being filled in, for the worker's export."""
    return f"{title}（{_in_a_row(known) or NOTHING_KNOWN}）"


def _in_a_row(known: Sequence[Known]) -> str:
    return "，".join(map(_shown, known))


def _shown(one: Known) -> str:
    return f"{one.label}：{one.text}" if one.label else one.text
