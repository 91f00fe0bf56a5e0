"""Files of law articles, one article a line, as documents and clauses.

Two shapes are read: ``{"law" or "title", "article", "text", "chapter", "date", "category"}`` and ``{"name",
"content"}``, whose name ends in the article's number (劳动合同法第三十条).
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.errors import CorpusError
from bot.domain.policy import Clause, PolicyDocument, PolicyStatus

NATION = "000000"
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千0-9]+条(?:之[一二三四五六七八九十]+)?$")
_SHAPES = '{"title", "article", "text"} 或 {"name", "content"}'


@dataclass(frozen=True, slots=True)
class LawArticles:
    """What a file holds: documents sorted by id, clauses by document and within it in the order of the file."""

    documents: tuple[PolicyDocument, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class _Article:
    law: str
    number: str
    heading: str
    text: str
    issued_on: date | None
    category: str


def read_law_articles(path: Path) -> LawArticles:
    """Read a JSON lines file of articles, unpacked where its name ends in ``.gz``.

    Raises:
        CorpusError: the file cannot be read, holds no article, or a line is of neither shape; names the line.
    """
    by_law: dict[str, list[_Article]] = {}
    for article in _articles(path):
        by_law.setdefault(article.law, []).append(article)
    if not by_law:
        raise CorpusError(f"{path} 里没有条文：每行应是 {_SHAPES} 的 JSON。")
    laws = sorted(by_law)
    return LawArticles(
        documents=tuple(_document(law, by_law[law], path) for law in laws),
        clauses=tuple(clause for law in laws for clause in _clauses(law, by_law[law])),
    )


def law_and_number(name: str) -> tuple[str, str]:
    """The law and the number of an article by its whole name (劳动合同法第三十条); the number may lack."""
    name = name.strip()
    number = _ARTICLE.search(name)
    law = name[: number.start()].strip() if number else name
    return law or name, number.group() if number else ""


def _articles(path: Path) -> Iterator[_Article]:
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CorpusError(f"读不了 {path}：{error}。请确认路径正确，文件是 UTF-8 的 .jsonl 或 .jsonl.gz。") from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            article = _article(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(f"{path} 第 {number} 行读不懂（{error!r}）：每行应是 {_SHAPES} 的 JSON。") from error
        if article.text:
            yield article


def _article(row: Mapping[str, Any]) -> _Article:
    if "content" in row:
        law, number = law_and_number(str(row["name"]))
        return _Article(law, number, "", str(row["content"]).strip(), None, "")
    return _Article(
        law=str(row.get("title") or row["law"]).strip(),
        number=str(row.get("article") or ""),
        heading=str(row.get("chapter") or "").strip(),
        text=str(row["text"]).strip(),
        issued_on=date.fromisoformat(row["date"]) if row.get("date") else None,
        category=str(row.get("category") or ""),
    )


def _document(law: str, articles: list[_Article], path: Path) -> PolicyDocument:
    first = articles[0]
    return PolicyDocument(
        document_id=law,
        file_name=f"{law}.txt",
        title=law,
        issuer="",
        document_number="",
        issued_on=first.issued_on,
        published_on=None,
        region_code=NATION,
        status=PolicyStatus.IN_FORCE,
        effective_from=None,
        effective_to=None,
        targets_to=None,
        source=" ".join(part for part in (path.name, first.category) if part),
        inferred=frozenset({"region_code", "status"}),
    )


def _clauses(law: str, articles: list[_Article]) -> Iterator[Clause]:
    """The articles; one whose number comes again in its law (parts, annexes) gets a count behind it."""
    met: Counter[str] = Counter()
    for article in articles:
        met[article.number] += 1
        again = f"~{met[article.number]}" if met[article.number] > 1 else ""
        yield Clause(
            clause_id=f"{law}#{article.number}{again}",
            document_id=law,
            path=(article.number,) if article.number else (),
            headings=tuple(part for part in (law, article.heading) if part),
            title="",
            text=article.text,
            departments=(),
        )
