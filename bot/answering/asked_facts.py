"""Which kind of fact a question asks for.

A clause can be on the topic and still lack the fact: a question for an amount is not answered by a sentence without
one, see `bot.answering.stated_facts`. Kinds are found by how Chinese asks (多少钱, 几天, 带什么材料 …), not by topic.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.language.asking_part import asking_part


class FactKind(StrEnum):
    """A kind of fact that can be asked for."""

    AMOUNT = "amount"
    """What one gets: a subsidy, a loan, a compensation."""
    PRICE = "price"
    """What something costs or comes to: that it is free answers, too."""
    MULTIPLE = "multiple"
    PERCENTAGE = "percentage"
    DURATION = "duration"
    FREQUENCY = "frequency"
    TIMES = "times"
    PEOPLE = "people"
    COUNT = "count"
    PIECES = "pieces"
    FIGURE = "figure"
    """Any number: 目标是多少."""
    ADDRESS = "address"
    PHONE = "phone"
    WEBSITE = "website"
    OPENING_HOURS = "opening_hours"
    DATE = "date"
    WHEN = "when"
    YEAR = "year"
    MATERIALS = "materials"
    PROCEDURE = "procedure"
    PERSON = "person"


_MONEY = r"(?:工资|补贴|补助|补偿|失业金|租金|房租|钱|费|标准|养老金|贷款|赔偿|奖励|奖补|金额|额度)"
_COUNTED = r"(?:万?(?:人|个|名|场|次)|[县家年天月趟回所处套间亩户张台份]|工作日|农民工|劳动力)"
_PLACES = r"(?:[个家处所座]|县|园区|基地|中心)"
_PIECES = r"(?:[套间亩户台辆栋]|分(?![钟之]))"
_HOW_MUCH = r"(?:多少|几多|好多|多大)"
# 花了几千, 十几年, 好几个月 tell a figure, they do not ask for one.
_NOT_TOLD = r"(?<![十好这那前后了])"
_LENGTH = r"几(?:个)?(?:月|年|天|周|小时|工作日)(?!的?工资|了|没)"
# 要等几年, 满几个月: what must be waited for; 干几年 alone may be a story.
_MUST_LAST = r"(?:要[^,，。？?]{0,4}|(?:需|得|满|至少|最[多长短少]|能|可以|管|有|在|休|放|判|挂)[过等住干交上隔做够]?)"

_ASKED: dict[FactKind, re.Pattern[str]] = {
    FactKind.AMOUNT: re.compile(
        rf"{_HOW_MUCH}(?:钱|元|块|万(?!{_COUNTED})|千|工资|租金|补贴|补助|房租|养老金|养老钱|失业金)"
        rf"|{_NOT_TOLD}几(?:十?[百千万]?(?:块|元|钱)|十?[千百万](?!{_COUNTED}))|[一二三五六八]?[百千万]还是[一二三五六八]"
        r"|(?:补|赔|给|贷|发|领|拿|奖|借|收|交|缴|花|扣|罚|减|得|卖|一个人|每人|一次|一平米?|一趟|一天|一年|一个月)"
        rf"(?:[了到出过你我们个都能上的]|最多|最高|最少|一次|可以|几块|一年|一个月){{0,3}}{_HOW_MUCH}(?!{_COUNTED})"
        rf"|{_MONEY}[^,，。？?]{{0,8}}{_HOW_MUCH}(?!{_COUNTED})|最高额度|总额上限|(?:上限|封顶).{{0,4}}{_HOW_MUCH}"
        rf"|赔(?:我|偿)?几个月|{_HOW_MUCH}(?:可以|能)?(?:贷|补|领|拿)"
    ),
    FactKind.MULTIPLE: re.compile(r"几倍|多少倍|双倍还是"),
    FactKind.PERCENTAGE: re.compile(
        r"百分之(?:几|多少)|比例(?:是)?多少|提高多少|多少比例|几成|率.{0,8}多少|多少[%％]|[几多]少?个点|百分点"
    ),
    FactKind.DURATION: re.compile(
        rf"多久|多长|{_MUST_LAST}{_LENGTH}|{_NOT_TOLD}{_LENGTH}\s*(?:才|能|可以|[吗呢?？]|$)"
        rf"|{_LENGTH}[以之]?[上内]|几个?工作日|多少(?:个)?(?:年|天|月|小时|工作日)|时效|时限|期限"
    ),
    FactKind.FREQUENCY: re.compile(
        rf"(?:多久|多长时间|好久|{_LENGTH})[^,，。？?]{{0,9}}一?(?:次|回|趟|场)|隔多久|{_LENGTH}[^,，。？?]{{0,6}}一(?:次|回)"
    ),
    FactKind.TIMES: re.compile(r"(?<!了)几(?:趟|次|回)|多少(?:趟|次|回)"),
    FactKind.PEOPLE: re.compile(
        rf"多少万?(?:人|名|个人|农民工|劳动力|[^,，。？?\s]{{2,6}}的人)|多少[^,，。？?\s]{{0,2}}人次|农民工多少|{_NOT_TOLD}几[百千万]?(?:个人|名|人)"
    ),
    FactKind.COUNT: re.compile(rf"多少(?:万|十)?{_PLACES}(?!人|月|点|小时)|几(?:个县|[家处所座])"),
    FactKind.PIECES: re.compile(rf"(?:多少|几多|好多){_PIECES}"),
    FactKind.ADDRESS: re.compile(
        r"在(?:哪条[街路]|啥地方|什么地方|哪个位置|什么位置|哪里办公|哪栋)|哪条(?:街|路)|怎么走|门牌号|具体在哪|几楼"
        r"|地址(?:是|在|[多哪]|[吗呢?？]|$)|(?:通信|办公|详细|具体)地址|(?:中心|窗口|大厅|站|局)(?:到底)?在哪"
    ),
    FactKind.PHONE: re.compile(
        r"电话(?:是|号码)?(?:多少|几|啥|什么)|联系电话|电话号码|打(?:哪个|什么|啥)(?:电话|热线)|(?:电话|热线)(?:是)?哪个"
        r"|哪个(?:电话|热线|号码)|(?:热线|电话)[^,，。？?]{0,3}号码|(?<![打接])电话[?？]?$"
    ),
    FactKind.WEBSITE: re.compile(r"网址|官网|哪个网站|网站(?:是|叫)|邮箱"),
    FactKind.OPENING_HOURS: re.compile(
        r"几点|(?:开|关)不(?:开|关)门|[开关]门[吗么不?？]|[开关]门时间|(?:上班|下班|营业|办公)时间(?!有)|午休|中午休"
    ),
    FactKind.DATE: re.compile(
        r"几月(?:几[号日]|份)|(?:哪|那)一?[天日](?:截止|开始|前|开|办|报名|发|举)|截止(?:到|日期|时间)|(?:什么|啥)时候(?:开始|截止|到期)|几号(?:前|截止|开始)|截止时?日期"
    ),
    FactKind.WHEN: re.compile(r"(?:什么|啥)时候(?:报名|发车|举办|开[^始车]|开$|办|发|到账|公布|组织)"),
    FactKind.YEAR: re.compile(r"[哪那]一?年|几几年|何年|多少年(?:实现|完成|做到)"),
    FactKind.MATERIALS: re.compile(
        r"(?:什么|哪些|啥|几样|甚么|么子|么)(?:申请|证明|书面)?(?:材料|资料|手续|证件|证明|东西|票据|单据|发票)(?!也|都没)|几张(?:照片|相片|纸|表)"
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

_GETS = re.compile(r"补|贴|给|发|领|奖|贷|赔|资助|助学|救助|津贴|报销?|失业金|养老[金钱]|拿")
"""Said of what one gets; without it a sum is what something costs or comes to (最低工资, 房租, 学费)."""
_PAYS = re.compile(
    r"(?:要|收|花|交|掏|付)不(?:要|收|花|交|掏|付)(?:自己)?(?:花|交|掏)?(?:钱|费|门票|工本费)"
    r"|(?<![谁个要])(?:要|收|花|交|掏)(?:花|交|掏)?(?:钱|费|门票)(?:[吗么不没]|[?？]|$)|收费[吗么不]|免不免费|免费[吗么不没]"
)
_TOLD = re.compile(r"剩不下(?:多少|几个?)(?:钱|块)?|说不清有?多少|花多少[,，]")
_ANY_FIGURE = re.compile(r"(?<![拿管知说差])多少(?=$|[？?。，,\s吗呢啊])")


_SEVERAL = re.compile(
    r"分别|各(?:是|为|有|自|多少)|[及和与、][^，。？?]{0,12}(?:多少|几)|还(?:能|有|要|可以)|哪些|哪几|[什啥]么?方式|怎么样"
    r"|，(?:最[多高]|要|能|有)[^，]{0,6}(?:多少|几)"
)


def asked_facts(question: str) -> frozenset[FactKind]:
    """The kinds of fact that a question asks for; empty where it asks whether or how things stand.

    A long story tells figures before it asks (住院花了几千块): there only the questions in it and its end count.
    """
    asking = _TOLD.sub("", asking_part(question))
    kinds = {kind for kind, pattern in _ASKED.items() if pattern.search(asking)}
    if FactKind.FREQUENCY in kinds:
        kinds -= {FactKind.DURATION, FactKind.TIMES}
    if FactKind.YEAR in kinds:
        kinds -= {FactKind.DURATION}
    if _PAYS.search(asking) or (FactKind.AMOUNT in kinds and not _GETS.search(asking)):
        kinds = kinds - {FactKind.AMOUNT} | {FactKind.PRICE}
    if not kinds and _ANY_FIGURE.search(asking):
        kinds = {FactKind.FIGURE}
    return frozenset(kinds)


def asks_several(question: str) -> bool:
    """Whether a question asks for several things: 补贴和贷款各多少, 能不能报，最多报多少, 有哪些."""
    return _SEVERAL.search(asking_part(question)) is not None
