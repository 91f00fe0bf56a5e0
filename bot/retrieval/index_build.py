"""The policy index: built from documents and clauses, loaded from disk.

A build is a pure function of its inputs: the same documents, clauses, encoder and lexicon under the same library
versions give the same bytes and the same build id. No clock, no pickle.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from bot.domain.errors import IndexBuildError, IndexLoadError
from bot.domain.policy import Clause, PolicyDocument
from bot.language.lexicon import Lexicon
from bot.language.word_segmenter import Tokens, cut_both_ways, dictionary_hash
from bot.ports import Encoder, EncodesTokens
from bot.retrieval import index_store
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.clause_store import StoredClauses, clause_lines, save_clauses
from bot.retrieval.index_rows import document_of, document_row
from bot.retrieval.question_field import NO_QUESTIONS, ClauseQuestions, QuestionField
from bot.retrieval.repair_words import RepairWords

logger = logging.getLogger("gongyou.retrieval")

FORMAT = 3
DOCUMENTS_FILE = "documents.json"
EMBEDDINGS_FILE = "embeddings.npy"
REPAIR_TERMS_FILE = "repair_terms.json"

_LIBRARIES = ("jieba", "numpy", "pypinyin", "rank-bm25")
_PARALLEL_FROM_CLAUSES = 2000
"""Below, starting another process takes longer than the cutting it saves."""
_PROCESSES = 2
_CHUNK = 500

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made.

    Attributes:
        build_id: its id, now current.
        folder: where it lies.
        documents: number of documents.
        clauses: number of clauses.
        was_current: whether the same build was already in use.
        manifest: everything written down about it.
    """

    build_id: str
    folder: Path
    documents: int
    clauses: int
    was_current: bool
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyIndex:
    """A loaded index; position i of every row means ``clauses[i]``.

    Attributes:
        build_id: which build it is.
        corpus_hash: content hash of the corpus it was built from.
        encoder_name: name of the encoder that made the embeddings.
        lexicon_hash: content hash of the lexicon it was built with.
        dictionary_hash: content hash of the domain terms that its texts were cut with.
        questions_hash: content hash of the similar questions it was built with.
        documents: by document id.
        clauses: in order, read from the disk one at a time.
        bm25: over the clauses' words.
        embeddings: ``float32[n_clauses, dimension]``, L2-normalised, in the file until it is touched.
        questions: how people ask for the clauses.
        repair_terms: the terms that a homophone may stand for.
        is_fallback: whether it stands in for the current build, which cannot be read.
    """

    build_id: str
    corpus_hash: str
    encoder_name: str
    lexicon_hash: str
    dictionary_hash: str
    questions_hash: str
    documents: Mapping[str, PolicyDocument]
    clauses: StoredClauses
    bm25: CompiledBm25
    embeddings: NDArray[np.float32]
    questions: QuestionField
    repair_terms: tuple[str, ...]
    is_fallback: bool = False

    @property
    def made_of(self) -> tuple[str, ...]:
        """The names and hashes of what it was built with: corpus, encoder, lexicon, dictionary, similar questions."""
        return (self.corpus_hash, self.encoder_name, self.lexicon_hash, self.dictionary_hash, self.questions_hash)


def build_index(  # noqa: PLR0913 - everything that a build is made of
    documents: Sequence[PolicyDocument],
    clauses: Sequence[Clause],
    *,
    encoder: Encoder,
    lexicon: Lexicon,
    corpus_hash: str,
    index_dir: Path,
    questions: ClauseQuestions = NO_QUESTIONS,
    progress: Progress | None = None,
) -> BuildReport:
    """Build an index and make it current.

    A large corpus is cut into words by two processes.

    Args:
        documents: the documents' facts.
        clauses: their clauses, each of one of the documents.
        encoder: makes the embeddings.
        lexicon: its terms join the repair vocabulary.
        corpus_hash: content hash of the corpus.
        index_dir: where builds lie.
        questions: how people ask for the clauses.
        progress: is told how far the build is.

    Raises:
        IndexBuildError: there is nothing to index, ids repeat or do not match, or the folder cannot be written.
    """
    _check(documents, clauses)
    field = QuestionField.build(clauses, questions, encoder)
    numbered = sum(clause.is_numbered for clause in clauses)
    facts = manifest_facts(len(documents), len(clauses), numbered, encoder, lexicon, corpus_hash)
    facts |= question_facts(field, questions.content_hash)
    with index_store.writing(index_dir) as staging:
        before = _current_or_none(index_dir)
        try:
            _write(staging, documents, clauses, encoder, lexicon, progress or _untold)
            field.save(staging)
            manifest = index_store.publish(index_dir, staging, facts)
        except OSError as error:
            msg = f"索引写不进 {index_dir}，请检查磁盘空间和目录权限"
            raise IndexBuildError(msg) from error
    build_id = manifest["build_id"]
    return BuildReport(build_id, index_dir / build_id, len(documents), len(clauses), before == build_id, manifest)


