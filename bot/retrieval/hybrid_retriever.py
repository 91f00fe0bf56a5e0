"""Ranks clauses by words, by what the words stand for, and by meaning, within the worker's lineage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import IndexLoadError
from bot.domain.policy import PolicyQuery, ScoredClause
from bot.domain.trace import hop
from bot.language.lexicon import Lexicon
from bot.language.pinyin import HomophoneRepairer
from bot.ports import Encoder
from bot.regions.divisions import Divisions
from bot.retrieval.asked_articles import AskedArticles, asked_evidence
from bot.retrieval.dense_channel import DenseChannel
from bot.retrieval.document_support import DOCUMENTS_MIN, supported
from bot.retrieval.encoder import l2_normalised
from bot.retrieval.fusion import (
    BM25_CHANNEL,
    EMBEDDING_CHANNEL,
    LEXICON_CHANNEL,
    QUESTION_EMBEDDING_CHANNEL,
    QUESTION_WORDS_CHANNEL,
    FusionWeights,
    fuse,
)
from bot.retrieval.index_build import PolicyIndex
from bot.retrieval.posting_sums import best_of
from bot.retrieval.query_expansion import AnalysedQuery, QueryExpander, repairable_sayings
from bot.retrieval.standing import DocumentStanding

MEANT_SHARE = 0.2
"""Of the vector with the official terms, where no clause has similar questions: the lexicon was written for the policy
documents, and over all the laws a whole share of its terms misleads (recall@100 0.74 instead of 0.81)."""
ANALYSES_KEPT = 8
"""Two threads look at one question each; that of a very long text takes a megabyte."""


class HybridRetriever:
    """The retriever of `bot.ports`; safe to use from several threads.

    Args:
        index: a loaded index.
        encoder: the one that the index was built with.
        lexicon: lay expressions; a newer one than the index's is fine.
        divisions: the lineage of regions.
        weights: of the fusion.
        repairs_homophones: whether misspelt terms are searched for as well.
        asked: which articles answered questions before.

    Raises:
        IndexLoadError: the index was built with another encoder.
    """

    def __init__(
        self,
        index: PolicyIndex,
        encoder: Encoder,
        lexicon: Lexicon,
        divisions: Divisions,
        weights: FusionWeights | None = None,
        *,
        repairs_homophones: bool = True,
        asked: AskedArticles | None = None,
    ) -> None:
        if encoder.name != index.encoder_name:
            msg = f"索引是用模型 {index.encoder_name} 建的，现在的模型是 {encoder.name}，请重新运行 gongyou index build"
            raise IndexLoadError(msg)
        self._index = index
        self._encoder = encoder
        self._divisions = divisions
        self._weights = weights or FusionWeights()
        known = (index.repair_terms, repairable_sayings(lexicon)) if repairs_homophones else ((), ())
        self._expander = QueryExpander(lexicon, HomophoneRepairer(*known))
        self._analyse = lru_cache(maxsize=ANALYSES_KEPT)(self._analyse_anew)
        self._dense = DenseChannel(index.embeddings)
        self._is_numbered = index.clauses.is_numbered
        codes = [document.region_code for document in index.documents.values()]
        self._regions, region_of_document = np.unique(codes, return_inverse=True)
        self._region_of_clause = region_of_document[index.clauses.document_numbers]
        self._counts_documents = len(index.documents) >= DOCUMENTS_MIN and not index.questions.question_count
        documents = tuple(index.documents.values())
        self._standing = DocumentStanding(documents, index.clauses.document_numbers)
        evidence = asked_evidence(asked, documents, index.clauses) if asked and self._counts_documents else None
        self._asked = None if evidence is None else self._weights.asked * evidence

    @property
    def build_id(self) -> str:
        """The build that this retriever reads."""
        return self._index.build_id

    @property
    def size_bytes(self) -> int:
        """The arrays that a search reads, without those of similar questions."""
        return self._index.bm25.size_bytes + self._dense.size_bytes

    @property
    def document_regions(self) -> frozenset[str]:
        """Codes of the places that documents govern."""
        return frozenset(map(str, self._regions))

    def retrieve(self, query: PolicyQuery, top_k: int) -> list[ScoredClause]:
        """The best clauses of the query's lineages, best first; all regions while none is known.

        A region without documents in its lineage gets nothing, and documents that were issued after the day of the
        query are unknown to it. Drafts, repealed and expired documents are not left out, only ranked behind equal
        clauses in force: what they are stands in the result's ``document``, and the caller says so.

        Raises:
            UnknownRegionError: a region of the query is not a code of GB/T 2260.
        """
        allowed = self._allowed(query)
        if not allowed.any():
            return []
        channels = self.channel_scores(query.text)
        with hop("fusion"):
            fused = fuse(channels, self._is_numbered, self._index.questions.has_questions, self._weights)
            if self._asked is not None:
                fused = np.clip(fused + self._asked, 0.0, 1.0)
            if self._counts_documents:
                fused = supported(fused, self._index.clauses.document_numbers, self._weights.document)
            fused = fused * self._standing.factors(query.as_of)
            chosen, scores = best_of(fused, top_k, allowed)
            ranks = {name: _ranks(values, allowed, chosen) for name, values in channels.items()}
            outside = self._standing.existed(query.as_of) & ~allowed
            elsewhere = float(np.where(outside, fused, 0.0).max())
            return [
                self._scored(number, score, channels, ranks, elsewhere)
                for number, score in zip(chosen.tolist(), scores.tolist(), strict=True)
            ]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts as they stand, ``float32[len(texts), dimension]``."""
        return self._encoder.encode(texts)

    def channel_scores(self, text: str) -> dict[str, NDArray[np.float64]]:
        """The score of every clause in every channel, before region and fusion: ``float64[n_clauses]`` by name."""
        expanded, vector, said = self.analyse(text)
        questions = self._index.questions
        with hop(BM25_CHANNEL):
            by_words = self._index.bm25.scores(expanded.tokens)
            by_added_words = self._index.bm25.weighted_scores(expanded.added)
            by_question_words = questions.word_scores(expanded.tokens)
        return {
            BM25_CHANNEL: by_words,
            LEXICON_CHANNEL: by_added_words,
            EMBEDDING_CHANNEL: self._dense.scores(vector, by_words),
            QUESTION_WORDS_CHANNEL: by_question_words,
            # Similar questions are lay words already: they are met with the worker's own, not with the official terms.
            QUESTION_EMBEDDING_CHANNEL: questions.best_cosines(said),
        }

    def analyse(self, text: str) -> AnalysedQuery:
        """What a question is searched with: its words and terms, and its vectors.

        The last few are kept, since an answer looks at its question several times.
        """
        return self._analyse(text)

    def _analyse_anew(self, text: str) -> AnalysedQuery:
        with hop("expansion"):
            expanded = self._expander.expand(text)
        with hop(EMBEDDING_CHANNEL):
            said = self._encoder.encode([expanded.repaired])[0]
            if expanded.embedding_text == expanded.repaired:
                return AnalysedQuery(expanded, said, said)
            meant = self._encoder.encode([expanded.embedding_text])[0]
            if self._index.questions.question_count:
                return AnalysedQuery(expanded, meant, said)
            return AnalysedQuery(expanded, l2_normalised((said + MEANT_SHARE * meant)[None])[0], said)

    def _allowed(self, query: PolicyQuery) -> NDArray[np.bool_]:
        asked = query.compared_regions or (query.work_region, query.home_region)
        known = [code for code in asked if code is not None]
        existed = self._standing.existed(query.as_of)
        if not known:
            return existed
        lineage = {step for code in known for step in self._divisions.lineage(code)}
        return np.isin(self._regions, sorted(lineage))[self._region_of_clause] & existed

    def _scored(
        self,
        number: int,
        score: float,
        channels: Mapping[str, NDArray[np.float64]],
        ranks: Mapping[str, Mapping[int, int]],
        elsewhere: float,
    ) -> ScoredClause:
        clause = self._index.clauses[number]
        return ScoredClause(
            clause=clause,
            document=self._index.documents[clause.document_id],
            score=score,
            ranks={name: rank_of[number] for name, rank_of in ranks.items() if number in rank_of},
            channel_scores={name: float(values[number]) for name, values in channels.items()},
            elsewhere=elsewhere,
        )


def _ranks(scores: NDArray[np.float64], allowed: NDArray[np.bool_], chosen: NDArray[np.int64]) -> dict[int, int]:
    """The ranks of the chosen clauses among the allowed ones in one channel; those it did not find are left out.

    Only what scores at least as much as the last of them is sorted, which is little of a large corpus. Among clauses of
    equal score the position decides.
    """
    found = [
        (number, score) for number, score in zip(chosen.tolist(), scores[chosen].tolist(), strict=True) if score > 0
    ]
    if not found:
        return {}
    eligible = np.where(allowed, scores, 0.0)
    before = np.sort(eligible[eligible >= min(score for _, score in found)])
    _, wanted = zip(*found, strict=True)
    equal_from = before.searchsorted(wanted).tolist()
    above_from = before.searchsorted(wanted, side="right").tolist()
    ranks = {}
    for (number, score), start, stop in zip(found, equal_from, above_from, strict=True):
        earlier = 0 if stop - start == 1 else int(np.count_nonzero(eligible[:number] == score))
        ranks[number] = 1 + len(before) - stop + earlier
    return ranks
