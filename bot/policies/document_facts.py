"""The facts beside a policy document, checked one by one.

A facts file is YAML named like the raw file (``000_….yaml`` beside ``000_….txt``). What the document does not print
stays empty; what was inferred is listed in ``inferred``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import DocumentFactsError
from bot.domain.policy import PolicyDocument, PolicyStatus
from bot.policies.readers import DOCUMENT_SUFFIXES
from bot.policies.repairs import FIRST_YEAR, LAST_YEAR, repair_document_number
from bot.policies.yaml_files import read_yaml

FIELDS: Mapping[str, str] = {
    "title": "标题",
    "issuer": "发文机关",
    "document_number": "文号",
    "issued_on": "成文日期",
    "published_on": "网页发布日期",
    "region_code": "行政区划代码",
    "status": "状态",
    "effective_from": "生效日期",
    "effective_to": "失效日期",
    "targets_to": "目标年份",
    "source": "来源",
    "inferred": "推断的字段",
}
"""Every field of a facts file, all of them required, with what people call it."""

_REGION_CODE = re.compile(r"[0-9]{6}")


def load_facts(path: Path) -> PolicyDocument:
    """Read and check a facts file.

    Args:
        path: the YAML file; the raw document lies beside it under the same name.

    Raises:
        DocumentFactsError: a field is missing, unknown, of the wrong kind or contradicts another; the message says
            which field of which file and what to write. Also where the raw document is not there.
    """
    return _Facts(path, _read_facts(path)).document()


def raw_file_of(path: Path) -> Path:
    """The raw document beside a facts file.

    Raises:
        DocumentFactsError: there is none, or more than one.
    """
    found = sorted(
        other
        for other in path.parent.glob("*")
        if other.stem == path.stem and other.suffix.lower() in DOCUMENT_SUFFIXES
    )
    if len(found) == 1:
        return found[0]
    names = "、".join(other.name for other in found)
    problem = (
        f"有多个同名原文（{names}），只能留一个" if found else "没有同名的原文（.txt 或 .html），请把原文放在它旁边"
    )
    raise DocumentFactsError(f"{path}：旁边{problem}。")


def _read_facts(path: Path) -> dict[str, Any]:
    loaded = read_yaml(path, _FactsLoader, DocumentFactsError)
    if not isinstance(loaded, dict):
        raise DocumentFactsError(f"{path} 应当是“字段: 值”的列表，字段有：{'、'.join(FIELDS)}。")
    return loaded


class _FactsLoader(yaml.SafeLoader):
    """Leaves a date that no calendar has as text, so that the message can name its field."""

    def construct_date(self, node: yaml.ScalarNode) -> object:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return self.construct_scalar(node)


_FactsLoader.add_constructor("tag:yaml.org,2002:timestamp", _FactsLoader.construct_date)


class _Facts:
    """One facts file while it is checked."""

    def __init__(self, path: Path, values: dict[str, Any]) -> None:
        self.path = path
        self.values = values
        unknown = [str(name) for name in values if name not in FIELDS]
        if unknown:
            raise DocumentFactsError(f"{path}：不认识字段 {'、'.join(unknown)}；可用的字段有：{'、'.join(FIELDS)}。")
        missing = [f"{name}（{label}）" for name, label in FIELDS.items() if name not in values]
        if missing:
            raise DocumentFactsError(f"{path}：缺少字段 {'、'.join(missing)}；原文没有印的请写上字段名、值留空。")

    def document(self) -> PolicyDocument:
        raw = raw_file_of(self.path)
        document = PolicyDocument(
            document_id=raw.stem,
            file_name=raw.name,
            title=self._text("title", required=True),
            issuer=self._text("issuer"),
            document_number=self._document_number(),
            issued_on=self._date("issued_on"),
            published_on=self._date("published_on"),
            region_code=self._region_code(),
            status=self._status(),
            effective_from=self._date("effective_from"),
            effective_to=self._date("effective_to"),
            targets_to=self._year("targets_to"),
            source=self._text("source", required=True),
            inferred=self._inferred(),
        )
        self._check_order("issued_on", "published_on")
        self._check_order("effective_from", "effective_to")
        return document

    def _fail(self, name: str, problem: str) -> DocumentFactsError:
        return DocumentFactsError(f"{self.path}：字段 {name}（{FIELDS[name]}）{problem}。")

    def _text(self, name: str, *, required: bool = False) -> str:
        value = self.values[name]
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise self._fail(name, f"应当是文字，现在是 {value!r}；请加上引号")
        if required and not value.strip():
            raise self._fail(name, "不能为空")
        return value.strip()

    def _document_number(self) -> str:
        written = self._text("document_number")
        repaired = repair_document_number(written) if written else ""
        if written != repaired:
            wanted = f"应当写成 {repaired}" if repaired else "看不出年份和序号，应当像 新政发〔2017〕4号"
            raise self._fail("document_number", f"现在是 {written}，{wanted}")
        return written

    def _date(self, name: str) -> date | None:
        value = self.values[name]
        if value is None or value == "":
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._fail(name, f"应当是日期，像 2017-03-17，现在是 {value!r}")
        return value

    def _year(self, name: str) -> int | None:
        value = self.values[name]
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
            raise self._fail(name, f"应当是四位年份，像 2020，现在是 {value!r}")
        return value

    def _region_code(self) -> str:
        value = self.values["region_code"]
        if not isinstance(value, str) or not _REGION_CODE.fullmatch(value):
            raise self._fail("region_code", f"应当是加引号的六位数字，像 '420117'，现在是 {value!r}")
        return value

    def _status(self) -> PolicyStatus:
        value = self.values["status"]
        if value not in list(PolicyStatus):
            raise self._fail("status", f"应当是 {'、'.join(PolicyStatus)} 之一，现在是 {value!r}")
        return PolicyStatus(value)

    def _inferred(self) -> frozenset[str]:
        value = self.values["inferred"] or []
        if not isinstance(value, list):
            raise self._fail("inferred", "应当是字段名的列表，像 [issuer]；没有就写 []")
        for name in value:
            if name not in FIELDS or name == "inferred":
                raise self._fail("inferred", f"里的 {name!r} 不是字段名")
            if self.values[name] in (None, ""):
                raise self._fail("inferred", f"说 {name} 是推断的，可是 {name} 是空的；请补上值，或从列表里去掉")
        return frozenset(value)

    def _check_order(self, earlier: str, later: str) -> None:
        parse: Callable[[str], date | None] = self._date
        first, second = parse(earlier), parse(later)
        if first is not None and second is not None and first > second:
            raise self._fail(earlier, f"是 {first}，晚于 {later}（{FIELDS[later]}）{second}；请核对原文")
