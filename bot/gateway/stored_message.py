"""A worker's message as the store keeps it, so that it can be worked on later, by whichever process."""

from __future__ import annotations

from datetime import datetime

from bot.domain.message import MessageKind, WorkerMessage
from bot.ports import Document


def message_row(message: WorkerMessage) -> Document:
    """A message in values that JSON has; all of it tells who the worker is or what they said."""
    return {
        "key": message.key,
        "openid": message.openid,
        "account_id": message.account_id,
        "kind": message.kind.value,
        "text": message.text,
        "received_at": message.received_at.isoformat(),
        "fields": [[name, value] for name, value in message.fields.items()],
    }


def message_of(row: Document) -> WorkerMessage:
    """The message that `message_row` was given."""
    return WorkerMessage(
        key=row["key"],
        openid=row["openid"],
        account_id=row["account_id"],
        kind=MessageKind(row["kind"]),
        text=row["text"],
        received_at=datetime.fromisoformat(row["received_at"]),
        fields=dict(row["fields"]),
    )
