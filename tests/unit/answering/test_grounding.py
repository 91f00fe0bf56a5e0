"""Figures of an answer stand in the clause."""

from __future__ import annotations

from bot.answering.grounding import figures, ungrounded_figures

CLAUSE = "给予不超过1万元的一次性补贴，每人700-3000元，到 2022 年提高30%。"


def test_figures_carry_their_unit() -> None:
    assert figures(CLAUSE) == ["1万元", "700-3000元", "2022年", "30%"]


def test_a_quote_of_the_clause_is_grounded() -> None:
    assert ungrounded_figures("补贴不超过１万元，到2022年", [CLAUSE]) == []


def test_a_foreign_amount_is_found() -> None:
    assert ungrounded_figures("最高3万元，提高30%", [CLAUSE]) == ["3万元"]


def test_the_same_digits_with_another_unit_are_another_figure() -> None:
    assert ungrounded_figures("补贴1元", [CLAUSE]) == ["1元"]
