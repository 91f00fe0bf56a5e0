"""Photos that workers sent as evidence: fetched before the platform forgets them, kept encrypted."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from bot.claims.claims import Claims
from bot.domain.claim import Claim, Evidence, EvidenceState
from bot.domain.errors import PlatformError, StoreError
from bot.ports import Clock, PictureSource
from bot.privacy.sealed_files import SealedFile, SealedFiles

logger = logging.getLogger("gongyou.claims")

PLATFORM_KEEPS_DAYS = 3.0
"""How long the platform keeps what a worker sent."""


class EvidenceFetcher:
    """Brings photos home; a claim counts as registered without them.

    Args:
        claims: whose photos.
        source: has them for three days.
        files: keeps them.
        clock: tells what is too old to be fetched.
    """

    def __init__(self, claims: Claims, source: PictureSource, files: SealedFiles, clock: Clock) -> None:
        self._claims = claims
        self._source = source
        self._files = files
        self._clock = clock

    async def fetch_waiting(self) -> int:
        """Fetch what is still with the platform, and return how many photos came."""
        counts = [await self.fetch(claim) for claim in await self._claims.with_waiting_evidence()]
        return sum(counts)

    async def fetch(self, claim: Claim) -> int:
        """Fetch the photos of one claim; those that do not come now are tried again later."""
        fetched = {}
        for evidence in claim.details.evidence:
            if evidence.state is EvidenceState.WAITING and (result := await self._fetched(claim, evidence)) is not None:
                fetched[evidence.media_id] = result
        if fetched and await self._claims.note_evidence(claim.number, fetched) is None:
            await self.erase(fetched.values())  # another process was first, or the claim is gone
            return 0
        return sum(one.state is EvidenceState.STORED for one in fetched.values())

    async def erase(self, evidence: Iterable[Evidence]) -> None:
        """Forget photos."""
        for one in evidence:
            if one.file_key:
                await self._files.erase(SealedFile(one.file_key, one.data_key))

    async def _fetched(self, claim: Claim, evidence: Evidence) -> Evidence | None:
        """The photo as kept, or as lost once the platform has surely forgotten it; None to try again."""
        try:
            content = await self._source.fetch_picture(evidence.media_id, evidence.url)
            kept = await self._files.put(content)
        except (PlatformError, StoreError) as error:
            logger.warning("photo not fetched: %s", type(error).__name__)
            is_too_late = self._clock.now() - claim.steps[0].at > timedelta(days=PLATFORM_KEEPS_DAYS)
            return Evidence(evidence.media_id, evidence.url, EvidenceState.LOST) if is_too_late else None
        return Evidence(evidence.media_id, evidence.url, EvidenceState.STORED, kept.file_key, kept.data_key)
