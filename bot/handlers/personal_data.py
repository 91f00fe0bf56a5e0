"""「我的信息」「导出我的信息」「删除我的信息」: what is kept about a worker is shown and erased on their word."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any

from bot.domain.conversation import Turn
from bot.domain.form import Listing
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.moments import to_ms
from bot.handlers import phrasing_personal_data as phrasing
from bot.handlers.conversation_document import COLLECTION
from bot.handlers.conversations import Conversations
from bot.handlers.form_commands import is_yes
from bot.handlers.numbered_choice import read_choice
from bot.language.trades import load_trades
from bot.ports import Clock, DocumentStore
from bot.privacy.erasure import ErasureReport
from bot.privacy.export import WorkerExporter
from bot.privacy.export_pages import ExportPages
from bot.privacy.holders import WithoutMatters
from bot.privacy.masking import redact
from bot.privacy.moments import shown
from bot.privacy.phrasing_consent import EXPORTED_AT, LOOKS, PROFILE
from bot.privacy.retention import TOUCHED
from bot.regions.divisions import Divisions
from bot.wechat.message_text import PASSIVE_REPLY_MAX_BYTES, split_text

CONFIRM_WITHIN_S = 600
PAGE_BYTES = PASSIVE_REPLY_MAX_BYTES - 200
"""What is left is for the line that says how to go on. Pages come when they are asked for, as replies: pushed on their
own they would use up what may be sent to a worker, and a late answer would wait behind them."""
SAID_AT_ONCE_S = 120
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
MENU_MINE = "PROFILE"

_MINE = "(?:关于)?我(?:自己)?的?(?:全部|所有)?的?(?:个人)?(?:信息|资料|数据|记录|隐私)"
_ANY = "(?:全部|所有)?的?(?:个人)?(?:信息|资料|数据|记录|隐私)"
_PLEASE = "(?:请|麻烦|帮忙|帮我|给我|你|您|我要|我想|想|要|能不能|可以)*"
_ERASE = "(?:删除|删掉|删了|删|清除|清空|抹掉|注销|忘掉)"
_ENDING = r"(?:都|全部|全)?(?:吧|吗|呢|啊|一下|掉|了|给我)*[\s,，。.!！?？~]*"


class Wish(StrEnum):
    """What a worker wants with their data."""

    SHOW = "show"
    EXPORT = "export"
    PAGE = "page"
    ERASE = "erase"
    CONFIRM = "confirm"


_WISHES = {
    Wish.CONFIRM: rf"{phrasing.CONFIRM_WORD}[\s,，。.!！“”\"]*",
    Wish.ERASE: rf"{_PLEASE}(?:{_ERASE}(?:掉|一下)?(?:{_MINE}|{_ANY})|把?{_MINE}(?:都|全部|全)?{_ERASE}){_ENDING}",
    Wish.EXPORT: rf"{_PLEASE}(?:导出|下载|发我|发给我|拷贝){_MINE}{_ENDING}",
    Wish.PAGE: rf"{_PLEASE}导出(?:的)?第?\s*(?P<page>\d{{1,3}}|[一二三四五六七八九])\s*页{_ENDING}",
    Wish.SHOW: (
        rf"{_PLEASE}(?:查看|看看|看一下|看|查一下|查)?{_MINE}(?:有哪些|有什么|是什么)?{_ENDING}"
        rf"|[你您]们?(?:都)?(?:记|存|保存|留)(?:了|着|有)?我?的?(?:什么|哪些|啥)(?:个人)?(?:信息|资料|数据)?{_ENDING}"
    ),
}
_READ = {wish: re.compile(pattern) for wish, pattern in _WISHES.items()}


def is_data_click(message: WorkerMessage) -> bool:
    """Whether the worker pressed 我的资料 in the menu."""
    is_click = message.kind is MessageKind.EVENT_CLICK
    return is_click and message.fields.get("EventKey", "").strip().upper() == MENU_MINE


def read_wish(text: str) -> Wish | None:
    """What a message asks to do with the worker's data, None where it is about anything else."""
    return next((wish for wish, pattern in _READ.items() if pattern.fullmatch(_typed(text))), None)


def _typed(text: str) -> str:
    return text.strip().strip('“”"「」')


def is_half_confirmed(turn: Turn) -> bool:
    """Whether a mere 是 or 好 follows on the question whether everything is to be erased: it is asked once more."""
    waited_s = turn.message.received_at.timestamp() - turn.conversation.erasure_asked_ms / 1000
    return 0 <= waited_s <= SAID_AT_ONCE_S and is_yes(turn.message.text)


