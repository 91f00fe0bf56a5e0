"""The staff accounts without the rest of the product, for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.accounts.log_in import Accounts
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.storage.open_engines import open_cache, open_documents


@asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """The accounts of an installation, running or not, until the context ends.

    Raises:
        SettingsError: a setting cannot be used.
        StoreUnavailableError: an engine is away.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        documents = await open_documents(settings.documents_url, settings.documents_path)
        stack.push_async_callback(documents.close)
        cache = await open_cache(settings.cache_url, settings.cache_path, clock=clock)
        stack.push_async_callback(cache.close)
        accounts = Accounts(documents, cache, clock)
        await accounts.staff.prepare()
        yield accounts
