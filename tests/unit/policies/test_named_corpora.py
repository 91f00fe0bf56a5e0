"""Corpora beside the shipped one."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import CorpusError
from bot.policies.law_articles import read_law_articles
from bot.policies.named_corpora import import_corpus, named_corpora, open_corpus

ROWS = [
    {
        "title": "工资支付条例",
        "article": "第一条",
        "text": "为了规范工资支付。",
        "chapter": "第一章 总则",
        "date": "2020-01-07",
    },
    {"title": "工资支付条例", "article": "第二条", "text": "按月足额支付工资。", "chapter": "", "date": "2020-01-07"},
    {"title": "工资支付条例", "article": "第二条", "text": "附件里的第二条。", "chapter": "附件", "date": "2020-01-07"},
    {"name": "劳动合同法第三十条", "content": "用人单位应当及时足额支付劳动报酬。"},
    {"name": "年节放假办法", "content": "春节放假四天。"},
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "laws.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    return path


def test_both_shapes_of_rows_become_documents_and_clauses(source: Path) -> None:
    read = read_law_articles(source)
    assert [one.document_id for one in read.documents] == ["劳动合同法", "工资支付条例", "年节放假办法"]
    assert [one.clause_id for one in read.clauses] == [
        "劳动合同法#第三十条",
        "工资支付条例#第一条",
        "工资支付条例#第二条",
        "工资支付条例#第二条~2",
        "年节放假办法#",
    ]
    assert read.documents[1].issued_on == date(2020, 1, 7)
    assert read.clauses[1].headings == ("工资支付条例", "第一章 总则")
    assert read.clauses[0].path == ("第三十条",)


def test_an_imported_corpus_is_listed_and_read_again(source: Path, tmp_path: Path) -> None:
    made = import_corpus(tmp_path / "corpora", source, "laws")
    assert named_corpora(tmp_path / "corpora") == [made] == [open_corpus(tmp_path / "corpora", "laws")]
    assert (made.documents, made.clauses, made.source) == (3, 5, "laws.jsonl.gz")
    assert made.read() == read_law_articles(made.folder / made.file_name)
    assert len(made.read().clauses) == 5


def test_a_taken_name_is_replaced_only_where_that_is_wished(source: Path, tmp_path: Path) -> None:
    first = import_corpus(tmp_path / "corpora", source, "laws")
    (first.folder / "indexes").mkdir()
    with pytest.raises(CorpusError, match="--replace"):
        import_corpus(tmp_path / "corpora", source, "laws")
    again = import_corpus(tmp_path / "corpora", source, "laws", replace=True)
    assert not again.index_dir.exists()


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "policies", "长" * 41])
def test_a_name_that_could_lead_elsewhere_is_refused(source: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(CorpusError, match="不能叫"):
        import_corpus(tmp_path / "corpora", source, name)


@pytest.mark.parametrize(
    ("content", "told"), [("", "没有条文"), ('{"title": "甲"}\n', "第 1 行"), ("[]\n", "第 1 行"), ("{\n", "第 1 行")]
)
def test_a_file_that_holds_no_articles_is_refused(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=told):
        import_corpus(tmp_path / "corpora", path, "bad")
    assert named_corpora(tmp_path / "corpora") == []


def test_a_corpus_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="corpus import"):
        open_corpus(tmp_path / "corpora", "laws")
