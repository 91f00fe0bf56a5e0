"""What comes with a job besides the pay, as postings and workers say it: 包吃住, 交五险, 长白班, 可带家属.

A thing is said, denied (食宿自理, 无社保), or not mentioned; of what is said one way here and another way there,
nothing is certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.domain.job import Benefit

_GIVEN = r"(?:包|管|供|含|有|免费(?:提供)?|提供(?:免费)?的?|安排|(?<!自行)(?<!自己)解决)"
_FOR_FREE = r"(?:免费|全免|全包|不要钱|[:：])"
_BOARD_AND_LODGING = (
    rf"{_GIVEN}(?:食宿|吃住|吃(?:饭|食)?[、,和及]?{_GIVEN}?(?:住宿?|宿)|三餐[、,和及]?{_GIVEN}?住宿?)"
    rf"|(?:食宿|吃住){_FOR_FREE}"
)
_MEAL = r"(?:(?<![早中午晚作])餐(?![补饮馆厅费具])|三[餐顿](?:饭(?!补))?|伙食(?![补费])|饭(?![店补]))"
"""All meals; 管中饭, 免费工作餐 are one, and nobody is promised more than that."""
_ROOM = r"(?:员工|职工|集体)?(?:住宿(?!费|补)|宿舍(?!管|楼)|公寓|住房(?!公积金|补))"
_NIGHTS = r"(?:夜班|熬夜|通宵|倒班|[两二三23]班倒)"
_COOLED = r"空调(?![安维清修销]|工(?!作))|冷气|恒温"
_SAID = {
    Benefit.MEALS: (
        rf"{_BOARD_AND_LODGING}|包吃|(?<!中午)(?<!晚上)(?:包|管|供|含|免费|提供)的?{_MEAL}|{_MEAL}{_FOR_FREE}"
    ),
    Benefit.LODGING: (
        rf"{_BOARD_AND_LODGING}|(?:包|管|供)(?:住(?!院)|宿)|{_GIVEN}的?{_ROOM}|{_ROOM}{_FOR_FREE}|有地方住"
    ),
    Benefit.INSURANCE: r"社保(?!卡|局|补贴|经办|专员)|社会保险|职工保险|五险|六险",
    Benefit.HOUSING_FUND: r"公积金|[五六]险[一二]金",
    Benefit.AIR_CONDITIONING: (
        rf"(?:有|带|装了?|配有?|冷暖|中央)(?:{_COOLED})|空调(?:车间|宿舍|房|厂房|开放|环境)|(?:恒温|冷气)(?:\w{{0,3}}车间|厂房)"
        rf"|(?:车间|厂房|宿舍|房间)(?:里|内|都|均|全|有|带|配)*(?:{_COOLED})"
    ),
    Benefit.DAY_SHIFT: (
        rf"(?:长|常|纯|全|只(?:上|做)?)白班|(?:不|没有?|无|别)(?:想|要|用|愿意?|能|会|需要?|让|安排|给我|找|介绍)*(?:上|值|做)?{_NIGHTS}"
        r"|白天上班|晚上不(?:用|要|需要?)?(?:上班|加班|干活)|白班(?!夜|[、/和或]?晚|[、/和或]夜|倒|补)"
    ),
    Benefit.TWO_SHIFTS: r"[两二2]班(?:倒|制|轮)|白夜班",
    Benefit.FAMILY: (
        r"带家属|带着?(?:老婆|媳妇|老公)|(?:可以?|能|允许|让|带着)带?(?:孩子|小孩|娃)|夫妻(?:房|宿舍|工|档|双|优先|均?可|可以|一起|俩|两)|(?:接[收受]|欢迎|招)夫妻"
        r"|家属(?:房|可)|家庭房"
    ),
    Benefit.WEEKENDS: r"双休|周末(?:休息|不上班)|[做上]五休二",
}
_BY_ONESELF = r"(?:自理|自费|自付|自己|自行|自备)"
_SAYS_NO = {
    Benefit.MEALS: (
        rf"(?:食宿|吃住|伙食|吃饭|用?餐饮?){_BY_ONESELF}|{_BY_ONESELF}(?:解决)?(?:食宿|吃住|伙食|吃饭)"
        r"|(?<!有)[无没]有?(?:食宿|吃住)"
    ),
    Benefit.LODGING: (
        rf"(?:食宿|吃住|住宿|住房){_BY_ONESELF}|{_BY_ONESELF}(?:解决)?(?:食宿|吃住|住宿|租房)"
        r"|(?<!有)[无没]有?(?:食宿|吃住|住宿|宿舍)"
    ),
    Benefit.DAY_SHIFT: rf"{_NIGHTS}|白夜班",
    Benefit.TWO_SHIFTS: r"(?:长|常|纯)白班",
    Benefit.WEEKENDS: r"单休|大小周|月休[一二两三四1-4]天",
}
_READ = {benefit: re.compile(words) for benefit, words in _SAID.items()}
_NO = {benefit: re.compile(words) for benefit, words in _SAYS_NO.items()}
LONGEST_WISH = 24
_OF_A_JOB = re.compile(r"的|活|工作|岗位|厂|最好|找")
_BESIDE_BENEFITS = re.compile(
    r"(?:那|有没有|没有|有|想|要|找|我|俺|给|帮|的|活|工作|岗位|厂|里|个|份|最好|必须|得|还|也|都|能|可以?|交|缴|买|上|和|跟|并|又"
    r"|呢|吧|啊|哦|[,，、。.!！~\s])*"
)
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n|]")
_DENIED_BEFORE = re.compile(
    r"(?:(?<![是能要会有可包管交缴供])不|(?<!有)没有?|无|未|别)(?:想|再|用|给|能|可以?|会|愿意?|需要?|要|予|让|得|买|交|缴|缴纳|购买|提供|上|值|做|带|享受|给我|找|介绍)*$"
)
_DENIED_AFTER = re.compile(
    r"^(?:费用?|都|一律|全部?)?[:：]?(?:无|没有|否|自理|自费|自付|自缴|自交|自己|除外|面谈|面议|暂无)"
    r"|^(?:[:：]不|不(?:包|管|交|缴|缴纳|提供|含|给|买)?$)"
)


def stated_in(*texts: str) -> dict[Benefit, bool]:
    """What texts say about benefits: True for what comes with the job, False for what is denied.

    Returns:
        Only what is mentioned, and not both ways.
    """
    said: dict[Benefit, set[bool]] = {}
    for text in texts:
        for clause in _CLAUSE_END.split(unicodedata.normalize("NFKC", text)):
            for benefit, is_given in _in_clause(clause):
                said.setdefault(benefit, set()).add(is_given)
    return {benefit: True in said[benefit] for benefit in Benefit if len(said.get(benefit, ())) == 1}


def wanted_in(text: str) -> tuple[Benefit, ...]:
    """The benefits that a worker asks for."""
    return tuple(benefit for benefit, is_wanted in stated_in(text).items() if is_wanted)


def is_only_of_benefits(text: str) -> bool:
    """Whether a message names benefits that a job should have, and nothing else: 要交社保的, 不上夜班的, 最好双休."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > LONGEST_WISH or not _OF_A_JOB.search(plain) or not wanted_in(plain):
        return False
    for words in _READ.values():
        plain = words.sub("", plain)
    return _BESIDE_BENEFITS.fullmatch(plain) is not None


def _in_clause(clause: str) -> Iterator[tuple[Benefit, bool]]:
    for benefit, words in _READ.items():
        yield from ((benefit, not _is_denied(clause, found)) for found in words.finditer(clause))
    for benefit, words in _NO.items():
        yield from ((benefit, False) for found in words.finditer(clause) if not _is_denied(clause, found))


def _is_denied(clause: str, found: re.Match[str]) -> bool:
    before, after = clause[: found.start()], clause[found.end() :]
    return _DENIED_BEFORE.search(before) is not None or _DENIED_AFTER.match(after) is not None
