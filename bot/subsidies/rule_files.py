"""``subsidies/``: schemes, facts and each place's rules as YAML, read and checked against themselves.

Whether the quotes stand in the corpus is another question, see `bot.subsidies.quotes`: documents change under rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.domain.errors import RuleFileError
from bot.domain.subsidy import Audience, Scheme, SubsidyRule
from bot.subsidies.condition_files import ConditionReader, read_amount
from bot.subsidies.fact_files import Facts, load_facts
from bot.subsidies.rule_book import RuleBook
from bot.subsidies.rule_yaml import Section, entries, read_file

SCHEMES_FILE = "schemes.yaml"
RULES_FOLDER = "rules"


def load_rules(folder: Path) -> RuleBook:
    """Read every rule of a folder.

    Args:
        folder: ``subsidies/`` of the corpus.

    Raises:
        RuleFileError: a file cannot be read or contradicts itself; names the file and the rule.
    """
    facts = load_facts(folder)
    schemes = load_schemes(folder)
    rules = tuple(
        rule for path in sorted((folder / RULES_FOLDER).glob("[!.]*.yaml")) for rule in _rules(path, facts, schemes)
    )
    _check_once(rules)
    return RuleBook(schemes, facts, rules)


def load_schemes(folder: Path) -> Mapping[str, Scheme]:
    """Read the schemes of a folder, in the order of the file.

    Raises:
        RuleFileError: the file cannot be read, or a scheme lacks something; names the scheme.
    """
    return {name: _scheme(name, entry) for name, entry in entries(read_file(folder / SCHEMES_FILE), "schemes")}


def _scheme(name: str, entry: Section) -> Scheme:
    entry.allow("name", "audience", "said", "service", "home")
    written = entry.text("audience")
    if written not in set(Audience):
        raise entry.error(f"audience 只能写 {'、'.join(Audience)}，现在是 {written}。")
    return Scheme(
        scheme_id=name,
        name=entry.text("name"),
        audience=Audience(written),
        said=entry.patterns("said"),
        is_service=entry.is_on("service"),
        is_at_home=entry.is_on("home"),
    )


def _rules(path: Path, facts: Facts, schemes: Mapping[str, Scheme]) -> Iterator[SubsidyRule]:
    top = read_file(path)
    top.allow("document", "region", "rules")
    listed = top.content.get("rules")
    if not isinstance(listed, list) or not listed:
        raise top.error("rules 应当是列表，至少一条；请补上。")
    document_id, region_code = top.text("document"), top.text("region")
    if region_code != path.stem.split("_", maxsplit=1)[0]:
        raise top.error(f"字段 region 是 {region_code}，文件名却是 {path.name}；请改成一致。")
    for item in listed:
        yield _rule(top.of(item, "rules"), document_id, region_code, facts, schemes)


def _rule(
    item: Section, document_id: str, region_code: str, facts: Facts, schemes: Mapping[str, Scheme]
) -> SubsidyRule:
    entry = Section(item.file, item.text("scheme"), item.content)
    entry.allow(
        "scheme",
        "called",
        "clause",
        "who",
        "quote",
        "department",
        "conditions",
        "amount",
        "note",
        "valid_from",
        "valid_to",
    )
    if entry.where not in schemes:
        raise entry.error(f"补贴项目 {entry.where} 没有在 {SCHEMES_FILE} 里写过；请先补上。")
    conditions, amount, quote = entry.section("conditions"), entry.section("amount"), entry.text("quote")
    if conditions is None:
        raise entry.error("缺字段 conditions；没有条件的也要写明是给谁的。")
    rule = SubsidyRule(
        scheme=entry.where,
        called=entry.optional_text("called") or schemes[entry.where].name,
        region_code=region_code,
        document_id=document_id,
        path=_path(entry),
        beneficiary=entry.text("who"),
        condition=ConditionReader(facts.by_name, quote).read(conditions),
        amount=None if amount is None else read_amount(amount, facts.by_name, quote),
        department=entry.text("department"),
        quote=quote,
        note=entry.optional_text("note"),
        valid_from=entry.day("valid_from"),
        valid_to=entry.day("valid_to"),
        file=str(entry.file),
    )
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        raise entry.error(f"有效期 {rule.valid_from} 到 {rule.valid_to} 前后颠倒；请核对。")
    return rule


def _path(entry: Section) -> tuple[str, ...]:
    path = entry.texts("clause")
    if not path:
        raise entry.error("缺字段 clause（条款编号，从外到里）；请照原文补上。")
    return path


def _check_once(rules: tuple[SubsidyRule, ...]) -> None:
    """Two rules of one place for one scheme are only versions of each other, one after the other."""
    for index, rule in enumerate(rules):
        for other in rules[:index]:
            if (rule.scheme, rule.region_code) == (other.scheme, other.region_code) and _overlap(rule, other):
                raise RuleFileError(
                    f"{rule.file} 的“{rule.scheme}”：和 {other.file} 里的同一项有效期重叠；"
                    "请用 valid_from、valid_to 分开，或者删掉一条。"
                )


def _overlap(rule: SubsidyRule, other: SubsidyRule) -> bool:
    ends_before = rule.valid_to is not None and other.valid_from is not None and rule.valid_to < other.valid_from
    begins_after = other.valid_to is not None and rule.valid_from is not None and other.valid_to < rule.valid_from
    return not ends_before and not begins_after
