"""Everything that answers policy questions, without any conversation: the index, the retriever, the answerer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.answering.evidence import EvidenceFinder
from bot.answering.policy_answerer import PolicyAnswerer
from bot.answering.retrieve_rows import answer_rows, query_of
from bot.domain.errors import IndexBuildError, IndexLoadError
from bot.domain.policy import PolicyAnswer
from bot.gateway.system_clock import SystemClock
from bot.language.lexicon import Lexicon, load_lexicon
from bot.policies.corpus_folder import Corpus, load_corpus
from bot.policies.similar_questions import load_similar_questions
from bot.ports import Encoder
from bot.regions.divisions import Divisions, load_divisions
from bot.regions.place_names import PlaceFinder, load_place_finder
from bot.retrieval.encoder import load_encoder
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.index_build import BuildReport, PolicyIndex, build_index, clause_text, load_index
from bot.retrieval.question_field import ClauseQuestions
from bot.retrieval.training_data import PolicyQuestion
from bot.settings import Settings

logger = logging.getLogger("gongyou.retrieval")

LEXICON_PATH = Path("vocabulary/lay_terms.tsv")


def build_policy_index(settings: Settings) -> BuildReport:
    """Build the index from the corpus folder and switch to it.

    Raises:
        CorpusError: a document cannot become clauses.
        EncoderError: the embedding model cannot be loaded.
        IndexBuildError: the index cannot be written.
    """
    corpus = load_corpus(settings.corpus_dir)
    return _build(
        settings,
        load_encoder(settings.encoder),
        load_lexicon(settings.corpus_dir / LEXICON_PATH),
        corpus,
        _similar_questions(settings, corpus),
    )


def ensure_policy_index(settings: Settings) -> None:
    """Build the index unless the current one is intact and made of today's corpus, questions, encoder and lexicon."""
    _fresh_index(settings, load_encoder(settings.encoder), load_lexicon(settings.corpus_dir / LEXICON_PATH))


def policy_questions(settings: Settings) -> list[PolicyQuestion]:
    """The similar questions of the corpus with their clauses, for training the encoder."""
    corpus = load_corpus(settings.corpus_dir)
    asked = _similar_questions(settings, corpus).by_clause
    return [
        PolicyQuestion(question, clause_text(clause), clause.document_id)
        for clause in corpus.clauses
        for question in asked.get(clause.clause_id, ())
    ]


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """What a policy question needs.

    Attributes:
        index: the loaded index.
        retriever: ranks its clauses.
        answerer: answers from them.
        divisions: places and their lineage.
        places: finds places in texts.
    """

    index: PolicyIndex
    retriever: HybridRetriever
    answerer: PolicyAnswerer
    divisions: Divisions
    places: PlaceFinder

    @classmethod
    def open(cls, settings: Settings, *, top_k: int | None = None) -> PolicyDesk:
        """Load the index (building it first where needed) and put the answerer on top."""
        encoder = load_encoder(settings.encoder)
        lexicon = load_lexicon(settings.corpus_dir / LEXICON_PATH)
        return cls.of(_fresh_index(settings, encoder, lexicon), encoder, lexicon, top_k or settings.top_k)

    @classmethod
    def of(cls, index: PolicyIndex, encoder: Encoder, lexicon: Lexicon, top_k: int) -> PolicyDesk:
        """Put retriever and answerer on top of an index."""
        divisions = load_divisions()
        retriever = HybridRetriever(index, encoder, lexicon, divisions)
        evidence = EvidenceFinder(encoder, retriever.analyse, index.clauses, index.questions)
        answerer = PolicyAnswerer(retriever, evidence, divisions, top_k)
        return cls(index, retriever, answerer, divisions, load_place_finder())

    def answer(self, question: str, region: str | None = None, as_of: date | None = None) -> PolicyAnswer:
        """Answer one question outside a conversation.

        Raises:
            UnknownRegionError: the region is no division code.
        """
        query = query_of(question, region, self.divisions, self.places, as_of or SystemClock().today())
        return self.answerer.answer_now(query)

    def answer_rows(self, rows: Iterable[Mapping[str, Any]], as_of: date | None = None) -> Iterator[dict[str, Any]]:
        """Answer rows ``{"id", "question", "region"}``, see `bot.answering.retrieve_rows`."""
        return answer_rows(rows, self.answerer, self.divisions, self.places, as_of or SystemClock().today())


def _fresh_index(settings: Settings, encoder: Encoder, lexicon: Lexicon) -> PolicyIndex:
    """The current index if it is made of today's corpus, encoder, lexicon and similar questions, else one built now.

    Where the current one is damaged and cannot be built again either, the build that stands in for it is served.
    """
    corpus = load_corpus(settings.corpus_dir)
    questions = _similar_questions(settings, corpus)
    wanted = (corpus.content_hash, encoder.name, lexicon.content_hash, questions.content_hash)
    try:
        index = load_index(settings.index_dir)
    except IndexLoadError:
        index = None
    made_of = (index.corpus_hash, index.encoder_name, index.lexicon_hash, index.questions_hash) if index else None
    is_fallback = index is not None and index.is_fallback
    if index is not None and made_of == wanted and not is_fallback:
        return index
    try:
        _build(settings, encoder, lexicon, corpus, questions)
    except IndexBuildError as error:
        if index is None or not is_fallback:
            raise
        logger.warning("index cannot be built again, build %s goes on being served: %s", index.build_id, error)
        return index
    return load_index(settings.index_dir)


def _similar_questions(settings: Settings, corpus: Corpus) -> ClauseQuestions:
    """The similar questions of the corpus; what an admin should put right goes to the log."""
    loaded = load_similar_questions(settings.corpus_dir, corpus)
    for problem in loaded.problems:
        logger.warning("similar questions: %s", problem.text)
    return ClauseQuestions(loaded.by_clause, loaded.content_hash)


def _build(
    settings: Settings, encoder: Encoder, lexicon: Lexicon, corpus: Corpus, questions: ClauseQuestions
) -> BuildReport:
    return build_index(
        corpus.documents,
        corpus.clauses,
        encoder=encoder,
        lexicon=lexicon,
        corpus_hash=corpus.content_hash,
        index_dir=settings.index_dir,
        questions=questions,
    )
