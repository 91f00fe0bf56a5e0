"""Everything that is held about a worker, for the worker to read."""

from __future__ import annotations

from typing import Any

from bot.ports import Clock
from bot.privacy import phrasing_consent as words
from bot.privacy.audit import WORKER, AuditLog
from bot.privacy.audit_entry import AuditEntry
from bot.privacy.consent import Consent, Consents
from bot.privacy.holders import HolderRegistry
from bot.privacy.moments import shown, stored
from bot.privacy.profiles import Profiles


class WorkerExporter:
    """Collects what is held about workers.

    Args:
        consents: what they agreed to.
        profiles: who they are.
        holders: what other rooms keep.
        audit: who looked; learns of the export as well.
        clock: dates it.
    """

    def __init__(
        self, consents: Consents, profiles: Profiles, holders: HolderRegistry, audit: AuditLog, clock: Clock
    ) -> None:
        self._consents = consents
        self._profiles = profiles
        self._holders = holders
        self._audit = audit
        self._clock = clock

    async def export_worker(self, worker_id: str, *, actor: str = WORKER) -> dict[str, Any]:
        """Everything about a worker, decrypted, as JSON with plain Chinese labels.

        Args:
            worker_id: whose.
            actor: who exports; anybody but the worker stands in the log as well.

        Raises:
            AuditError: the export could not be logged.
            DecryptionError: the data cannot be decrypted.
        """
        await self._audit.append("data_exported", actor=actor, worker_id=worker_id)
        identity = await self._profiles.own(worker_id)
        known = {label: getattr(identity, field, "") for field, label in words.IDENTITY_LABELS.items()}
        held: dict[str, Any] = {
            words.EXPORTED_AT: shown(stored(self._clock.now())),
            words.PROFILE: {label: value for label, value in known.items() if value},
            words.CONSENTS: [_consent(consent) for consent in await self._consents.history(worker_id)],
        }
        for holder in self._holders:
            held[holder.label] = await holder.export(worker_id)
        held[words.LOOKS] = [_look(entry) for entry in await self._audit.about(worker_id)]
        return held


def _consent(consent: Consent) -> dict[str, str]:
    told = {
        words.CONSENT_VERSION: consent.version,
        words.CONSENT_TEXT: words.TEXTS.get(consent.version, ""),
        words.CONSENT_PURPOSES: "、".join(words.PURPOSES[purpose] for purpose in sorted(consent.purposes)),
        words.CONSENT_GIVEN_AT: shown(stored(consent.given_at)),
    }
    if consent.withdrawn_at is not None:
        told[words.CONSENT_WITHDRAWN_AT] = shown(stored(consent.withdrawn_at))
    return told


def _look(entry: AuditEntry) -> dict[str, str]:
    """Staff are not named to the worker: the log knows them, and a complaint reaches it."""
    return {
        words.LOOK_AT: shown(entry.at),
        words.LOOK_BY: words.ACTORS.get(entry.actor, words.STAFF),
        words.LOOK_ACTION: words.ACTIONS.get(entry.action, entry.action),
        words.LOOK_DETAILS: "；".join(str(value) for value in entry.details.values()),
    }
