"""Everything that answers policy questions, without any conversation: the index, the retriever, the answerer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from bot.answering.evidence import PREPARED_AT_START_MAX, EvidenceFinder
from bot.answering.policy_answerer import PolicyAnswerer
from bot.answering.retrieve_rows import answer_rows, query_of
from bot.assembly.open_subject_sense import open_subject_sense
from bot.domain.errors import IndexBuildError, IndexLoadError
from bot.domain.policy import PolicyAnswer
from bot.gateway.system_clock import SystemClock
from bot.language.lexicon import Lexicon, load_lexicon
from bot.language.word_segmenter import dictionary_hash
from bot.policies.corpus_folder import Corpus, load_corpus
from bot.policies.law_articles import LawArticles
from bot.policies.named_corpora import SHIPPED, NamedCorpus, open_corpus
from bot.policies.similar_questions import load_similar_questions
from bot.ports import Encoder
from bot.regions.divisions import Divisions, load_divisions
from bot.regions.place_names import PlaceFinder, load_place_finder
from bot.retrieval.asked_articles import load_asked_articles
from bot.retrieval.encoder import load_encoder
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.index_build import BuildReport, PolicyIndex, Progress, build_index, clause_text, load_index
from bot.retrieval.index_store import current_build_id
from bot.retrieval.question_field import NO_QUESTIONS, ClauseQuestions
from bot.retrieval.training_data import PolicyQuestion
from bot.settings import Settings

logger = logging.getLogger("gongyou.retrieval")

WARM_UP_QUESTION = "我在三明打工，拖欠工资找谁"
LEXICON_PATH = Path("vocabulary/lay_terms.tsv")
ASKED_ARTICLES_PATH = Path("vocabulary/asked_articles.tsv")


@dataclass(frozen=True, slots=True)
class _Source:
    """A corpus to be indexed: its hash, how it is read (only where a build needs it), its builds, its questions."""

    content_hash: str
    read: Callable[[], Corpus | LawArticles]
    index_dir: Path
    questions: ClauseQuestions = NO_QUESTIONS


def build_policy_index(settings: Settings, corpus: str = SHIPPED, progress: Progress | None = None) -> BuildReport:
    """Build the index of a corpus, by default the shipped one, and switch to it.

    Raises:
        CorpusError: a document cannot become clauses, or there is no corpus of that name.
        EncoderError: the embedding model cannot be loaded.
        IndexBuildError: the index cannot be written.
    """
    lexicon = load_lexicon(settings.corpus_dir / LEXICON_PATH)
    return _build(_source(settings, corpus), load_encoder(settings.encoder), lexicon, progress)


def ensure_policy_index(settings: Settings) -> None:
    """Build the index unless the current one is intact and made of today's corpus, questions, encoder and lexicon."""
    lexicon = load_lexicon(settings.corpus_dir / LEXICON_PATH)
    _fresh_index(_source(settings, SHIPPED), load_encoder(settings.encoder), lexicon)


def index_dir_of(settings: Settings, corpus: str) -> Path:
    """Where the builds of a corpus lie.

    Raises:
        CorpusError: there is no corpus of that name.
    """
    return settings.index_dir if corpus == SHIPPED else open_corpus(settings.corpora_dir, corpus).index_dir


def policy_questions(settings: Settings) -> list[PolicyQuestion]:
    """The similar questions of the corpus with their clauses, for training the encoder."""
    corpus = load_corpus(settings.corpus_dir)
    asked = _similar_questions(settings, corpus).by_clause
    return [
        PolicyQuestion(question, clause_text(clause), clause.document_id)
        for clause in corpus.clauses
        for question in asked.get(clause.clause_id, ())
    ]


