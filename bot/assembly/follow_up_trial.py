"""Written dialogues held with the real answerer: which follow-ups are heard, and what they ask and cite."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from bot.assembly.policy_desk import PolicyDesk
from bot.domain.conversation import Conversation, Turn
from bot.domain.errors import JudgmentsError
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.gateway.system_clock import SystemClock
from bot.handlers.phrasing_policy_question import TIME_NOT_WRITTEN
from bot.handlers.policy_follow_up import PolicyFollowUpHandler, follow_up_in
from bot.handlers.policy_question import PolicyQuestionHandler
from bot.handlers.without_store import UnkeptConversations
from bot.policies.yaml_files import read_yaml
from bot.understanding.asked_kinds import AskedKind
from bot.understanding.follow_up import FollowUp, read_follow_up

NEW = "new"
"""What stands in a dialogue for a message that is a question by itself."""


@dataclass(slots=True)
class FollowUpScores:
    """What was counted.

    Attributes:
        follow_ups: messages that lean on the question before them.
        heard: those that were taken for that.
        right_kind: those that were taken to ask what they ask.
        right_clause: those for which the right clause of the right place was cited, or more of it read.
        unsaid: those that ask what no document says.
        told_unsaid: those of them that were told so.
        alone: messages that stand by themselves, while a topic is open.
        left_alone: those that were left so.
        misses: the others, for people.
    """

    follow_ups: int = 0
    heard: int = 0
    right_kind: int = 0
    right_clause: int = 0
    unsaid: int = 0
    told_unsaid: int = 0
    alone: int = 0
    left_alone: int = 0
    misses: list[str] = field(default_factory=list)


def load_dialogues(path: Path) -> Sequence[Mapping[str, Any]]:
    """The dialogues of a file like ``tests/data/follow_ups_dev.yaml``.

    Raises:
        JudgmentsError: it cannot be read.
    """
    read = read_yaml(path, yaml.SafeLoader, JudgmentsError)
    if not isinstance(read, list) or not all(isinstance(one, dict) and {"first", "then"} <= one.keys() for one in read):
        raise JudgmentsError(f"{path} 里应当是一串对话，每段写明 first（第一问）和 then（接着问的）。")
    return read


def try_follow_ups(
    desk: PolicyDesk, dialogues: Sequence[Mapping[str, Any]], alone: Sequence[str] = ()
) -> FollowUpScores:
    """Hold the dialogues, one after the other.

    Args:
        desk: answers.
        dialogues: see `load_dialogues`.
        alone: further messages that stand by themselves.
    """
    scores = FollowUpScores()
    asyncio.run(_hold_all(desk, dialogues, scores))
    for text in alone:
        _count_alone(scores, text, read_follow_up(text, desk.places.find(text)))
    return scores


async def _hold_all(desk: PolicyDesk, dialogues: Sequence[Mapping[str, Any]], scores: FollowUpScores) -> None:
    for dialogue in dialogues:
        talk = _Talk(desk, str(dialogue["region"]))
        await talk.says(dialogue["first"])
        for turn in dialogue["then"]:
            if turn["asks"] == NEW:
                _count_alone(scores, turn["say"], talk.heard(turn["say"]))
            else:
                await _count(scores, talk, turn, gold=dialogue["gold"])


def _count_alone(scores: FollowUpScores, text: str, heard: FollowUp | None) -> None:
    scores.alone += 1
    scores.left_alone += heard is None
    if heard is not None:
        scores.misses.append(f"{text}：单独成句，却当成接着问（{heard.kind}）")


async def _count(scores: FollowUpScores, talk: _Talk, turn: Mapping[str, Any], gold: str) -> None:
    heard, text = talk.heard(turn["say"]), await talk.says(turn["say"])
    kind = heard.kind.value if heard is not None else NEW
    is_right = _cites(talk, turn, gold)
    is_unsaid = turn.get("says") is False
    is_told = talk.answered.outcome is not Outcome.ANSWERED or TIME_NOT_WRITTEN in text
    scores.follow_ups += 1
    scores.heard += heard is not None
    scores.right_kind += kind == turn["asks"]
    scores.right_clause += is_right
    scores.unsaid += is_unsaid
    scores.told_unsaid += is_unsaid and is_told
    if kind != turn["asks"] or not is_right or (is_unsaid and not is_told):
        scores.misses.append(f"{turn['say']}：当成 {kind}，问的是“{talk.query.text}”，{talk.answered.outcome}")


def _cites(talk: _Talk, turn: Mapping[str, Any], gold: str) -> bool:
    """Whether the right place was asked about and the right clause cited, as far as one is told."""
    is_place = turn.get("place") in {None, talk.query.work_region}
    quote = turn.get("gold") or (gold if "place" not in turn else "")
    texts = ["".join(scored.clause.text.split()) for scored in talk.answered.cited]
    is_cited = any("".join(quote.split()) in text for text in texts)
    return is_place and (not quote or is_cited or turn["asks"] == AskedKind.MORE)


class _Talk(UnkeptConversations):
    """One worker's conversation, kept in memory, with what was asked and answered last.

    Args:
        desk: answers.
        region: where the worker is.
    """

    query: PolicyQuery
    answered: PolicyAnswer

    def __init__(self, desk: PolicyDesk, region: str) -> None:
        self._desk = desk
        self._clock = SystemClock()
        self._talk = Conversation("trial", work_region=region, region_asked=True)
        self._questions = PolicyQuestionHandler(self, desk.places, desk.divisions, self, self._clock)
        self._follow_ups = PolicyFollowUpHandler(self._questions, desk.places, desk.divisions, self)

    async def open(self, worker_id: str) -> Conversation:
        """The conversation as it is."""
        del worker_id
        return self._talk

    async def remember(self, worker_id: str, **facts: Any) -> None:  # noqa: ANN401 - fields of Conversation
        """Keep them."""
        del worker_id
        self._talk = replace(self._talk, **facts)

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        """The desk's answer; see `bot.ports.Answerer`."""
        self.query = query
        self.answered = self._desk.answerer.answer_now(query, ask_region=ask_region)
        return self.answered

    def heard(self, text: str) -> FollowUp | None:
        """What a message is taken to add."""
        return follow_up_in(self._turn(text), self._desk.places)

    async def says(self, text: str) -> str:
        """The reply to a message."""
        handler = self._questions if self.heard(text) is None else self._follow_ups
        return (await handler.handle(self._turn(text))).text

    def _turn(self, text: str) -> Turn:
        return Turn(WorkerMessage("m", "trial", "", MessageKind.TEXT, text, self._clock.now()), self._talk)
