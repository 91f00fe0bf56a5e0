from __future__ import annotations

import pytest

from bot.policies import line_kinds


@pytest.mark.parametrize(
    "text", ["分享:", "字体: [大] [中] [小]", "信息来源:本网 时间:2023-06-08", "【打印】【关闭】", "首页 > 返回"]
)
def test_what_a_page_prints_around_a_title_is_known(text: str) -> None:
    assert line_kinds.is_page_meta(text)


@pytest.mark.parametrize("text", ["小微企业补贴办法", "中共某市委文件", "大中专学生就业意见", "关闭小煤窑规定"])
def test_a_title_that_begins_like_a_button_is_no_button(text: str) -> None:
    assert not line_kinds.is_page_meta(text)


@pytest.mark.parametrize(
    "text",
    [
        "关于进一步关心关爱农民工的若干措施",
        "利州区农民工暨返乡下乡创业工作领导小组2022年工作要点(征求意见稿)",
        "某市人民政府关于印发《方案》的通知",
        "小微企业补贴办法（试行）",
    ],
)
def test_titles_are_known(text: str) -> None:
    assert line_kinds.is_title(text)


@pytest.mark.parametrize("text", ["各地要落实本方案。", "牵头单位：市人社局", "附件：某方案", "责任单位：市政策"])
def test_sentences_and_department_lines_are_no_titles(text: str) -> None:
    assert not line_kinds.is_title(text)


def test_a_title_about_a_list_opens_no_list() -> None:
    assert not line_kinds.opens_name_list("关于公布零工市场名单")
    assert line_kinds.opens_name_list("领导小组组成人员名单")


@pytest.mark.parametrize(
    ("text", "expected"), [("各镇人民政府,各街道办事处:", True), ("广大市民:", True), ("现将有关事项通知如下：", False)]
)
def test_a_salutation_addresses_somebody(text: str, *, expected: bool) -> None:
    assert line_kinds.is_salutation(text) is expected
