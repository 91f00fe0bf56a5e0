"""How people ask for a clause, as fields of the clause: the words of its similar questions, and the vector of each.

Similar questions only help to find a clause; nothing of them is ever shown. Words are one BM25 over clauses, all
questions of a clause being one text; vectors are compared one by one, and the best one counts for its clause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import IndexLoadError
from bot.domain.policy import Clause
from bot.language.function_words import content_words
from bot.language.word_segmenter import search_tokens
from bot.ports import Encoder
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.dense_channel import DenseChannel
from bot.retrieval.term_counts import VOCABULARY_FILE, TermCounts

VECTORS_FILE = "question_vectors.npy"
CLAUSES_FILE = "question_clauses.npy"
WORDS_PREFIX = "question_"


@dataclass(frozen=True, slots=True)
class ClauseQuestions:
    """Similar questions to build an index with.

    Attributes:
        by_clause: questions by clause id; clauses may lack, and ids of unknown clauses are passed over.
        content_hash: changes whenever `by_clause` does; "" for none.
    """

    by_clause: Mapping[str, Sequence[str]] = field(default_factory=dict)
    content_hash: str = ""


NO_QUESTIONS = ClauseQuestions()


class QuestionField:
    """The similar questions of an index.

    Args:
        words: BM25 whose document i is all questions of the i-th clause that has any; None where they hold no word.
        clause_numbers: ``int64[n_questions]``, ascending: the clause of each question.
        vectors: ``float32[n_questions, dimension]``, L2-normalised.
        clause_count: number of clauses of the index.
    """

    def __init__(
        self,
        words: CompiledBm25 | None,
        clause_numbers: NDArray[np.int64],
        vectors: NDArray[np.float32],
        clause_count: int,
    ) -> None:
        self._words = words
        self.clause_numbers = clause_numbers
        self.vectors = vectors
        self._dense = DenseChannel(vectors)
        self._asked, self._starts = np.unique(clause_numbers, return_index=True)
        self.has_questions: NDArray[np.bool_] = np.zeros(clause_count, dtype=np.bool_)
        self.has_questions[self._asked] = True

    @classmethod
    def build(cls, clauses: Sequence[Clause], questions: ClauseQuestions, encoder: Encoder) -> QuestionField:
        """Cut and encode the questions of the clauses."""
        asked = _questions_of(clauses, questions)
        counts = TermCounts.of(_tokens_of(asked))
        vectors = np.zeros((0, encoder.dimension), dtype=np.float32)
        texts = [question for its in asked.values() for question in its]
        if texts:
            vectors = np.ascontiguousarray(encoder.encode(texts), dtype=np.float32)
        return cls(_bm25_of(counts), _repeated(asked), vectors, len(clauses))

    def with_clauses(
        self, start: int, stop: int, clauses: Sequence[Clause], questions: ClauseQuestions, encoder: Encoder
    ) -> QuestionField:
        """The field with some clauses and their questions in place of the clauses ``start:stop``.

        The questions of the other clauses are neither cut nor encoded again.
        """
        fresh = QuestionField.build(clauses, questions, encoder)
        tokens = _tokens_of(_questions_of(clauses, questions))
        numbers = self.clause_numbers
        first, last = np.searchsorted(numbers, (start, stop)).tolist()
        first_row, last_row = np.searchsorted(self._asked, (start, stop)).tolist()
        moved_by = len(clauses) - (stop - start)
        before = TermCounts.of([()] * len(self._asked)) if self._words is None else self._words.counts
        return QuestionField(
            _bm25_of(before.with_rows(first_row, last_row, tokens)),
            np.concatenate(
                (self.clause_numbers[:first], fresh.clause_numbers + start, self.clause_numbers[last:] + moved_by)
            ),
            np.concatenate((self.vectors[:first], fresh.vectors, self.vectors[last:])),
            len(self.has_questions) + moved_by,
        )

    @property
    def question_count(self) -> int:
        """Number of questions."""
        return len(self.clause_numbers)

    @property
    def words(self) -> AbstractSet[str]:
        """The words of all questions."""
        return self._words.words if self._words else frozenset()

    def word_scores(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """``float64[n_clauses]``: BM25 of a query's words over each clause's questions; 0 without questions."""
        scores = np.zeros(len(self.has_questions))
        if self._words is not None:
            scores[self._asked] = self._words.scores(tokens)
        return scores

    def best_cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """``float64[n_clauses]``: the cosine of each clause's most similar question; 0 without questions.

        Args:
            vector: ``float32[dimension]``, L2-normalised.
        """
        best = np.zeros(len(self.has_questions))
        if len(self._asked):
            best[self._asked] = np.maximum.reduceat(self._dense.scores(vector), self._starts)
        return best

    def vectors_of(self, number: int) -> NDArray[np.float32]:
        """``float32[n_questions, dimension]``: the questions of one clause, by its position in the index."""
        start, end = np.searchsorted(self.clause_numbers, (number, number + 1))
        return self.vectors[start:end]

    def word_counts(self) -> dict[str, int]:
        """How often each word stands in all questions."""
        if self._words is None:
            return {}
        counts = self._words.counts
        sums = np.add.reduceat(counts.frequencies.astype(np.int64), counts.starts[:-1])
        return dict(zip(counts.terms, sums.tolist(), strict=True))

    def words_by_clause(self) -> dict[int, list[str]]:
        """The words of each clause's questions, by its position in the index."""
        if self._words is None:
            return {}
        counts = self._words.counts
        words: dict[int, list[str]] = {number: [] for number in self._asked.tolist()}
        rows = np.split(counts.document_ids, counts.starts[1:-1])
        for term, its in zip(counts.terms, rows, strict=True):
            for number in self._asked[its].tolist():
                words[number].append(term)
        return words

    def save(self, folder: Path) -> None:
        """Write the field beside the index's other files; equal fields give equal bytes."""
        np.save(folder / VECTORS_FILE, self.vectors, allow_pickle=False)
        np.save(folder / CLAUSES_FILE, self.clause_numbers, allow_pickle=False)
        if self._words is not None:
            self._words.save(folder, prefix=WORDS_PREFIX)

    @classmethod
    def load(cls, folder: Path, clause_count: int) -> QuestionField:
        """Read what `save` wrote; the vectors stay on disk, mapped into memory.

        Raises:
            IndexLoadError: a file is missing or is not what it should be.
        """
        try:
            clause_of = np.load(folder / CLAUSES_FILE, allow_pickle=False)
            vectors = np.load(folder / VECTORS_FILE, allow_pickle=False, mmap_mode="r" if len(clause_of) else None)
        except (OSError, ValueError) as error:
            msg = f"索引里的相似问部分读不出来（{folder}），请重新运行 gongyou index build"
            raise IndexLoadError(msg) from error
        has_words = (folder / (WORDS_PREFIX + VOCABULARY_FILE)).exists()
        words = CompiledBm25.load(folder, prefix=WORDS_PREFIX) if has_words else None
        return cls(words, clause_of, np.asarray(vectors), clause_count)


def question_tokens(question: str) -> list[str]:
    """The words that a similar question is found by, cut as a worker's question is."""
    return content_words(search_tokens(question))


def _questions_of(clauses: Sequence[Clause], questions: ClauseQuestions) -> dict[int, Sequence[str]]:
    """The questions of the clauses that have any, by position."""
    asked = ((number, questions.by_clause.get(clause.clause_id, ())) for number, clause in enumerate(clauses))
    return {number: its for number, its in asked if its}


def _tokens_of(asked: Mapping[int, Sequence[str]]) -> list[list[str]]:
    return [[token for question in its for token in question_tokens(question)] for its in asked.values()]


def _repeated(asked: Mapping[int, Sequence[str]]) -> NDArray[np.int64]:
    return np.repeat(np.array(list(asked), dtype=np.int64), [len(its) for its in asked.values()])


def _bm25_of(counts: TermCounts) -> CompiledBm25 | None:
    return CompiledBm25.of_counts(counts) if counts.terms else None
