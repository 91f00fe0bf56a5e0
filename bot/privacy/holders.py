"""Who keeps something about workers: each room registers, so that export and erasure forget none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.ports import Document, DocumentStore

Describe = Callable[[Document], dict[str, str]]


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


class WithoutMatters:
    """A holder whose data never has to stay: who leaves takes it along."""

    async def open_matters(self, worker_id: str) -> list[OpenMatter]:  # noqa: ARG002 - nobody has any
        """None."""
        return []


class RowsHolder(WithoutMatters):
    """Documents of one collection that name a worker by their pseudonym.

    Args:
        store: where they lie.
        collection: its name.
        named_by: the field that holds the pseudonym.
        label: what they are, as the worker knows them.
        describe: one document in plain Chinese; {} for nothing to tell.
    """

    def __init__(self, store: DocumentStore, collection: str, named_by: str, label: str, describe: Describe) -> None:
        self._store = store
        self._collection = collection
        self._named_by = named_by
        self._label = label
        self._describe = describe

    @property
    def label(self) -> str:
        """Heading in the export."""
        return self._label

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """What the documents say."""
        found = await self._store.find(self._collection, {self._named_by: worker_id})
        return [described for document in found if (described := self._describe(document))]

    async def erase(self, worker_id: str) -> int:
        """Delete the documents."""
        return await self._store.delete(self._collection, {self._named_by: worker_id})
