"""The STARD benchmark: lay questions over all national law articles, each channel alone and fused.

The questions asked are those that `train-encoder` and `count-asked` hold out (`training_data.is_held_out`): neither the
shipped encoder nor the counts of asked articles learned from them, and the fusion's numbers were chosen on the others
(`bot.retrieval.fusion`).
Recall is here the share of a question's gold articles among the first k, as STARD's paper has it.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R

from bot.domain.errors import JudgmentsError
from bot.domain.policy import Clause, PolicyQuery
from bot.evaluation.metrics import Estimate, estimate
from bot.retrieval.fusion import BM25_CHANNEL, EMBEDDING_CHANNEL, LEXICON_CHANNEL
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.posting_sums import best_of
from bot.retrieval.training_data import is_held_out

ARTICLES_FILE = "articles.jsonl.gz"
QUESTIONS_FILE = "train_queries.jsonl"
HELD_OUT_SHARE = 0.15
"""As in training the shipped encoder."""
MEASURES = {"recall_at_10": R @ 10, "mrr_at_10": RR @ 10, "recall_at_100": R @ 100}
FUSED = "fused"
MEASURED_CHANNELS = (BM25_CHANNEL, LEXICON_CHANNEL, EMBEDDING_CHANNEL)
"""Articles have no similar questions, so that their channels have nothing to find."""
DEPTH = 100


@dataclass(frozen=True, slots=True)
class StardQuestion:
    """A lay question and the (name, text) of every article that answers it."""

    question_id: str
    text: str
    gold: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StardScores:
    """What one run scores.

    Attributes:
        questions: how many were asked.
        articles: how many there are to find.
        by_channel: measure name to estimate, for each channel and `FUSED`.
        median_ms: of one whole `retrieve` with ten results.
        p95_ms: 95 % of them took no longer.
    """

    questions: int
    articles: int
    by_channel: Mapping[str, Mapping[str, Estimate]]
    median_ms: float
    p95_ms: float


def read_stard_questions(folder: Path, share: float = HELD_OUT_SHARE) -> list[StardQuestion]:
    """The held-out questions of a folder with STARD's files.

    Args:
        folder: with the articles and the questions.
        share: of the questions, as in `is_held_out`; 1 for all of them.

    Raises:
        JudgmentsError: a file is missing or a line in it is not what it should be.
    """
    named: dict[int, tuple[str, str]] = {}
    for row in _rows(folder / ARTICLES_FILE):
        named |= dict.fromkeys(row.get("gold_ids") or (), (str(row["name"]).strip(), str(row["content"]).strip()))
    questions = [row for row in _rows(folder / QUESTIONS_FILE) if is_held_out(int(row["query_id"]), share)]
    return [
        StardQuestion(
            str(row["query_id"]),
            str(row["question"]),
            frozenset(named[gold] for gold in row["gold_ids"] if gold in named),
        )
        for row in questions
    ]


def measure_stard(
    retriever: HybridRetriever, clauses: Sequence[Clause], questions: Sequence[StardQuestion], as_of: date
) -> StardScores:
    """Ask every question that has a gold article in the corpus.

    Args:
        retriever: over ``clauses``.
        clauses: of a corpus imported from STARD's articles.
        questions: as `read_stard_questions` gives them.
        as_of: the day of the questions.

    Raises:
        JudgmentsError: the corpus holds no gold article of any question.
    """
    place_of = _places(clauses, {gold for question in questions for gold in question.gold})
    asked = [question for question in questions if any(gold in place_of for gold in question.gold)]
    if not asked:
        raise JudgmentsError("语料库里没有一条标准法条：请用同一个文件夹里的 articles.jsonl.gz 重新导入。")
    qrels = [
        ir_measures.Qrel(question.question_id, str(place_of[gold]), 1)
        for question in asked
        for gold in question.gold
        if gold in place_of
    ]
    runs: dict[str, list[Any]] = {}
    number_of = {clause.clause_id: number for number, clause in enumerate(clauses)}
    took_ms = [_ask(retriever, question, as_of, runs, number_of) for question in asked]
    return StardScores(
        questions=len(asked),
        articles=len(clauses),
        by_channel={channel: _scores(qrels, run) for channel, run in runs.items()},
        median_ms=statistics.median(took_ms),
        p95_ms=sorted(took_ms)[int(0.95 * (len(took_ms) - 1))],
    )


def _ask(
    retriever: HybridRetriever,
    question: StardQuestion,
    as_of: date,
    runs: dict[str, list[Any]],
    place_of: Mapping[str, int],
) -> float:
    """Add a question's rankings to the runs; returns how long one `retrieve` took, in milliseconds."""
    query = PolicyQuery(question.text, None, None, as_of)
    started_s = time.perf_counter()
    retriever.retrieve(query, 10)
    took_ms = (time.perf_counter() - started_s) * 1000
    channels = retriever.channel_scores(question.text)
    for channel in MEASURED_CHANNELS:
        places, _ = best_of(channels[channel], DEPTH)
        runs.setdefault(channel, []).extend(_ranked(question, places.tolist()))
    found = (place_of[scored.clause.clause_id] for scored in retriever.retrieve(query, DEPTH))
    runs.setdefault(FUSED, []).extend(_ranked(question, found))
    return took_ms


def _ranked(question: StardQuestion, places: Iterable[int]) -> list[Any]:
    return [ir_measures.ScoredDoc(question.question_id, str(place), -float(rank)) for rank, place in enumerate(places)]


def _scores(qrels: Sequence[Any], run: Sequence[Any]) -> dict[str, Estimate]:
    values: dict[str, list[float]] = {name: [] for name in MEASURES}
    name_of = {measure: name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(name_of), qrels, run):
        values[name_of[metric.measure]].append(float(metric.value))
    return {name: estimate(found) for name, found in values.items()}


def _places(clauses: Sequence[Clause], wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Where the wanted (name, text) stand; an imported article's name is its law and its number."""
    places: dict[tuple[str, str], int] = {}
    for place, clause in enumerate(clauses):
        key = (clause.document_id + "".join(clause.path), clause.text)
        if key in wanted:
            places.setdefault(key, place)
    return places


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
        rows = [json.loads(line) for line in text.splitlines()]
        required = ("name", "content") if path.name == ARTICLES_FILE else ("query_id", "question", "gold_ids")
        for row in rows:
            for key in required:
                row[key]
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise JudgmentsError(
            f"读不了 {path}（{error!r}）：文件夹里应有 STARD 的 {ARTICLES_FILE} 和 {QUESTIONS_FILE}。"
        ) from error
    else:
        return rows
