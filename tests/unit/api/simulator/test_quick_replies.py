"""What of a reply can be tapped."""

from __future__ import annotations

from api.simulator.quick_replies import Choice, Part, parts_of, quick_replies

QUESTION = "哪一天去？\n1. 周六\n2. 周日\n（不想说就回复“跳过”）\n（不办了回复“取消”，填错了回复“上一步”）"


def test_numbered_lines_become_choices_and_the_rest_stays_text() -> None:
    assert parts_of(QUESTION) == (
        Part("哪一天去？"),
        Part(choices=(Choice("1", "周六"), Choice("2", "周日"))),
        Part("（不想说就回复“跳过”）\n（不办了回复“取消”，填错了回复“上一步”）"),
    )


def test_a_single_choice_is_a_choice() -> None:
    assert parts_of("是在三明吗？\n1. 是，在三明")[1].choices == (Choice("1", "是，在三明"),)


def test_entries_with_lines_of_their_own_are_read_and_not_tapped() -> None:
    text = "离您最近的服务点：\n1. 一号点\n地址：甲路1号\n2. 二号点\n地址：乙路2号"
    assert parts_of(text) == (Part(text),)
    one = "服务点：\n1. 一号点\n地址：甲路1号"
    assert parts_of(one) == (Part(one),)


def test_a_list_of_which_a_number_is_asked_for_is_tapped_across_its_headings() -> None:
    long = "电焊工，沙县区，6200-8700元/月，示例闽诚腾金属制品有限公司，11月22日发布，包住，有夜班补贴"
    text = f"永安没有，三明有：\n1. {long}\n外省：\n2. 保安\n回复数字看详情。"
    assert parts_of(text) == (
        Part("永安没有，三明有："),
        Part(choices=(Choice("1", long),)),
        Part("外省："),
        Part(choices=(Choice("2", "保安"),)),
        Part("回复数字看详情。"),
    )


def test_a_list_that_does_not_begin_with_one_or_has_a_gap_is_text() -> None:
    assert parts_of("2. 乙\n3. 丙") == (Part("2. 乙\n3. 丙"),)
    assert parts_of("1. 甲\n3. 丙") == (Part("1. 甲\n3. 丙"),)


def test_nothing_of_a_reply_is_lost() -> None:
    texts = [
        "\n".join([part.text] if not part.choices else [f"{one.number}. {one.label}" for one in part.choices])
        for part in parts_of(QUESTION)
    ]
    assert "\n".join(texts) == QUESTION


def test_words_that_are_asked_for_can_be_tapped_once_each() -> None:
    assert quick_replies(QUESTION + "\n回复“取消”") == ("跳过", "取消", "上一步")
    assert quick_replies("《文件》里写着“取消限制”") == ()
