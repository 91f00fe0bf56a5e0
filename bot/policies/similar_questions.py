"""相似问: how people ask for a clause, ``similar_questions/<region_code>/<document_id>.yaml`` in the corpus folder.

::

    document: 003_f6fba8179af8c3b3
    clauses:
      - path: [一、, "4."]
        begins: 加大创业扶持。积极开展返
        questions:
          - 回老家开个店政府补钱不

Policy admins keep these files while documents change under them. What can be doubted (a question that stands at two
clauses, a clause whose text is another by now) is left out and reported; only a file that cannot be read is an error.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from bot.domain.errors import SimilarQuestionsError
from bot.domain.policy import Clause
from bot.policies.corpus_folder import Corpus
from bot.policies.yaml_files import read_yaml

SIMILAR_QUESTIONS_FOLDER = "similar_questions"


class ProblemKind(StrEnum):
    """What an admin should look at."""

    REPEATED = "repeated"
    CONTRADICTION = "contradiction"
    UNKNOWN_DOCUMENT = "unknown_document"
    UNKNOWN_CLAUSE = "unknown_clause"
    TEXT_CHANGED = "text_changed"


@dataclass(frozen=True, slots=True)
class SimilarQuestionsProblem:
    """Something in a readable file that an admin should put right.

    Attributes:
        kind: repeated: a question twice at one clause, used once; contradiction: at two clauses of a document, used
            for neither; the others: all questions of the document or clause are left out.
        file: the file, relative to the corpus folder.
        paths: the numbers of the clauses concerned, outermost first; empty for an unknown document.
        question: the question concerned; "" where it is the whole clause or document.
        text: one Chinese sentence for admins: what is wrong and what to do.
    """

    kind: ProblemKind
    file: Path
    paths: tuple[tuple[str, ...], ...]
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class SimilarQuestions:
    """The usable questions of a corpus.

    Attributes:
        by_clause: questions by clause id, in the order written; clauses without any are not in it.
        problems: by file, within a file in the order of its clauses, contradictions last.
        content_hash: SHA-256 (hex) over `by_clause`; comments and the order of files do not change it.
    """

    by_clause: Mapping[str, tuple[str, ...]]
    problems: tuple[SimilarQuestionsProblem, ...]
    content_hash: str


def load_similar_questions(corpus_dir: Path, corpus: Corpus) -> SimilarQuestions:
    """Read the questions of every document.

    Args:
        corpus_dir: the folder that may hold ``similar_questions/``; without it there are no questions.
        corpus: the documents and clauses that the questions are about.

    Raises:
        SimilarQuestionsError: a file is not UTF-8 or not YAML, lacks a field, or lies under another name or region
            than its document's; the message names the file and says what to do.
    """
    clauses = _by_document(corpus)
    regions = {document.document_id: document.region_code for document in corpus.documents}
    by_clause: dict[str, tuple[str, ...]] = {}
    problems: list[SimilarQuestionsProblem] = []
    for path in sorted((corpus_dir / SIMILAR_QUESTIONS_FOLDER).glob("*/[!.]*.yaml")):
        document_id, entries = _read(path)
        _check_folder(path, regions.get(document_id))
        review = _Review(path.relative_to(corpus_dir), document_id, clauses.get(document_id))
        by_clause.update(review.questions(entries))
        problems.extend(review.problems)
    return SimilarQuestions(by_clause=by_clause, problems=tuple(problems), content_hash=_hash_of(by_clause))


def question_key(question: str) -> str:
    """What makes two questions the same: letters and digits only, without width, case and punctuation."""
    return "".join(character for character in _folded(question) if character.isalnum())


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item of ``clauses``, its fields checked."""

    path: tuple[str, ...]
    begins: str
    questions: tuple[str, ...]


