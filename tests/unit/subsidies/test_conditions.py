"""Three-valued logic over trees of comparisons."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.subsidy import AllOf, AnyOf, Comparison, Condition, Not, Requirement, Span
from bot.subsidies.conditions import failed_requirements, holds, missing_facts

VALUES = (True, False, None)


def _is(name: str, *, presumed: bool = False) -> Requirement:
    return Requirement(name, Comparison.IS, value=True, means=name, quote="引文", is_presumed=presumed)


def _known(**facts: bool | None) -> dict[str, bool]:
    return {name: value for name, value in facts.items() if value is not None}


def _quantity(comparison: Comparison, bound: float) -> Requirement:
    return Requirement("months", comparison, bound, means="满一年", quote="引文")


def _share(percent: float) -> Requirement:
    return Requirement("hires", Comparison.AT_LEAST, percent, means="达到", quote="引文", whole="staff")


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, VALUES)))
def test_all_and_any_follow_kleene(*, a: bool | None, b: bool | None) -> None:
    known = _known(a=a, b=b)
    expected_all = False if False in (a, b) else None if None in (a, b) else True
    expected_any = True if True in (a, b) else None if None in (a, b) else False
    assert holds(AllOf((_is("a"), _is("b"))), known) is expected_all
    assert holds(AnyOf((_is("a"), _is("b"))), known) is expected_any


@pytest.mark.parametrize(("value", "negated"), [(True, False), (False, True), (None, None)])
def test_not_turns_yes_and_no_and_leaves_the_unknown(*, value: bool | None, negated: bool | None) -> None:
    assert holds(Not(_is("a")), _known(a=value)) is negated


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span.exactly(12), True),
        (Span.exactly(11.97), False),
        (Span(12, None), True),
        (Span(0, 11.9), False),
        (Span(10, 14), None),
        (Span(0, None), None),
    ],
)
def test_a_span_decides_only_where_all_of_it_lies_on_one_side(*, span: Span, expected: bool | None) -> None:
    assert holds(_quantity(Comparison.AT_LEAST, 12), {"months": span}) is expected


@pytest.mark.parametrize(
    ("comparison", "value", "expected"),
    [
        (Comparison.MORE_THAN, 100, False),
        (Comparison.MORE_THAN, 101, True),
        (Comparison.AT_MOST, 100, True),
        (Comparison.AT_MOST, 101, False),
        (Comparison.LESS_THAN, 100, False),
        (Comparison.LESS_THAN, 99, True),
    ],
)
def test_more_than_excludes_its_figure_and_at_most_includes_it(
    *, comparison: Comparison, value: float, expected: bool
) -> None:
    assert holds(_quantity(comparison, 100), {"months": Span.exactly(value)}) is expected


@pytest.mark.parametrize(
    ("hires", "staff", "percent", "expected"),
    [(15, 100, 15, True), (14, 100, 15, False), (8, 100, 8, True), (9, 105, 8, True), (8, 101, 8, False)],
)
def test_a_share_is_computed_exactly(*, hires: int, staff: int, percent: float, expected: bool) -> None:
    known = {"hires": Span.exactly(hires), "staff": Span.exactly(staff)}
    assert holds(_share(percent), known) is expected


def test_a_share_of_an_unknown_whole_asks_for_the_whole_first() -> None:
    assert missing_facts(_share(15), {}) == ("staff", "hires")
    assert missing_facts(_share(15), {"hires": Span.exactly(3)}) == ("staff",)


def test_what_is_presumed_holds_until_the_case_says_otherwise() -> None:
    presumed = _is("a", presumed=True)
    assert holds(presumed, {}) is True
    assert holds(presumed, {"a": False}) is False


def test_a_fact_that_decides_alone_is_asked_before_those_that_need_each_other() -> None:
    tree = AllOf((AnyOf((_is("x"), _is("y"))), _is("z")))
    assert missing_facts(tree, {}) == ("z", "x", "y")


def test_nothing_is_missing_once_the_verdict_stands() -> None:
    assert missing_facts(AllOf((_is("a"), _is("b"))), {"a": False}) == ()


def test_only_conditions_that_fail_are_named() -> None:
    tree: Condition = AllOf((_is("a"), Not(_is("b")), _is("c")))
    failed = failed_requirements(tree, {"a": True, "b": True})
    assert [one.fact for one in failed] == ["b"]
