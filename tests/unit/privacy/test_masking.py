import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.masking import mask_id_number, mask_name, mask_phone, redact

MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
ID_NUMBER = st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True)
CARD = st.from_regex(r"62[0-9]{14,17}", fullmatch=True)
AROUND = st.text(alphabet="我的电话是，。；：欠薪工资 a-：元\n", max_size=12)


def test_masks_show_what_people_are_used_to() -> None:
    assert mask_phone("13812341234") == "138****1234"
    assert mask_phone("02785712345") == "027****2345"
    assert mask_id_number("42011719900101001X") == "420*************1X"
    assert mask_name("王建国") == "王**"
    assert mask_name(" 阿卜杜拉·买买提 ") == "阿**"


@given(MOBILE)
def test_a_masked_phone_keeps_its_length_and_hides_four_digits(phone: str) -> None:
    masked = mask_phone(phone)
    assert len(masked) == 11
    assert masked == f"{phone[:3]}****{phone[-4:]}"


@given(ID_NUMBER)
def test_a_masked_id_number_hides_the_birthday(id_number: str) -> None:
    assert mask_id_number(id_number)[6:14] == "********"


@given(st.text(max_size=30))
def test_masks_of_anything_hide_at_least_four_characters_or_all(text: str) -> None:
    plain = text.strip()
    for masked in (mask_phone(text), mask_id_number(text)):
        assert len(masked) == len(plain)
        shown = sum(character != "*" for character in masked)
        assert shown == 0 or len(plain) - shown >= min(4, len(plain))


@given(st.text(min_size=1, max_size=30))
def test_a_masked_name_shows_one_character_at_most_and_not_how_long_it_was(name: str) -> None:
    assert mask_name(name) in {"**", f"{name.strip()[:1]}**"}


@given(AROUND, st.one_of(MOBILE, ID_NUMBER, CARD), AROUND)
def test_redacted_text_holds_no_number_of_a_person(before: str, number: str, after: str) -> None:
    redacted = redact(before + number + after)
    assert number not in redacted
    assert not re.search(r"\d{11,}", redacted)
    assert redacted.startswith(before)
    assert redacted.endswith(after)


@given(st.text(max_size=200))
def test_no_run_of_eleven_digits_outlives_redaction(text: str) -> None:
    assert not re.search(r"\d{11,}", redact(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("打我138 1234 1234", "打我138****1234"),
        ("打我138-1234-1234！", "打我138****1234！"),
        ("号码１３８１２３４１２３４。", "号码１３８****１２３４。"),
        ("幺三八幺二三四幺二三四", "幺三八****幺二三四"),
        ("座机027-85712345转", "座机027****2345转"),
        ("卡号6222 0212 3456 7890 123", "卡号622**************23"),
        ("身份证42011719900101001x", "身份证420*************1x"),
        ("身份证420117 19900101 001X", "身份证420*************1X"),
        ("+8613812341234", "+861******1234"),
        ("openid=oABCDEFGHIJKLMNOPQRSTUVWXYZ1", "openid=o****"),
    ],
)
def test_numbers_are_masked_however_they_are_written(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "拨打12333或12348",
        "新政发〔2017〕4号，2017-03-17",
        "2024-04-25 09:30:15",
        "每人5000元，共1250000元",
        "行政区划代码420117",
        "2019年1月1日至2022年12月31日",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert redact(text) == text
