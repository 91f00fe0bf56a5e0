"""Whom wage claims go to: the department that the region's clause names, else the one that the law names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.domain.claim import Referral
from bot.domain.errors import RuleFileError
from bot.domain.policy import Clause, PolicyDocument, PolicyStatus
from bot.regions.divisions import Divisions

FILE = Path("claims/referrals.yaml")
FIELDS = frozenset({"region", "document", "path", "department", "quote"})
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ReferralRule:
    """One entry of the file, not yet checked against the corpus."""

    region: str
    document: str
    path: tuple[str, ...]
    department: str
    quote: str


class Referrals:
    """Finds whom a claim goes to.

    Args:
        by_region: what each document says.
        national: what holds where no document of the lineage says anything.
        divisions: lineages.
    """

    def __init__(self, by_region: Mapping[str, Referral], national: Referral, divisions: Divisions) -> None:
        self._by_region = by_region
        self._national = national
        self._divisions = divisions

    def find(self, region_code: str) -> Referral:
        """The nearest document's department along the lineage, never another place's; else the law's."""
        lineage = self._divisions.lineage(region_code)
        return next((self._by_region[code] for code in lineage if code in self._by_region), self._national)


def load_rules(path: Path) -> list[ReferralRule]:
    """The entries of the file.

    Raises:
        RuleFileError: it cannot be read, or an entry lacks a field; names the entry.
    """
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuleFileError(
            f"读不了 {path}：{type(error).__name__}；请检查文件是否存在、是否为 UTF-8 的 YAML"
        ) from error
    if not isinstance(entries, list):
        raise RuleFileError(f"{path} 应是一个列表，每项写 {'、'.join(sorted(FIELDS))}")
    return [_rule(path, number, entry) for number, entry in enumerate(entries, 1)]


def checked(
    rules: Iterable[ReferralRule],
    documents: Mapping[str, PolicyDocument],
    clauses: Iterable[Clause],
    place: Callable[[PolicyDocument], str],
) -> dict[str, Referral]:
    """The entries by region, each held against its clause.

    Args:
        rules: the entries.
        documents: by id.
        clauses: of the corpus.
        place: how a document is named to people.

    Raises:
        RuleFileError: a quote does not stand in its clause, or the clause does not name the department.
    """
    by_place = {(clause.document_id, clause.path): clause for clause in clauses}
    return {rule.region: _checked(rule, documents, by_place, place) for rule in rules}


def _checked(
    rule: ReferralRule,
    documents: Mapping[str, PolicyDocument],
    by_place: Mapping[tuple[str, tuple[str, ...]], Clause],
    place: Callable[[PolicyDocument], str],
) -> Referral:
    clause, document = by_place.get((rule.document, rule.path)), documents.get(rule.document)
    where = f"欠薪转办表里 {rule.region} 这一项"
    if clause is None or document is None:
        raise RuleFileError(f"{where}：{rule.document} 没有条款 {''.join(rule.path)}；请改 document 或 path")
    if _SPACES.sub("", rule.quote) not in _SPACES.sub("", clause.text):
        raise RuleFileError(f"{where}：quote 不在条款 {''.join(rule.path)} 里；请照原文抄一段")
    if rule.department not in clause.departments:
        raise RuleFileError(f"{where}：条款没有写明由 {rule.department} 负责；请改 department")
    source = f"{place(document)}{''.join(rule.path)}"
    return Referral(
        rule.department, rule.region, source, rule.quote, is_draft=document.status is PolicyStatus.DRAFT_FOR_COMMENT
    )


def _rule(path: Path, number: int, entry: Any) -> ReferralRule:  # noqa: ANN401 - whatever the file holds
    if not isinstance(entry, dict) or not entry.keys() >= FIELDS or not isinstance(entry["path"], list):
        raise RuleFileError(f"{path} 第 {number} 项要写全 {'、'.join(sorted(FIELDS))}")
    return ReferralRule(
        region=str(entry["region"]),
        document=str(entry["document"]),
        path=tuple(map(str, entry["path"])),
        department=str(entry["department"]),
        quote=str(entry["quote"]),
    )
