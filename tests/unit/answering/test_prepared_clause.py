"""What a clause holds of a question, on the shipped corpus."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answering.asked_facts import FactKind, asked_facts
from bot.answering.evidence import Evidence
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Outcome

TODAY = date(2026, 11, 23)


def evidence(desk: PolicyDesk, question: str, title: str) -> Evidence:
    """What the clause of that title in 三明 says to a question."""
    (clause,) = [one for one in desk.index.clauses if one.title == title and one.document_id.startswith("003")]
    return desk.answerer.evidence.find(question, [clause], asked_facts(question))[0]


def test_a_word_of_the_documents_that_neither_clause_nor_askers_say_is_missed(desk: PolicyDesk) -> None:
    title = "实施公共租赁住房保障"
    assert evidence(desk, "公租房怎么申请", title).missed == 0
    assert evidence(desk, "公租房要不要积分", title).missed > 0.2


def test_a_places_own_name_is_never_missed(desk: PolicyDesk) -> None:
    assert evidence(desk, "三明的公租房", "实施公共租赁住房保障").missed == 0


def test_a_figure_counts_where_it_stands_beside_what_is_asked_about(desk: PolicyDesk) -> None:
    title = "开展就业帮扶"
    registered, posted = (evidence(desk, question, title) for question in ("住多久才能登记失业", "公益性岗位能干几年"))
    assert FactKind.DURATION in frozenset().union(*registered.facts)
    assert FactKind.DURATION not in frozenset().union(*posted.facts)


@pytest.mark.parametrize("question", ["公益性岗位能干几年", "三明最低工资一个月多少"])
def test_a_figure_of_something_else_answers_nothing(desk: PolicyDesk, question: str) -> None:
    assert desk.answer(question, "350400", TODAY).outcome is not Outcome.ANSWERED
