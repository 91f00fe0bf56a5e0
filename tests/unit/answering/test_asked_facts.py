"""Which kind of fact a question asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.asked_facts import FactKind, asked_facts
from bot.answering.stated_facts import states
from bot.assembly.policy_desk import PolicyDesk
from bot.policies.corpus_folder import load_corpus
from bot.policies.similar_questions import load_similar_questions


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("创业补贴有多少", {FactKind.AMOUNT}),
        ("考了焊工证能补几百块", {FactKind.AMOUNT}),
        ("我们这儿最低工资一个月是多少", {FactKind.PRICE}),
        ("周末加班给几倍工资", {FactKind.MULTIPLE}),
        ("住满多久才能登记", {FactKind.DURATION}),
        ("仲裁时效怎么规定的", {FactKind.DURATION}),
        ("办执照要跑几趟", {FactKind.TIMES}),
        ("你们局的联系电话", {FactKind.PHONE}),
        ("服务中心在哪条街，几点开门", {FactKind.ADDRESS, FactKind.OPENING_HOURS}),
        ("落户要带哪些材料", {FactKind.MATERIALS}),
        ("公积金怎么取出来", {FactKind.PROCEDURE}),
        ("排队要等几年", {FactKind.DURATION}),
        ("上了名单，要过几年才抹掉", {FactKind.DURATION}),
        ("体检多久组织一次", {FactKind.FREQUENCY}),
        ("有难处多久坐下来听一回我们说", {FactKind.FREQUENCY}),
        ("到哪一年做到不欠工资", {FactKind.YEAR}),
        ("补贴从几月份发到几月份", {FactKind.DATE}),
        ("领导小组办公室主任由谁担任", {FactKind.PERSON}),
        ("公租房押金交多少", {FactKind.PRICE}),
        ("孕前检查要钱不", {FactKind.PRICE}),
        ("一年培训多少人", {FactKind.PEOPLE}),
        ("转移就业多少万人", {FactKind.PEOPLE}),
        ("全区有多少家创业园", {FactKind.COUNT}),
        ("积分入学要几多分", {FactKind.PIECES}),
        ("签订率的目标是多少", {FactKind.PERCENTAGE}),
        ("劳务收入目标为多少", {FactKind.FIGURE}),
        ("培训平台的网址是啥", {FactKind.WEBSITE}),
        ("意见发到哪个邮箱", {FactKind.WEBSITE}),
        ("零散工集散中心门牌号多少", {FactKind.ADDRESS}),
        ("援助热线是哪个号码", {FactKind.PHONE}),
        ("法律援助电话", {FactKind.PHONE}),
        ("返乡的大巴什么时候发车", {FactKind.WHEN}),
        ("外出打工路费怎么报要哪些票据", {FactKind.MATERIALS}),
    ],
)
def test_a_question_asks_for_its_kind_of_fact(question: str, kinds: set[FactKind]) -> None:
    assert asked_facts(question) == kinds


@pytest.mark.parametrize(
    "story",
    [
        "老板跑了工钱没给咋整",
        "我在工地干了十几年，现在查出来尘肺",
        "干几天换一个工地，还要签合同吗",
        "前后打了好几年工，户口能迁过来吗",
        "没房子的话户口能落在哪",
        "回去一趟火车票都要好几百，能不能在外地把账结了",
        "在外面当了几年老板，回村当干部有没有路子",
        "同样的活路，正式工拿得多我们拿得少",
        "屋头那几亩田能不能转给别个",
        "办公室设在哪个部门",
        "公共地址落户怎么办",
        "老厂关门了，看病的钱找谁",
        "材料交了几次都打回来",
        "俺干活啥手续也没有",
        "老板不接电话",
        "社保谁出钱",
        "上班时间有没有上限",
    ],
)
def test_figures_that_are_told_are_not_asked_for(story: str) -> None:
    assert asked_facts(story) == frozenset()


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("给予不超过1万元的一次性创业补贴", FactKind.AMOUNT, True),
        ("给予每人700-3000元不同等级补贴", FactKind.AMOUNT, True),
        ("按规定给予培训补贴", FactKind.AMOUNT, False),
        ("在城镇居住半年以上的失业农民工", FactKind.DURATION, True),
        ("加强农民工就业服务", FactKind.DURATION, False),
        ("实施工伤预防五年行动计划", FactKind.DURATION, False),
        ("实施农民教育培训三年提质增效行动", FactKind.DURATION, False),
        ("提高30%就业技能培训补贴标准", FactKind.PERCENTAGE, True),
        ("电话：0839-6068276", FactKind.PHONE, True),
        ("凭居住证办理入学", FactKind.MATERIALS, True),
        ("清理入学证明材料", FactKind.MATERIALS, False),
        ("最多跑一次", FactKind.TIMES, True),
        ("一次性补贴", FactKind.TIMES, False),
        ("按季度组织困难企业参加会商会", FactKind.FREQUENCY, True),
        ("开展定期体检", FactKind.FREQUENCY, False),
        ("由王某某兼任办公室主任", FactKind.PERSON, True),
        ("由用人单位承担责任", FactKind.PERSON, False),
        ("到2020年努力实现工资基本无拖欠", FactKind.YEAR, True),
        ("按当地最低工资标准给予岗位补贴", FactKind.AMOUNT, True),
        ("按当地最低工资标准给予岗位补贴", FactKind.PRICE, False),
        ("免费提供孕前优生健康检查", FactKind.PRICE, True),
        ("免费提供孕前优生健康检查", FactKind.AMOUNT, False),
        ("落实免学费政策", FactKind.PRICE, True),
        ("免除经济困难审查", FactKind.PRICE, False),
        ("引导农民工通过热线电话申请", FactKind.PHONE, False),
        ("畅通12348法律服务热线", FactKind.PHONE, True),
        ("可在社区公共地址上落户", FactKind.ADDRESS, False),
        ("通信地址：区政府第三办公区二楼", FactKind.ADDRESS, True),
        ("严格执行特殊工种持证上岗制度", FactKind.MATERIALS, False),
        ("持续深化居住证制度", FactKind.MATERIALS, False),
        ("为农民工提供居住证办理服务", FactKind.MATERIALS, False),
        ("每年完成技能培训5000人次以上", FactKind.PEOPLE, True),
        ("与广西、贵州的99个县开展协作", FactKind.COUNT, True),
        ("第三个办公区", FactKind.COUNT, False),
        ("劳务收入突破29亿元", FactKind.FIGURE, True),
        ("根据〔2015〕文件，到2020年", FactKind.FIGURE, False),
        ("网址:http://www.lzq.gov.cn/", FactKind.WEBSITE, True),
        ("在春节前后集中组织接送", FactKind.WHEN, True),
    ],
)
def test_a_sentence_states_a_fact_or_not(sentence: str, kind: FactKind, *, expected: bool) -> None:
    assert states(sentence, kind) is expected


def test_hardly_any_question_that_stands_at_a_clause_asks_for_what_it_lacks_or_for_others(desk: PolicyDesk) -> None:
    corpus = load_corpus(Path("corpus"))
    by_clause = load_similar_questions(Path("corpus"), corpus).by_clause
    asked = [(clause, question) for clause in corpus.clauses for question in by_clause.get(clause.clause_id, ())]
    found = [desk.answerer.evidence.find(text, [clause], asked_facts(text))[0] for clause, text in asked]
    assert len(found) > 2500
    assert sum(bool(one.missing) for one in found) < 0.01 * len(found)
    assert sum(one.is_other_case for one in found) < 0.002 * len(found)
