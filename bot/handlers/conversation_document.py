"""A conversation as it lies in the store: what workers wrote themselves is sealed, what is only a code is not.

Three fields are tokens of `bot.privacy.cipher`: the question that waits, what is being done (forms, list, second wish)
and talked about, and the replies given last.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from operator import attrgetter
from typing import Any

from bot.domain.conversation import Conversation, PolicyTopic
from bot.domain.form import Choice, Listing, OpenForm, Question
from bot.domain.intent import Intent
from bot.domain.region import PlaceRole
from bot.ports import Document
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.rotation import RotationStep, sealed_fields

COLLECTION = "conversations"
QUESTION = "pending_question"
"""In clear only in documents of an early version; it goes with the next change."""
SEALED_QUESTION = "sealed_question"
SEALED_MATTERS = "sealed_matters"
SEALED_REPLIES = "sealed_replies"
ANSWERED = "answered"
REPLIES_KEPT = 3
"""A message is worked on again within seconds of a crash; few others of the same worker come between."""


class ConversationDocuments:
    """Turns conversations into documents and back.

    Args:
        cipher: seals what workers wrote.
    """

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    def opened(self, document: Document) -> Conversation:
        """A conversation as it lies in the store.

        Raises:
            DecryptionError: it was changed, or the installation's key is another one.
        """
        matters = json.loads(self._open(document, SEALED_MATTERS) or "{}")
        also = matters.get("also")
        return Conversation(
            worker_id=document["_id"],
            work_region=document.get("work_region"),
            home_region=document.get("home_region"),
            region_asked=document.get("region_asked", False),
            pending_question=self._open(document, SEALED_QUESTION),
            pending_places=tuple(document.get("pending_places", ())),
            pending_role=PlaceRole(document.get("pending_role", PlaceRole.WORK)),
            erasure_asked_ms=document.get("erasure_asked_ms", 0),
            form=_form(matters["form"]) if "form" in matters else None,
            paused_forms=_paused_forms(matters),
            done_form=_form(matters["done_form"]) if "done_form" in matters else None,
            listing=_listing(matters.get("listing")),
            also=Intent(also) if also else None,
            also_text=matters.get("also_text", ""),
            topic=_topic(matters.get("topic")),
        )

    def changed(self, document: Document, before: Conversation, after: Conversation) -> Document:
        """The document of a conversation that went on; what did not change keeps its token.

        Args:
            document: as it was read.
            before: the conversation in it.
            after: the same conversation with its news.
        """
        news: Document = {
            "work_region": after.work_region,
            "home_region": after.home_region,
            "region_asked": after.region_asked,
            "pending_places": list(after.pending_places),
            "pending_role": after.pending_role.value,
            "erasure_asked_ms": after.erasure_asked_ms,
        }
        if after.pending_question != before.pending_question or SEALED_QUESTION not in document:
            news[SEALED_QUESTION] = self._seal(document, SEALED_QUESTION, after.pending_question)
        if _in_hand(after) != _in_hand(before):
            matters = _matters(after)
            sealable = json.dumps(matters, ensure_ascii=False) if matters else ""
            news[SEALED_MATTERS] = self._seal(document, SEALED_MATTERS, sealable)
        return {name: value for name, value in document.items() if name != QUESTION} | news

    def replies(self, document: Document) -> list[tuple[str, str]]:
        """The messages that changed the conversation last, oldest first, with the replies that they got."""
        texts = json.loads(self._open(document, SEALED_REPLIES) or "[]")
        return list(zip(document.get(ANSWERED, ()), texts, strict=True))

    def with_reply(self, document: Document, message_id: str, reply: str) -> Document:
        """The document with one more reply, the oldest dropped."""
        kept = [*self.replies(document), (message_id, reply)][-REPLIES_KEPT:]
        texts = json.dumps([text for _, text in kept], ensure_ascii=False)
        sealed = self._seal(document, SEALED_REPLIES, texts)
        return document | {ANSWERED: [message for message, _ in kept], SEALED_REPLIES: sealed}

    def rotation(self) -> RotationStep:
        """Brings conversations under the installation's current key."""
        return sealed_fields(self._cipher, COLLECTION, [SEALED_QUESTION, SEALED_MATTERS, SEALED_REPLIES])

    def _open(self, document: Document, name: str) -> str:
        token = document.get(name, "")
        return self._cipher.decrypt(token, FieldContext(COLLECTION, name, document["_id"])) if token else ""

    def _seal(self, document: Document, name: str, text: str) -> str:
        return self._cipher.encrypt(text, FieldContext(COLLECTION, name, document["_id"])) if text else ""


_in_hand = attrgetter("form", "paused_forms", "done_form", "listing", "also", "also_text", "topic")


def _matters(conversation: Conversation) -> dict[str, Any]:
    """What is being done and talked about, JSON-able; {} where nothing is."""
    known = {
        "form": asdict(conversation.form) if conversation.form else None,
        "paused_forms": [asdict(form) for form in conversation.paused_forms],
        "done_form": asdict(conversation.done_form) if conversation.done_form else None,
        "listing": asdict(conversation.listing) if conversation.listing else None,
        "also": conversation.also.value if conversation.also else None,
        "also_text": conversation.also_text,
        "topic": asdict(conversation.topic) if conversation.topic else None,
    }
    return {name: value for name, value in known.items() if value}


def _paused_forms(matters: dict[str, Any]) -> tuple[OpenForm, ...]:
    """Those that lie there; an earlier version kept one."""
    earlier = [matters["paused_form"]] if "paused_form" in matters else []
    return tuple(map(_form, matters.get("paused_forms", earlier)))


def _form(stored: dict[str, Any]) -> OpenForm:
    return OpenForm(**stored | {"asked": _question(stored["asked"]), "filled": tuple(stored["filled"])})


def _question(stored: dict[str, Any] | None) -> Question | None:
    if stored is None:
        return None
    return Question(**stored | {"choices": tuple(Choice(**choice) for choice in stored["choices"])})


def _listing(stored: dict[str, Any] | None) -> Listing | None:
    if stored is None:
        return None
    return Listing(**stored | {"intent": Intent(stored["intent"]), "shown": tuple(stored["shown"])})


def _topic(stored: dict[str, Any] | None) -> PolicyTopic | None:
    return None if stored is None else PolicyTopic(**stored | {"clause_ids": tuple(stored["clause_ids"])})
