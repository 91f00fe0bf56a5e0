"""Who is logged in where. The browser holds a random secret; only its SHA-256 is stored."""

from __future__ import annotations

import hashlib
import re
import secrets

from bot.accounts.staff import AccountRecord, StaffAccounts
from bot.domain.moments import from_ms, to_ms
from bot.domain.staff import StaffSession
from bot.ports import Clock, Document, DocumentStore

COLLECTION = "staff_sessions"
TOKEN_BYTES = 32
IDLE_S = 30 * 60
LONGEST_S = 12 * 3600
SEEN_EVERY_S = 60
"""A request moves ``seen_at`` only when it is older than this, so that reading pages writes once a minute."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class StaffSessions:
    """The sessions.

    Args:
        store: where they lie.
        accounts: whose they are.
        clock: the time.
    """

    def __init__(self, store: DocumentStore, accounts: StaffAccounts, clock: Clock) -> None:
        self._store = store
        self._accounts = accounts
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes; idempotent."""
        await self._store.ensure_index(COLLECTION, ["account_id"])
        await self._store.ensure_index(COLLECTION, ["seen_ms"])

    async def open(self, record: AccountRecord, device: str, failures_before: int = 0) -> str:
        """Begin a session and return its secret, 43 URL-safe characters (256 random bits)."""
        token, now_ms = secrets.token_urlsafe(TOKEN_BYTES), to_ms(self._clock.now())
        document: Document = {
            "_id": id_of(token),
            "account_id": record.account.account_id,
            "credentials": record.credentials,
            "opened_ms": now_ms,
            "seen_ms": now_ms,
            "device": device,
            "failures_before": failures_before,
        }
        if record.account.last_log_in_at is not None:
            document["previous_ms"] = to_ms(record.account.last_log_in_at)
        await self._store.insert(COLLECTION, document)
        await self._sweep(now_ms)
        return token

    async def resolve(self, token: str) -> StaffSession | None:
        """The session of a secret, and a sign of life from it.

        Returns:
            None where the secret is not one of ours, the session was idle for 30 minutes, is 12 hours old or was
            revoked, or the account is disabled.
        """
        if not _TOKEN.fullmatch(token):
            return None
        document = await self._store.find_one(COLLECTION, {"_id": id_of(token)})
        if document is None:
            return None
        record = await self._accounts.record(document["account_id"])
        if record is None or not self._is_alive(document, record):
            await self._store.delete(COLLECTION, {"_id": document["_id"]})
            return None
        return _session(await self._seen(document), record)

    async def of_account(self, account_id: str) -> list[StaffSession]:
        """The living sessions of an account, the latest used first."""
        record = await self._accounts.record(account_id)
        if record is None:
            return []
        found = await self._store.find(COLLECTION, {"account_id": account_id}, sort=[("seen_ms", -1)])
        return [_session(document, record) for document in found if self._is_alive(document, record)]

    async def close(self, token: str) -> None:
        """End one session; a secret that is none changes nothing."""
        await self._store.delete(COLLECTION, {"_id": id_of(token)})

    async def close_others(self, session: StaffSession) -> int:
        """End the account's other sessions and return how many there were."""
        return await self._store.delete(
            COLLECTION, {"account_id": session.account.account_id, "_id": {"$ne": session.session_id}}
        )

    async def close_all(self, account_id: str) -> int:
        """End every session of an account and return how many there were."""
        return await self._store.delete(COLLECTION, {"account_id": account_id})

    def _is_alive(self, document: Document, record: AccountRecord) -> bool:
        now_ms = to_ms(self._clock.now())
        return (
            not record.account.disabled
            and document["credentials"] == record.credentials
            and now_ms - document["seen_ms"] < IDLE_S * 1000
            and now_ms - document["opened_ms"] < LONGEST_S * 1000
        )

    async def _seen(self, document: Document) -> Document:
        now_ms = to_ms(self._clock.now())
        if now_ms - document["seen_ms"] < SEEN_EVERY_S * 1000:
            return document
        # A lost race means that another request has just said the same, or that the session was closed.
        return await self._store.replace_if(COLLECTION, document | {"seen_ms": now_ms}) or document

    async def _sweep(self, now_ms: int) -> None:
        await self._store.delete(COLLECTION, {"seen_ms": {"$lt": now_ms - IDLE_S * 1000}})


def id_of(token: str) -> str:
    """What is stored of a secret: its SHA-256, 64 hex digits. It has 256 random bits, so that no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _session(document: Document, record: AccountRecord) -> StaffSession:
    previous_ms = document.get("previous_ms")
    return StaffSession(
        session_id=document["_id"],
        account=record.account,
        opened_at=from_ms(document["opened_ms"]),
        seen_at=from_ms(document["seen_ms"]),
        device=document["device"],
        previous_log_in_at=None if previous_ms is None else from_ms(previous_ms),
        failures_before=document["failures_before"],
    )
