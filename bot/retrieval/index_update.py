"""One document of an index replaced: what belongs to the others is copied, not made again.

The new build holds the bytes that building everything from scratch would give, and is switched to in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.domain.errors import IndexBuildError
from bot.domain.policy import Clause, PolicyDocument
from bot.language.lexicon import Lexicon
from bot.language.word_segmenter import cut_both_ways, dictionary_hash
from bot.ports import Encoder
from bot.retrieval import index_store
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.clause_store import clause_lines, save_clauses
from bot.retrieval.index_build import (
    DOCUMENTS_FILE,
    EMBEDDINGS_FILE,
    REPAIR_TERMS_FILE,
    BuildReport,
    PolicyIndex,
    clause_text,
    encoded,
    manifest_facts,
    question_facts,
)
from bot.retrieval.index_rows import document_row
from bot.retrieval.question_field import NO_QUESTIONS, ClauseQuestions
from bot.retrieval.repair_words import RepairWords


def replace_document(  # noqa: PLR0913 - everything that a build is made of
    index: PolicyIndex,
    document: PolicyDocument,
    clauses: Sequence[Clause],
    *,
    encoder: Encoder,
    lexicon: Lexicon,
    corpus_hash: str,
    index_dir: Path,
    questions: ClauseQuestions = NO_QUESTIONS,
) -> BuildReport:
    """Put a document with its clauses into an index in place of what it held of that document, and make it current.

    Args:
        index: the index to start from, loaded from ``index_dir``; its documents are sorted by id, as a corpus is.
        document: the document; one with a new id is added.
        clauses: its clauses, at least one.
        encoder: the one that the index was built with.
        lexicon: the one that the index was built with.
        corpus_hash: content hash of the corpus as it is now.
        index_dir: where builds lie.
        questions: how people ask for its clauses; its hash is that of all similar questions of the corpus as it is now.

    Raises:
        IndexBuildError: a clause is of another document, there is none, the encoder, lexicon or dictionary is another
            one, or the folder cannot be written.
    """
    if not clauses or any(clause.document_id != document.document_id for clause in clauses):
        raise IndexBuildError(f"《{document.title}》没有条款，或混进了别的文件的条款，请检查这份文件")
    ours = (encoder.name, lexicon.content_hash, dictionary_hash())
    if ours != (index.encoder_name, index.lexicon_hash, index.dictionary_hash):
        raise IndexBuildError("模型、对照表或词典换过了，不能只更新一份文件，请运行 gongyou index build 重建全部索引")
    with index_store.writing(index_dir) as staging:
        try:
            source = index_dir / index.build_id
            facts = _write(staging, index, source, document, clauses, encoder, lexicon, corpus_hash, questions)
            manifest = index_store.publish(index_dir, staging, facts)
        except OSError as error:
            raise IndexBuildError(f"索引写不进 {index_dir}，请检查磁盘空间和目录权限") from error
    build_id = manifest["build_id"]
    counts = manifest["counts"]
    was_current = build_id == index.build_id
    return BuildReport(build_id, index_dir / build_id, counts["documents"], counts["clauses"], was_current, manifest)


def _write(  # noqa: PLR0913, PLR0917 - one pass over everything that an index consists of
    folder: Path,
    index: PolicyIndex,
    before: Path,
    document: PolicyDocument,
    clauses: Sequence[Clause],
    encoder: Encoder,
    lexicon: Lexicon,
    corpus_hash: str,
    questions: ClauseQuestions,
) -> dict[str, object]:
    documents = dict(sorted({**index.documents, document.document_id: document}.items()))
    place = list(documents).index(document.document_id)
    is_new = document.document_id not in index.documents
    start, stop = index.clauses.span_of(place)
    if is_new:
        stop = start
    gone = [cut_both_ways(clause_text(clause)).words for clause in index.clauses[start:stop]]
    texts = [clause_text(clause) for clause in clauses]
    cut = [cut_both_ways(text) for text in texts]

    vectors = (index.embeddings[:start], encoded(encoder, texts, cut), index.embeddings[stop:])
    index_store.save_rows(folder / EMBEDDINGS_FILE, vectors)
    counts = index.bm25.counts.with_rows(start, stop, [tokens.search for tokens in cut])
    CompiledBm25.of_counts(counts).save(folder)
    field = index.questions.with_clauses(start, stop, clauses, questions, encoder)
    field.save(folder)
    repair_words = RepairWords.load(before).changed(gone, [tokens.words for tokens in cut])
    repair_words.save(folder)
    index_store.write_json(folder / REPAIR_TERMS_FILE, repair_words.terms())
    index_store.write_json(folder / DOCUMENTS_FILE, [document_row(one) for one in documents.values()])
    numbered = _write_clauses(folder, index, (start, stop), place, clauses, moved=int(is_new))
    total = len(index.clauses) - (stop - start) + len(clauses)
    facts = manifest_facts(len(documents), total, numbered, encoder, lexicon, corpus_hash)
    return facts | question_facts(field, questions.content_hash)


def _write_clauses(
    folder: Path, index: PolicyIndex, span: tuple[int, int], place: int, clauses: Sequence[Clause], *, moved: int
) -> int:
    """Write the lines and columns with the clauses in place of a span; returns how many are numbered."""
    start, stop = span
    stored = index.clauses
    lines = clause_lines(clauses)
    lengths = stored.line_lengths()
    is_numbered = np.concatenate(
        (stored.is_numbered[:start], [clause.is_numbered for clause in clauses], stored.is_numbered[stop:])
    ).astype(np.bool_)
    save_clauses(
        folder,
        [stored.raw(0, start), *lines, stored.raw(stop, len(stored))],
        np.concatenate((lengths[:start], [len(line) for line in lines], lengths[stop:])).astype(np.int64),
        is_numbered,
        np.concatenate(
            (
                stored.document_numbers[:start],
                np.full(len(clauses), place),
                stored.document_numbers[stop:] + moved,
            )
        ).astype(np.int32),
    )
    return int(is_numbered.sum())