@dataclass(slots=True)
class PolicyDesk:
    """What a policy question needs.

    Attributes:
        settings: where everything lies.
        index_dir: where the builds of its corpus lie.
        index: the index in use.
        encoder: the embedding model in use.
        lexicon: the lay expressions in use.
        retriever: ranks its clauses.
        answerer: answers from it.
        divisions: places and their lineage.
        places: finds places in texts.
    """

    settings: Settings
    index_dir: Path
    index: PolicyIndex
    encoder: Encoder
    lexicon: Lexicon
    retriever: HybridRetriever
    answerer: PolicyAnswerer
    divisions: Divisions
    places: PlaceFinder

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        top_k: int | None = None,
        corpus: str = SHIPPED,
        progress: Progress | None = None,
    ) -> PolicyDesk:
        """Load the index of a corpus (building it first where needed) and put the answerer on top."""
        encoder = load_encoder(settings.encoder)
        lexicon = load_lexicon(settings.corpus_dir / LEXICON_PATH)
        source = _source(settings, corpus)
        index = _fresh_index(source, encoder, lexicon, progress)
        return cls.of(settings, source.index_dir, index, encoder, lexicon, top_k=top_k)

    @classmethod
    def of(
        cls,
        settings: Settings,
        index_dir: Path,
        index: PolicyIndex,
        encoder: Encoder,
        lexicon: Lexicon,
        *,
        top_k: int | None = None,
    ) -> PolicyDesk:
        """Put retriever and answerer on top of an index that was loaded from ``index_dir``."""
        divisions = load_divisions()
        retriever, evidence = _searching(settings, index, encoder, lexicon, divisions)
        answerer = PolicyAnswerer(retriever, evidence, divisions, top_k or settings.top_k)
        return cls(settings, index_dir, index, encoder, lexicon, retriever, answerer, divisions, load_place_finder())

    def warmed_up(self) -> Self:
        """The desk, having answered a question: what is loaded with the first one is loaded now."""
        self.answer(WARM_UP_QUESTION)
        return self

    def renew(self) -> str:
        """Take the current build into use; answers that are being worked out are finished on the former one.

        The encoder and the lexicon are read anew where the build was made with others.

        Returns:
            The build in use.

        Raises:
            PolicyIndexError: the current build cannot be read, or was made with another encoder than the settings' or
                with another dictionary than this process read.
            EncoderError: the embedding model cannot be loaded.
        """
        if current_build_id(self.index_dir) == self.index.build_id and not self.index.is_fallback:
            return self.index.build_id
        index = load_index(self.index_dir)
        if index.is_fallback:
            raise IndexLoadError("新的索引已损坏，请运行 gongyou index build 重新建立")
        if index.dictionary_hash != dictionary_hash():
            raise IndexLoadError("新的索引用了另一份词典，请重启服务，让它读到同一份")
        encoder, lexicon = self.encoder, self.lexicon
        if index.encoder_name != encoder.name:
            encoder = load_encoder(self.settings.encoder)
        if index.lexicon_hash != lexicon.content_hash:
            lexicon = load_lexicon(self.settings.corpus_dir / LEXICON_PATH)
        self.retriever, evidence = _searching(self.settings, index, encoder, lexicon, self.divisions)
        self.answerer.answer_from(self.retriever, evidence)
        self.index, self.encoder, self.lexicon = index, encoder, lexicon
        return index.build_id

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


def _searching(
    settings: Settings, index: PolicyIndex, encoder: Encoder, lexicon: Lexicon, divisions: Divisions
) -> tuple[HybridRetriever, EvidenceFinder]:
    asked = load_asked_articles(settings.corpus_dir / ASKED_ARTICLES_PATH)
    retriever = HybridRetriever(index, encoder, lexicon, divisions, asked=asked)
    is_large = len(index.clauses) > PREPARED_AT_START_MAX
    evidence = EvidenceFinder(
        encoder,
        retriever.analyse,
        index.clauses,
        weights=index.bm25.rarity() if is_large else None,
        questions=index.questions,
        sense=open_subject_sense(settings.corpus_dir, index, encoder, lexicon),
        places=_place_names(retriever, divisions),
    )
    return retriever, evidence


def _place_names(retriever: HybridRetriever, divisions: Divisions) -> frozenset[str]:
    """What the places are called that documents govern, and those that they lie in."""
    codes = {code for region in retriever.document_regions for code in divisions.lineage(region)}
    return frozenset(name for code in codes for name in (divisions.name(code), divisions.short_name(code)))


def _source(settings: Settings, corpus: str) -> _Source:
    if corpus == SHIPPED:
        shipped = load_corpus(settings.corpus_dir)
        questions = _similar_questions(settings, shipped)
        return _Source(shipped.content_hash, lambda: shipped, settings.index_dir, questions)
    named: NamedCorpus = open_corpus(settings.corpora_dir, corpus)
    return _Source(named.content_hash, named.read, named.index_dir)


def _fresh_index(source: _Source, encoder: Encoder, lexicon: Lexicon, progress: Progress | None = None) -> PolicyIndex:
    """The current index if it is made of today's corpus, encoder, vocabulary and similar questions, else one built now.

    Where the current one is damaged and cannot be built again either, the build that stands in for it is served.
    """
    wanted = (
        source.content_hash,
        encoder.name,
        lexicon.content_hash,
        dictionary_hash(),
        source.questions.content_hash,
    )
    try:
        index = load_index(source.index_dir)
    except IndexLoadError:
        index = None
    made_of = index.made_of if index else None
    is_fallback = index is not None and index.is_fallback
    if index is not None and made_of == wanted and not is_fallback:
        return index
    try:
        _build(source, encoder, lexicon, progress)
    except IndexBuildError as error:
        if index is None or not is_fallback:
            raise
        logger.warning("index cannot be built again, build %s goes on being served: %s", index.build_id, error)
        return index
    return load_index(source.index_dir)


def _similar_questions(settings: Settings, corpus: Corpus) -> ClauseQuestions:
    """The similar questions of the corpus; what an admin should put right goes to the log."""
    loaded = load_similar_questions(settings.corpus_dir, corpus)
    for problem in loaded.problems:
        logger.warning("similar questions: %s", problem.text)
    return ClauseQuestions(loaded.by_clause, loaded.content_hash)


def _build(source: _Source, encoder: Encoder, lexicon: Lexicon, progress: Progress | None = None) -> BuildReport:
    corpus = source.read()
    return build_index(
        corpus.documents,
        corpus.clauses,
        encoder=encoder,
        lexicon=lexicon,
        corpus_hash=source.content_hash,
        index_dir=source.index_dir,
        progress=progress,
        questions=source.questions,
    )
