"""Retrieval within a worker's lineage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import IndexLoadError, UnknownRegionError
from bot.domain.policy import Clause, PolicyDocument, PolicyQuery, PolicyStatus, ScoredClause
from bot.domain.trace import tracing
from bot.language.lexicon import Lexicon
from bot.ports import Encoder, Retriever
from bot.regions.divisions import load_divisions
from bot.retrieval.hybrid_retriever import HybridRetriever, _ranks
from bot.retrieval.index_build import BuildReport, build_index, load_index

Build = Callable[..., BuildReport]


@pytest.fixture
def retriever(build: Build, tmp_path: Path, encoder: Encoder, lexicon: Lexicon) -> HybridRetriever:
    build(tmp_path)
    return HybridRetriever(load_index(tmp_path), encoder, lexicon, load_divisions())


def ask(
    retriever: Retriever, text: str, work: str | None = None, home: str | None = None, top_k: int = 10
) -> list[ScoredClause]:
    return retriever.retrieve(PolicyQuery(text, work, home, date(2024, 1, 1)), top_k)


def ids(found: list[ScoredClause]) -> list[str]:
    return [one.clause.clause_id for one in found]


def test_the_clause_that_answers_comes_first(retriever: HybridRetriever) -> None:
    assert ids(ask(retriever, "没有房子户口能落户在社区吗", "420117"))[0] == "xinzhou#(三)"


def test_a_lay_question_finds_the_official_clause(retriever: HybridRetriever) -> None:
    best = ask(retriever, "头回开店能领点啥", "350400")[0]
    assert best.clause.clause_id == "sanming#4."
    assert best.channel_scores["bm25"] == 0
    assert best.ranks["lexicon"] == 1


def test_a_misspelt_question_finds_its_clause(retriever: HybridRetriever) -> None:
    best = ask(retriever, "公鸡金能交吗", "510802")[0]
    assert best.clause.clause_id == "lizhou#2."


def test_a_place_inside_a_documents_region_is_answered(retriever: HybridRetriever) -> None:
    found = ask(retriever, "拖欠工资", "350404")
    assert ids(found)[0] == "sanming#15."
    assert {one.document.region_code for one in found} == {"350400"}


def test_another_countys_clause_is_never_returned(retriever: HybridRetriever) -> None:
    for text in ("拖欠工资", "住房公积金", "创业补贴", "失信联合惩戒名单", "随便问问"):
        assert {one.document.document_id for one in ask(retriever, text, "420117")} <= {"xinzhou"}


def test_a_place_above_a_document_does_not_get_its_clauses(retriever: HybridRetriever) -> None:
    assert ask(retriever, "拖欠工资", "420100") == []


def test_a_filter_that_matches_nothing_returns_nothing(retriever: HybridRetriever) -> None:
    assert ask(retriever, "拖欠工资怎么办", "440300") == []


def test_work_and_home_are_both_searched(retriever: HybridRetriever) -> None:
    found = ask(retriever, "拖欠工资", "420117", "510802")
    assert {one.document.region_code for one in found} == {"420117", "510802"}


def test_an_unknown_place_searches_everything(retriever: HybridRetriever) -> None:
    assert {one.document.region_code for one in ask(retriever, "工资")} == {"420117", "510802", "350400"}


def test_a_code_that_never_was_is_an_error(retriever: HybridRetriever) -> None:
    with pytest.raises(UnknownRegionError):
        ask(retriever, "工资", "999999")


def test_scores_fall_and_stay_between_zero_and_one(retriever: HybridRetriever) -> None:
    scores = [one.score for one in ask(retriever, "老板不给钱,拖欠农民工工资")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_at_most_top_k_clauses_come_back(retriever: HybridRetriever) -> None:
    everything = ask(retriever, "农民工工资")
    assert ids(ask(retriever, "农民工工资", top_k=2)) == ids(everything)[:2]


def test_ranks_are_counted_among_allowed_clauses(retriever: HybridRetriever) -> None:
    found = ask(retriever, "失信联合惩戒名单", "350404")
    assert found[0].ranks["bm25"] == 1
    assert all(one.ranks["embedding"] <= 3 for one in found)


@given(st.data(), st.lists(st.sampled_from([-1.0, 0.0, 1.0, 2.0, 3.5]), min_size=1, max_size=30))
def test_ranks_are_those_of_a_full_sort(data: st.DataObject, values: list[float]) -> None:
    scores = np.array(values)
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    chosen = np.flatnonzero(allowed)[::2]
    order = np.argsort(-np.where(allowed, scores, 0.0), kind="stable").tolist()
    expected = {number: order.index(number) + 1 for number in chosen.tolist() if scores[number] > 0}
    assert _ranks(scores, allowed, chosen) == expected


def test_an_unnumbered_part_is_found_but_behind_an_equal_clause(
    documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, lexicon: Lexicon, tmp_path: Path
) -> None:
    twin = replace(clauses[5], clause_id="sanming#notice", path=(), is_numbered=False)
    build_index(documents, [twin, *clauses], encoder=encoder, lexicon=lexicon, corpus_hash="c", index_dir=tmp_path)
    retriever = HybridRetriever(load_index(tmp_path), encoder, lexicon, load_divisions())
    assert ids(ask(retriever, "一次性创业补贴", "350400"))[:2] == ["sanming#4.", "sanming#notice"]


def test_repealed_documents_are_kept_and_seen_as_such(
    documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, lexicon: Lexicon, tmp_path: Path
) -> None:
    repealed = [replace(documents[0], status=PolicyStatus.REPEALED, effective_to=date(2020, 12, 31)), *documents[1:]]
    build_index(repealed, clauses, encoder=encoder, lexicon=lexicon, corpus_hash="c", index_dir=tmp_path)
    retriever = HybridRetriever(load_index(tmp_path), encoder, lexicon, load_divisions())
    best = ask(retriever, "工伤保险", "420117")[0]
    assert best.document.status is PolicyStatus.REPEALED
    assert best.document.effective_to == date(2020, 12, 31)


def test_an_index_of_another_encoder_is_refused(
    build: Build, tmp_path: Path, encoder: Encoder, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path)
    monkeypatch.setattr(type(encoder), "name", "letters-2")
    with pytest.raises(IndexLoadError, match="gongyou index build"):
        HybridRetriever(load_index(tmp_path), encoder, lexicon, load_divisions())


def test_the_trace_shows_the_stations(retriever: HybridRetriever) -> None:
    with tracing() as trace:
        ask(retriever, "工资")
    assert [hop.name for hop in trace.hops] == ["expansion", "embedding", "bm25", "fusion"]


def test_an_empty_question_finds_nothing_or_little_and_does_not_fail(retriever: HybridRetriever) -> None:
    assert ask(retriever, "") == []
