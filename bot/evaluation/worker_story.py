"""Long stories as workers type them: everything that happened, and the question somewhere near the end."""

from __future__ import annotations

import random
from collections.abc import Sequence

STORY_CHARACTERS = (500, 1000)

WORK = (
    "木工",
    "钢筋工",
    "电焊工",
    "瓦工",
    "架子工",
    "油漆工",
    "保洁",
    "保安",
    "送外卖的",
    "送快递的",
    "厨师",
    "服务员",
    "缝纫工",
    "装卸工",
    "开货车的",
    "月嫂",
    "养殖场的",
    "电子厂普工",
)
_FAMILY = ("媳妇", "老公", "大儿子", "小女儿", "我妈", "我爸", "弟弟", "表哥", "老丈人")
_SENTENCES = (
    "{year}年{month}月经老乡介绍到{place}干{work}，说好一个月{wage}块，头几个月还按时给。",
    "后来换了个带班的，说公司账上没钱，先发{part}块生活费，剩下的年底一起算。",
    "一起干活的有{count}个人，大半是{place}过来的，都没签合同，就一个记工本。",
    "{family}在家带两个娃，大的上{grade}年级，小的还没断奶，每个月就等着我寄钱。",
    "{month}月{day}号那天下雨，脚手架滑，我从{height}米高摔下来，手腕骨裂，在县医院住了{days}天，花了{part}多。",
    "老板来看过一回，放下{small}块钱就走了，再打电话就不接，发微信也不回。",
    "我去劳动所问过，人家让我找{place}那边，那边又说不归他们管，来回跑了{count}趟。",
    "村里{family}说现在有政策，具体是啥政策他也说不清楚，让我自己上网查。",
    "我没念过几年书，手机上那些表格不会填，点进去还要刷脸，刷了几遍都不过。",
    "租的房子一个月{small}块，冬天没暖气，{family}老寒腿，想换个地方又怕押金不退。",
    "今年{age}岁了，厂里说超了年龄不要，只能打零工，一天{day_wage}，有一天没一天的。",
    "听说在{place}参加培训还给补贴，我想学{work}，不知道像我这样外地户口的给不给报。",
    "社保断了{count}个月，之前在{place}交的，现在人到了这边，不晓得能不能接上。",
    "{family}想回老家开个小店，手里攒了{part}块，差一点，银行说要抵押，我们哪有东西抵押。",
    "工友老{surname}跟我一样的情况，他那边已经拿到钱了，我这边一点动静也没有。",
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def long_story(random_source: random.Random, places: Sequence[str], question: str) -> str:
    """A story of `STORY_CHARACTERS` that ends with a question and an afterthought.

    Args:
        random_source: what happened to this worker.
        places: names of places.
        question: what they want to know.
    """
    length = random_source.randint(*STORY_CHARACTERS)
    tail = f"我就想问一下，{question}，麻烦你们了。"
    body = ""
    sentences = random_source.sample(_SENTENCES, len(_SENTENCES))
    for sentence in (*sentences, *random_source.sample(_SENTENCES, len(_SENTENCES))):
        body += _filled(random_source, places, sentence)
        if len(body) + len(tail) >= length:
            break
    return body[: max(length - len(tail), 0)] + tail


def _filled(random_source: random.Random, places: Sequence[str], sentence: str) -> str:
    number = random_source.randint
    return sentence.format(
        year=number(2016, 2026),
        month=number(1, 12),
        day=number(1, 28),
        place=random_source.choice(places),
        work=random_source.choice(WORK),
        wage=number(35, 110) * 100,
        part=number(8, 600) * 100,
        small=number(2, 20) * 100,
        day_wage=number(12, 35) * 10,
        count=number(2, 40),
        days=number(3, 60),
        grade=number(1, 6),
        height=number(2, 9),
        age=number(19, 63),
        family=random_source.choice(_FAMILY),
        surname=random_source.choice(_SURNAMES),
    )
