"""What a worker reads who asks about their own data: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

CONVERSATION = "聊天进度"
KEPT_FOR_GOOD = "长期记住的资料"
WORK_PLACE = "打工的地方"
HOME_PLACE = "老家"
WAITING_QUESTION = "等着回答的问题"
LAST_QUESTION = "刚才问的问题"
HALF_DONE = "办到一半的事"
LOOKED_THROUGH = "正在翻看的单子"
SECOND_WISH = "还没办的另一件事"
LAST_REPLIES = "最近几条答复"
LAST_USED = "上次用到"

HELD = "我这里记着您的："
NOTHING_HELD = "我这里没有记您的地方、姓名和电话。"
NO_IDENTITY = "没有记您的姓名、电话和身份证号。"
COUNTED = "{label}：{count}条"
HOW_TO_GO_ON = (
    "要看全部，回复“导出我的信息”；要删除，回复“删除我的信息”。\n"
    "想让我长期记住您在哪里打工、老家和工种，回复“记下我的资料”。"
)

EXPORT_HEADING = "我这里关于您的全部内容："
NEXT_PAGE = "（第{number}页，共{count}页。看下一页，回复“导出第{next}页”，一小时内都能看。）"
LAST_PAGE = "（第{number}页，共{count}页，到这里就完了。）"
NO_PAGES = "导出的内容只留一小时，现在没有了。还要看，回复“导出我的信息”。"
NO_SUCH_PAGE = "一共{count}页。要看哪一页，回复“导出第1页”这样的话。"

CONFIRM = (
    "要把我这里关于您的内容都删掉吗？包括您在哪里打工、还没送到的答复。删了找不回来。\n"
    "确定要删，请在10分钟内回复“确认删除”；不删就不用管。"
)
CONFIRM_WORD = "确认删除"
ERASED = "已经删掉了。以后您再来问，我会重新问您在哪里打工。"
ERASED_BUT = "能删的已经删掉了。下面这些还没办完，要留到办完再删："
MATTER = "{label}（编号{number}）"


def page(pages: Sequence[str], number: int) -> str:
    """One page with where it stands and how to go on.

    Args:
        pages: all of them.
        number: from 1.
    """
    count = len(pages)
    told = LAST_PAGE if number == count else NEXT_PAGE
    return f"{pages[number - 1]}\n{told.format(number=number, count=count, next=number + 1)}"
