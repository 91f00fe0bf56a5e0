"""What workers say to steer any form: 取消, 上一步, 跳过, 填到哪了, 继续."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_ENDING = r"(?:吧|了|啊|呀|呢|哦|啦|嘛|的|一下|先)*[\s,，。.!！?？~、]*"
_START = r"(?:那|那就|还是|我|我要|我想|请|先|帮我|算了)?[\s,，]*"


class FormCommand(StrEnum):
    """One thing that steers a form."""

    CANCEL = "cancel"
    BACK = "back"
    SKIP = "skip"
    PROGRESS = "progress"
    RESTART = "restart"
    RESUME = "resume"
    REPEAT = "repeat"


_COMMANDS = {
    FormCommand.CANCEL: (
        r"取消(?P<what>\w{0,8}?)|(?:不|别)(?:想|要)?(?:办|弄|填|搞|登记|预约|找|查|算|问|申请|订)|算了|退出|停止|结束"
        r"|(?:不|先不)(?:办|弄|填)了?|撤销|放弃"
    ),
    FormCommand.BACK: (
        r"(?:返回|退回|回到|回|退)?(?:上一?步|上一?个(?:问题)?|上一题|前一步|前一个(?:问题)?)|返回|后退|退回去|回去"
    ),
    FormCommand.SKIP: r"(?:跳过|略过|先?不填|先?空着|不说|不想说|以后再(?:说|填)|下一(?:个|步|题))(?:这一?[个项步题])?",
    FormCommand.PROGRESS: (
        r"(?:我)?(?:填|办|说|弄|问|进行)?(?:到)(?:哪|哪里|哪儿|哪一?步|第几步|什么地方)|(?:我)?(?:都)?(?:填|说|记)了?(?:些)?(?:什么|啥|哪些)"
        r"|(?:看看|查看|看一下)(?:我)?(?:填|记|说)(?:好|了)?的?(?:内容|东西)?|还(?:要|差|有)(?:填|问)?(?:多少|几个|哪些|几步|什么)"
    ),
    FormCommand.RESTART: r"(?:重新|重头|从头)(?:再)?(?:来|填|开始|办|弄|写)|(?:从头|重)来(?:一遍|过)?",
    FormCommand.RESUME: (
        r"继续(?:办|填|弄|刚才(?:的|那个)?|前面的|上次的)?|接着(?:来|办|填|弄|说|刚才的)?"
        r"|(?:回到)?刚才(?:的|那个)(?:事|预约|登记)?"
    ),
    FormCommand.REPEAT: (
        r"(?:这|那)?(?:个|话|句)?(?:是)?(?:啥|什么|几个)(?:意思|问题)|(?:我)?(?:没|不|看不|听不|没看|没听)(?:大|太)?(?:懂|明白)"
        r"|(?:再)?(?:说|问|发|讲)(?:一遍|清楚|明白)|刚才(?:问|说)(?:的)?(?:什么|啥)"
    ),
}
_READ = {command: re.compile(f"{_START}(?:{pattern}){_ENDING}") for command, pattern in _COMMANDS.items()}
_YES = re.compile(
    rf"(?:好的?|行|可以|要的?|办|嗯+|是的?|对的?|ok|同意|愿意|确定|确认|没问题|需要|现在办|办吧|来吧|中|得行|要得){_ENDING}",
    re.IGNORECASE,
)
_NO = re.compile(
    rf"(?:不用|不要|不办|不需要|不了|先不|不|不是|没有|不同意|不愿意|不行|不可以|否|下次|以后再说){_ENDING}"
)
_NOT_KNOWN = (
    r"(?:我)?(?:也|真|是)?(?:不知道|不晓得|不清楚|不记得|记不清|记不得|说不清|说不上来|不确定|忘了|忘记了?|不懂)"
    r"(?:他|她|它|人家|那人|老板|工头|包工头|公司)?(?:的)?(?:全名|名字|大名|姓|具体)?(?:到底)?(?:是|叫|有)?"
    r"(?:什么|啥|谁|哪个|哪里|哪儿|多少|几个|几号)?(?:名字|名|地方|人|钱)?"
)
_DOES_NOT_KNOW = re.compile(rf"{_NOT_KNOWN}{_ENDING}")
_UNKNOWN = re.compile(
    rf"(?:(?:我)?(?:也)?(?:没有|没|无|随便|不限|不用|不需要)|{_NOT_KNOWN}"
    rf"|(?:(?:干|做)?(?:什么|啥)(?:活|工作)?|哪个|哪样|哪里)?都(?:行|可以|中|要得|能(?:干|做))){_ENDING}"
)
_MERELY_SEEN = re.compile(rf"(?:好的?|行|嗯+|哦+|知道|明白|懂|收到|ok|噢|啊|然后呢?|接下来呢?){_ENDING}", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s,，。.!！?？~、“”\"'：:；;（）()]+")
_QUESTION = re.compile(
    r"[?？]|吗|[^你您]呢[\s。]*$|怎么|怎样|咋|多少|多久|什么|啥|哪|为什么|为啥|能不能|可不可以|有没有|是不是|要不要|算不算|谁"
    r"|([\u4e00-\u9fff])不\1|(?:能|要|得|会|有|给|补|领|交)\S{0,3}几|(?<![十好这那前])几(?:点|号|月份|岁|家)|还是\d"
    r"|(?:能|得|行|会|有|要|算|给|赔|补|办|领|管|成|是|可以|还在|交|报|元|块|\d)\S{0,5}(?<!都)(?<!也)(?<!要)(?<!说)(?<!还)(?:不|没|没得|没有)[\s。]*$"
)
_WISH = re.compile(
    r"^(?:那|先|请|麻烦)?(?:我|俺)?(?:想|要|想要|帮我|帮忙|给我|找|查|看看|转|预约|登记|订|能不能|可以|哪里|附近)"
)


def plain(text: str) -> str:
    """A text in the one form in which it is compared: half width, lower case, no punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).lower()


def read_command(text: str, title: str = "") -> FormCommand | None:
    """The command that a message consists of.

    Args:
        text: what the worker typed.
        title: what is being done; 取消预约 cancels 预约法律援助, but not another thing.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    for command, pattern in _READ.items():
        match = pattern.fullmatch(typed)
        if match is not None:
            what = match["what"] if command is FormCommand.CANCEL else ""
            return command if not what or what.strip("这个了吧") in title else None
    return None


def is_yes(text: str) -> bool:
    """好, 行, 是的."""
    return _YES.fullmatch(text.strip()) is not None


def is_no(text: str) -> bool:
    """不用, 不是, 没有."""
    return _NO.fullmatch(text.strip()) is not None


def is_unknown(text: str) -> bool:
    """没有, 不知道, 随便: skips what need not be answered."""
    return _UNKNOWN.fullmatch(text.strip()) is not None


def does_not_know(text: str) -> bool:
    """不知道, 忘了, 不晓得老板叫什么."""
    return _DOES_NOT_KNOW.fullmatch(text.strip()) is not None


def is_merely_seen(text: str) -> bool:
    """好, 嗯, 知道了: says nothing where something was asked."""
    return _MERELY_SEEN.fullmatch(text.strip()) is not None


def is_question(text: str) -> bool:
    """Whether a message asks something."""
    return _QUESTION.search(text) is not None


def is_wish(text: str) -> bool:
    """Whether a message says itself that something is wanted: 我想…, 帮我…, 找…."""
    return _WISH.search(text) is not None
