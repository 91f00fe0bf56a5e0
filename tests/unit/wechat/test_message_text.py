import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.wechat.message_text import clean_text, iter_pieces, split_text

# How long a busy machine takes says nothing about the code.
ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINE = "第一条 用人单位应当按月足额支付工资。"


def test_a_text_that_fits_is_one_piece() -> None:
    assert split_text("您好") == ["您好"]
    assert split_text("") == []


def test_a_cut_falls_between_lines_where_there_are_lines() -> None:
    pieces = split_text("\n".join([LINE] * 60))
    assert len(pieces) > 1
    assert all(set(piece.split("\n")) == {LINE} for piece in pieces)


def test_a_cut_falls_after_a_sentence_where_there_are_no_lines() -> None:
    pieces = split_text("用人单位应当按月足额支付工资。" * 100)
    assert len(pieces) > 1
    assert all(piece.endswith("。") for piece in pieces)


def test_a_closing_quote_stays_with_its_sentence() -> None:
    pieces = split_text("他说：“工资月底一定发。”" * 100, 200)
    assert all(piece.endswith("”") for piece in pieces)


@pytest.mark.parametrize(
    "figure",
    [
        "3500元",
        "12,000元",
        "2017年",
        "12333",
        "0598-8223456",
        "3.5%",
        "２０００元",
        "三千五百元",
        "〔2017〕4号",
        "5000—8000元",
    ],
)
def test_a_figure_is_never_torn(figure: str) -> None:
    for padding in range(25):
        text = "补" * padding + figure + "贴" * 40
        pieces = split_text(text, 60)
        assert any(figure in piece for piece in pieces)
        assert "".join(pieces) == text


def test_a_link_is_never_torn() -> None:
    link = "https://example.cn/policies/350400?clause=2-7&from=wechat"
    for padding in range(25):
        assert any(link in piece for piece in split_text("看" * padding + link + "这里" * 40, 80))


def test_an_emoji_of_several_code_points_is_never_torn() -> None:
    family = "👨‍👩‍👧"
    for padding in range(12):
        assert (
            "".join(piece.count(family) * "x" for piece in split_text("好" * padding + family + "好" * 20, 30)) == "x"
        )


def test_a_figure_longer_than_a_piece_is_torn_rather_than_lost() -> None:
    text = "1" * 100
    assert "".join(split_text(text, 30)) == text


def test_a_piece_that_cannot_hold_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="max_bytes"):
        split_text("您好", 3)


def test_the_first_piece_does_not_wait_for_the_others() -> None:
    assert next(iter_pieces("工资" * 10_000)) == ("工资" * 333)


@ANY_SPEED
@given(st.text(), st.integers(min_value=4, max_value=200))
def test_pieces_fit_are_not_empty_and_lose_only_white_space(text: str, max_bytes: int) -> None:
    pieces = split_text(text, max_bytes)
    assert all(piece.strip() and len(piece.encode()) <= max_bytes for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(clean_text(text).split())


@ANY_SPEED
@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_cleaned_text_holds_only_what_xml_can_carry(text: str) -> None:
    cleaned = clean_text(text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", cleaned)
    assert clean_text(cleaned) == cleaned
