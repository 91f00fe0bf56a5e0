"""What is kept about a worker's wage claims, for export and erasure: open ones stay until they are closed."""

from __future__ import annotations

from bot.claims.claims import COLLECTION, Claims
from bot.domain.claim import Claim
from bot.ports import FileStore
from bot.privacy.holders import OpenMatter
from bot.privacy.moments import shown, stored
from bot.privacy.sealed_files import SealedFile, SealedFiles

LABEL = "欠薪登记"
NUMBER, REGISTERED_AT, EMPLOYER, PROJECT, PLACE = "编号", "登记时间", "用人单位", "项目", "地点"
AMOUNT, MONTHS, PEOPLE, NAME, PHONE, PHOTOS = "金额", "欠薪时间", "人数", "姓名", "电话", "照片"


class ClaimHolder:
    """See `bot.privacy.holders.PersonalDataHolder`.

    Args:
        claims: the claims.
        files: their photos.
    """

    label = LABEL
    collection = COLLECTION

    def __init__(self, claims: Claims, files: FileStore | None) -> None:
        self._claims = claims
        self._files = SealedFiles(files) if files is not None else None

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """Everything told for each claim."""
        return [described(claim) for claim in await self._claims.of_worker(worker_id)]

    async def erase(self, worker_id: str) -> int:
        """Delete closed claims with their photos."""
        erased = await self._claims.erase_closed(worker_id)
        for claim in erased:
            for one in claim.details.evidence:
                if self._files is not None and one.file_key:
                    await self._files.erase(SealedFile(one.file_key, one.data_key))
        return len(erased)

    async def open_matters(self, worker_id: str) -> list[OpenMatter]:
        """Claims under way."""
        claims = await self._claims.of_worker(worker_id)
        return [OpenMatter(LABEL, claim.number) for claim in claims if claim.state.is_open]


def described(claim: Claim) -> dict[str, str]:
    """What a claim tells, under plain Chinese labels."""
    told = claim.details
    amount = "" if told.amount_fen is None else f"{told.amount_fen / 100:g}元"
    facts = {
        NUMBER: claim.number,
        REGISTERED_AT: shown(stored(claim.steps[0].at)),
        EMPLOYER: told.employer,
        PROJECT: told.project,
        PLACE: told.place,
        AMOUNT: amount,
        MONTHS: told.months,
        PEOPLE: str(told.people),
        NAME: told.name,
        PHONE: told.phone,
        PHOTOS: f"{len(told.evidence)}张" if told.evidence else "",
    }
    return {label: fact for label, fact in facts.items() if fact}
