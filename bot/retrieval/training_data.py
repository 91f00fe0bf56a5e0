"""What the encoder is trained on, read from a folder of public data and from our own lexicon."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.errors import EncoderError

ARTICLES_FILE = "stard/articles.jsonl.gz"
QUESTIONS_FILE = "stard/train_queries.jsonl"
LAWS_FOLDER = "laws"
LAY_QUESTIONS_FILE = "lay_labour_questions.jsonl"
SERVICE_ITEMS_FILE = "gd_service_items.jsonl"
POLICY_QUESTIONS = "similar_questions"

TEXT_CHARACTERS_MAX = 1500
"""A few annexes run to hundreds of pages; what a text is about stands in its beginning."""
_SHARES = 1000
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Article:
    """A text with the heading it stands under."""

    heading: str
    text: str
    gold_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A lay question with the articles that answer it and, where there is one, an answer in words."""

    question_id: int
    text: str
    answer: str
    gold_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A similar question (相似问) with the clause of the policy corpus that it stands at.

    Attributes:
        text: the question.
        clause_text: the clause as it is indexed.
        document_id: the clause's document; only clauses of one document compete with each other.
    """

    text: str
    clause_text: str
    document_id: str


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that training reads.

    Attributes:
        articles: the corpus that questions are answered from.
        background: further texts of the same kinds, for the meaning of words.
        questions: lay questions with gold articles.
        lay_pairs: (lay question, answer in words) without gold articles.
        term_pairs: (lay expression, official terms).
        sha256: of each file that was read, by its path in the data folder; of the policy questions as a whole.
        policy_questions: similar questions with their clauses.
    """

    articles: tuple[Article, ...]
    background: tuple[Article, ...]
    questions: tuple[Question, ...]
    lay_pairs: tuple[tuple[str, str], ...]
    term_pairs: tuple[tuple[str, str], ...]
    sha256: Mapping[str, str]
    policy_questions: tuple[PolicyQuestion, ...] = ()


def read_training_data(
    data_dir: Path, lexicon: Path | None, policy_questions: Sequence[PolicyQuestion] = ()
) -> TrainingData:
    """Read a data folder; only the articles and their questions must be there.

    Args:
        data_dir: ``stard/articles.jsonl.gz``, ``stard/train_queries.jsonl``; optional: ``laws/*.jsonl.gz``,
            ``lay_labour_questions.jsonl``, ``gd_service_items.jsonl``.
        lexicon: tab-separated lay expressions and official terms, or None.
        policy_questions: similar questions of the policy corpus; they go into the data as they are.

    Raises:
        EncoderError: a file is missing or a line in it is not what it should be.
    """
    reader = _Reader(data_dir)
    articles = reader.rows(ARTICLES_FILE, _article)
    questions = reader.rows(QUESTIONS_FILE, _question)
    laws = [law for name in reader.names(LAWS_FOLDER) for law in reader.rows(name, _law)]
    background = [*_unseen(laws, articles), *reader.rows_if_there(SERVICE_ITEMS_FILE, _service_item)]
    lay = reader.rows_if_there(LAY_QUESTIONS_FILE, _lay_pair)
    terms = tuple(_lexicon_pairs(reader, lexicon)) if lexicon is not None and lexicon.is_file() else ()
    sha256 = dict(reader.sha256)
    if policy_questions:
        sha256[POLICY_QUESTIONS] = _hash_of(policy_questions)
    return TrainingData(
        tuple(articles), tuple(background), tuple(questions), tuple(lay), terms, sha256, tuple(policy_questions)
    )


def is_held_out(question_id: int | str, share: float) -> bool:
    """Whether a question is kept for measuring: decided by a hash of its id alone, so that every run keeps the same.

    Args:
        question_id: the question's id; of a similar question, its text.
        share: which part of all questions to keep, 0 to 1.
    """
    return int(hashlib.sha256(str(question_id).encode()).hexdigest(), 16) % _SHARES < share * _SHARES


class _Reader:
    """Rows of JSON lines files, each file hashed on the way."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.sha256: dict[str, str] = {}

    def rows(self, name: str, convert: Callable[[Mapping[str, Any]], _Row]) -> list[_Row]:
        """The rows of one file, converted.

        Raises:
            EncoderError: it is missing or damaged, or a row is not what it should be.
        """
        path = self._data_dir / name
        try:
            return [convert(json.loads(line)) for line in self.text(path, name).splitlines()]
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"读不出训练数据“{path}”（{error!r}）：请确认 --data 指向的文件夹里有完整的 {name}"
            ) from error

    def rows_if_there(self, name: str, convert: Callable[[Mapping[str, Any]], _Row]) -> list[_Row]:
        """The rows of one file, none when it is absent."""
        return self.rows(name, convert) if (self._data_dir / name).is_file() else []

    def names(self, folder: str) -> list[str]:
        """The compressed JSON lines files of one folder, in order."""
        return [f"{folder}/{path.name}" for path in sorted((self._data_dir / folder).glob("*.jsonl.gz"))]

    def text(self, path: Path, name: str) -> str:
        """The text of a file, unpacked where its name ends in ``.gz``."""
        content = path.read_bytes()
        self.sha256[name] = hashlib.sha256(content).hexdigest()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")


def _text(value: Any) -> str:  # noqa: ANN401 - a field of a JSON row
    return str(value or "")[:TEXT_CHARACTERS_MAX]


def _article(row: Mapping[str, Any]) -> Article:
    return Article(_text(row["name"]), _text(row["content"]), tuple(row.get("gold_ids") or ()))


def _question(row: Mapping[str, Any]) -> Question:
    return Question(int(row["query_id"]), _text(row["question"]), _text(row.get("answer")), tuple(row["gold_ids"]))


def _law(row: Mapping[str, Any]) -> Article:
    return Article(f"{row['title']} {row.get('chapter') or ''}".strip(), _text(row["text"]))


def _unseen(laws: Iterable[Article], articles: Iterable[Article]) -> Iterator[Article]:
    seen = {article.text for article in articles}
    for law in laws:
        if law.text not in seen:
            seen.add(law.text)
            yield law


def _lay_pair(row: Mapping[str, Any]) -> tuple[str, str]:
    return _text(row["question"]), _text(row["answer"])


def _service_item(row: Mapping[str, Any]) -> Article:
    facts = " ".join(str(value) for key, value in row.items() if key not in {"TASK_NAME", "AREA_CODE_TEXT"} and value)
    return Article(_text(row["TASK_NAME"]), _text(facts))


def _lexicon_pairs(reader: _Reader, lexicon: Path) -> Iterator[tuple[str, str]]:
    for line in reader.text(lexicon, lexicon.name).splitlines():
        lay, _, official = line.partition("\t")
        if official and not line.startswith("#"):
            yield lay, official


def _hash_of(questions: Sequence[PolicyQuestion]) -> str:
    rows = json.dumps([astuple(question) for question in questions], ensure_ascii=False)
    return hashlib.sha256(rows.encode()).hexdigest()
