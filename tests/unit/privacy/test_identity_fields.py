import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import IdentityFieldError
from bot.privacy.identity_fields import (
    Identity,
    check_character,
    normalised_id_number,
    normalised_name,
    normalised_phone,
)


@pytest.mark.parametrize(
    "written",
    [
        "13812341234",
        " 138 1234 1234 ",
        "138-1234-1234",
        "+86 13812341234",
        "0086-138-1234-1234",
        "８６１３８１２３４１２３４",
    ],
)
def test_a_phone_has_one_form_however_it_is_written(written: str) -> None:
    assert normalised_phone(written) == "13812341234"


def test_a_landline_keeps_its_area_code() -> None:
    assert normalised_phone("(027) 8571-2345") == "02785712345"


@pytest.mark.parametrize("written", ["", "12333", "1381234123", "138123412345", "23812341234", "一三八", "86"])
def test_what_is_no_phone_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(IdentityFieldError) as caught:
        normalised_phone(written)
    assert not written or written not in str(caught.value)


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True), st.sampled_from("0123456789X"))
def test_exactly_one_check_character_fits(first_17: str, last: str) -> None:
    if last == check_character(first_17):
        assert normalised_id_number(f" {first_17}{last.lower()} ") == first_17 + last
    else:
        with pytest.raises(IdentityFieldError):
            normalised_id_number(first_17 + last)


def test_the_standards_own_example_is_valid() -> None:
    assert normalised_id_number("11010519491231002x") == "11010519491231002X"


def test_names_of_every_people_are_taken_and_numbers_are_not() -> None:
    assert normalised_name("  买买提·艾力 ") == "买买提·艾力"
    for wrong in ("王13812341234", "<b>王</b>", "", "王" * 51, "王\ud83d", "王\u200b国"):
        with pytest.raises(IdentityFieldError):
            normalised_name(wrong)


def test_an_identity_never_shows_itself_in_clear() -> None:
    identity = Identity("王建国", "13812341234", "11010519491231002X")
    for shown in (repr(identity), str(identity), f"{identity}"):
        assert "建国" not in shown
        assert "13812341234" not in shown
        assert "19491231" not in shown
