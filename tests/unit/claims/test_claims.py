import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.claims.claims import COLLECTION, Claims
from bot.claims.evidence_fetch import EvidenceFetcher
from bot.claims.personal_data import ClaimHolder
from bot.domain.claim import ClaimDetails, ClaimState, Evidence, EvidenceState, Referral
from bot.domain.errors import ClaimRefusedError, DecryptionError
from bot.domain.legal_reference import SourceQuote
from bot.domain.notice import Notice
from bot.domain.policy import PolicyStatus
from bot.handlers.phrasing_wage_claim import step_notice
from bot.privacy.sealed_files import SealedFile, SealedFiles
from bot.storage.folder_files import FolderFileStore
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.unit.claims.conftest import PSEUDONYMS, Pictures

QUOTE = SourceQuote("畅通“绿色通道”", "若干措施", "六、17", PolicyStatus.DRAFT_FOR_COMMENT, "350400")
REFERRAL = Referral("市人社局", QUOTE)
DETAILS = ClaimDetails("老王", "阳光小区", "350481", "福建省永安市", 2_300_000, "三个月", 20, "张三", "13812345678")
WORKER = PSEUDONYMS.of("o-zhang")


async def test_a_form_that_is_sent_again_registers_one_claim(claims: Claims, store: SqliteDocumentStore) -> None:
    registered = await asyncio.gather(*(claims.register("f1", "o-zhang", DETAILS, REFERRAL) for _ in range(8)))

    assert len({claim.number for claim in registered}) == 1
    assert await store.count(COLLECTION, {}) == 1
    assert registered[0].details == DETAILS
    assert registered[0].referral == REFERRAL


async def test_a_claim_registered_before_midnight_keeps_its_number_when_sent_again_after(
    claims: Claims, clock: FakeClock
) -> None:
    first = await claims.register("f1", "o-zhang", DETAILS, REFERRAL)
    clock.set(clock.now() + timedelta(days=1))

    assert (await claims.register("f1", "o-zhang", DETAILS, REFERRAL)).number == first.number


async def test_nothing_of_a_claim_lies_in_clear(claims: Claims, store: SqliteDocumentStore) -> None:
    await claims.register("f1", "o-zhang", DETAILS, REFERRAL)

    lies = json.dumps(await store.find(COLLECTION, {}), ensure_ascii=False)

    for secret in ("张三", "13812345678", "老王", "o-zhang", "阳光小区"):
        assert secret not in lies


async def test_steps_go_forward_with_their_dates_and_never_back(claims: Claims) -> None:
    number = (await claims.register("f1", "o-zhang", DETAILS, REFERRAL)).number
    await claims.advance(number, ClaimState.FILED, "已联系公司")
    await claims.advance(number, ClaimState.FILED, "再说一遍")
    closed = await claims.advance(number, ClaimState.CLOSED)

    assert [(step.state, step.note) for step in closed.steps] == [
        (ClaimState.REGISTERED, ""),
        (ClaimState.FILED, "已联系公司"),
        (ClaimState.CLOSED, ""),
    ]
    with pytest.raises(ClaimRefusedError, match="办结"):
        await claims.advance(number, ClaimState.MEDIATING)


async def test_a_step_back_is_refused(claims: Claims) -> None:
    number = (await claims.register("f1", "o-zhang", DETAILS, REFERRAL)).number
    await claims.advance(number, ClaimState.HEARING)

    with pytest.raises(ClaimRefusedError, match="往回"):
        await claims.advance(number, ClaimState.FILED)
    with pytest.raises(ClaimRefusedError, match="没有编号"):
        await claims.advance("260101-00000", ClaimState.FILED)


