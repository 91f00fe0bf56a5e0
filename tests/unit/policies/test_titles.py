from __future__ import annotations

import pytest

from bot.policies.titles import lead_phrase

PLAIN = ["加强就业服务", "提高技能水平", "保障工资支付"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("提升技能水平。鼓励各地开展培训。", "提升技能水平"),
        ("补贴标准：每人500元。", "补贴标准"),
        ("强化技能培训,提高农民工素质。将农民工纳入体系。", "强化技能培训,提高农民工素质"),
        ("实施劳务品牌创建专项行动\n加快培育品牌。", "实施劳务品牌创建专项行动"),
        ("加强组织领导　各级政府要高度重视。", "加强组织领导"),
        ("【适用范围】本办法适用于全市。", "适用范围"),
    ],
)
def test_the_title_ends_at_the_first_stop(text: str, title: str) -> None:
    assert lead_phrase(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("规范劳动用工督促用人单位依法与劳动者签订劳动合同，建立台账。", "规范劳动用工"),
        ("完善社保政策积极引导灵活就业人员参加养老保险，落实补贴。", "完善社保政策"),
        ("优化创业环境优化审批流程，减少材料。", "优化创业环境"),
        ("基本原则坚持市场导向、政府引导，统筹城乡就业。", "基本原则"),
        ("稳定和扩大就业多措并举稳定和扩大县域就业岗位，提高稳定性。", "稳定和扩大就业"),
        ("健全关爱服务体系建立留守儿童台账，定期走访。", "健全关爱服务体系"),
        ("保障随迁子女入学各地要将常住人口纳入规划，增加学位。", "保障随迁子女入学"),
    ],
)
def test_a_title_that_ran_into_its_sentence_is_cut_at_the_seam(text: str, title: str) -> None:
    assert lead_phrase(text, PLAIN) == title


def test_a_comma_in_a_title_is_no_suspicion_where_its_neighbours_have_one_too() -> None:
    neighbours = ["加强服务,扩大就业", "规范用工,维护权益", "畅通渠道,解决纠纷"]
    assert lead_phrase("强化卫生服务,推进健康管理。免费体检。", neighbours) == "强化卫生服务,推进健康管理"


def test_a_joined_verb_does_not_split_a_title() -> None:
    assert lead_phrase("推动政策落实。开展宣传。", PLAIN) == "推动政策落实"
    assert lead_phrase("维护和完善就业服务网络积极建设站点，覆盖城乡。", PLAIN) == "维护和完善就业服务网络"


def test_a_sentence_without_a_lead_phrase_is_titled_by_its_beginning() -> None:
    text = (
        "县级以上人民政府应当将所需经费列入本级预算，并根据经济社会发展水平和实际工作需要逐步增加投入，加强监督检查。"
    )
    assert lead_phrase(text) == "县级以上人民政府应当将所需经费列入本级预算"
