"""Who keeps something about workers: each room registers, so that export and erasure forget none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.ports import DocumentStore


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Something that is under way for a worker and therefore stays for now.

    Attributes:
        label: what it is, as the worker knows it (``法律援助预约``).
        number: by which they can ask for it.
    """

    label: str
    number: str


class PersonalDataHolder(Protocol):
    """One room's data about workers."""

    @property
    def label(self) -> str:
        """What they are, as the worker knows them (``预约``); the heading in the export."""
        ...

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """Everything held about a worker: for each item, values under plain Chinese labels."""
        ...

    async def erase(self, worker_id: str) -> int:
        """Erase all but open matters, and return how many items went. It may be called again."""
        ...

    async def open_matters(self, worker_id: str) -> list[OpenMatter]:
        """What has to stay until it is closed."""
        ...


class HolderRegistry:
    """The holders of an installation, in the order in which they registered."""

    def __init__(self) -> None:
        self._holders: dict[str, PersonalDataHolder] = {}

    def register(self, holder: PersonalDataHolder) -> None:
        """Add a room's data to every export and erasure.

        Raises:
            ValueError: another one has this label.
        """
        if holder.label in self._holders:
            msg = f"{holder.label} is registered already"
            raise ValueError(msg)
        self._holders[holder.label] = holder

    def __iter__(self) -> Iterator[PersonalDataHolder]:
        return iter(self._holders.values())


class DocumentHolder:
    """Data without open matters that lie in one document for each worker, such as their conversation.

    Args:
        store: where they lie.
        collection: one document for each worker, ``_id`` is theirs.
        label: heading in the export.
        fields: the fields to export, with plain Chinese labels; empty ones are left out.
    """

    def __init__(self, store: DocumentStore, collection: str, label: str, fields: Mapping[str, str]) -> None:
        self._store = store
        self._collection = collection
        self._label = label
        self._fields = dict(fields)

    @property
    def label(self) -> str:
        """Heading in the export."""
        return self._label

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """The document's fields under their labels."""
        document = await self._store.find_one(self._collection, {"_id": worker_id})
        if document is None:
            return []
        known = {label: _text(document.get(field)) for field, label in self._fields.items()}
        return [{label: text for label, text in known.items() if text}]

    async def erase(self, worker_id: str) -> int:
        """Delete the document."""
        return await self._store.delete(self._collection, {"_id": worker_id})

    async def open_matters(self, worker_id: str) -> list[OpenMatter]:  # noqa: ARG002 - nobody has any
        """None."""
        return []


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(_text, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
