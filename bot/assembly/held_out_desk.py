"""A policy desk that has not seen some of the similar questions: what is learned from them is learned honestly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bot.answering.asked_facts import asked_facts
from bot.answering.confidence import index_to_show, signals_of
from bot.answering.confidence_fit import ConfidenceExample
from bot.answering.policy_answerer import CONSIDERED_WITHOUT_PLACE
from bot.answering.retrieve_rows import clause_row, query_of
from bot.answering.sentence_fit import SentenceExample
from bot.assembly.policy_desk import LEXICON_PATH, PolicyDesk
from bot.domain.policy import ScoredClause
from bot.evaluation.judgments import FAR_KIND, JudgedQuestion, without_space
from bot.language.lexicon import load_lexicon
from bot.policies.corpus_folder import load_corpus
from bot.policies.similar_questions import load_similar_questions
from bot.retrieval.encoder import load_encoder
from bot.retrieval.fusion import FusionWeights, fusion_features
from bot.retrieval.fusion_fit import FusionExample
from bot.retrieval.index_build import build_index, load_index
from bot.retrieval.question_field import ClauseQuestions
from bot.retrieval.training_data import is_held_out
from bot.settings import Settings

QUOTE_START_CHARS = 12
HELD_OUT_WEIGHT = 0.3
"""Of a held-out similar question beside one that was written with its answer: it was written to be answered."""
HELD_OUT_SHARE = 0.15
"""The same questions that `gongyou train-encoder` never learns from."""


@dataclass(frozen=True, slots=True)
class HeldOutQuestion:
    """A similar question that the desk has not seen, with the clause that it stands at."""

    text: str
    clause_id: str
    document_id: str
    region_code: str


@contextmanager
def held_out_desk(settings: Settings) -> Iterator[tuple[PolicyDesk, list[HeldOutQuestion]]]:
    """Open a desk on a passing index without the held-out questions, which the shipped encoder has not seen either."""
    corpus = load_corpus(settings.corpus_dir)
    by_clause = load_similar_questions(settings.corpus_dir, corpus).by_clause
    kept = {
        clause_id: [question for question in questions if not is_held_out(question, HELD_OUT_SHARE)]
        for clause_id, questions in by_clause.items()
    }
    regions = {document.document_id: document.region_code for document in corpus.documents}
    held_out = [
        HeldOutQuestion(question, clause.clause_id, clause.document_id, regions[clause.document_id])
        for clause in corpus.clauses
        for question in by_clause.get(clause.clause_id, ())
        if is_held_out(question, HELD_OUT_SHARE)
    ]
    encoder = load_encoder(settings.encoder)
    lexicon = load_lexicon(settings.corpus_dir / LEXICON_PATH)
    with TemporaryDirectory(prefix="gongyou-held-out-") as folder:
        build_index(
            corpus.documents,
            corpus.clauses,
            encoder=encoder,
            lexicon=lexicon,
            corpus_hash=corpus.content_hash,
            index_dir=Path(folder),
            questions=ClauseQuestions(kept, "held-out"),
        )
        yield PolicyDesk.of(settings, Path(folder), load_index(Path(folder)), encoder, lexicon), held_out


def fusion_examples(desk: PolicyDesk, held_out: list[HeldOutQuestion], weights: FusionWeights) -> list[FusionExample]:
    """Each held-out question among the clauses of its own document."""
    clauses = desk.index.clauses
    documents = np.array([clause.document_id for clause in clauses])
    ids = np.array([clause.clause_id for clause in clauses])
    numbered = np.array([clause.is_numbered for clause in clauses])
    examples = []
    for question in held_out:
        rivals = (documents == question.document_id) & numbered
        channels = fusion_features(desk.retriever.channel_scores(question.text), weights)
        examples.append(FusionExample(question.document_id, channels[rivals], ids[rivals] == question.clause_id))
    return examples


def confidence_examples(
    desk: PolicyDesk, held_out: Sequence[HeldOutQuestion], judged: Sequence[JudgedQuestion], as_of: date
) -> list[ConfidenceExample]:
    """Held-out questions, which mostly find their clause, then judged ones, answerable or not."""
    asked: list[tuple[str, str | None, Callable[[ScoredClause], bool], bool, float]] = []
    asked += [(one.text, one.region_code, partial(_is_of, one.clause_id), True, HELD_OUT_WEIGHT) for one in held_out]
    asked += [(one.text, one.region, partial(_answers, one), one.kind != FAR_KIND, 1.0) for one in judged]
    examples = []
    for text, region, is_right, is_related, weight in asked:
        query = query_of(text, region, desk.divisions, desk.places, as_of)
        found = desk.answerer.candidates(query, desk.retriever.retrieve(query, CONSIDERED_WITHOUT_PLACE))
        if found:
            best = index_to_show(found)
            scored, evidence = found[best]
            never_answers = bool(evidence.missing) or evidence.is_other_case
            examples.append(
                ConfidenceExample(signals_of(found, best), is_right(scored), is_related, never_answers, weight)
            )
    return examples


def _is_of(clause_id: str, scored: ScoredClause) -> bool:
    return scored.clause.clause_id == clause_id


def _answers(question: JudgedQuestion, scored: ScoredClause) -> bool:
    return question.is_answered_by(clause_row(scored))


def sentence_examples(desk: PolicyDesk, judged: Sequence[JudgedQuestion]) -> list[SentenceExample]:
    """Each question over the sentences of every clause that answers it and says other things besides."""
    examples = []
    for question in judged:
        facts = asked_facts(question.text)
        for clause in desk.index.clauses:
            file_name = desk.index.documents[clause.document_id].file_name
            row = {"document": file_name, "text": clause.text}
            quotes = [gold[1] for gold in question.gold if question.holds(gold, row)]
            sentences, signals = desk.answerer.evidence.sentence_signals(question.text, clause, facts)
            gold = np.array([any(_belongs(quote, without_space(one)) for quote in quotes) for one in sentences])
            if gold.any() and not gold.all():
                examples.append(SentenceExample(signals, gold))
    return examples


def _belongs(quote: str, sentence: str) -> bool:
    """Whether a quote stands in a sentence or begins there, or the sentence stands in the quote."""
    return quote in sentence or sentence in quote or quote[:QUOTE_START_CHARS] in sentence
