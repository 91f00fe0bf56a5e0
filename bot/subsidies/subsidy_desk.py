"""A case in words held against the rule of its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bot.domain.policy import Clause, PolicyDocument
from bot.domain.subsidy import Assessment, FactValue, SubsidyRule
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.subsidies.assessment import assess
from bot.subsidies.fact_reader import FactReader
from bot.subsidies.rule_book import RuleBook
from bot.subsidies.scheme_reading import SchemeReader


class SubsidyDesk:
    """Assesses cases.

    Args:
        book: the rules in use.
        documents: the policy documents that they rest on.
        clauses: their clauses.
        finder: finds places in texts.
        divisions: which place lies in which.
    """

    def __init__(
        self,
        book: RuleBook,
        documents: Iterable[PolicyDocument],
        clauses: Iterable[Clause],
        finder: PlaceFinder,
        divisions: Divisions,
    ) -> None:
        self.book = book
        self.divisions = divisions
        self.places = finder
        self._documents = {document.document_id: document for document in documents}
        self._clauses = {clause.clause_id: clause for clause in clauses}
        self._facts = FactReader(book.facts, finder, divisions)
        self._schemes = SchemeReader(book.schemes)

    def rule(self, scheme: str, region: str, day: date) -> SubsidyRule | None:
        """The rule that governs a place: its own, else that of the nearest place above it.

        Raises:
            UnknownRegionError: the region is no division code.
        """
        return self.book.rule_for(scheme, self.divisions.lineage(region), day)

    def rules(self, region: str, day: date) -> list[SubsidyRule]:
        """Every rule that governs a place, those of the nearest document first.

        Raises:
            UnknownRegionError: the region is no division code.
        """
        return self.book.rules_at(self.divisions.lineage(region), day)

    def schemes_named(self, text: str) -> tuple[str, ...]:
        """Ids of the schemes that a text may be about, the most fully named first."""
        return self._schemes.read(text)

    def facts_said(self, text: str, rule: SubsidyRule, day: date) -> dict[str, FactValue]:
        """What a text says of the facts of a rule."""
        return self._facts.read(text, self.book.facts_of(rule), rule.region_code, day)

    def assess_text(self, text: str, scheme: str, region: str, day: date) -> Assessment:
        """Assess one message about a scheme in a place.

        Raises:
            UnknownRegionError: the region is no division code.
        """
        rule = self.rule(scheme, region, day)
        return assess(rule, {} if rule is None else self.facts_said(text, rule, day))

    def document_of(self, rule: SubsidyRule) -> PolicyDocument:
        """The document that a rule rests on."""
        return self._documents[rule.document_id]

    def clause_of(self, rule: SubsidyRule) -> Clause:
        """The clause that a rule rests on."""
        return self._clauses[rule.clause_id]

    def labels(self, names: Iterable[str]) -> list[str]:
        """How facts are called where they are missing."""
        by_name: Mapping[str, object] = self.book.facts.by_name
        return [self.book.facts.by_name[name].label if name in by_name else name for name in names]
