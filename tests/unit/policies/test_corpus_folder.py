from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from bot.domain.errors import CorpusError, DocumentFactsError, NoClauseError
from bot.policies.corpus_folder import load_corpus

SEED_SHA256 = {
    "000_91a74f341eecf5e2.txt": "8dbae92b671f847e0f2213b501050ff3b59e2437b22c623551e0ef8419023340",
    "001_5135417a6ad330bd.txt": "a49d770c11673bde8bb1e979af85e38e619614e0ba1256e7d8ce4a7e44e43117",
    "002_71229838a676bd3d.txt": "5733b8c57401fbaae630c05e4734944e991243e810b5947bacb56e298d5f4d02",
    "003_f6fba8179af8c3b3.txt": "36db425b40a4bfa1ce6212001f5deacf34169a34133e336ad4d45548953ab240",
    "004_17eed5f74479387a.txt": "1ef4905454481e32ad086c0a9eb68148187e2c883653ceb6a70c2cb7c0a1414e",
}


@pytest.fixture
def copied(corpus_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(corpus_dir / "policies", tmp_path / "corpus" / "policies")
    return tmp_path / "corpus"


def test_the_shipped_corpus_has_five_documents_in_order(corpus_dir: Path) -> None:
    corpus = load_corpus(corpus_dir)
    assert [document.document_id[:3] for document in corpus.documents] == ["000", "001", "002", "003", "004"]
    assert [document.region_code for document in corpus.documents] == ["420117", "440000", "510802", "350400", "130500"]
    assert sum(clause.is_numbered for clause in corpus.clauses) == 108
    assert [clause.document_id for clause in corpus.clauses] == sorted(clause.document_id for clause in corpus.clauses)
    assert len({clause.clause_id for clause in corpus.clauses}) == len(corpus.clauses)


def test_the_raw_documents_are_the_published_bytes(corpus_dir: Path) -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in corpus_dir.glob("policies/*/*.txt")}
    assert {name: found[name] for name in SEED_SHA256} == SEED_SHA256


def test_the_same_corpus_has_the_same_hash_anywhere(corpus_dir: Path, copied: Path) -> None:
    assert load_corpus(copied) == load_corpus(corpus_dir)


@pytest.mark.parametrize("pattern", ["*/000*.txt", "*/000*.yaml"])
def test_a_changed_byte_changes_the_hash(copied: Path, pattern: str) -> None:
    before = load_corpus(copied).content_hash
    (path,) = (copied / "policies").glob(pattern)
    path.write_bytes(path.read_bytes() + b"\n")
    assert load_corpus(copied).content_hash != before


def test_hidden_files_are_left_alone(copied: Path) -> None:
    (copied / "policies" / "420117" / ".DS_Store.txt").write_bytes(b"\x00")
    assert len(load_corpus(copied).documents) == 5


def test_a_document_without_facts_is_named(copied: Path) -> None:
    (copied / "policies" / "420117" / "新文件.txt").write_text("一、甲。", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"新文件\.txt 旁边没有 新文件\.yaml"):
        load_corpus(copied)


def test_a_document_in_the_folder_of_another_region_is_refused(copied: Path) -> None:
    (copied / "policies" / "420117").rename(copied / "policies" / "420100")
    with pytest.raises(DocumentFactsError, match="region_code（行政区划代码）是 420117，文件夹却是 420100"):
        load_corpus(copied)


def test_two_documents_with_one_name_are_refused(copied: Path) -> None:
    for path in (copied / "policies" / "420117").glob("000*"):
        target = copied / "policies" / "420100" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8").replace("'420117'", "'420100'"), encoding="utf-8")
    with pytest.raises(CorpusError, match="有两份文件都叫 000_91a74f341eecf5e2"):
        load_corpus(copied)


def test_a_document_without_clauses_is_named(copied: Path) -> None:
    (path,) = (copied / "policies").glob("*/003*.txt")
    path.write_text("只有一句话。", encoding="utf-8")
    with pytest.raises(NoClauseError, match=r"《003_f6fba8179af8c3b3\.txt》：没有找到带编号的条款"):
        load_corpus(copied)


def test_a_missing_or_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="找不到政策文件夹"):
        load_corpus(tmp_path)
    (tmp_path / "policies").mkdir()
    with pytest.raises(CorpusError, match="没有政策文件"):
        load_corpus(tmp_path)
