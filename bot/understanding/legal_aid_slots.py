"""What a message says about an appointment for legal aid: about what, when, how many people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.intent import SlotValue
from bot.language.dates import DateMention
from bot.language.lexicon import fold
from bot.language.numbers import find_counts
from bot.understanding.message_reading import MessageReading

_CLEAR, _HINT = 2, 1
_MATTERS: tuple[tuple[str, int, str], ...] = (
    (
        "injury",
        _CLEAR,
        (
            r"工伤|公伤|工商(?=的事|认定|鉴定|赔|保)|受[了的]?伤|负伤|伤残|骨折|截肢|尘肺|陈肺|矽肺|职业病|中毒|中暑|工亡|猝死|触电|失明|瘫"
            r"|摔|砸|轧|绞|压(?:断|伤|了手|到手|坏)|夹(?:断|伤|了手|到手)|切(?:了|断|掉|到)|割(?:伤|到|断)|被?电(?:伤|击|到|了)|[弄整烫烧炸划刮]伤"
            r"|断(?:了|指|腿|手|胳膊)|震聋|瞎了|死在|死了|出了?事故|整亲|伤到|伤得|[腰手脚腿头眼]伤|伤了[手脚腿腰眼]|被机器"
        ),
    ),
    ("injury", _HINT, r"医药费|住院|治疗费|脚手架|架子上|残疾|[十九八七]级|病了|误工费|出了?事(?!故|务)"),
    (
        "social_insurance",
        _CLEAR,
        r"社保|社宝|设保|五险|三险|养老(?:保险|保显|金|钱)?|医保|公积金|公鸡金|失业险|失业保险|失业金|生育津贴|生育险|缴费基数|漏缴|断缴|补缴",
    ),
    ("social_insurance", _HINT, r"保险|(?:上|交|缴|买)(?:了|过)?保(?!安|姆|洁|镖|证)"),
    (
        "wage",
        _CLEAR,
        (
            r"工资|公资|工姿|公姿|工钱|公钱|工薪|薪水|讨薪|欠薪|前薪|追薪|血汗钱|劳动报酬|追人工|人工(?=钱|费|未|冇|唔|$)|出粮|拖粮|扣粮|加班费|拖欠|托欠"
            r"|辛苦钱|活路钱|工程款|尾款|发不出钱|不发钱|没发钱|欠(?:我|俺|咱|们|阮|工)?[^借,，。]{0,10}(?:万|千|块|个月)"
        ),
    ),
    (
        "wage",
        _HINT,
        r"要账|讨账|(?<!不)要钱|讨钱|欠条|不给钱|没给钱|冇给钱|不给结|没结(?!婚)|赖账|跑路|卷钱|没领到钱|没拿到钱|开支|欠[^借,，。]{0,8}钱",
    ),
    (
        "contract",
        _CLEAR,
        (
            r"合同|合铜|合约|辞退|开除|解雇|解聘|解除|裁(?:了|员|掉|我)|炒(?:了|我|鱿|掉)|经济补偿|离职|辞职|辞了我|把我辞|劝退|双倍工资|两倍工资"
            r"|撵|赶(?:我)?走|调岗|降薪|试用期|派遣|退回|旷工|n\+1|劳动关系|把我开|让我走|叫我走|待岗|竞业"
        ),
    ),
    ("contract", _HINT, r"补偿|赔偿金|不要我|不要就不要|不用我|押[^,，。]{0,6}身份证|自愿(?:走|放弃)"),
    (
        "other",
        _HINT,
        (
            r"房|邻居|打架|打(?:了我|伤)|被人?打|借(?:我|了|钱|款|给)|交通|车祸|撞(?:了|伤|到|死)|骗|网贷|中介|种子|狗咬|老婆|债|名誉|抚恤|传销"
            r"|刑事|坐牢|拘留|消费|退货|医疗|医院(?=给|误|治|看错)|卖家|相邻|地界|坟|分家|偷|抢|诈|纠纷|扯皮|吵"
        ),
    ),
)
_MATTER = tuple((matter, weight, re.compile(words)) for matter, weight, words in _MATTERS)
_PRIVATE = re.compile(
    r"离婚|抚养|家暴|遗产|继承|遗嘱|房东|租房合同|买房|邻居|征地|拆迁|土地|宅基地|承包地|承包合同|彩礼|赡养|分家|婚姻|学校|校园|买卖合同"
)
_ROAD_TO_WORK = re.compile(r"(?:上班|下班|上下班|送餐|送外卖|跑单|干活|工地|送货)[^,，。]{0,8}(?:撞|车祸|摔|交通事故)")
_LEGAL_AID = re.compile(r"法律援助|法律元助|法援|援助中心|劳动合同法|律师费")
_UNPAID_AFTER_DISMISSAL = re.compile(r"(?:双倍|两倍)工资|经济补偿|一分(?:钱)?(?:不|没)赔")

_NOT_THE_VISIT = re.compile(
    r"^(?:就|才|前|之?前)?(?:发|给(?!我约|俺约|我安排)|结(?!束)|还(?!有|能)|到期|摔|受伤|进厂|入职|辞退|离职|开始干|开除|的工资|份工资|欠)"
)
_PROMISED = re.compile(r"(?:说好?|答应|讲好|承诺|拖到|欠到|等到|干到)$")


def legal_aid_slots(reading: MessageReading) -> Iterator[tuple[str, SlotValue]]:
    """Matter, number of people and day, as far as they are said."""
    matter = legal_matter(reading.text)
    if matter:
        yield "matter", matter
    people = [count.low for count in find_counts(reading.text) if count.low > 1]
    if people:
        yield "group_size", people[0]
    visit = _visit(reading)
    if visit is not None:
        yield "date_text", visit.text


def legal_matter(text: str) -> str:
    """What the dispute is about: the matter with most words for it, on a tie the one that is named last; "" for none.

    A story begins with how it came about and ends with what is wanted.
    """
    folded = _LEGAL_AID.sub("", fold(text))
    if _ROAD_TO_WORK.search(folded):
        return "injury"
    if _UNPAID_AFTER_DISMISSAL.search(folded):
        return "contract"
    if _PRIVATE.search(folded):
        return "other"
    weights: dict[str, tuple[int, int]] = {}
    for matter, weight, pattern in _MATTER:
        for match in pattern.finditer(folded):
            sum_so_far, last = weights.get(matter, (0, 0))
            weights[matter] = (sum_so_far + weight, max(last, match.end()))
    if len(weights) > 1:
        weights.pop("other", None)
    return max(weights, key=lambda matter: weights[matter]) if weights else ""


def _visit(reading: MessageReading) -> DateMention | None:
    """The day of the visit: no pay day that was promised, rather a day than only a time."""
    folded = fold(reading.text)
    meant = [
        date
        for date in reading.dates
        if not _NOT_THE_VISIT.match(folded[date.end :]) and not _PROMISED.search(folded[: date.start])
    ]
    return next((date for date in meant if date.on is not None), meant[0] if meant else None)
