"""Rule files: what they hold, and errors that name file and rule."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import RuleFileError
from bot.domain.subsidy import FactKind
from bot.subsidies.conditions import requirements_of
from bot.subsidies.quotes import quotes_of
from bot.subsidies.rule_files import load_rules
from bot.subsidies.subsidy_desk import SubsidyDesk

SHIPPED = Path(__file__).parents[3] / "corpus" / "subsidies"
SANMING = "rules/350400.yaml"
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """The shipped folder with one passage of one file replaced."""

    def edit(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "subsidies"
        shutil.copytree(SHIPPED, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


def test_every_place_of_the_corpus_has_rules(desk: SubsidyDesk) -> None:
    assert {rule.region_code for rule in desk.book.rules} == {"350400", "510802", "440000", "130500", "420117"}
    assert len(desk.book.rules) > 70


def test_every_declared_fact_and_scheme_is_used(desk: SubsidyDesk) -> None:
    used = {name for rule in desk.book.rules for name in desk.book.facts_of(rule)}
    assert used == set(desk.book.facts.by_name)
    assert {rule.scheme for rule in desk.book.rules} == set(desk.book.schemes)


def test_every_condition_and_amount_has_a_quote(desk: SubsidyDesk) -> None:
    for rule in desk.book.rules:
        assert all(requirement.quote for requirement in requirements_of(rule.condition))
        assert all(quotes_of(rule))


def test_every_figure_of_a_rule_stands_in_its_quotes(desk: SubsidyDesk) -> None:
    """1年, 15% and 不超过1万元 as told to workers; 半年 and 3年 are compared as months by the loader's units."""
    for rule in desk.book.rules:
        said = " ".join(quotes_of(rule))
        told = [rule.beneficiary, *(requirement.means for requirement in requirements_of(rule.condition))]
        told += [rule.amount.words] if rule.amount else []
        for text in told:
            assert all(figure in said for figure in _FIGURE.findall(text)), (rule.scheme, text)


def test_amounts_are_whole_fen(desk: SubsidyDesk) -> None:
    by_scheme = {rule.scheme: rule.amount for rule in desk.book.rules if rule.region_code == "350400"}
    assert by_scheme["startup_loan"] is not None
    assert by_scheme["startup_loan"].ceiling_fen == 20_000_000
    certificate = by_scheme["skill_certificate"]
    assert certificate is not None
    assert (certificate.floor_fen, certificate.ceiling_fen) == (70_000, 300_000)


def test_an_office_is_asked_about_only_by_confirmations(desk: SubsidyDesk) -> None:
    for fact in desk.book.facts.by_name.values():
        assert fact.name.startswith("meets_") == (fact.kind is FactKind.CONFIRMATION), fact.name


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (SANMING, "fact: is_first_business", "fact: is_frist_business", "is_frist_business"),
        (SANMING, "at_least: 1 year", "at_least: 1 yuan", "1 yuan"),
        (SANMING, "at_least: 1 year", "at_least: 1", "at_least"),
        (SANMING, "at_least: 1 year, ", "", "界限"),
        (SANMING, "scheme: startup_subsidy", "scheme: start_subsidy", "start_subsidy"),
        (SANMING, "scheme: startup_subsidy", "shceme: startup_subsidy", "scheme"),
        (SANMING, "words: 不超过1万元", "words: 不超过2万元", "不超过2万元"),
        (SANMING, "at_most: 10000 yuan", "at_most: 一万", "一万"),
        (SANMING, "heads: placed_people, ", "", "per_head"),
        (SANMING, "heads: placed_people", "heads: is_small_business", "is_small_business"),
        (SANMING, "region: '350400'", "region: '350401'", "350401"),
        (SANMING, "department: 市人社局", "departmnt: 市人社局", "departmnt"),
        (SANMING, "presumed: true", "presumed: yes", "presumed"),
        (SANMING, "scheme: startup_jobs_subsidy", "scheme: startup_subsidy", "有效期重叠"),
        (SANMING, "clause: [一、, '4.']", "clause: []", "clause"),
        ("facts.yaml", "kind: duration", "kind: length", "length"),
        ("facts.yaml", "unit: months", "unit: days", "months"),
        ("facts.yaml", "'农民工'", "'(农民工'", "(农民工"),
        ("facts.yaml", "label: 是否农民工", "label: ''", "label"),
        ("schemes.yaml", "audience: worker", "audience: boss", "boss"),
        ("schemes.yaml", "schemes:", "shemes:", "schemes"),
        (SANMING, "rules:", "rules: [", "YAML"),
    ],
)
def test_a_mistake_is_refused_by_file_and_name(
    edited: Callable[[str, str, str], Path], file: str, old: str, new: str, named: str
) -> None:
    folder = edited(file, old, new)
    with pytest.raises(RuleFileError) as caught:
        load_rules(folder)
    assert Path(file).name in str(caught.value)
    assert named in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused_by_name(edited: Callable[[str, str, str], Path]) -> None:
    folder = edited(SANMING, "市人社局", "市人社局")
    (folder / SANMING).write_bytes("区域".encode("gb18030"))
    with pytest.raises(RuleFileError, match=r"350400\.yaml 不是 UTF-8"):
        load_rules(folder)


def test_dated_versions_of_a_rule_follow_each_other(edited: Callable[[str, str, str], Path], desk: SubsidyDesk) -> None:
    first = "scheme: startup_jobs_subsidy"
    folder = edited(SANMING, first, "scheme: startup_subsidy\n    valid_from: 2030-01-01")
    text = (folder / SANMING).read_text(encoding="utf-8")
    text = text.replace("  - scheme: startup_subsidy\n", "  - scheme: startup_subsidy\n    valid_to: 2029-12-31\n", 1)
    (folder / SANMING).write_text(text, encoding="utf-8")
    book = load_rules(folder)
    lineage = desk.divisions.lineage("350426")
    versions = [rule for rule in book.rules if rule.scheme == "startup_subsidy" and rule.region_code == "350400"]
    assert len(versions) == 2
    assert book.rule_for("startup_subsidy", lineage, versions[0].valid_to or versions[0].valid_from) is versions[0]
    assert book.rule_for("startup_subsidy", lineage, versions[1].valid_from) is versions[1]
