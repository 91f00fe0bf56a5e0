"""The rules in use, and which of them governs a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.subsidy import Scheme, SubsidyRule
from bot.subsidies.conditions import requirements_of
from bot.subsidies.fact_files import Facts


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Schemes, facts and rules.

    Attributes:
        schemes: by id, in the order of the file.
        facts: every declared fact.
        rules: every rule, by file and order.
    """

    schemes: Mapping[str, Scheme]
    facts: Facts
    rules: tuple[SubsidyRule, ...]

    def rule_for(self, scheme: str, lineage: Sequence[str], day: date) -> SubsidyRule | None:
        """The rule of the nearest place of a lineage that has the scheme; never another place's.

        Args:
            scheme: id of the scheme.
            lineage: codes of the place and everything above it, nearest first.
            day: the day on which it must be valid.
        """
        return next((rule for rule in self.rules_at(lineage, day) if rule.scheme == scheme), None)

    def rules_at(self, lineage: Sequence[str], day: date) -> list[SubsidyRule]:
        """The rules that govern a place, one for each scheme: the nearest place's, those nearest first."""
        found: dict[str, SubsidyRule] = {}
        for code in lineage:
            for rule in self.rules:
                if rule.region_code == code and rule.is_valid_on(day):
                    found.setdefault(rule.scheme, rule)
        return list(found.values())

    def without(self, flagged: Collection[SubsidyRule]) -> RuleBook:
        """The book without the rules whose clause says something else by now."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule not in flagged))

    def facts_of(self, rule: SubsidyRule) -> tuple[str, ...]:
        """Names of the facts that a rule may need, in its order."""
        named = [name for one in requirements_of(rule.condition) for name in (*one.facts, one.share) if name]
        named += [rule.amount.heads] if rule.amount is not None and rule.amount.heads else []
        return tuple(dict.fromkeys(named))
