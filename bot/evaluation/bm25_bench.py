"""The compiled BM25 beside `rank_bm25`, on the same tokens, in one run."""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Okapi

from bot.domain.errors import JudgmentsError
from bot.language.word_segmenter import words
from bot.retrieval.bm25 import EPSILON, K1, B, CompiledBm25

QUESTIONS_FILE = "train_queries.jsonl"
_FALLBACK_QUESTIONS = (
    "老板拖欠工资不给怎么办",
    "在工地上干活摔断了腿没有工伤保险谁来赔",
    "没签劳动合同被辞退了能要赔偿吗",
    "孩子想在打工的地方上学需要什么手续",
)


@dataclass(frozen=True, slots=True)
class Bm25Comparison:
    """What one run measured; times are medians over the questions, one thread.

    Attributes:
        articles: number of articles.
        questions: number of questions asked of both.
        question_tokens: median number of words of a question.
        rank_bm25_ms: `rank_bm25.BM25Okapi.get_scores`.
        compiled_ms: `CompiledBm25.scores`.
        compiled_top_k_ms: `CompiledBm25.top_k` of ten, scores included.
        ratio: ``rank_bm25_ms / compiled_ms``.
        largest_relative_difference: of any score of any question.
        compile_s: counting the words and finishing the sums.
    """

    articles: int
    questions: int
    question_tokens: float
    rank_bm25_ms: float
    compiled_ms: float
    compiled_top_k_ms: float
    ratio: float
    largest_relative_difference: float
    compile_s: float


def compare_bm25(articles_path: Path, *, question_limit: int = 40, processes: int = 2) -> Bm25Comparison:
    """Ask both indexes the same questions in turn.

    Args:
        articles_path: ``articles.jsonl.gz`` with rows of ``rid``, ``name`` and ``content``; lay questions are read from
            ``train_queries.jsonl`` (rows with ``question``) in the same folder, else a few built-in ones serve.
        question_limit: so many questions, evenly spread over the file.
        processes: for cutting the articles into words; the measurement itself uses one thread.

    Raises:
        JudgmentsError: the articles cannot be read.
    """
    corpus = _tokenise(_read_articles(articles_path), processes)
    fitted = BM25Okapi(corpus, k1=K1, b=B, epsilon=EPSILON)
    started_s = time.perf_counter()
    compiled = CompiledBm25.fit(corpus)
    compile_s = time.perf_counter() - started_s
    queries = [words(question) for question in _read_questions(articles_path.parent, question_limit)]
    return _measure(fitted, compiled, queries, compile_s)


def _measure(
    fitted: BM25Okapi, compiled: CompiledBm25, queries: Sequence[list[str]], compile_s: float
) -> Bm25Comparison:
    original_ms, compiled_ms, top_k_ms = [], [], []
    largest_difference = 0.0
    for query in queries:
        started_s = time.perf_counter()
        expected = fitted.get_scores(query)
        original_ms.append(_since_ms(started_s))
        started_s = time.perf_counter()
        actual = compiled.scores(query)
        compiled_ms.append(_since_ms(started_s))
        started_s = time.perf_counter()
        compiled.top_k(query, 10)
        top_k_ms.append(_since_ms(started_s))
        scale = np.maximum(np.abs(expected), 1e-12)
        largest_difference = max(largest_difference, float(np.max(np.abs(actual - expected) / scale)))
    return Bm25Comparison(
        articles=compiled.document_count,
        questions=len(queries),
        question_tokens=statistics.median(len(query) for query in queries),
        rank_bm25_ms=statistics.median(original_ms),
        compiled_ms=statistics.median(compiled_ms),
        compiled_top_k_ms=statistics.median(top_k_ms),
        ratio=statistics.median(original_ms) / statistics.median(compiled_ms),
        largest_relative_difference=largest_difference,
        compile_s=compile_s,
    )


def _since_ms(started_s: float) -> float:
    return (time.perf_counter() - started_s) * 1000


def _tokenise(texts: Sequence[str], processes: int) -> list[list[str]]:
    if processes <= 1:
        return [words(text) for text in texts]
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(words, texts, chunksize=500))


def _read_articles(path: Path) -> list[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [f"{row['name']} {row['content']}" for row in map(json.loads, lines)]
    except (OSError, ValueError, KeyError) as error:
        msg = f"读不出法条文件 {path}：应为 articles.jsonl.gz，每行有 rid、name、content"
        raise JudgmentsError(msg) from error
    if not texts:
        msg = f"法条文件 {path} 是空的"
        raise JudgmentsError(msg)
    return texts


def _read_questions(folder: Path, limit: int) -> list[str]:
    path = folder / QUESTIONS_FILE
    if not path.exists():
        return list(_FALLBACK_QUESTIONS)
    with path.open(encoding="utf-8") as lines:
        questions = [str(json.loads(line)["question"]) for line in lines]
    step = max(1, len(questions) // limit)
    return questions[::step][:limit]
