"""The corpus on disk: ``policies/<region_code>/`` with a facts file beside each raw document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import CorpusError, DocumentFactsError
from bot.domain.policy import Clause, PolicyDocument
from bot.policies.clause_splitter import split
from bot.policies.document_facts import load_facts, raw_file_of
from bot.policies.readers import DOCUMENT_SUFFIXES, read_file

FACTS_SUFFIX = ".yaml"
POLICIES_FOLDER = "policies"


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents with their clauses.

    Attributes:
        documents: sorted by id.
        clauses: numbered and unnumbered ones, by document in the order of `documents`, within it in document order.
        content_hash: SHA-256 (hex) over the names and bytes of the raw files and the facts: the same corpus has the
            same hash on every machine.
    """

    documents: tuple[PolicyDocument, ...]
    clauses: tuple[Clause, ...]
    content_hash: str


def load_corpus(corpus_dir: Path) -> Corpus:
    """Read every policy document of a corpus folder.

    Args:
        corpus_dir: the folder that holds ``policies/``.

    Raises:
        CorpusError: the folder is missing or empty, a document lacks its facts, two documents share an id, or one of
            them cannot be read or split; the message names the file.
        DocumentFactsError: the facts of a document cannot be used, or say another region than their folder.
    """
    facts_files = _facts_files(corpus_dir / POLICIES_FOLDER)
    documents: dict[str, PolicyDocument] = {}
    clauses: dict[str, tuple[Clause, ...]] = {}
    for path in facts_files:
        document = load_facts(path)
        _check_folder(path, document)
        if document.document_id in documents:
            raise CorpusError(f"有两份文件都叫 {document.document_id}：文件名就是文件编号，请给其中一份改名。")
        documents[document.document_id] = document
        clauses[document.document_id] = _clauses(raw_file_of(path), document.document_id)
    ordered = sorted(documents)
    return Corpus(
        documents=tuple(documents[document_id] for document_id in ordered),
        clauses=tuple(clause for document_id in ordered for clause in clauses[document_id]),
        content_hash=_content_hash(corpus_dir, facts_files),
    )


def _facts_files(policies_dir: Path) -> list[Path]:
    if not policies_dir.is_dir():
        raise CorpusError(
            f"找不到政策文件夹 {policies_dir}：请检查 GONGYOU_CORPUS_DIR，文件夹里应当有 {POLICIES_FOLDER}/。"
        )
    files = sorted(path for path in policies_dir.glob("*/*") if path.is_file() and not path.name.startswith("."))
    facts = [path for path in files if path.suffix == FACTS_SUFFIX]
    described = {path.with_suffix("") for path in facts}
    for path in files:
        if path.suffix.lower() in DOCUMENT_SUFFIXES and path.with_suffix("") not in described:
            raise CorpusError(f"{path} 旁边没有 {path.stem}{FACTS_SUFFIX}：请补上写明标题、地区、状态的说明文件。")
    if not facts:
        raise CorpusError(f"{policies_dir} 里没有政策文件：请按“地区代码/文件名”放入原文和同名的 {FACTS_SUFFIX}。")
    return facts


def _check_folder(path: Path, document: PolicyDocument) -> None:
    if path.parent.name != document.region_code:
        raise DocumentFactsError(
            f"{path}：字段 region_code（行政区划代码）是 {document.region_code}，文件夹却是 {path.parent.name}；"
            "请核对后改成一致。"
        )


def _clauses(raw_file: Path, document_id: str) -> tuple[Clause, ...]:
    raw = read_file(raw_file)
    try:
        return split(raw, document_id).clauses
    except CorpusError as error:
        raise type(error)(f"《{raw_file.name}》：{error}") from error


def _content_hash(corpus_dir: Path, facts_files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for facts_file in facts_files:
        for path in (raw_file_of(facts_file), facts_file):
            content = path.read_bytes()
            name = path.relative_to(corpus_dir).as_posix()
            digest.update(f"{len(name.encode())}:{name}:{len(content)}:".encode() + content)
    return digest.hexdigest()
