"""Which clause a follow-up is about, and what a clause says besides what was quoted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.answering.follow_ups import only_talked_about, rest_pages, with_talked_about
from bot.answering.policy_answerer import PolicyAnswerer
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Outcome, PolicyQuery, ScoredClause

SANMING = "350400"
STARTING_UP = "003_f6fba8179af8c3b3#一、/4."


def ask(text: str, talked_about: tuple[str, ...] = (), rest_of: str = "", page: int = 0) -> PolicyQuery:
    day = date(2024, 4, 25)
    return PolicyQuery(text, SANMING, None, day, talked_about=talked_about, rest_of=rest_of, page=page)


def ranked(desk: PolicyDesk, text: str) -> list[ScoredClause]:
    return list(desk.answerer.answer_now(ask(text)).ranked)


def test_the_clause_that_is_talked_about_is_looked_at_however_far_down_it_stands(desk: PolicyDesk) -> None:
    found = ranked(desk, "要什么材料")
    last = found[-1]
    moved = with_talked_about(found, [last.clause.clause_id], 4)
    assert moved[3] is last
    assert sorted(id(one) for one in moved) == sorted(id(one) for one in found)
    assert with_talked_about(found, [found[0].clause.clause_id], 4) == found


def test_only_the_clause_that_is_talked_about_is_judged_unless_it_is_far_behind(desk: PolicyDesk) -> None:
    answerer: PolicyAnswerer = desk.answerer
    query = ask("创业补贴，要什么材料")
    found = answerer.candidates(query, ranked(desk, query.text))
    second = found[1][0]
    assert only_talked_about(found, [second.clause.clause_id]) == [found[1]]
    behind = replace(second, score=0.4 * found[0][0].score)
    far = [found[0], (behind, found[1][1])]
    assert only_talked_about(far, [second.clause.clause_id]) == far
    assert only_talked_about(found, ["another#1"]) == found


def test_papers_for_another_thing_are_none_for_what_is_talked_about(desk: PolicyDesk) -> None:
    answer = desk.answerer.answer_now(ask("创业补贴，要什么材料", talked_about=(STARTING_UP,)))
    assert answer.outcome is Outcome.NEAREST
    assert [one.clause.clause_id for one in answer.cited] == [STARTING_UP]


def test_the_rest_of_a_clause_is_what_the_answer_did_not_quote(desk: PolicyDesk) -> None:
    whole = desk.answerer.answer_now(ask("创业补贴有多少"))
    clause = whole.cited[0].clause
    pages = rest_pages(clause, "", 80)
    assert len(pages) > 1
    first = pages[0]
    assert rest_pages(clause, first, 10_000) == ["".join(pages[1:])]
    assert rest_pages(clause, "".join(pages), 80) == []


def test_more_is_answered_page_by_page_and_ends(desk: PolicyDesk) -> None:
    question = "返乡创业有什么扶持"
    first = desk.answerer.answer_now(replace(ask(question), work_region="510802"))
    clause_id = first.cited[0].clause.clause_id
    told = first.body
    for page in range(10):
        query = replace(ask(question, rest_of=clause_id, page=page), work_region="510802")
        more = desk.answerer.answer_now(query)
        if more.outcome is Outcome.NONE:
            break
        assert more.body not in told
        assert more.cited[0].clause.clause_id == clause_id
        told += more.body
    assert page > 0
    assert more.outcome is Outcome.NONE
