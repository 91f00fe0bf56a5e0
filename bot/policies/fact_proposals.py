"""What a document says about itself, proposed for an admin to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.policy import PolicyStatus
from bot.policies import line_kinds
from bot.policies.clause_splitter import partition
from bot.policies.layout import read_lines
from bot.policies.parts import Part, PartRole
from bot.policies.repairs import repair_date, repair_document_number

_LEADING_NUMBER = re.compile(r"^[（(]([^（）()]{4,30}号)[)）]\s*(?=[\u4e00-\u9fff])")
_LABELLED_NUMBER = re.compile(r"(?:发文字号|文\s*号)[】\]]?\s*[：:]\s*([\u4e00-\u9fff]{1,14}[^\s，,]{4,16}号)")
_PUBLISHED = re.compile(
    r"(?:发布(?:时间|日期)|时\s*间|日\s*期|印发日期)\s*[：:]\s*(\d{4}[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?)"
)
_DRAFT = re.compile(r"征求意见稿|意见征求稿|送审稿|讨论稿")
_TARGET_YEAR = re.compile(r"(?:到|至|力争|截至)\s*(20\d{2})\s*年(?!\s*\d{1,2}\s*月\s*\d)")
_TITLE_YEAR = re.compile(r"(20\d{2})年(?:度)?[^，。]{0,12}(?:工作要点|工作计划|行动计划|行动方案|实施方案|要点|计划)")
_OWN_YEAR = re.compile(r"制定(20\d{2})年")
_EFFECTIVE_FROM = re.compile(r"自(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)起(?:施行|实施|执行|生效)")
_EFFECTIVE_TO = re.compile(r"有效期?(?:限)?(?:至|到)\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)")
_ISSUER_IN_TITLE = re.compile(r"^(.{2,30}?(?:政府|委员会|厅|局|办公室|领导小组|总工会|委))(?=关于|印发|\s)")


@dataclass(frozen=True, slots=True)
class ProposedFacts:
    """Facts read from a raw text; what the text does not print stays "" or None.

    Attributes:
        title: 标题, without the number that some sites print before it.
        issuer: 发文机关: the letterhead, else who signed, else who the title names.
        document_number: 文号, its brackets repaired.
        issued_on: 成文日期.
        published_on: the day the web page gives.
        status: a draft for comment where the title says so, else in force.
        effective_from: first day of validity.
        effective_to: last day of validity where a date is printed.
        targets_to: the latest year that its targets name.
    """

    title: str
    issuer: str
    document_number: str
    issued_on: date | None
    published_on: date | None
    status: PolicyStatus
    effective_from: date | None
    effective_to: date | None
    targets_to: int | None


def infer_facts(raw: str) -> ProposedFacts:
    """Propose the facts of a document.

    Args:
        raw: its whole text.
    """
    parts = partition(raw)
    titles = _texts(raw, parts, PartRole.TITLE)
    number_in_title, title = _title(titles)
    signature = _texts(raw, parts, PartRole.SIGNATURE)
    body = "".join(raw[part.start : part.end] for part in parts if part.role is not PartRole.DUPLICATE)
    is_draft = any(_DRAFT.search(text) for text in titles)
    return ProposedFacts(
        title=title,
        issuer=_issuer(signature, title, _texts(raw, parts, PartRole.LETTERHEAD)),
        document_number=_number([number_in_title, *_texts(raw, parts, PartRole.DOCUMENT_NUMBER)], raw),
        issued_on=next(filter(None, map(repair_date, signature)), None),
        published_on=_first_date(_PUBLISHED, "\n".join(_texts(raw, parts, PartRole.SITE_CHROME))),
        status=PolicyStatus.DRAFT_FOR_COMMENT if is_draft else PolicyStatus.IN_FORCE,
        effective_from=_first_date(_EFFECTIVE_FROM, body),
        effective_to=_first_date(_EFFECTIVE_TO, body),
        targets_to=_target_year(title, body),
    )


def _texts(raw: str, parts: Iterable[Part], role: PartRole) -> list[str]:
    """The words of the lines of one role."""
    return [
        line.text for part in parts if part.role is role for line in read_lines(raw[part.start : part.end]) if line.text
    ]


def _title(titles: Sequence[str]) -> tuple[str, str]:
    """The number printed before the title, and the title with the note under it (``（征求意见稿）``)."""
    if not titles:
        return "", ""
    first = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", titles[0])
    note = titles[1] if len(titles) > 1 and line_kinds.is_title_note(titles[1]) else ""
    match = _LEADING_NUMBER.match(first)
    return (match[1], first[match.end() :] + note) if match else ("", first + note)


def _issuer(signature: Sequence[str], title: str, letterhead: Sequence[str]) -> str:
    if letterhead:
        return letterhead[0].removesuffix("文件").strip()
    signed = [text for text in signature if line_kinds.is_organisation(text)]
    if signed:
        return "、".join(dict.fromkeys(signed))
    named = _ISSUER_IN_TITLE.match(title)
    return named[1] if named else ""


def _number(candidates: Sequence[str], raw: str) -> str:
    labelled = _LABELLED_NUMBER.search(raw)
    written = [*candidates, labelled[1] if labelled else ""]
    return next(filter(None, map(repair_document_number, filter(None, written))), "")


def _first_date(pattern: re.Pattern[str], text: str) -> date | None:
    match = pattern.search(text)
    return repair_date(match[1]) if match else None


def _target_year(title: str, body: str) -> int | None:
    years = [int(year) for pattern in (_TARGET_YEAR, _OWN_YEAR) for year in pattern.findall(body)]
    years += [int(year) for year in _TITLE_YEAR.findall(title)]
    return max(years, default=None)