def load_index(index_dir: Path) -> PolicyIndex:
    """Read the current index, or the newest other build that is intact where that one is damaged.

    Raises:
        IndexLoadError: there is none that is intact and that this version can read.
    """
    try:
        return _load_current(index_dir)
    except IndexLoadError as error:
        fallback = _newest_intact(index_dir)
        if fallback is None:
            raise
        logger.warning("index cannot be read, build %s is served in its place: %s", fallback.build_id, error)
        return fallback


def clause_text(clause: Clause) -> str:
    """The text of a clause for both channels: headings, title and text, without the departments' names.

    Each clause names up to a dozen departments; a question about schools would otherwise find every clause that the
    education bureau has a part in. A clause without a title, as an article of law, is called by its number: the encoder
    learned articles with theirs.
    """
    text = clause.text
    for department in sorted(clause.departments, key=len, reverse=True):
        text = text.replace(department, " ")
    name = clause.title or "".join(clause.path)
    return "\n".join(part for part in (*clause.headings, name, text) if part)


def _check(documents: Sequence[PolicyDocument], clauses: Sequence[Clause]) -> None:
    if not clauses:
        raise IndexBuildError("没有可以索引的条款，请先导入政策文件再运行 gongyou index build")
    document_ids = {document.document_id for document in documents}
    clause_ids = {clause.clause_id for clause in clauses}
    if len(document_ids) != len(documents) or len(clause_ids) != len(clauses):
        raise IndexBuildError("有重复的文件编号或条款编号，请检查 corpus 里是否放了同一份文件两次")
    orphans = sorted({clause.document_id for clause in clauses} - document_ids)
    if orphans:
        msg = f"这些条款找不到所属文件：{'、'.join(orphans)}，请检查文件旁的说明"
        raise IndexBuildError(msg)


