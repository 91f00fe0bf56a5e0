"""Whether a sentence states a kind of fact.

A word that only names the thing (热线, 地址, 标准) states nothing: the number, the street, the sum must stand there.
"""

from __future__ import annotations

import re

from bot.answering.asked_facts import FactKind

_DIGITS = r"[0-9０-９]+(?:\.[0-9]+)?"
_HAN_DIGITS = r"[一二两三四五六七八九十百千万半]+"
_SOME = rf"(?:{_DIGITS}|[二两三四五六七八九十百千万]+)"
"""More than one: 一个, 一家 are articles."""
_MONEY = rf"{_DIGITS}\s*(?:[-—~至到]\s*{_DIGITS}\s*)?(?:万|千|百|亿)?元|{_HAN_DIGITS}(?:万|千|百)?元"

_STATED: dict[FactKind, re.Pattern[str]] = {
    FactKind.AMOUNT: re.compile(rf"{_MONEY}|全额|按[^，。；]{{2,12}}标准(?:给予|发放|支付)"),
    FactKind.PRICE: re.compile(rf"{_MONEY}|全额|免费|免除(?!.{{0,6}}审查)|无偿|免[^，。；]{{1,4}}费"),
    FactKind.MULTIPLE: re.compile(rf"(?:{_DIGITS}|{_HAN_DIGITS})倍"),
    FactKind.PERCENTAGE: re.compile(rf"{_DIGITS}\s*[%％‰]|百分之"),
    # A calendar year (2022年) is no length, nor is that of a plan (三年行动计划).
    FactKind.DURATION: re.compile(
        rf"(?<![0-9])(?:[0-9]{{1,3}}|{_HAN_DIGITS})\s*(?:个)?(?:年|月|天|日|周|小时|工作日|季度)"
        r"(?![底前度]|[^，。；]{0,6}(?:行动|计划|规划))|半年"
    ),
    FactKind.FREQUENCY: re.compile(r"(?:每|按)(?:半年|年|季度?|个?月|周|星期|天|日)|周周"),
    FactKind.TIMES: re.compile(rf"(?:{_DIGITS}|{_HAN_DIGITS})\s*(?:[（(]?次|趟|回|场)(?!性)"),
    FactKind.PEOPLE: re.compile(rf"{_SOME}\s*(?:多|余|万)?\s*(?:人|名)"),
    FactKind.COUNT: re.compile(rf"(?<!第){_SOME}\s*(?:多|余|万)?\s*(?:[个家处所座类]|项(?!制度|工程|行动))"),
    FactKind.PIECES: re.compile(rf"{_SOME}\s*(?:多|余|万)?\s*(?:[套间亩户台辆栋]|分(?![钟之]))"),
    # 2022年 and 〔2015〕 name a day or a document.
    FactKind.FIGURE: re.compile(r"(?<![0-9〔])(?!(?:19|20)[0-9]{2}(?![0-9元人]))[0-9]+"),
    FactKind.ADDRESS: re.compile(r"[街路巷道]\S{0,8}号|[0-9一二三四五六七八九十]+楼|办公区|大厦|地址[:：]"),
    FactKind.PHONE: re.compile(r"\d{3,4}[-—]\d{7,8}|(?<!\d)(?:12|9[56])[0-9]{3}(?![0-9元人个])|1\d{10}"),
    FactKind.WEBSITE: re.compile(r"https?:|www\.|@\w"),
    FactKind.OPENING_HOURS: re.compile(r"\d{1,2}[:：点时]\d{0,2}|周末无休|全天|24\s*小时|(?<![0-9个])工作日"),
    FactKind.DATE: re.compile(r"[0-9]{1,2}月(?:[0-9]{1,2}日|底|前)|年底前|20[0-9]{2}年底"),
    FactKind.WHEN: re.compile(r"[0-9]{1,2}月|年底|期间|前后|春节|每[年月]|按[月季]"),
    FactKind.YEAR: re.compile(r"20[0-9]{2}\s*年|年内|年底"),
    FactKind.MATERIALS: re.compile(
        r"(?:凭|提交|携带|出示|持(?![续有证]))[^。；，,为]{0,12}(?:身份证|居住证|户口[簿本]|证明|材料|合同|申请[表书]|证件)"
        r"|提供[^。；，,为]{0,8}(?:身份证|户口[簿本]|证明|材料|复印件)|为主要依据"
    ),
    FactKind.PROCEDURE: re.compile(
        r"(?:按照|通过|到|向|登录|填写|计算)[^。；]{0,30}(?:申请|办理|提取|计算|登记|预约)|通过网上"
    ),
    FactKind.PERSON: re.compile(r"由[\u4e00-\u9fff]{2,3}(?:兼任|担任)|[组主]\s*[长任]\s*[:：]"),
}


def states(sentence: str, kind: FactKind) -> bool:
    """Whether a sentence states a fact of this kind."""
    return _STATED[kind].search(sentence) is not None
