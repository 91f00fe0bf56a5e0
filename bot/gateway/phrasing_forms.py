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
NOTHING_FILLED_IN = "现在没有填到一半的。登记过欠薪，回复“欠薪进度”；约过律师，回复“我的预约”。"
DECLINED = "好的，那就不办。还有想问的，直接打字。"
BACK_TO_FORM = "接着刚才的“{title}”："
RESUMED = "接着办“{title}”。"
BEGUN = "好，{title}。"
CANCELLED = "好，“{title}”不办了，刚才填的都没有留。"
UNFINISHED = "刚才的“{title}”还没办完，回复“继续”接着办。"
UNFINISHED_TOO = "{titles}也还没办完，会一件一件接着办。"
DROPPED = "没办完的最多留{count}件，最早的“{title}”没有留下；还要办就再说一遍。"
ALSO = "您还问了{wish}，要现在办吗？回复“好”就办。"
ALSO_ASKED = "您还问了“{words}”，要现在查吗？回复“好”就查。"
LONGEST_REPEATED = 24
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
_QUOTES = frozenset('“”"')
"""Words with quotation marks of their own are not quoted."""


def lines(*texts: str) -> str:
    """Texts below each other; empty ones are left out."""
    return "\n".join(text for text in texts if text)


def question(asked: Question, *, is_again: bool = False) -> str:
    """A question with its choices, numbered, and how to skip it where its own words do not say what to reply.

    Args:
        asked: it.
        is_again: whether it was read a moment ago, so that its short words do.
    """
    text = (is_again and asked.again) or asked.text
    told = [text, *(f"{number}. {choice.label}" for number, choice in enumerate(asked.choices, start=1))]
    is_told_how = "回复“" in asked.text
    return lines(*told, CAN_SKIP if asked.is_optional and not is_told_how else "")


def second_wish(wish: Intent, words: str) -> str:
    """Offers a second wish; a question in its own words, where they are short.

    Args:
        wish: one of `WISHES`.
        words: in which it was said.
    """
    if wish is Intent.POLICY_QA and 0 < len(words) <= LONGEST_REPEATED and not _QUOTES.intersection(words):
        return ALSO_ASKED.format(words=words)
    return ALSO.format(wish=WISHES[wish])


def unfinished(titles: Sequence[str]) -> str:
    """What waits to be gone on with.

    Args:
        titles: at least one, in the order in which they will be gone on with.
    """
    first, *others = titles
    also = UNFINISHED_TOO.format(titles="".join(f"“{title}”" for title in others)) if others else ""
    return UNFINISHED.format(title=first) + also


def how_to_steer(asked: Question) -> str:
    """How to stop and go back; not where 取消 is itself a choice, which cancels something else than the form."""
    return "" if any("取消" in choice.label for choice in asked.choices) else HOW_TO_STEER


def no_such_choice(count: int) -> str:
    """A number outside the list."""
    return f"请回复1到{count}里的一个数字。"


def known_so_far(known: Sequence[Known]) -> str:
    """Everything that is filled in, one line each."""
    if not known:
        return f"{NOTHING_KNOWN}。"
    return "\n".join([KNOWN_SO_FAR, *map(_shown, known)])


def noted(known: Sequence[Known]) -> str:
    """What a message brought, in one sentence; a story is not told back to who has just told it."""
    known = [one for one in known if not one.is_story]
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
