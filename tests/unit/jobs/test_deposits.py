import pytest

from bot.jobs.deposits import deposit_in


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("入职需交押金500元，离职退还", "押金"),
        ("服装费200元从工资扣", "服装费"),
        ("岗前培训费380，包教会", "培训费"),
        ("包吃住。需缴纳保证金1000元", "保证金"),
        ("中介费一个月工资的一半", "中介费"),
        ("无经验也可，培训费自理", "培训费"),
        ("不限学历，押金300", "押金"),
        ("不收中介费，但要交服装押金200", "押金"),
        ("上岗前交500元", "上岗前交500元"),
        ("入职押身份证一周", "押身份证"),
        ("体检费自理", "体检费"),
        ("报名费：50元", "报名费"),
    ],
)
def test_money_and_papers_that_a_posting_wants_are_found(text: str, wanted: str) -> None:
    assert deposit_in(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "不收押金",
        "不收任何押金、服装费和中介费",
        "无押金，免培训费",
        "零押金入职",
        "0押金",
        "押金：无",
        "押金0元",
        "押金、服装费、培训费一律不收",
        "体检费由公司承担",
        "培训费公司全额报销",
        "免费培训，包吃住",
        "已缴存农民工工资保证金",
        "严禁收取任何费用、押金",
        "绝不收取中介费",
        "不用交押金，不扣身份证",
        "无需缴纳任何押金",
        "每月交五险一金",
        "住房公积金、高温补贴",
        "",
    ],
)
def test_money_that_is_not_taken_is_no_warning(text: str) -> None:
    assert deposit_in(text) == ""


def test_any_part_of_a_posting_may_want_money() -> None:
    assert deposit_in("普工", "包吃住，不收押金", "另收建档费100") == "建档费"
