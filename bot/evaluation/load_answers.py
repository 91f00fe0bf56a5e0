"""What became of every message of a load, from all that its worker got to read: answered once, late, lost, doubled.

A worker reads replies to posts and customer-service messages. A reply may begin with late answers to earlier messages,
each under a heading that quotes its question; a pushed text says nothing about its question, and belongs to the oldest
message of the worker that still waits for an answer, since an account sends them in order. Who was told to write again
waits for nothing: a push is theirs only where nothing else of the worker waits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.evaluation.load_run import Push, SentMessage

ReadReply = Callable[[bytes, str], str]
"""Decrypts a reply to an openid; raises where the platform could not show it."""
_SILENCE = (b"", b"success")


class Outcome(StrEnum):
    """How a message ended for its worker."""

    AT_ONCE = "at_once"
    ON_RETRY = "on_retry"
    LATE = "late"
    TURNED_AWAY = "turned_away"
    FAILED = "failed"
    LOST = "lost"


ANSWERED = frozenset({Outcome.AT_ONCE, Outcome.ON_RETRY, Outcome.LATE})


@dataclass(frozen=True, slots=True)
class AccountPhrases:
    """What an account says that is no answer.

    Attributes:
        turned_away: to write again later.
        failed: that something went wrong.
        promised: that the answer comes.
        more_waits: the last line of a reply that does not show everything.
        late_heading: the line above a late answer; groups ``quoted`` (the beginning of the question) and ``again``
            (only where the worker may have it already).
    """

    turned_away: frozenset[str]
    failed: frozenset[str]
    promised: frozenset[str]
    more_waits: str
    late_heading: re.Pattern[str]


@dataclass(slots=True)
class Verdict:
    """What one message got.

    Attributes:
        sent: the message.
        outcome: how it ended.
        answers: how often it was answered; repeats that said so are not among them.
        offered_again: how often its answer came again with the words that it may be known.
        answered_at_s: when the worker first read the answer; None where never.
        detail: for a developer, why a reply could not be shown.
        awaits_rest: the answer was longer than a reply, and the rest has not come yet.
        is_pushed: some of the answer came by customer-service message.
        may_be_within: a reply was read that holds the answer, or only what waited before it.
    """

    sent: SentMessage
    outcome: Outcome = Outcome.LOST
    answers: int = 0
    offered_again: int = 0
    answered_at_s: float | None = None
    detail: str = ""
    awaits_rest: bool = False
    is_pushed: bool = False
    may_be_within: bool = False

    @property
    def is_owed(self) -> bool:
        """Whether the account took the message without a word and has not answered it yet."""
        return self.outcome is Outcome.LOST and self.sent.body in _SILENCE

    @property
    def latency_s(self) -> float | None:
        """From the moment for which the message was planned to its answer."""
        return None if self.answered_at_s is None else self.answered_at_s - self.sent.planned.at_s


def judge(
    sent: Sequence[SentMessage], pushes: Sequence[Push], phrases: AccountPhrases, read_reply: ReadReply
) -> list[Verdict]:
    """What became of each message, in their order."""
    verdicts = [Verdict(one) for one in sent]
    by_worker: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_worker[verdict.sent.planned.openid].append(verdict)
    pushes_by_worker: defaultdict[str, list[Push]] = defaultdict(list)
    for push in pushes:
        pushes_by_worker[push.openid].append(push)
    for openid, own in by_worker.items():
        _WorkerView(own, phrases, read_reply).read(pushes_by_worker[openid])
    return verdicts


class _WorkerView:
    """All that one worker reads, in order."""

    def __init__(self, verdicts: list[Verdict], phrases: AccountPhrases, read_reply: ReadReply) -> None:
        self._verdicts = verdicts
        self._phrases = phrases
        self._read_reply = read_reply
        self._seen: set[str] = set()

    def read(self, pushes: Iterable[Push]) -> None:
        replies = [(one.sent.ended_at_s, one) for one in self._verdicts if one.sent.body not in (None, *_SILENCE)]
        events: list[tuple[float, Verdict | Push]] = [*replies, *((push.at_s, push) for push in pushes)]
        for at_s, what in sorted(events, key=lambda pair: pair[0]):
            if isinstance(what, Push):
                self._read_push(what)
            else:
                self._read_reply_to(what, at_s)
        for verdict in self._verdicts:
            if not verdict.answers and verdict.may_be_within:
                self._answer(verdict, verdict.sent.ended_at_s, Outcome.LATE)

    def _read_reply_to(self, verdict: Verdict, at_s: float) -> None:
        try:
            text = self._read_reply(verdict.sent.body or b"", verdict.sent.planned.openid)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the worker sees the fault banner
            verdict.detail = f"{type(error).__name__}: {error}"
            return
        if self._is_notice(verdict, text):
            return
        headings = list(self._phrases.late_heading.finditer(text))
        for heading in headings:
            self._read_late(heading, at_s, verdict)
        has_more = text.endswith(self._phrases.more_waits)
        if headings and has_more:  # its own answer, or only what waited
            verdict.may_be_within = True
            return
        verdict.awaits_rest = has_more
        self._answer(verdict, at_s, Outcome.AT_ONCE if verdict.sent.attempts == 1 else Outcome.ON_RETRY)
        self._seen.add(text)

    def _is_notice(self, verdict: Verdict, text: str) -> bool:
        if text in self._phrases.turned_away:
            verdict.outcome = Outcome.TURNED_AWAY
        elif text in self._phrases.failed:
            verdict.outcome = Outcome.FAILED
        return text in self._phrases.turned_away | self._phrases.failed | self._phrases.promised

    def _read_late(self, heading: re.Match[str], at_s: float, carrier: Verdict) -> None:
        quoted = (heading["quoted"] or "").rstrip("…")
        asked = [
            one
            for one in self._verdicts
            if one is not carrier and " ".join(one.sent.planned.text.split()).startswith(quoted)
        ]
        verdict = next((one for one in asked if not one.answers or one.awaits_rest), asked[-1] if asked else None)
        if verdict is None:
            return
        if verdict.answers and heading["again"]:
            verdict.offered_again += 1
        elif verdict.awaits_rest:
            verdict.awaits_rest = False
        else:
            self._answer(verdict, at_s, Outcome.LATE)

    def _read_push(self, push: Push) -> None:
        asked = [one for one in self._verdicts if one.sent.planned.at_s <= push.at_s]
        owed = min((one for one in asked if not one.answers), key=_patience, default=None)
        rest = next((one for one in asked if one.awaits_rest), None)
        if owed is not None:
            owed.is_pushed = True
            if not self._is_notice(owed, push.text):
                self._answer(owed, push.at_s, Outcome.LATE)
        elif rest is not None and push.text not in self._seen:
            rest.awaits_rest, rest.is_pushed = False, True
        elif asked:
            self._read_further(asked, push)
        self._seen.add(push.text)

    def _read_further(self, asked: list[Verdict], push: Push) -> None:
        """Nobody waits: the next part of an answer that came by push, or one answer too many."""
        pushed = [one for one in asked if one.is_pushed]
        if push.text in self._seen or not pushed:
            self._answer((pushed or asked)[-1], push.at_s, Outcome.LATE)

    def _answer(self, verdict: Verdict, at_s: float, outcome: Outcome) -> None:
        verdict.answers += 1
        if verdict.answers == 1:
            verdict.outcome, verdict.answered_at_s = outcome, at_s


def _patience(verdict: Verdict) -> int:
    """How little a message without an answer waits for a push: one that was taken without a word does most of all."""
    if verdict.is_owed:
        return 0
    return 1 if verdict.outcome is Outcome.LOST else 2
