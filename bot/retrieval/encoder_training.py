"""Training the shipped encoder on a laptop: latent semantics first, then lay questions beside the articles that answer.

Measured choices (README.md beside the shipped model has the figures): a token counts once per text; the table starts
from latent semantic analysis, which on 140,000 articles is worth more than the same minutes of masked-word
pre-training; every batch of questions is filled up with articles cut in two, so that the table does not forget what
words mean while it learns how people ask.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.domain.errors import EncoderError
from bot.retrieval.contrastive import ContrastiveLearner, PairBatch, encode_rows
from bot.retrieval.encoder import StaticEncoder
from bot.retrieval.encoder_folder import SIZE_MAX_BYTES, save_encoder
from bot.retrieval.latent_semantics import latent_semantic_table
from bot.retrieval.training_batches import BatchMaker, BatchSizes
from bot.retrieval.training_corpus import TrainingCorpus
from bot.retrieval.training_data import PolicyQuestion, Question, TrainingData, is_held_out, read_training_data

MODEL_NAME = "gongyou-static"
_FLOAT16_BYTES = 2
_TOKENIZER_SHARE = 0.06
"""Of the folder's size, what the tokenizer's file takes beside the weights."""
_WARM_UP_STEPS = 50
_LAST_RATE = 0.05
_RECALL_DEPTHS = (10, 100)
_MRR_DEPTH = 10


@dataclass(frozen=True)
class TrainingOptions:
    """What a training run is given.

    Attributes:
        data_dir: see `bot.retrieval.training_data.read_training_data`.
        output_dir: the model folder to write.
        lexicon: lay expressions and official terms (``lay_terms.tsv``), or None.
        dimension: length of a vector.
        seed: of every random choice; one seed, one machine, one result.
        steps: batches of masked-word pre-training before the questions.
        epochs: passes over the questions.
        holdout_share: part of the questions, similar ones included, that the model never learns from. It is measured
            with them, and what stands on top of it (fusion, abstention) is fitted with them; a model trained on them
            too would know them by heart and teach both too much trust. 0 keeps and measures nothing.
        learning_rate: of Adam.
        temperature: divides the cosines in the loss.
        question_batch: question pairs in a batch.
        split_batch: articles cut in two in a batch.
        headed_batch: (text, heading) pairs in a batch.
        term_batch: lexicon pairs in a batch.
        policy_batch: pairs of similar questions in a batch.
        threads: of torch; another number may round otherwise and give another model.
    """

    data_dir: Path
    output_dir: Path
    lexicon: Path | None = None
    dimension: int = 256
    seed: int = 0
    steps: int = 0
    epochs: int = 14
    holdout_share: float = 0.15
    learning_rate: float = 8e-3
    temperature: float = 0.1
    question_batch: int = 256
    split_batch: int = 768
    headed_batch: int = 64
    term_batch: int = 128
    policy_batch: int = 128
    threads: int = 2


@dataclass(frozen=True)
class RetrievalQuality:
    """How well questions find their articles among all articles, means over the questions."""

    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float


@dataclass(frozen=True)
class PolicyQuality:
    """How well held-out similar questions find their clause within its document, means over the questions."""

    questions: int
    recall_at_1: float
    mrr_at_10: float


@dataclass(frozen=True)
class TrainingReport:
    """What a training run gave.

    Attributes:
        encoder_name: of the saved model.
        vocabulary_size: tokens.
        dimension: length of a vector.
        size_bytes: of the saved folder.
        holdout_questions: questions measured.
        before: the start without any question; None without hold-out.
        after: the saved model; None without hold-out.
        duration_s: wall-clock time.
        data_sha256: of each file read.
        policy_after: the saved model on held-out similar questions, clauses of their own document; None without any.
    """

    encoder_name: str
    vocabulary_size: int
    dimension: int
    size_bytes: int
    holdout_questions: int
    before: RetrievalQuality | None
    after: RetrievalQuality | None
    duration_s: float
    data_sha256: Mapping[str, str] = field(default_factory=dict)
    policy_after: PolicyQuality | None = None


def train_encoder(
    options: TrainingOptions, progress: Callable[[str], None], policy_questions: Sequence[PolicyQuestion] = ()
) -> TrainingReport:
    """Train a model and save it as a folder that `load_encoder` and ``SentenceTransformer`` load.

    Args:
        options: what to train from and how.
        progress: told what happens, one Chinese line at a time.
        policy_questions: similar questions of the policy corpus with their clauses.

    Raises:
        EncoderError: the data cannot be read, or the model cannot be written.
    """
    _check(options)
    started_s = time.monotonic()
    torch.set_num_threads(options.threads)
    data = read_training_data(options.data_dir, options.lexicon, policy_questions)
    progress(
        f"读入 {len(data.articles)} 条法条、{len(data.background)} 条其他条文、{len(data.questions)} 个问题、"
        f"{len(data.policy_questions)} 个相似问，正在分词"
    )
    tokens_max = int(SIZE_MAX_BYTES * (1 - _TOKENIZER_SHARE)) // (options.dimension * _FLOAT16_BYTES) - 1
    corpus = TrainingCorpus(data, tokens_max)
    progress(f"词表 {len(corpus.tokens)} 个词，正在计算潜在语义（约一分钟）")
    start = starting_table(options, corpus, progress)
    report = train_from(options, data, corpus, start, progress)
    return replace(report, duration_s=time.monotonic() - started_s)


def train_from(
    options: TrainingOptions,
    data: TrainingData,
    corpus: TrainingCorpus,
    start: NDArray[np.float32],
    progress: Callable[[str], None],
) -> TrainingReport:
    """Train, measure and save the model, from a start that is already there.

    Args:
        options: where to and how.
        data: what was read.
        corpus: the same as rows of the vocabulary.
        start: ``float32[vocabulary, dimension]``.
        progress: told what happens, one Chinese line at a time.
    """
    started_s = time.monotonic()
    kept = [one for one in data.questions if not is_held_out(one.question_id, options.holdout_share)]
    held_out = [one for one in data.questions if is_held_out(one.question_id, options.holdout_share)]
    kept_policy = [one for one in data.policy_questions if not is_held_out(one.text, options.holdout_share)]
    held_policy = [one for one in data.policy_questions if is_held_out(one.text, options.holdout_share)]
    before = after = None
    if held_out:
        before = measure(start, corpus, held_out)
        progress(f"微调前，留出的 {len(held_out)} 个问题：{_in_words(before)}")
    table = _fine_tuned(options, corpus, start, kept, kept_policy, progress)
    if held_out:
        after = measure(table, corpus, held_out)
        progress(f"微调后，留出的 {len(held_out)} 个问题：{_in_words(after)}")
    policy_after = measure_policy(table, corpus, data.policy_questions, held_policy)
    marker = _marker(options, data.sha256, len(held_out), before, after, policy_after)
    sizes = save_encoder(options.output_dir, corpus.tokens, table, marker)
    return TrainingReport(
        encoder_name=StaticEncoder(options.output_dir).name,
        vocabulary_size=len(corpus.tokens),
        dimension=options.dimension,
        size_bytes=sum(sizes.values()),
        holdout_questions=len(held_out),
        before=before,
        after=after,
        duration_s=time.monotonic() - started_s,
        data_sha256=data.sha256,
        policy_after=policy_after,
    )


def measure(table: NDArray[np.float32], corpus: TrainingCorpus, questions: Sequence[Question]) -> RetrievalQuality:
    """Rank all articles for each question by cosine and average the usual measures.

    Args:
        table: ``float32[vocabulary, dimension]``.
        corpus: with the articles.
        questions: those without a gold article in the corpus are passed over.
    """
    gold = [corpus.gold_articles(question) for question in questions]
    asked = [(question, answers) for question, answers in zip(questions, gold, strict=True) if answers]
    if not asked:
        return RetrievalQuality(0.0, 0.0, 0.0)
    articles = encode_rows(table, corpus.articles)
    scores = encode_rows(table, [corpus.rows(question.text) for question, _ in asked]) @ articles.T
    found = []
    for row, (_, answers) in zip(scores, asked, strict=True):
        ranking = np.argsort(-row, kind="stable")[: max(_RECALL_DEPTHS)]
        hits = np.isin(ranking, answers)
        first = int(np.argmax(hits[:_MRR_DEPTH])) + 1 if hits[:_MRR_DEPTH].any() else 0
        found.append((*(hits[:depth].sum() / len(answers) for depth in _RECALL_DEPTHS), 1 / first if first else 0.0))
    return RetrievalQuality(*(round(float(mean), 4) for mean in np.mean(found, axis=0)))


def measure_policy(
    table: NDArray[np.float32],
    corpus: TrainingCorpus,
    questions: Sequence[PolicyQuestion],
    asked: Sequence[PolicyQuestion],
) -> PolicyQuality | None:
    """Rank the clauses of a question's own document by cosine, for each of the questions asked.

    Args:
        table: ``float32[vocabulary, dimension]``.
        corpus: the vocabulary.
        questions: all similar questions; their clauses are the ones ranked.
        asked: those to measure with.
    """
    clauses: dict[str, list[str]] = {}
    for question in questions:
        texts = clauses.setdefault(question.document_id, [])
        if question.clause_text not in texts:
            texts.append(question.clause_text)
    if not asked:
        return None
    vectors = {name: encode_rows(table, [corpus.rows(text) for text in texts]) for name, texts in clauses.items()}
    ranks = []
    for question, vector in zip(asked, encode_rows(table, [corpus.rows(one.text) for one in asked]), strict=True):
        scores = vectors[question.document_id] @ vector
        gold = clauses[question.document_id].index(question.clause_text)
        ranks.append(1 + int(np.count_nonzero(scores > scores[gold])))
    found = np.array(ranks)
    mrr = np.where(found <= _MRR_DEPTH, 1 / found, 0).mean()
    return PolicyQuality(len(asked), round(float((found == 1).mean()), 4), round(float(mrr), 4))


def _check(options: TrainingOptions) -> None:
    if options.dimension < 1 or options.epochs < 0 or options.steps < 0:
        raise EncoderError("--dimension 应至少为 1，--steps 和 --epochs 不能为负数")
    if not 0 <= options.holdout_share < 1:
        raise EncoderError("留出的比例应在 0（含）到 1（不含）之间")


def starting_table(
    options: TrainingOptions, corpus: TrainingCorpus, progress: Callable[[str], None]
) -> NDArray[np.float32]:
    """``float32[vocabulary, dimension]`` before any question: latent semantics, then masked words where asked for."""
    rng = np.random.default_rng(options.seed)
    texts = [text for text in (*corpus.articles, *corpus.background) if len(text)]
    table = latent_semantic_table(texts, len(corpus.tokens), options.dimension, rng)
    if not options.steps:
        return table
    batches = BatchMaker(corpus, options.seed)
    sizes = options.question_batch + options.split_batch, options.headed_batch
    return _learned(options, table, (batches.background(*sizes) for _ in range(options.steps)), options.steps, progress)


def _fine_tuned(
    options: TrainingOptions,
    corpus: TrainingCorpus,
    start: NDArray[np.float32],
    questions: Sequence[Question],
    policy: Sequence[PolicyQuestion],
    progress: Callable[[str], None],
) -> NDArray[np.float32]:
    pairs = corpus.question_pairs(questions)
    policy_pairs = corpus.policy_pairs(policy)
    batches = BatchMaker(corpus, options.seed)
    per_epoch = -(-len(pairs) // options.question_batch)
    sizes = BatchSizes(
        options.question_batch, options.split_batch, options.headed_batch, options.term_batch, options.policy_batch
    )
    stream = (batch for _ in range(options.epochs) for batch in batches.epoch(pairs, policy_pairs, sizes))
    return _learned(options, start, stream, per_epoch * options.epochs, progress)


def _learned(
    options: TrainingOptions,
    start: NDArray[np.float32],
    batches: Iterator[PairBatch],
    steps: int,
    progress: Callable[[str], None],
) -> NDArray[np.float32]:
    learner = ContrastiveLearner(start, temperature=options.temperature, learning_rate=options.learning_rate)
    for step, batch in enumerate(batches):
        rate = min(1.0, (step + 1) / _WARM_UP_STEPS) * (1 - (1 - _LAST_RATE) * step / steps)
        loss = learner.step(batch, rate=rate)
        if (step + 1) % 20 == 0 or step + 1 == steps:
            progress(f"第 {step + 1}/{steps} 步，损失 {loss:.3f}")
    return learner.table


def _in_words(quality: RetrievalQuality) -> str:
    return (
        f"recall@10 {quality.recall_at_10:.3f}，recall@100 {quality.recall_at_100:.3f}，MRR@10 {quality.mrr_at_10:.3f}"
    )


def _marker(
    options: TrainingOptions,
    data_sha256: Mapping[str, str],
    held_out: int,
    before: RetrievalQuality | None,
    after: RetrievalQuality | None,
    policy_after: PolicyQuality | None,
) -> dict[str, Any]:
    settings = {key: value for key, value in asdict(options).items() if not isinstance(value, Path | None)}
    return {
        "name": MODEL_NAME,
        "training": settings,
        "data_sha256": dict(data_sha256),
        "holdout": {
            "questions": held_out,
            "before": asdict(before) if before else None,
            "after": asdict(after) if after else None,
            "policy_after": asdict(policy_after) if policy_after else None,
        },
    }
