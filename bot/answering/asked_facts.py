"""Which kind of fact a question asks for, and whether a sentence states one.

A clause can be on the topic and still lack the fact: a question for an amount is not answered by a sentence without
one. Kinds are found by how Chinese asks (多少钱, 几天, 带什么材料 …), not by topic.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.language.asking_part import asking_part

_DIGITS = r"[0-9０-９]+(?:\.[0-9]+)?"
_HAN_DIGITS = r"[一二两三四五六七八九十百千万半]+"


class FactKind(StrEnum):
    """A kind of fact that can be asked for."""

    AMOUNT = "amount"
    MULTIPLE = "multiple"
    PERCENTAGE = "percentage"
    DURATION = "duration"
    FREQUENCY = "frequency"
    TIMES = "times"
    COUNT = "count"
    ADDRESS = "address"
    PHONE = "phone"
    OPENING_HOURS = "opening_hours"
    DATE = "date"
    YEAR = "year"
    MATERIALS = "materials"
    PROCEDURE = "procedure"
    PERSON = "person"


_MONEY = r"(?:工资|补贴|补助|补偿|失业金|租金|房租|钱|费|标准|养老金|贷款|赔偿|奖励|奖补|金额|额度)"
_COUNTED = r"(?:人|个|县|家|年|天|月|次|趟|回|名|场|所|处|工作日)"
_HOW_MUCH = r"(?:多少|几多|好多|多大)"
# 花了几千, 十几年, 好几个月 tell a figure, they do not ask for one.
_NOT_TOLD = r"(?<![十好这那前后了])"
_LENGTH = r"几(?:个)?(?:月|年|天|周|小时|工作日)(?!的?工资|了|没)"
# 要等几年, 满几个月: what must be waited for; 干几年 alone may be a story.
_MUST_LAST = r"(?:要[^,，。？?]{0,4}|(?:需|得|满|至少|最[多长短少]|能|可以|管|有|在|休|放|判|挂)[过等住干交上隔做够]?)"

_ASKED: dict[FactKind, re.Pattern[str]] = {
    FactKind.AMOUNT: re.compile(
        rf"{_HOW_MUCH}(?:钱|元|块|万|千|工资|租金|补贴|补助|房租|养老金|养老钱|失业金)"
        rf"|{_NOT_TOLD}几(?:(?:百|千|万)?(?:块|元|钱)|千|百|万)|[一二三五六八]?[百千万]还是[一二三五六八]"
        r"|(?:补|赔|给|贷|发|领|拿|奖|借|收|扣|罚|得|一个人|每人|一次)"
        rf"(?:[了到出过你我们个都能上的]|最多|最高|最少|一次|可以){{0,3}}{_HOW_MUCH}(?!{_COUNTED})"
        rf"|{_MONEY}[^,，。？?]{{0,8}}{_HOW_MUCH}(?!{_COUNTED})|最高额度|总额上限|(?:上限|封顶).{{0,4}}{_HOW_MUCH}"
        rf"|赔(?:我|偿)?几个月|{_HOW_MUCH}(?:可以|能)?(?:贷|补|领|拿)"
    ),
    FactKind.MULTIPLE: re.compile(r"几倍|多少倍|双倍还是"),
    FactKind.PERCENTAGE: re.compile(r"百分之(?:几|多少)|比例(?:是)?多少|提高多少|多少比例|几成|率.{0,8}多少|多少[%％]"),
    FactKind.DURATION: re.compile(
        rf"多久|多长|{_MUST_LAST}{_LENGTH}|{_NOT_TOLD}{_LENGTH}\s*(?:才|能|可以|[吗呢?？]|$)"
        rf"|{_LENGTH}[以之]?[上内]|几个?工作日|多少(?:个)?(?:年|天|月|小时|工作日)|时效|时限|期限"
    ),
    FactKind.FREQUENCY: re.compile(
        rf"(?:多久|多长时间|好久|{_LENGTH})[^,，。？?]{{0,9}}一?(?:次|回|趟|场)|隔多久|{_LENGTH}[^,，。？?]{{0,6}}一(?:次|回)"
    ),
    FactKind.TIMES: re.compile(r"几(?:趟|次|回)|多少(?:趟|次|回)"),
    FactKind.COUNT: re.compile(r"多少(?:个|家|人|处|名|场|所|县)|几(?:个县|家|处|所|场|个人)"),
    FactKind.ADDRESS: re.compile(
        r"在(?:哪条|啥地方|什么地方|哪个位置|什么位置|哪里办公)|哪条(?:街|路)|地址|怎么走|(?:中心|窗口|大厅|站|局)(?:到底)?在哪"
    ),
    FactKind.PHONE: re.compile(r"电话(?:是|号码)?(?:多少|几|啥|什么)|联系电话|电话号码|打(?:哪个|什么|啥)电话"),
    FactKind.OPENING_HOURS: re.compile(r"几点|开门|关门|上班时间|下班时间|营业时间|办公时间|午休|中午休"),
    FactKind.DATE: re.compile(
        r"几月(?:几[号日]|份)|(?:哪|那)一?[天日](?:截止|开始|前)|截止(?:到|日期|时间)|什么时候(?:开始|截止|到期)|几号(?:前|截止|开始)|截止时?日期"
    ),
    FactKind.YEAR: re.compile(r"[哪那]一?年|几几年|何年|多少年(?:实现|完成|做到)"),
    FactKind.MATERIALS: re.compile(
        r"(?:什么|哪些|啥|几样|甚么|么子|么)(?:申请|证明|书面)?(?:材料|资料|手续|证件|证明|东西)|几张(?:照片|相片|纸|表)"
        r"|(?:材料|资料|证件|手续)(?:要|有|需要|都)?(?:准备|带|交)?(?:哪些|什么|啥)"
        r"|要(?:准备|带)(?:什么|啥|哪些)|需?要(?:些)?(?:啥|什么|哪些)[吗呢嘛啊呀?？]?$"
    ),
    FactKind.PROCEDURE: re.compile(
        r"怎么(?:取出?来|取|提取|汇算|操作|计算|算)|如何(?:操作|计算|提取|取)|公式|怎样(?:操作|计算)|差的.{0,6}怎么补"
    ),
    FactKind.PERSON: re.compile(
        r"谁(?:来)?(?:担任|兼任|当(?!家)|是)|(?:主任|组长|主席|局长|区长|市长|负责人|领导)(?:是|叫|到底是)?(?:谁|哪个|哪位|什么名字|啥名字)"
    ),
}

_STATED: dict[FactKind, re.Pattern[str]] = {
    FactKind.AMOUNT: re.compile(
        rf"{_DIGITS}\s*(?:[-—~至到]\s*{_DIGITS}\s*)?(?:万|千|百|亿)?元|{_HAN_DIGITS}(?:万|千|百)?元"
        r"|全额|免费|免除|按[^，。；]{2,12}标准(?:给予|发放|支付)"
    ),
    FactKind.MULTIPLE: re.compile(rf"(?:{_DIGITS}|{_HAN_DIGITS})倍"),
    FactKind.PERCENTAGE: re.compile(rf"{_DIGITS}\s*[%％‰]|百分之"),
    # A calendar year (2022年) is no length.
    FactKind.DURATION: re.compile(
        rf"(?<![0-9])(?:[0-9]{{1,3}}|{_HAN_DIGITS})\s*(?:个)?(?:年|月|天|日|周|小时|工作日|季度)(?![底前度])"
        r"|半年"
    ),
    FactKind.FREQUENCY: re.compile(r"(?:每|按)(?:半年|年|季度?|个?月|周|星期|天|日)|周周"),
    FactKind.TIMES: re.compile(rf"(?:{_DIGITS}|{_HAN_DIGITS})\s*(?:次|趟|回|场)(?!性)"),
    FactKind.COUNT: re.compile(rf"(?:{_DIGITS}|{_HAN_DIGITS})\s*(?:多|余)?\s*(?:个|家|人|名|处|场|所|项|类)"),
    FactKind.ADDRESS: re.compile(r"[街路巷道]\S{0,8}号|[0-9一二三四五六七八九十]+楼|办公区|大厦|地址"),
    FactKind.PHONE: re.compile(r"\d{3,4}[-—]\d{7,8}|(?<!\d)1[0-9]{4}(?!\d)|1\d{10}|热线"),
    FactKind.OPENING_HOURS: re.compile(r"\d{1,2}[:：点时]\d{0,2}|周末无休|全天|24\s*小时|工作日"),
    FactKind.DATE: re.compile(r"[0-9]{1,2}月(?:[0-9]{1,2}日|底|前)|年底前"),
    FactKind.YEAR: re.compile(r"20[0-9]{2}\s*年|年内|年底"),
    FactKind.MATERIALS: re.compile(
        r"(?:凭|提交|提供|携带|出示|持)[^。；，,]{0,16}(?:证|材料|证明|合同|申请|户口簿)|居住证为主要依据"
    ),
    FactKind.PROCEDURE: re.compile(
        r"(?:按照|通过|到|向|登录|填写|计算)[^。；]{0,30}(?:申请|办理|提取|计算|登记|预约)|通过网上"
    ),
    FactKind.PERSON: re.compile(r"由[\u4e00-\u9fff]{2,3}(?:兼任|担任)|[组主]\s*[长任]\s*[:：]"),
}


def asked_facts(question: str) -> frozenset[FactKind]:
    """The kinds of fact that a question asks for; empty where it asks whether or how things stand.

    A long story tells figures before it asks (住院花了几千块): there only the questions in it and its end count.
    """
    asking = asking_part(question)
    kinds = frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(asking))
    return kinds - {FactKind.DURATION, FactKind.TIMES} if FactKind.FREQUENCY in kinds else kinds


def states(sentence: str, kind: FactKind) -> bool:
    """Whether a sentence states a fact of this kind."""
    return _STATED[kind].search(sentence) is not None
