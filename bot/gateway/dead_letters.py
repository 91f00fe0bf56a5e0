"""Late answers and notices that will not go out by themselves, for staff: look at them, offer them again, put away.

None is lost by waiting here: as soon as the worker writes, the reply to that message carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import OutboxError
from bot.domain.moments import from_ms
from bot.gateway import late_answer
from bot.gateway.late_answer import AnswerState
from bot.gateway.outbox import DocumentOutbox
from bot.ports import Document
from bot.privacy.masking import redact
from bot.privacy.sealed_worker import WORKER_ID
from bot.wechat.error_codes import meaning_of

SHORTEST_PREFIX = 6
NOTICE = "通知"
WORKER_ID_SHOWN = 8
QUESTION_SHOWN = 24


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A late answer, or a notice, that waits for the worker or for staff.

    Attributes:
        answer_id: its id; the first few characters will do to name it.
        state: ``dead``: the platform will never take it as a push; ``unknown``: nobody knows whether it arrived;
            ``ready``: it waits until the worker writes, out of quota or after several failures.
        errcode: the platform's last refusal; None where there was none.
        reason: why it waits, in Chinese.
        worker: the beginning of the worker's pseudonym.
        question: the beginning of what they asked, or of the notice, personal numbers masked.
        parts_left: messages still to go out.
        asked_at: when the question came or the notice was made, aware UTC.
    """

    answer_id: str
    state: AnswerState
    errcode: int | None
    reason: str
    worker: str
    question: str
    parts_left: int
    asked_at: datetime


class DeadLetters:
    """What staff can do about late answers.

    Args:
        outbox: where they lie.
    """

    def __init__(self, outbox: DocumentOutbox) -> None:
        self._outbox = outbox

    async def find_all(self) -> list[DeadLetter]:
        """All of them, the oldest first.

        Raises:
            StoreError: the store is away.
        """
        return [_letter(entry) for entry in await self._entries()]

    async def retry(self, prefix: str) -> str:
        """Let it be pushed again.

        Args:
            prefix: the beginning of its id.

        Returns:
            The id.

        Raises:
            OutboxError: none or several begin so, or it went out meanwhile.
        """
        return await self._step(prefix, late_answer.retried)

    async def dismiss(self, prefix: str) -> str:
        """Put it away for good: its text and whose it was are deleted; see `retry`."""
        return await self._step(prefix, late_answer.dismissed)

    async def _entries(self) -> list[Document]:
        states = (AnswerState.DEAD, AnswerState.UNKNOWN, AnswerState.READY)
        entries = [entry for state in states for entry in await self._outbox.in_state(state)]
        stuck = [entry for entry in entries if late_answer.is_stuck(entry)]
        return sorted(stuck, key=lambda entry: entry["created_ms"])

    async def _step(self, prefix: str, take: late_answer.Step) -> str:
        if len(prefix) < SHORTEST_PREFIX:
            raise OutboxError(f"编号至少写前 {SHORTEST_PREFIX} 位；用 gongyou outbox list 查看")
        found = [entry["_id"] for entry in await self._entries() if entry["_id"].startswith(prefix)]
        if len(found) != 1:
            how_many = "没有" if not found else "不止一条"
            raise OutboxError(f"{how_many}编号以 {prefix} 开头的答复；用 gongyou outbox list 查看")
        if await self._outbox.step(found[0], take) is None:
            raise OutboxError("这条答复刚刚已经送出去了，不用再处理")
        return str(found[0])


def _letter(entry: Document) -> DeadLetter:
    errcode = entry.get("errcode")
    return DeadLetter(
        answer_id=entry["_id"],
        state=AnswerState(entry["state"]),
        errcode=errcode,
        reason=_reason(entry, errcode),
        worker=entry.get(WORKER_ID, "")[:WORKER_ID_SHOWN],
        question=redact(_subject(entry))[:QUESTION_SHOWN],
        parts_left=len(entry.get("parts", ())) - entry["sent"],
        asked_at=from_ms(entry["created_ms"]),
    )


def _subject(entry: Document) -> str:
    return f"{NOTICE}：{entry['parts'][0]}" if "notice" in entry else str(entry.get("question", ""))


def _reason(entry: Document, errcode: int | None) -> str:
    if errcode is not None:
        return meaning_of(errcode).advice
    if entry["state"] == AnswerState.UNKNOWN:
        return "推送时断了，不知道对方收到没有；对方再来信时会再给一次"
    return "客服消息条数已用完，等对方再次来信时送达"