class PersonalDataHandler:
    """Shows, exports and erases what is kept about the worker who writes.

    Args:
        exporter: collects what is kept.
        pages: what of it does not fit into one reply.
        erase: forgets the writer of a message but still lets them hear the reply.
        conversations: remember that the erasure was asked for, until it is confirmed.
        clock: a confirmation counts for `CONFIRM_WITHIN_S`.
    """

    def __init__(
        self,
        exporter: WorkerExporter,
        pages: ExportPages,
        erase: Callable[[WorkerMessage], Awaitable[ErasureReport]],
        conversations: Conversations,
        clock: Clock,
    ) -> None:
        self._exporter = exporter
        self._pages = pages
        self._erase = erase
        self._conversations = conversations
        self._clock = clock

    async def handle(self, turn: Turn) -> Reply:
        """What is kept, the question whether to erase it, or that it is erased."""
        worker_id = turn.conversation.worker_id
        match Wish.SHOW if is_data_click(turn.message) else read_wish(turn.message.text):
            case Wish.SHOW:
                return Reply(_in_short(await self._exporter.export_worker(worker_id)))
            case Wish.EXPORT:
                return await self._exported(worker_id)
            case Wish.PAGE:
                return Reply(await self._page(worker_id, turn.message.text))
            case Wish.CONFIRM if self._was_asked(turn.conversation.erasure_asked_ms):
                return Reply(_erased(await self._erase(turn.message)))
            case _:
                await self._conversations.remember(worker_id, erasure_asked_ms=self._now_ms())
                return Reply(phrasing.CONFIRM)

    async def _exported(self, worker_id: str) -> Reply:
        """Everything, or its first page."""
        text = _in_full(await self._exporter.export_worker(worker_id))
        pages = split_text(text, PAGE_BYTES)
        if len(pages) == 1:
            return Reply(text)
        await self._pages.keep(worker_id, pages)
        return Reply(phrasing.page(pages, 1))

    async def _page(self, worker_id: str, text: str) -> str:
        pages = await self._pages.of(worker_id)
        if not pages:
            return phrasing.NO_PAGES
        asked = _READ[Wish.PAGE].fullmatch(_typed(text))
        number = read_choice(asked["page"]) if asked is not None else None
        if number is None or not 1 <= number <= len(pages):
            return phrasing.NO_SUCH_PAGE.format(count=len(pages))
        return phrasing.page(pages, number)

    def _was_asked(self, asked_ms: int) -> bool:
        return 0 <= self._now_ms() - asked_ms <= CONFIRM_WITHIN_S * 1000

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


class ConversationHolder(WithoutMatters):
    """The conversation in the worker's words: places by name.

    Args:
        store: where conversations lie.
        divisions: names of places.
        conversations: opens them.
    """

    label = phrasing.CONVERSATION

    def __init__(self, store: DocumentStore, divisions: Divisions, conversations: Conversations) -> None:
        self._store = store
        self._divisions = divisions
        self._conversations = conversations

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """Places, what was asked and waits, what is half done, the last replies, and when it was last used."""
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        if document is None:
            return []
        conversation = self._conversations.opened(document)
        half_done = [form.told for form in (conversation.form, *conversation.paused_forms) if form]
        known = {
            phrasing.WORK_PLACE: self._place(conversation.work_region),
            phrasing.HOME_PLACE: self._place(conversation.home_region),
            phrasing.WAITING_QUESTION: conversation.pending_question,
            phrasing.LAST_QUESTION: conversation.topic.question if conversation.topic else "",
            phrasing.HALF_DONE: "；".join(half_done),
            phrasing.LOOKED_THROUGH: self._in_words(conversation.listing),
            phrasing.SECOND_WISH: conversation.also_text,
            phrasing.LAST_REPLIES: "；".join(self._conversations.replies(document)),
            phrasing.LAST_USED: shown(document[TOUCHED]) if TOUCHED in document else "",
        }
        return [{label: text for label, text in known.items() if text}]

    async def erase(self, worker_id: str) -> int:
        """Delete the conversation."""
        return await self._store.delete(COLLECTION, {"_id": worker_id})

    def _in_words(self, listing: Listing | None) -> str:
        """What a list was searched by, places by name."""
        query = listing.query if listing is not None else {}
        values = [*query.values(), *query.get("search", {}).values()]
        return "、".join(told for value in values if isinstance(value, str) and (told := self._told(value)))

    def _told(self, value: str) -> str:
        """One condition of a list: a place or a trade by name, own words as they are; "" for what only we call so."""
        if value in self._divisions:
            return self._place(value)
        trade = load_trades().get(value)
        return trade.name if trade is not None else value if _CHINESE.search(value) else ""

    def _place(self, code: str | None) -> str:
        return self._divisions.full_name(code) if code else ""


def _in_short(held: Mapping[str, Any]) -> str:
    conversation = (held.get(phrasing.CONVERSATION) or [{}])[0]
    kept_for_good = (held.get(phrasing.KEPT_FOR_GOOD) or [{}])[0]
    facts = {**held[PROFILE], **kept_for_good, **conversation}
    left_out = {phrasing.LAST_USED, phrasing.LAST_REPLIES, phrasing.LOOKED_THROUGH}
    shown_facts = [f"{label}：{redact(text)}" for label, text in facts.items() if label not in left_out]
    counted = [
        phrasing.COUNTED.format(label=label, count=len(items))
        for label, items in held.items()
        if label not in {PROFILE, phrasing.CONVERSATION, phrasing.KEPT_FOR_GOOD, EXPORTED_AT, LOOKS} and items
    ]
    identity = [] if held[PROFILE] else [phrasing.NO_IDENTITY]
    lines = [phrasing.HELD, *shown_facts, *counted, *identity] if shown_facts or counted else [phrasing.NOTHING_HELD]
    return "\n".join([*lines, phrasing.HOW_TO_GO_ON])


def _in_full(held: Mapping[str, Any]) -> str:
    lines = [phrasing.EXPORT_HEADING]
    for heading, content in held.items():
        items = [content] if isinstance(content, dict) else content
        if isinstance(items, str):
            lines.append(f"{heading}：{items}")
        elif any(items):
            lines.append(f"【{heading}】")
            lines += ["；".join(f"{label}：{text}" for label, text in item.items()) for item in items if item]
    return "\n".join(lines)


def _erased(report: ErasureReport) -> str:
    if report.is_complete:
        return phrasing.ERASED
    matters = [phrasing.MATTER.format(label=matter.label, number=matter.number) for matter in report.kept]
    return "\n".join([phrasing.ERASED_BUT, *matters])
