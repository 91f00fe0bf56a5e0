"""Conditions and amounts of a rule as written in YAML: trees of ``all``, ``any``, ``not`` and comparisons with units.

::

    all:
      - {fact: is_first_business, means: 首次创业}
      - {fact: months_in_business, at_least: 1 year, means: 正常经营1年以上}
      - not: {fact: ...}
      - {share: new_hires, of: staff, at_least: 15 %, means: ...}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.subsidy import AllOf, Amount, AnyOf, Comparison, Condition, Fact, FactKind, Not, Requirement
from bot.subsidies.rule_yaml import Section

_MEASURE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z%]+)")
_FACTORS = {
    FactKind.DURATION: {"month": 1.0, "months": 1.0, "year": 12.0, "years": 12.0},
    FactKind.COUNT: {"people": 1.0},
    FactKind.SHARE: {"%": 1.0},
}
_QUANTITIES = tuple(Comparison(name) for name in ("at_least", "more_than", "at_most", "less_than"))
_LEAF_FIELDS = ("fact", "share", "of", "stated", "is", "presumed", "means", "quote", *_QUANTITIES)
_FEN_A_YUAN = 100


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads the conditions of one rule.

    Attributes:
        facts: the declared facts.
        quote: the rule's own quote, for conditions without one.
    """

    facts: Mapping[str, Fact]
    quote: str

    def read(self, entry: Section) -> Condition:
        """The tree below a ``conditions`` field.

        Raises:
            RuleFileError: it is no such tree, names an undeclared fact or has a wrong unit.
        """
        for name, make in (("all", AllOf), ("any", AnyOf)):
            if name in entry.content:
                entry.allow(name)
                return make(self._parts(entry, name))
        if "not" in entry.content:
            entry.allow("not")
            return Not(self.read(entry.of(entry.content["not"], "not")))
        return self._requirement(entry)

    def _parts(self, entry: Section, name: str) -> tuple[Condition, ...]:
        listed = entry.content[name]
        if not isinstance(listed, list) or not listed:
            raise entry.error(f"{name} 下面应当是列表，至少一条；请补上。")
        return tuple(self.read(entry.of(part, name)) for part in listed)

    def _requirement(self, entry: Section) -> Requirement:
        entry.allow(*_LEAF_FIELDS)
        is_share = "share" in entry.content
        fact = self._fact(entry, "share" if is_share else "fact")
        kind = FactKind.SHARE if is_share else fact.kind
        comparison, value = self._bound(entry, kind)
        return Requirement(
            fact=fact.name,
            comparison=comparison,
            value=value,
            whole=self._fact(entry, "of").name if is_share else "",
            share=self._fact(entry, "stated").name if "stated" in entry.content else "",
            is_presumed=entry.is_on("presumed"),
            means=entry.text("means"),
            quote=entry.optional_text("quote") or self.quote,
        )

    def _fact(self, entry: Section, name: str) -> Fact:
        written = entry.text(name)
        if written not in self.facts:
            raise entry.error(f"事实 {written} 没有在 facts.yaml 里写过；请先补上，或者改成写过的名字。")
        return self.facts[written]

    def _bound(self, entry: Section, kind: FactKind) -> tuple[Comparison, bool | float]:
        named = [comparison for comparison in _QUANTITIES if comparison in entry.content]
        if kind not in _FACTORS:
            if named:
                raise entry.error(f"是非题不能比大小（{named[0]}）；请写 is: true 或 is: false。")
            return Comparison.IS, entry.is_on("is") if "is" in entry.content else True
        if len(named) != 1:
            raise entry.error(f"数量要写一个界限，例如 at_least: 1 year；可以写的是 {'、'.join(_QUANTITIES)}。")
        return named[0], measure(entry, named[0], _FACTORS[kind])


def measure(entry: Section, name: str, factors: Mapping[str, float]) -> float:
    """A number with its unit, in the first unit of ``factors``.

    Raises:
        RuleFileError: it is no number, or the unit is not one of them.
    """
    written = entry.text(name)
    match = _MEASURE.fullmatch(written)
    if match is None or match["unit"] not in factors:
        raise entry.error(f"{name} 应当是数字加单位（{'、'.join(factors)}），现在是 {written}。")
    return float(match["number"]) * factors[match["unit"]]


def read_amount(entry: Section, facts: Mapping[str, Fact], quote: str) -> Amount:
    """The ``amount`` of a rule; every figure that it computes with stands in its words.

    Raises:
        RuleFileError: it names an undeclared fact, lacks its words, or its kinds contradict each other.
    """
    entry.allow("fixed", "at_most", "from", "to", "per_head", "heads", "words", "quote")
    words = entry.text("words")
    own_quote = entry.optional_text("quote") or quote
    if words not in own_quote:
        raise entry.error(f"amount 的 words“{words}”不在引文里；请照抄条款里的说法。")
    fen = {name: _fen(entry, name) for name in ("fixed", "at_most", "from", "to", "per_head") if name in entry.content}
    ceilings = [name for name in ("fixed", "at_most", "to") if name in fen]
    if len(ceilings) > 1 or ("from" in fen) != ("to" in fen):
        raise entry.error(
            "amount 只能写一种：fixed（固定）、at_most（封顶）、from 加 to（幅度），per_head 可以另加 at_most。"
        )
    if ("per_head" in fen) != ("heads" in entry.content):
        raise entry.error("按人头算的要同时写 per_head（每人多少）和 heads（按哪个人数）。")
    heads = entry.optional_text("heads")
    if heads and (heads not in facts or facts[heads].kind is not FactKind.COUNT):
        raise entry.error(f"heads 写的 {heads} 不是 facts.yaml 里的人数（kind: count）。")
    return Amount(
        words=words,
        quote=own_quote,
        ceiling_fen=fen[ceilings[0]] if ceilings else None,
        floor_fen=fen.get("from"),
        per_head_fen=fen.get("per_head"),
        heads=heads,
    )


def _fen(entry: Section, name: str) -> int:
    return round(measure(entry, name, {"yuan": 1.0}) * _FEN_A_YUAN)
