"""Every way in which a message may be answered, late, lost or answered twice, told apart."""

from __future__ import annotations

import pytest

from api.commands.load_bench import ACCOUNT_PHRASES
from bot.evaluation.load_answers import Outcome, Verdict, judge
from bot.evaluation.load_run import Push, SentMessage
from bot.evaluation.worker_messages import LoadKind, PlannedMessage
from bot.gateway import phrasing_gateway as phrasing
from bot.wechat.simulated_messages import text_message

ANSWER = "【福建省三明市】一次性创业补贴1万元。"
QUESTION = "回老家创业有补贴吗"


def sent(
    body: str | None = None, *, text: str = QUESTION, openid: str = "o-1", at_s: float = 0.0, attempts: int = 1
) -> SentMessage:
    planned = PlannedMessage(at_s, LoadKind.QUESTION, text_message(openid, text))
    content = None if body is None else body.encode()
    return SentMessage(planned, b"", attempts, 200 if body is not None else 0, content, at_s + 0.1)


def judged(*messages: SentMessage, pushes: tuple[Push, ...] = ()) -> list[Verdict]:
    return judge(messages, pushes, ACCOUNT_PHRASES, lambda body, _openid: body.decode())


def late(question: str, answer: str, *, may_be_known: bool = False) -> str:
    return f"{phrasing.late_answer_heading(question, may_be_known=may_be_known)}\n{answer}"


@pytest.mark.parametrize(
    ("body", "attempts", "outcome", "answers"),
    [
        (ANSWER, 1, Outcome.AT_ONCE, 1),
        (ANSWER, 2, Outcome.ON_RETRY, 1),
        (phrasing.BUSY, 1, Outcome.TURNED_AWAY, 0),
        (phrasing.TRY_AGAIN_LATER, 3, Outcome.TURNED_AWAY, 0),
        (phrasing.SORRY, 1, Outcome.FAILED, 0),
        ("success", 1, Outcome.LOST, 0),
        (phrasing.COMES_WITH_NEXT_MESSAGE, 3, Outcome.LOST, 0),
        (None, 3, Outcome.LOST, 0),
    ],
)
def test_what_one_reply_means(body: str | None, attempts: int, outcome: Outcome, answers: int) -> None:
    (verdict,) = judged(sent(body, attempts=attempts))
    assert (verdict.outcome, verdict.answers) == (outcome, answers)


def test_only_what_was_taken_without_a_word_and_never_answered_is_owed() -> None:
    verdicts = judged(sent("success", openid="o-1"), sent(None, openid="o-2", attempts=3), sent(ANSWER, openid="o-3"))
    assert [one.is_owed for one in verdicts] == [True, False, False]
    (answered,) = judged(sent("success"), pushes=(Push("o-1", ANSWER, 5.0),))
    assert not answered.is_owed


def test_an_acknowledged_message_is_answered_by_its_push_and_its_time_counts_from_the_plan() -> None:
    (verdict,) = judged(sent("success", at_s=2.0), pushes=(Push("o-1", ANSWER, 5.5),))
    assert (verdict.outcome, verdict.answers, verdict.latency_s) == (Outcome.LATE, 1, 3.5)


def test_a_push_after_a_whole_reply_is_one_answer_too_many() -> None:
    (verdict,) = judged(sent(ANSWER), pushes=(Push("o-1", ANSWER, 5.0),))
    assert (verdict.outcome, verdict.answers) == (Outcome.AT_ONCE, 2)


def test_the_same_push_twice_is_one_answer_too_many_but_a_second_part_is_not() -> None:
    (doubled,) = judged(sent("success"), pushes=(Push("o-1", ANSWER, 5.0), Push("o-1", ANSWER, 6.0)))
    (in_parts,) = judged(sent("success"), pushes=(Push("o-1", ANSWER, 5.0), Push("o-1", "下文", 6.0)))
    assert (doubled.answers, in_parts.answers) == (2, 1)


def test_the_rest_of_a_long_reply_is_no_second_answer() -> None:
    (verdict,) = judged(sent(f"{ANSWER}\n\n{phrasing.MORE_WAITS}"), pushes=(Push("o-1", "下文", 1.0),))
    assert (verdict.outcome, verdict.answers) == (Outcome.AT_ONCE, 1)


def test_pushes_go_to_the_oldest_message_that_waits_and_to_nobody_else() -> None:
    first, second, other = judged(
        sent("success"),
        sent("success", text="老板跑了找谁", at_s=1.0),
        sent("success", openid="o-2"),
        pushes=(Push("o-1", ANSWER, 5.0), Push("o-1", "找劳动监察。", 6.0)),
    )
    assert [one.answered_at_s for one in (first, second, other)] == [5.0, 6.0, None]


def test_a_push_is_not_for_who_was_told_to_write_again_while_another_message_waits() -> None:
    turned_away, given_up, owed = judged(
        sent(phrasing.BUSY),
        sent(None, text="老板跑了找谁", at_s=20.0, attempts=3),
        sent("success", text="社保怎么转", at_s=60.0),
        pushes=(Push("o-1", ANSWER, 70.0), Push("o-1", "找劳动监察。", 71.0)),
    )
    assert [one.outcome for one in (turned_away, given_up, owed)] == [Outcome.TURNED_AWAY, Outcome.LATE, Outcome.LATE]
    assert (given_up.answered_at_s, owed.answered_at_s) == (71.0, 70.0)


def test_who_was_told_to_write_again_may_be_answered_all_the_same() -> None:
    (verdict,) = judged(sent(phrasing.TRY_AGAIN_LATER, attempts=3), pushes=(Push("o-1", ANSWER, 20.0),))
    assert (verdict.outcome, verdict.answers) == (Outcome.LATE, 1)


def test_a_late_answer_within_another_reply_answers_the_message_that_its_heading_quotes() -> None:
    carried = f"{late(QUESTION, ANSWER)}\n\n找劳动监察。"
    first, second = judged(sent("success"), sent(carried, text="老板跑了找谁", at_s=30.0))
    assert (first.outcome, first.answers) == (Outcome.LATE, 1)
    assert (second.outcome, second.answers) == (Outcome.AT_ONCE, 1)


def test_an_answer_that_is_offered_again_and_says_so_is_counted_apart() -> None:
    carried = f"{late(QUESTION, ANSWER, may_be_known=True)}\n\n好的。"
    first, _ = judged(sent("success"), sent(carried, text="好", at_s=60.0), pushes=(Push("o-1", ANSWER, 5.0),))
    assert (first.answers, first.offered_again) == (1, 1)


def test_an_answer_that_is_offered_again_without_saying_so_is_doubled() -> None:
    carried = f"{late(QUESTION, ANSWER)}\n\n好的。"
    first, _ = judged(sent("success"), sent(carried, text="好", at_s=60.0), pushes=(Push("o-1", ANSWER, 5.0),))
    assert (first.answers, first.offered_again) == (2, 0)


def test_a_reply_that_cannot_be_shown_answers_nothing_and_says_why() -> None:
    def unreadable(_body: bytes, _openid: str) -> str:
        raise ValueError("the reply is longer than 2047 bytes")

    (verdict,) = judge([sent(ANSWER)], [], ACCOUNT_PHRASES, unreadable)
    assert (verdict.outcome, verdict.detail) == (Outcome.LOST, "ValueError: the reply is longer than 2047 bytes")