def manifest_facts(
    documents: int, clauses: int, numbered_clauses: int, encoder: Encoder, lexicon: Lexicon, corpus_hash: str
) -> dict[str, Any]:
    """What a manifest says besides the checksums of the files."""
    return {
        "format": FORMAT,
        "corpus_hash": corpus_hash,
        "encoder": encoder.name,
        "lexicon_hash": lexicon.content_hash,
        "dictionary_hash": dictionary_hash(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "counts": {
            "documents": documents,
            "clauses": clauses,
            "numbered_clauses": numbered_clauses,
            "embedding_dimension": encoder.dimension,
        },
    }


def encoded(encoder: Encoder, texts: Sequence[str], cut: Sequence[Tokens]) -> NDArray[np.float32]:
    """The vectors of texts; an encoder that reads our tokens need not cut them again."""
    if isinstance(encoder, EncodesTokens):
        return encoder.encode_tokens([tokens.search for tokens in cut])
    return encoder.encode(texts)


def question_facts(field: QuestionField, content_hash: str) -> dict[str, Any]:
    """What a manifest says of the similar questions."""
    return {
        "questions_hash": content_hash,
        "question_counts": {"questions": field.question_count, "clauses": int(field.has_questions.sum())},
    }


def _write(
    folder: Path,
    documents: Sequence[PolicyDocument],
    clauses: Sequence[Clause],
    encoder: Encoder,
    lexicon: Lexicon,
    progress: Progress,
) -> None:
    texts = [clause_text(clause) for clause in clauses]
    cut = _cut(texts, progress)
    progress("算向量", 0, len(texts))
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for start in range(0, len(texts), _CHUNK):
        part = slice(start, start + _CHUNK)
        vectors[part] = encoded(encoder, texts[part], cut[part])
        progress("算向量", min(start + _CHUNK, len(texts)), len(texts))
    np.save(folder / EMBEDDINGS_FILE, vectors, allow_pickle=False)
    progress("建关键词索引", 0, 1)
    CompiledBm25.fit([tokens.search for tokens in cut]).save(folder)
    repair_words = RepairWords.of((tokens.words for tokens in cut), lexicon)
    repair_words.save(folder)
    index_store.write_json(folder / REPAIR_TERMS_FILE, repair_words.terms())
    progress("建关键词索引", 1, 1)
    index_store.write_json(folder / DOCUMENTS_FILE, [document_row(document) for document in documents])
    place_of = {document.document_id: place for place, document in enumerate(documents)}
    lines = clause_lines(clauses)
    save_clauses(
        folder,
        lines,
        np.fromiter(map(len, lines), dtype=np.int64),
        np.array([clause.is_numbered for clause in clauses]),
        np.array([place_of[clause.document_id] for clause in clauses]),
    )


def _cut(texts: Sequence[str], progress: Progress) -> list[Tokens]:
    progress("切词", 0, len(texts))
    if len(texts) < _PARALLEL_FROM_CLAUSES:
        return [cut_both_ways(text) for text in texts]
    cut: list[Tokens] = []
    # Spawned, not forked: the caller may have threads running.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        for tokens in pool.map(cut_both_ways, texts, chunksize=_CHUNK):
            cut.append(tokens)
            if len(cut) % _CHUNK == 0 or len(cut) == len(texts):
                progress("切词", len(cut), len(texts))
    return cut


def _untold(_doing: str, _done: int, _all: int) -> None:
    """Nobody wants to know how far the build is."""


def _load_current(index_dir: Path) -> PolicyIndex:
    build_id = index_store.current_build_id(index_dir)
    if build_id is None:
        msg = f"{index_dir} 里还没有索引，请先运行 gongyou index build"
        raise IndexLoadError(msg)
    try:
        return _load(index_dir, build_id)
    except IndexLoadError:
        newer = index_store.current_build_id(index_dir)
        if newer is None or newer == build_id:
            raise
        return _load(index_dir, newer)


def _newest_intact(index_dir: Path) -> PolicyIndex | None:
    for build_id in index_store.build_ids(index_dir):
        with contextlib.suppress(IndexLoadError):
            return replace(_load(index_dir, build_id), is_fallback=True)
    return None


def _load(index_dir: Path, build_id: str) -> PolicyIndex:
    manifest = index_store.verified_manifest(index_dir, build_id)
    if manifest.get("format") != FORMAT:
        raise IndexLoadError("索引是另一个版本的程序建立的，请重新运行 gongyou index build")
    folder = index_dir / build_id
    try:
        documents = [document_of(row) for row in _read_json(folder / DOCUMENTS_FILE)]
        clauses = StoredClauses(folder)
        return PolicyIndex(
            build_id=build_id,
            corpus_hash=manifest["corpus_hash"],
            encoder_name=manifest["encoder"],
            lexicon_hash=manifest["lexicon_hash"],
            dictionary_hash=manifest["dictionary_hash"],
            questions_hash=manifest["questions_hash"],
            documents={document.document_id: document for document in documents},
            clauses=clauses,
            bm25=CompiledBm25.load(folder),
            embeddings=np.load(folder / EMBEDDINGS_FILE, mmap_mode="r", allow_pickle=False).view(np.ndarray),
            questions=QuestionField.load(folder, len(clauses)),
            repair_terms=tuple(_read_json(folder / REPAIR_TERMS_FILE)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"索引 {folder} 读不出来，请重新运行 gongyou index build"
        raise IndexLoadError(msg) from error


def _read_json(path: Path) -> list[Any]:
    rows = orjson.loads(path.read_bytes())
    if not isinstance(rows, list):
        msg = f"{path.name} is not a list"
        raise TypeError(msg)
    return rows


def _current_or_none(index_dir: Path) -> str | None:
    try:
        return index_store.current_build_id(index_dir)
    except IndexLoadError:
        return None
