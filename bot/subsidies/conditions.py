"""Conditions in Kleene's three-valued logic: what is not known is neither true nor false.

The tables are those of S. C. Kleene, Introduction to Metamathematics (1952), § 64: ``and`` is the least of its parts,
``or`` the greatest, with False < unknown < True; unknown is None here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from bot.domain.subsidy import AllOf, Comparison, Condition, FactValue, Not, Requirement, Span

Known = Mapping[str, FactValue]


def holds(condition: Condition, known: Known) -> bool | None:
    """Whether a condition holds; None while the facts do not decide it."""
    if isinstance(condition, Requirement):
        outcome = _requirement(condition, known)
        return True if outcome is None and condition.is_presumed else outcome
    if isinstance(condition, Not):
        inner = holds(condition.part, known)
        return None if inner is None else not inner
    parts = [holds(part, known) for part in condition.parts]
    if isinstance(condition, AllOf):
        return _least(parts)
    return _negated(_least([_negated(part) for part in parts]))


def missing_facts(condition: Condition, known: Known) -> tuple[str, ...]:
    """The facts that keep a condition open, those first that can decide it alone; empty where it is decided.

    Within both groups they come in the order of the rule.
    """
    if holds(condition, known) is not None:
        return ()
    open_facts = tuple(dict.fromkeys(_open_facts(condition, known)))
    deciding = [name for name in open_facts if _can_decide(condition, known, name)]
    return (*deciding, *(name for name in open_facts if name not in deciding))


def failed_requirements(condition: Condition, known: Known) -> tuple[Requirement, ...]:
    """The comparisons because of which a condition does not hold, in the order of the rule."""
    return tuple(dict.fromkeys(_failing(condition, known, wanted=True)))


def requirements_of(condition: Condition) -> Iterator[Requirement]:
    """Every comparison of a condition, in order."""
    if isinstance(condition, Requirement):
        yield condition
    elif isinstance(condition, Not):
        yield from requirements_of(condition.part)
    else:
        for part in condition.parts:
            yield from requirements_of(part)


def _requirement(requirement: Requirement, known: Known) -> bool | None:
    if requirement.whole:
        span = _share(known.get(requirement.fact), known.get(requirement.whole)) or _stated_share(requirement, known)
        return None if span is None else _compare(requirement, *span)
    value = known.get(requirement.fact)
    if value is None:
        return None
    if isinstance(value, bool):
        return value is requirement.value
    return _compare(requirement, Fraction(value.low), None if value.high is None else Fraction(value.high))


def _stated_share(requirement: Requirement, known: Known) -> tuple[Fraction, Fraction | None] | None:
    stated = known.get(requirement.share)
    if not isinstance(stated, Span):
        return None
    return Fraction(stated.low), None if stated.high is None else Fraction(stated.high)


def _share(part: FactValue | None, whole: FactValue | None) -> tuple[Fraction, Fraction | None] | None:
    """Per cent, exactly: 8 of 100 people are neither more nor less than 8 %."""
    if not isinstance(part, Span) or not isinstance(whole, Span) or whole.low <= 0:
        return None
    low = Fraction(0) if whole.high is None else Fraction(part.low) * 100 / Fraction(whole.high)
    return low, None if part.high is None else Fraction(part.high) * 100 / Fraction(whole.low)


def _compare(requirement: Requirement, low: Fraction, high: Fraction | None) -> bool | None:
    """A comparison over everything that the quantity may be."""
    bound = Fraction(str(requirement.value))
    if requirement.comparison is Comparison.AT_LEAST:
        surely, never = low >= bound, high is not None and high < bound
    elif requirement.comparison is Comparison.MORE_THAN:
        surely, never = low > bound, high is not None and high <= bound
    elif requirement.comparison is Comparison.AT_MOST:
        surely, never = high is not None and high <= bound, low > bound
    else:
        surely, never = high is not None and high < bound, low >= bound
    return True if surely else False if never else None


def _least(parts: Iterable[bool | None]) -> bool | None:
    values = list(parts)
    if False in values:
        return False
    return None if None in values else True


def _negated(value: bool | None) -> bool | None:  # noqa: FBT001 - a truth value is what it is about
    return None if value is None else not value


def _open_facts(condition: Condition, known: Known) -> Iterator[str]:
    if holds(condition, known) is not None:
        return
    if isinstance(condition, Requirement):
        unknown = [name for name in condition.facts if name not in known]
        yield from unknown or [name for name in condition.facts if not _is_exact(known[name])]
    elif isinstance(condition, Not):
        yield from _open_facts(condition.part, known)
    else:
        for part in condition.parts:
            yield from _open_facts(part, known)


def _is_exact(value: FactValue) -> bool:
    return isinstance(value, bool) or value.low == value.high


def _can_decide(condition: Condition, known: Known, name: str) -> bool:
    """Whether one answer about this fact ends the matter, whatever else is still unknown."""
    return any(_supposing(condition, known, name, outcome) is not None for outcome in (True, False))


def _supposing(condition: Condition, known: Known, name: str, outcome: bool) -> bool | None:  # noqa: FBT001
    """The condition's value if every comparison that lacks only this fact came out so."""
    if isinstance(condition, Requirement):
        found = holds(condition, known)
        others = [fact for fact in condition.facts if fact != name and fact not in known]
        return outcome if found is None and name in condition.facts and not others else found
    if isinstance(condition, Not):
        return _negated(_supposing(condition.part, known, name, outcome))
    parts = [_supposing(part, known, name, outcome) for part in condition.parts]
    if isinstance(condition, AllOf):
        return _least(parts)
    return _negated(_least([_negated(part) for part in parts]))


def _failing(condition: Condition, known: Known, *, wanted: bool) -> Iterator[Requirement]:
    """Comparisons that came out otherwise than the condition would need them."""
    if holds(condition, known) is not (not wanted):
        return
    if isinstance(condition, Requirement):
        yield condition
    elif isinstance(condition, Not):
        yield from _failing(condition.part, known, wanted=not wanted)
    else:
        for part in condition.parts:
            yield from _failing(part, known, wanted=wanted)