async def test_the_worker_is_told_of_a_step(claims: Claims) -> None:
    sent: list[tuple[str, Notice]] = []

    class Notices:
        async def send(self, openid: str, notice: Notice) -> None:
            sent.append((openid, notice))

    number = (await claims.register("f1", "o-zhang", DETAILS, REFERRAL)).number
    claim = await claims.advance(number, ClaimState.MEDIATING, "周五上午调解")
    await claims.tell(claim, Notices(), step_notice)

    ((openid, notice),) = sent
    assert openid == "o-zhang"
    assert notice.key == f"claim:{number}:mediating"
    assert "调解中（快调）" in notice.text
    assert "周五上午调解" in notice.text


async def test_photos_are_fetched_encrypted_and_tried_again(
    claims: Claims, files: FolderFileStore, clock: FakeClock, tmp_path: Path
) -> None:
    details = replace(DETAILS, evidence=(Evidence("m1"), Evidence("m2")))
    claim = await claims.register("f1", "o-zhang", details, REFERRAL)
    source = Pictures(m1=b"pay slip")
    fetcher = EvidenceFetcher(claims, source, SealedFiles(files), clock)

    assert await fetcher.fetch(claim) == 1
    source.known["m2"] = b"time sheet"
    assert await fetcher.fetch_waiting() == 1
    assert await fetcher.fetch_waiting() == 0

    kept = (await claims.of_worker(WORKER))[0].details.evidence
    assert [one.state for one in kept] == [EvidenceState.STORED] * 2
    assert await SealedFiles(files).open(SealedFile(kept[0].file_key, kept[0].data_key)) == b"pay slip"
    lies = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]  # noqa: ASYNC240 - a test's folder
    assert all(b"pay slip" not in content for content in lies)


async def test_a_photo_that_the_platform_has_forgotten_is_given_up_after_three_days(
    claims: Claims, files: FolderFileStore, clock: FakeClock
) -> None:
    await claims.register("f1", "o-zhang", replace(DETAILS, evidence=(Evidence("m1"),)), REFERRAL)
    fetcher = EvidenceFetcher(claims, Pictures(), SealedFiles(files), clock)

    await fetcher.fetch_waiting()
    assert len(await claims.with_waiting_evidence()) == 1
    clock.set(clock.now() + timedelta(days=3, minutes=1))
    await fetcher.fetch_waiting()

    assert await claims.with_waiting_evidence() == []
    assert (await claims.of_worker(WORKER))[0].details.evidence[0].state is EvidenceState.LOST


async def test_another_key_does_not_open_a_photo(files: FolderFileStore) -> None:
    sealed = SealedFiles(files)
    one, other = await sealed.put(b"one"), await sealed.put(b"other")

    with pytest.raises(DecryptionError):
        await sealed.open(SealedFile(one.file_key, other.data_key))


async def test_open_claims_stay_until_they_are_closed_and_closed_ones_go_with_their_photos(
    claims: Claims, files: FolderFileStore, clock: FakeClock
) -> None:
    holder = ClaimHolder(claims, files)
    claim = await claims.register("f1", "o-zhang", replace(DETAILS, evidence=(Evidence("m1"),)), REFERRAL)
    await EvidenceFetcher(claims, Pictures(m1=b"pay slip"), SealedFiles(files), clock).fetch(claim)

    assert await holder.erase(WORKER) == 0
    assert [matter.number for matter in await holder.open_matters(WORKER)] == [claim.number]
    assert (await holder.export(WORKER))[0]["金额"] == "23000元"
    await claims.advance(claim.number, ClaimState.CLOSED)
    assert await holder.open_matters(WORKER) == []
    assert await holder.erase(WORKER) == 1
    assert await files.keys() == []


async def test_staff_see_what_is_open_in_their_region(claims: Claims) -> None:
    await claims.register("f1", "o-zhang", DETAILS, REFERRAL)
    other = await claims.register("f2", "o-li", replace(DETAILS, region_code="420117"), REFERRAL)
    await claims.advance(other.number, ClaimState.WITHDRAWN)

    assert [claim.region_code for claim in await claims.all_open()] == ["350481"]
    assert await claims.all_open(("420117",)) == []
