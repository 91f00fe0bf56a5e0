"""What each part of the retriever is worth: the same questions with one part switched off at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answering.retrieve_rows import clause_row, query_of
from bot.assembly.policy_desk import LEXICON_PATH, PolicyDesk
from bot.evaluation.judgments import JudgedQuestion
from bot.evaluation.metrics import GroupScores, score_run
from bot.language.lexicon import Lexicon, load_lexicon
from bot.retrieval.encoder import load_encoder
from bot.retrieval.fusion import FusionWeights
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.settings import Settings

DEPTH = 10
_ALL = FusionWeights()
_NO_QUESTIONS = replace(_ALL, question_words=0.0, question_embedding=0.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """A retriever with something switched off.

    Attributes:
        name: for the table, Chinese.
        weights: of the fusion; 0 switches a channel off.
        has_lexicon: whether lay expressions are looked up.
        has_repair: whether homophones are repaired.
    """

    name: str
    weights: FusionWeights = _ALL
    has_lexicon: bool = True
    has_repair: bool = True


VARIANTS = (
    Variant("全部"),
    Variant("不用相似问", _NO_QUESTIONS),
    Variant("不用相似问的词", replace(_ALL, question_words=0.0)),
    Variant("不用相似问的向量", replace(_ALL, question_embedding=0.0)),
    Variant("不用条款的向量", replace(_ALL, embedding=0.0)),
    Variant("不用任何向量", replace(_ALL, embedding=0.0, question_embedding=0.0)),
    Variant("不用条款的词", replace(_ALL, words=0.0)),
    Variant("不用说法对照表", has_lexicon=False),
    Variant("不改同音错字", has_repair=False),
    Variant("只用条款的向量", replace(_ALL, words=0.0, question_words=0.0, question_embedding=0.0)),
    Variant("只用条款的词（BM25）", replace(_NO_QUESTIONS, embedding=0.0), has_lexicon=False, has_repair=False),
)


def ablate(
    settings: Settings, sets: Sequence[Sequence[JudgedQuestion]], as_of: date
) -> Iterator[tuple[Variant, list[GroupScores]]]:
    """Each variant with its ranking scores on each set of questions (the outcomes in them mean nothing)."""
    desk = PolicyDesk.open(settings)
    encoder = load_encoder(settings.encoder)
    lexicon = load_lexicon(settings.corpus_dir / LEXICON_PATH)
    for variant in VARIANTS:
        retriever = HybridRetriever(
            desk.index,
            encoder,
            lexicon if variant.has_lexicon else Lexicon(()),
            desk.divisions,
            variant.weights,
            repairs_homophones=variant.has_repair,
        )
        yield variant, [_ranking_scores(retriever, desk, questions, as_of) for questions in sets]


def _ranking_scores(
    retriever: HybridRetriever, desk: PolicyDesk, questions: Sequence[JudgedQuestion], as_of: date
) -> GroupScores:
    rows = {}
    for question in questions:
        query = query_of(question.text, question.region, desk.divisions, desk.places, as_of)
        clauses = [clause_row(scored) for scored in retriever.retrieve(query, DEPTH)]
        rows[question.question_id] = {"clauses": clauses, "outcome": "", "answer": ""}
    return score_run(questions, rows)[0]
