from __future__ import annotations

import pytest

from bot.policies.numbering import Numbering, Style, chinese_to_int, parse_marker


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十一", 11),
        ("二十", 20),
        ("二十六", 26),
        ("一百零三", 103),
        ("一二", None),
        ("零", None),
    ],
)
def test_chinese_numerals_are_counted(numeral: str, value: int | None) -> None:
    assert chinese_to_int(numeral) == value


@pytest.mark.parametrize(
    ("line", "style", "ordinal", "written", "rest"),
    [
        ("(二十一) 加强组织", Style.PAREN, 21, "(二十一)", "加强组织"),
        ("（一）、加强", Style.PAREN, 1, "（一）", "加强"),
        ("十二、督查", Style.COMMA, 12, "十二、", "督查"),
        ("1 ．申请", Style.DOT, 1, "1．", "申请"),
        ("第 三 条　本办法", Style.ARTICLE, 3, "第三条", "本办法"),
        ("第十二章 附则", Style.CHAPTER, 12, "第十二章", "附则"),
        ("⑿办理", Style.ROUND, 12, "⑿", "办理"),
    ],
)
def test_a_number_at_the_start_of_a_line_is_read(
    line: str, style: Style, ordinal: int, written: str, rest: str
) -> None:
    marker = parse_marker(line)
    assert marker is not None
    assert (marker.style, marker.ordinal, marker.written, line[marker.length :]) == (style, ordinal, written, rest)


@pytest.mark.parametrize(
    "line",
    [
        "2.5万元",
        "2022年，全年实现",
        "一是加强领导",
        "第一书记",
        "第三条、第四条规定",
        "0839-6068276",
        "（征求意见稿）",
        "",
    ],
)
def test_other_beginnings_are_no_numbers(line: str) -> None:
    assert parse_marker(line) is None


def depths(*lines: str) -> list[int | None]:
    numbering = Numbering()
    markers = [parse_marker(line) for line in lines]
    return [None if marker is None else numbering.place(marker) for marker in markers]


def test_levels_open_and_close_in_order() -> None:
    assert depths("一、", "（一）", "1.", "2.", "（二）", "二、", "（一）") == [0, 1, 2, 2, 1, 0, 1]


def test_nothing_begins_with_another_number_than_one() -> None:
    assert depths("二、", "（三）", "一、") == [None, None, 0]


def test_a_closed_sequence_takes_no_list_of_attachments() -> None:
    numbering = Numbering()
    first, entry, second = parse_marker("一、"), parse_marker("1."), parse_marker("一、")
    assert first is not None
    assert entry is not None
    assert second is not None
    assert numbering.place(first) == 0
    numbering.close()
    assert numbering.place(entry) is None
    assert numbering.place(second) == 0
    assert numbering.sequence == 1
