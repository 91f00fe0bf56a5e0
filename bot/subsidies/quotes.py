"""Whether the words that rules rest on still stand in their clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.policy import Clause, PolicyDocument
from bot.domain.subsidy import SubsidyRule
from bot.subsidies.conditions import requirements_of


class FlagKind(StrEnum):
    """Why a rule is flagged."""

    NO_DOCUMENT = "no_document"
    WRONG_REGION = "wrong_region"
    NO_CLAUSE = "no_clause"
    QUOTE_GONE = "quote_gone"
    CLAUSE_CHANGED = "clause_changed"
    DEPARTMENT_GONE = "department_gone"


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that an admin should hold against its document.

    Attributes:
        rule: the rule.
        kind: what is wrong; with everything but ``clause_changed`` the rule is not used until it is put right.
        text: one Chinese sentence for admins: what is wrong and what to do.
    """

    rule: SubsidyRule
    kind: FlagKind
    text: str

    @property
    def is_unusable(self) -> bool:
        """Whether the rule no longer says what its document says."""
        return self.kind is not FlagKind.CLAUSE_CHANGED


def flagged_rules(
    rules: Iterable[SubsidyRule], documents: Iterable[PolicyDocument], clauses: Iterable[Clause]
) -> list[Flag]:
    """Rules whose document, clause, quote or department does not stand in the corpus.

    Args:
        rules: the rules.
        documents: the documents of the corpus.
        clauses: their clauses.
    """
    regions = {document.document_id: document.region_code for document in documents}
    by_id = {clause.clause_id: clause for clause in clauses}
    return [flag for rule in rules for flag in _flags(rule, regions, by_id)]


def flagged_by_publication(rules: Iterable[SubsidyRule], old: Iterable[Clause], new: Iterable[Clause]) -> list[Flag]:
    """Rules that a publication touches: their quote is gone, or the rest of their clause reads otherwise.

    Args:
        rules: the rules.
        old: the clauses of the documents as they were.
        new: the clauses of the same documents as they will be.
    """
    before = {clause.clause_id: clause for clause in old}
    after = {clause.clause_id: clause for clause in new}
    touched = [rule for rule in rules if rule.clause_id in before]
    flags: list[Flag] = []
    for rule in touched:
        found = list(_clause_flags(rule, after))
        if not found and without_space(before[rule.clause_id].text) != without_space(after[rule.clause_id].text):
            text = _said(rule, "条款的别处改了，引文还在；请核对条件和金额有没有变。")
            found = [Flag(rule, FlagKind.CLAUSE_CHANGED, text)]
        flags += found
    return flags


def quotes_of(rule: SubsidyRule) -> tuple[str, ...]:
    """Every quote of a rule, each once."""
    quotes = [rule.quote, *(one.quote for one in requirements_of(rule.condition))]
    quotes += [rule.amount.quote] if rule.amount is not None else []
    return tuple(dict.fromkeys(quotes))


def without_space(text: str) -> str:
    """The text with all white space removed: raw files break sentences at page ends."""
    return "".join(text.split())


def _flags(rule: SubsidyRule, regions: Mapping[str, str], clauses: Mapping[str, Clause]) -> Iterator[Flag]:
    region = regions.get(rule.document_id)
    if region is None:
        yield Flag(
            rule,
            FlagKind.NO_DOCUMENT,
            _said(rule, f"语料里没有文件 {rule.document_id}；请核对，文件撤下了就删掉这条规则。"),
        )
    elif region != rule.region_code:
        text = _said(rule, f"文件 {rule.document_id} 管的是 {region}，规则却写给 {rule.region_code}；请核对。")
        yield Flag(rule, FlagKind.WRONG_REGION, text)
    else:
        yield from _clause_flags(rule, clauses)


def _clause_flags(rule: SubsidyRule, clauses: Mapping[str, Clause]) -> Iterator[Flag]:
    clause = clauses.get(rule.clause_id)
    if clause is None:
        yield Flag(
            rule, FlagKind.NO_CLAUSE, _said(rule, f"文件里没有条款 {''.join(rule.path)}；请对照原文改编号或删掉规则。")
        )
        return
    words = without_space(clause.text)
    for quote in quotes_of(rule):
        if without_space(quote) not in words:
            text = _said(rule, f"条款 {''.join(rule.path)} 里找不到引文“{quote[:24]}…”；请对照原文改条件、金额和引文。")
            yield Flag(rule, FlagKind.QUOTE_GONE, text)
    if rule.department not in clause.departments:
        text = _said(rule, f"条款 {''.join(rule.path)} 的责任单位里没有 {rule.department}；请对照原文改。")
        yield Flag(rule, FlagKind.DEPARTMENT_GONE, text)


def _said(rule: SubsidyRule, problem: str) -> str:
    return f"{rule.file} 的“{rule.scheme}”（{rule.called}）：{problem}"
