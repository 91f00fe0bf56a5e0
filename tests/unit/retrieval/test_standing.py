"""Which documents there were on a day, and which of them bound anyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.policy import Clause, PolicyDocument, PolicyQuery, PolicyStatus, ScoredClause
from bot.language.lexicon import Lexicon
from bot.ports import Encoder
from bot.regions.divisions import load_divisions
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.index_build import build_index, load_index

DAY = date(2024, 1, 1)
Ask = Callable[..., list[ScoredClause]]


@pytest.fixture
def ask(
    documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, lexicon: Lexicon, tmp_path: Path
) -> Ask:
    """Asks 三明 about its clause 4 and the same clause of a twin document whose facts differ."""

    def asked(as_of: date = DAY, **facts: object) -> list[ScoredClause]:
        (sanming,) = [one for one in documents if one.region_code == "350400"]
        (clause,) = [one for one in clauses if one.clause_id == "sanming#4."]
        in_force = replace(sanming, status=PolicyStatus.IN_FORCE)
        twin = replace(in_force, document_id="a-twin", file_name="a-twin.txt", **facts)  # type: ignore[arg-type]
        index_dir = tmp_path / str(len(list(tmp_path.iterdir())))
        build_index(
            [twin, in_force],
            [replace(clause, clause_id="a-twin#4.", document_id="a-twin"), clause],
            encoder=encoder,
            lexicon=lexicon,
            corpus_hash="c",
            index_dir=index_dir,
        )
        retriever = HybridRetriever(load_index(index_dir), encoder, lexicon, load_divisions())
        return retriever.retrieve(PolicyQuery("一次性创业补贴", "350400", None, as_of), 10)

    return asked


def documents_of(found: list[ScoredClause]) -> list[str]:
    return [one.document.document_id for one in found]


def test_of_equal_clauses_in_force_the_first_comes_first(ask: Ask) -> None:
    assert documents_of(ask()) == ["a-twin", "sanming"]


@pytest.mark.parametrize(
    "facts",
    [
        {"status": PolicyStatus.DRAFT_FOR_COMMENT},
        {"status": PolicyStatus.REPEALED},
        {"effective_to": DAY - timedelta(days=1)},
        {"effective_from": DAY + timedelta(days=1), "issued_on": DAY},
    ],
)
def test_what_does_not_bind_ranks_behind_an_equal_clause_in_force(ask: Ask, facts: dict[str, object]) -> None:
    assert documents_of(ask(**facts)) == ["sanming", "a-twin"]


def test_what_binds_on_its_last_day_stays_where_it_is(ask: Ask) -> None:
    assert documents_of(ask(effective_to=DAY)) == ["a-twin", "sanming"]
    assert documents_of(ask(effective_to=DAY, as_of=DAY + timedelta(days=1))) == ["sanming", "a-twin"]


@pytest.mark.parametrize("fact", ["issued_on", "published_on", "effective_from"])
def test_a_document_is_unknown_before_it_was_issued(ask: Ask, fact: str) -> None:
    assert documents_of(ask(**{fact: DAY + timedelta(days=1)})) == ["sanming"]
    assert documents_of(ask(**{fact: DAY})) == ["a-twin", "sanming"]
