"""Who asks for fairs or courses in words that leave no doubt."""

from __future__ import annotations

import re

from bot.language.trades import find_trades

LONGEST_WISH = 30
_FAIR = re.compile(r"招聘会|招聘活动|招聘集市|招聘大会|招聘专场|专场招聘|现场招聘|招工会|招聘周|招聘月|赶招聘")
_CAMPAIGN = re.compile(r"春风行动|南粤春暖|金秋招聘|就业援助月|百日千万|民营企业招聘")
_ASKS_WHEN = re.compile(
    r"什么时候|啥时候|几号|哪天|哪里|哪儿|在哪|近期|最近|有没有|有哪些|有什么|有吗|时间|地点|安排|几场|下一场|还有"
)
_RULES_OF_FAIRS = re.compile(r"政策|规定|文件|补贴|补助|骗|被坑|黑中介|什么意思|是什么|是啥")
_COURSE = re.compile(
    r"培训班|培训课|培训课程|培训报名|报名培训|报培训|找培训|开班|招生|学(?:个|门|一门|点)?(?:技术|手艺|技能|本事)|参加(?:个)?(?:技能|职业)?培训"
    r"|有(?:没有|什么|啥|哪些)(?:免费)?的?(?:技能|职业)?培训"
)
_LEARN = re.compile(r"(?:想|要|去|哪里?能?可?以?|报名)学(?!校|历|费|生)(?:习)?(?:一下|个|开|做)?|学(?:习)?$")
_RULES_OF_TRAINING = re.compile(
    r"补贴|补助|政策|规定|条件|资格|报销|多少钱|押金|培训费|被骗|违约|合同|工资|证书补|领钱"
)


def asks_for_fairs(text: str) -> bool:
    """Whether a message asks for fairs; see `bot.handlers.forms.Summoned`."""
    if len(text) > LONGEST_WISH or _RULES_OF_FAIRS.search(text):
        return False
    return _FAIR.search(text) is not None or bool(_CAMPAIGN.search(text) and _ASKS_WHEN.search(text))


def looks_for_course(text: str) -> bool:
    """Whether a message looks for a course; see `bot.handlers.forms.Summoned`.

    What asks for the rules of training, money above all, is a policy question.
    """
    if len(text) > LONGEST_WISH or _RULES_OF_TRAINING.search(text):
        return False
    if _COURSE.search(text):
        return True
    learn = _LEARN.search(text)
    return learn is not None and any(trade.start >= learn.start() for trade in find_trades(text))
