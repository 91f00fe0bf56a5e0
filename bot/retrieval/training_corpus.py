"""The training data as rows of a vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from bot.domain.errors import EncoderError
from bot.retrieval.contrastive import TokenRows
from bot.retrieval.encoder import presegment
from bot.retrieval.training_data import Article, PolicyQuestion, Question, TrainingData

TEXT_COUNT_MIN = 4
"""A token is learned when it stands in so many articles …"""
LAY_TEXT_COUNT_MIN = 2
"""… or in so many lay questions, answers and lexicon entries: lay words are what articles lack."""
_TERM_SEPARATOR = "；"
_PROCESSES = 2
_PARALLEL_FROM = 5_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together; pairs with one ``answer`` number answer alike."""

    left: TokenRows
    right: TokenRows
    answer: int


class TrainingCorpus:
    """The training data as rows of a vocabulary.

    Args:
        data: what was read.
        tokens_max: the vocabulary keeps this many tokens, the most frequent.

    Attributes:
        tokens: the vocabulary; a token's position is its row.
        articles: rows of each article (heading and text) that questions are answered from.
        background: rows of further texts, without their headings.
        headed: (text, heading) of the background.
        terms: (lay expression, official term).

    Raises:
        EncoderError: no token stands in enough texts.
    """

    def __init__(self, data: TrainingData, tokens_max: int) -> None:
        self._data = data
        official = [_whole(article) for article in data.articles]
        official += [part for article in data.background for part in (article.heading, article.text)]
        lay = [part for question in data.questions for part in (question.text, question.answer)]
        lay += [part for pair in (*data.lay_pairs, *_terms(data)) for part in pair]
        lay += [question.text for question in data.policy_questions]
        official += sorted({question.clause_text for question in data.policy_questions})
        self._cut = _presegmented({*official, *lay})
        self.tokens = self._vocabulary(official, lay)[:tokens_max]
        if not self.tokens:
            raise EncoderError("训练数据里没有一个反复出现的词：请检查 --data 指向的文件夹")
        self._row_of = {token: row for row, token in enumerate(self.tokens)}
        self.articles = [self.rows(_whole(article)) for article in data.articles]
        self.background = [self.rows(article.text) for article in data.background]
        self._answer_of: dict[str, int] = {}
        self.headed = self._pairs((article.text, article.heading) for article in data.background)
        self.terms = self._pairs(_terms(data))
        self._article_of = {gold: row for row, article in enumerate(data.articles) for gold in article.gold_ids}

    def rows(self, text: str) -> TokenRows:
        """The rows of a text's known tokens."""
        tokens = self._cut.get(text)
        found = (self._row_of.get(token) for token in (presegment(text) if tokens is None else tokens).split())
        return np.array([row for row in found if row is not None], dtype=np.int32)

    def gold_articles(self, question: Question) -> list[int]:
        """Positions in ``articles`` of those that answer a question."""
        return sorted({self._article_of[gold] for gold in question.gold_ids if gold in self._article_of})

    def question_pairs(self, questions: Iterable[Question]) -> list[Pair]:
        """(question, article) and (question, answer) pairs, then the lay questions with their answers."""
        pairs: list[tuple[str, str]] = []
        for question in questions:
            pairs += [(question.text, _whole(self._data.articles[gold])) for gold in self.gold_articles(question)]
            pairs.append((question.text, question.answer))
        return self._pairs([*pairs, *self._data.lay_pairs])

    def policy_pairs(self, questions: Sequence[PolicyQuestion]) -> list[list[Pair]]:
        """For each document, (similar question, clause) and (similar question, next one of the same clause) pairs."""
        of_clause: dict[tuple[str, str], list[str]] = {}
        for question in questions:
            of_clause.setdefault((question.document_id, question.clause_text), []).append(question.text)
        documents: dict[str, list[Pair]] = {}
        for (document_id, clause_text), asked in of_clause.items():
            answer = self._number_of(clause_text)
            others = [*asked[1:], asked[0]]
            texts = [
                (left, right)
                for one, other in zip(asked, others, strict=True)
                for left, right in ((one, clause_text), (one, other))
                if left != right
            ]
            pairs = [Pair(self.rows(left), self.rows(right), answer) for left, right in texts]
            documents.setdefault(document_id, []).extend(p for p in pairs if len(p.left) and len(p.right))
        return list(documents.values())

    def _vocabulary(self, official: Sequence[str], lay: Sequence[str]) -> list[str]:
        in_official = Counter(token for text in official for token in self._cut[text].split())
        in_lay = Counter(token for text in lay for token in self._cut[text].split())
        kept = {token for token, texts in in_official.items() if texts >= TEXT_COUNT_MIN}
        kept |= {token for token, texts in in_lay.items() if texts >= LAY_TEXT_COUNT_MIN}
        return sorted(kept, key=lambda token: (-in_official[token] - in_lay[token], token))

    def _pairs(self, texts: Iterable[tuple[str, str]]) -> list[Pair]:
        pairs = [Pair(self.rows(left), self.rows(right), self._number_of(right)) for left, right in texts]
        return [pair for pair in pairs if len(pair.left) and len(pair.right)]

    def _number_of(self, answer: str) -> int:
        return self._answer_of.setdefault(answer, len(self._answer_of))


def _whole(article: Article) -> str:
    return f"{article.heading} {article.text}"


def _terms(data: TrainingData) -> Iterator[tuple[str, str]]:
    for lay, official in data.term_pairs:
        for term in official.split(_TERM_SEPARATOR):
            yield lay, term


def _presegmented(texts: set[str]) -> dict[str, str]:
    ordered = sorted(texts)
    if len(ordered) < _PARALLEL_FROM:
        return {text: presegment(text) for text in ordered}
    # Spawned, not forked: the caller may have torch's threads running.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        return dict(zip(ordered, pool.map(presegment, ordered, chunksize=500), strict=True))
