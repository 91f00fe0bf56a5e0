"""The service points of an installation, without the rest of the product, for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.places.service_points import ServicePoints
from bot.regions.divisions import load_divisions
from bot.settings import Settings
from bot.storage.open_engines import open_documents


@asynccontextmanager
async def open_service_points(settings: Settings) -> AsyncIterator[ServicePoints]:
    """The service points, indexes made.

    Raises:
        StoreUnavailableError: the store is away.
    """
    store = await open_documents(settings.documents_url, settings.documents_path)
    try:
        points = ServicePoints(store, load_divisions())
        await points.prepare()
        yield points
    finally:
        await store.close()