class _Review:
    """The questions of one file while they are held against the document."""

    def __init__(self, file: Path, document_id: str, clauses: Mapping[str, Clause] | None) -> None:
        self.file = file
        self.document_id = document_id
        self.clauses = clauses
        self.problems: list[SimilarQuestionsProblem] = []

    def questions(self, entries: Sequence[_Entry]) -> dict[str, tuple[str, ...]]:
        """Usable questions by clause id; what is wrong goes to `problems`."""
        if self.clauses is None:
            text = f"语料里没有 {self.document_id} 这份文件；请核对字段 document，文件撤下了就把相似问也删掉。"
            self._report(ProblemKind.UNKNOWN_DOCUMENT, (), "", text)
            return {}
        found: dict[str, dict[str, str]] = {}
        for entry in entries:
            clause = self._clause_of(entry, self.clauses)
            if clause is not None:
                self._collect(entry, found.setdefault(clause.clause_id, {}))
        contradicting = self._contradictions(found)
        kept = {
            clause_id: tuple(question for key, question in questions.items() if key not in contradicting)
            for clause_id, questions in found.items()
        }
        return {clause_id: questions for clause_id, questions in kept.items() if questions}

    def _clause_of(self, entry: _Entry, clauses: Mapping[str, Clause]) -> Clause | None:
        clause = clauses.get(_path_key(entry.path))
        if clause is None:
            text = f"文件里没有编号为 {_shown(entry.path)} 的条款；请对照原文改编号，条款删掉了就把这一段也删掉。"
            self._report(ProblemKind.UNKNOWN_CLAUSE, (entry.path,), "", text)
            return None
        if not _spaceless(clause.text).startswith(_spaceless(entry.begins)):
            text = (
                f"条款 {_shown(entry.path)} 现在以“{clause.text[:12]}”开头，不再是“{entry.begins}”；"
                "请核对这些问法是否还合适，再改字段 begins。"
            )
            self._report(ProblemKind.TEXT_CHANGED, (entry.path,), "", text)
            return None
        return clause

    def _collect(self, entry: _Entry, questions: dict[str, str]) -> None:
        for question in entry.questions:
            key = question_key(question)
            if key in questions:
                text = f"条款 {_shown(entry.path)} 里“{question}”写了不止一次；请删掉多余的。"
                self._report(ProblemKind.REPEATED, (entry.path,), question, text)
            else:
                questions[key] = question

    def _contradictions(self, found: Mapping[str, Mapping[str, str]]) -> set[str]:
        """Keys of the questions that stand at more than one clause."""
        paths_of = {clause.clause_id: clause.path for clause in (self.clauses or {}).values()}
        places: dict[str, list[str]] = {}
        for clause_id, questions in found.items():
            for key in questions:
                places.setdefault(key, []).append(clause_id)
        contradicting = {key: ids for key, ids in places.items() if len(ids) > 1}
        for key, clause_ids in contradicting.items():
            question = found[clause_ids[0]][key]
            paths = tuple(paths_of[clause_id] for clause_id in clause_ids)
            where = "和".join(_shown(path) for path in paths)
            text = f"“{question}”同时写在条款 {where}，暂时都不用；请只留在真正回答它的那一条，或者改得有区别。"
            self._report(ProblemKind.CONTRADICTION, paths, question, text)
        return set(contradicting)

    def _report(self, kind: ProblemKind, paths: tuple[tuple[str, ...], ...], question: str, text: str) -> None:
        self.problems.append(SimilarQuestionsProblem(kind, self.file, paths, question, f"{self.file}：{text}"))


def _read(path: Path) -> tuple[str, list[_Entry]]:
    # text only: an unquoted 12348 or 1. is what the admin typed, not a number
    loaded = read_yaml(path, yaml.BaseLoader, SimilarQuestionsError)
    if not isinstance(loaded, dict) or not isinstance(loaded.get("clauses"), list):
        raise SimilarQuestionsError(f"{path} 应当有字段 document（文件编号）和 clauses（条款列表）；请照别的文件补上。")
    document_id = loaded.get("document")
    if document_id != path.stem:
        raise SimilarQuestionsError(f"{path}：字段 document 是 {document_id}，文件名却是 {path.stem}；请改成一致。")
    return path.stem, [_entry(path, number, item) for number, item in enumerate(loaded["clauses"], 1)]


def _check_folder(path: Path, region_code: str | None) -> None:
    if region_code is not None and path.parent.name != region_code:
        raise SimilarQuestionsError(
            f"{path}：政策文件的地区代码是 {region_code}，文件夹却是 {path.parent.name}；请移到 {region_code} 文件夹。"
        )


def _entry(path: Path, number: int, item: object) -> _Entry:
    if not isinstance(item, dict) or set(item) != {"path", "begins", "questions"}:
        raise SimilarQuestionsError(
            f"{path}：clauses 的第 {number} 段应当有且只有字段 path、begins、questions；请对照上下段修改。"
        )
    begins = item["begins"]
    if not isinstance(begins, str) or not begins.strip():
        raise SimilarQuestionsError(f"{path}：clauses 的第 {number} 段没有写 begins；请填条款正文开头的十来个字。")
    return _Entry(
        path=tuple(_texts(path, number, "path", item["path"])),
        begins=begins,
        questions=tuple(_texts(path, number, "questions", item["questions"])),
    )


def _texts(path: Path, number: int, name: str, value: object) -> Iterator[str]:
    if not isinstance(value, list) or not value:
        raise SimilarQuestionsError(f"{path}：clauses 的第 {number} 段的 {name} 应当是列表，至少一项；请补上。")
    for text in value:
        if not isinstance(text, str) or not question_key(text):
            raise SimilarQuestionsError(
                f"{path}：clauses 的第 {number} 段的 {name} 里有一项是空的或者不是文字（{text!r}）；"
                "请删掉它，句子里有英文冒号的请加引号。"
            )
        yield text.strip()


def _by_document(corpus: Corpus) -> dict[str, dict[str, Clause]]:
    clauses: dict[str, dict[str, Clause]] = {document.document_id: {} for document in corpus.documents}
    for clause in corpus.clauses:
        if clause.is_numbered:
            clauses[clause.document_id][_path_key(clause.path)] = clause
    return clauses


def _path_key(path: tuple[str, ...]) -> str:
    """Full-width and half-width brackets are one: documents print either and admins type either."""
    return "/".join(_spaceless(part) for part in path)


def _shown(path: tuple[str, ...]) -> str:
    return " ".join(path)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _spaceless(text: str) -> str:
    return "".join(_folded(text).split())


def _hash_of(by_clause: Mapping[str, tuple[str, ...]]) -> str:
    rows = json.dumps(by_clause, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(rows.encode()).hexdigest()
