"""The words that rules rest on, held against the corpus and against a publication."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.policy import Clause
from bot.domain.subsidy import SubsidyRule
from bot.policies.corpus_folder import Corpus
from bot.subsidies.quotes import FlagKind, flagged_by_publication, flagged_rules, quotes_of, without_space
from bot.subsidies.subsidy_desk import SubsidyDesk


def _startup(desk: SubsidyDesk) -> SubsidyRule:
    return next(rule for rule in desk.book.rules if (rule.scheme, rule.region_code) == ("startup_subsidy", "350400"))


def _clauses(corpus: Corpus, document_id: str) -> list[Clause]:
    return [clause for clause in corpus.clauses if clause.document_id == document_id]


def _published(corpus: Corpus, rule: SubsidyRule, old: str, new: str) -> list[Clause]:
    """The rule's document with one passage of its clause replaced."""
    clauses = _clauses(corpus, rule.document_id)
    assert any(old in clause.text for clause in clauses if clause.clause_id == rule.clause_id)
    return [
        replace(clause, text=clause.text.replace(old, new)) if clause.clause_id == rule.clause_id else clause
        for clause in clauses
    ]


def test_every_quote_stands_in_its_clause_of_the_corpus(corpus: Corpus, desk: SubsidyDesk) -> None:
    words = {clause.clause_id: without_space(clause.text) for clause in corpus.clauses}
    for rule in desk.book.rules:
        assert all(without_space(quote) in words[rule.clause_id] for quote in quotes_of(rule)), rule.scheme


def test_no_shipped_rule_is_flagged(corpus: Corpus, desk: SubsidyDesk) -> None:
    assert flagged_rules(desk.book.rules, corpus.documents, corpus.clauses) == []


def test_every_department_is_one_that_the_clause_names(desk: SubsidyDesk) -> None:
    for rule in desk.book.rules:
        assert rule.department in desk.clause_of(rule).departments


def test_a_publication_that_changes_a_quoted_figure_flags_its_rules(corpus: Corpus, desk: SubsidyDesk) -> None:
    rule = _startup(desk)
    new = _published(corpus, rule, "不超过1万元的一次性创业补贴", "不超过8000元的一次性创业补贴")
    flags = flagged_by_publication(desk.book.rules, _clauses(corpus, rule.document_id), new)
    assert [flag.rule.scheme for flag in flags if flag.kind is FlagKind.QUOTE_GONE] == ["startup_subsidy"]
    assert "startup_subsidy" in flags[0].text


def test_a_clause_that_reads_otherwise_elsewhere_is_flagged_but_goes_on(corpus: Corpus, desk: SubsidyDesk) -> None:
    rule = _startup(desk)
    new = _published(corpus, rule, "提升创业成功率", "提高创业成功率")
    flags = flagged_by_publication([rule], _clauses(corpus, rule.document_id), new)
    assert [(flag.kind, flag.is_unusable) for flag in flags] == [(FlagKind.CLAUSE_CHANGED, False)]


def test_only_white_space_changes_nothing(corpus: Corpus, desk: SubsidyDesk) -> None:
    rule = _startup(desk)
    new = _published(corpus, rule, "正常经营1年以上", "正常经营\n1 年以上")
    assert flagged_by_publication(desk.book.rules, _clauses(corpus, rule.document_id), new) == []


def test_a_clause_that_is_gone_flags_every_rule_on_it(corpus: Corpus, desk: SubsidyDesk) -> None:
    rule = _startup(desk)
    old = _clauses(corpus, rule.document_id)
    new = [clause for clause in old if clause.clause_id != rule.clause_id]
    flags = flagged_by_publication(desk.book.rules, old, new)
    resting = [one for one in desk.book.rules if one.clause_id == rule.clause_id]
    assert [flag.rule for flag in flags] == resting
    assert {flag.kind for flag in flags} == {FlagKind.NO_CLAUSE}


def test_a_rule_for_the_wrong_place_or_a_document_that_is_gone_is_flagged(corpus: Corpus, desk: SubsidyDesk) -> None:
    rule = _startup(desk)
    elsewhere = replace(rule, region_code="350000")
    unknown = replace(rule, document_id="no_such")
    idle = replace(rule, department="市气象局")
    flags = flagged_rules([elsewhere, unknown, idle], corpus.documents, corpus.clauses)
    assert [flag.kind for flag in flags] == [FlagKind.WRONG_REGION, FlagKind.NO_DOCUMENT, FlagKind.DEPARTMENT_GONE]


def test_a_flagged_rule_is_not_in_the_book(desk: SubsidyDesk) -> None:
    rule = _startup(desk)
    assert rule not in desk.book.without({rule}).rules
