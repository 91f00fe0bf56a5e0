"""Subscriptions and sign-ups, over every engine: told once a day, stopped at once; no seat given twice."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.announcement import Announcement
from bot.domain.job import JobPosting, JobSearch, JobSubscription
from bot.domain.notice import Notice
from bot.domain.pseudonym import WorkerPseudonyms
from bot.jobs.course_sign_ups import COLLECTION as SIGN_UPS
from bot.jobs.course_sign_ups import CourseSignUps, SignedUp
from bot.jobs.job_push import JobPush, digest_key
from bot.jobs.personal_data import SignUpHolder, SubscriptionHolder
from bot.jobs.postings import JobPostings
from bot.jobs.subscriptions import COLLECTION, JobSubscriptions, Subscribed, sealed_subscriptions
from bot.ports import DocumentStore
from bot.privacy.consent import Consents
from bot.privacy.identity_fields import Identity
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.phrasing_consent import PUSH_VERSION
from bot.privacy.purposes import Purpose
from bot.privacy.rotation import rotate
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

ZHANG, LI = "o-zhang-san-0000000000000001", "o-li-si-000000000000000000002"
PSEUDONYMS = WorkerPseudonyms("盐")
WELDING = JobSearch("350400", "welder", month_min_fen=600_000)
WELDER = JobPosting("p1", "电焊工", "示例厂", "350481", date(2026, 11, 28), date(2027, 1, 31), trade_id="welder")
COURSE = Announcement("c1", "焊工", "350400", date(2026, 12, 31), seats=3)
WANG = Identity("王建国", "13812341234")
DAY_S = 24 * 3600.0


class Told:
    """`bot.ports.Notices` that remembers; the same key is delivered once."""

    def __init__(self) -> None:
        self.notices: dict[tuple[str, str], Notice] = {}

    async def send(self, openid: str, notice: Notice) -> None:
        self.notices.setdefault((openid, notice.key), notice)

    def texts(self, openid: str = ZHANG) -> list[str]:
        return [notice.text for (to, _), notice in self.notices.items() if to == openid]


def words(subscription: JobSubscription, postings: Sequence[JobPosting], on: date) -> Notice:
    assert subscription.searches
    return Notice(digest_key(on), " ".join(posting.posting_id for posting in postings))


@pytest.fixture
def clock() -> FakeClock:
    """Ten in the morning in China."""
    return FakeClock(datetime(2026, 11, 28, 2, tzinfo=UTC))


@pytest.fixture
def old_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


@pytest.fixture
def privacy(documents: DocumentStore, clock: FakeClock, old_key: bytes) -> PrivacyRoom:
    return PrivacyRoom.over(documents, KeyRing.of({"old": old_key}), clock)


@pytest.fixture
async def postings(documents: DocumentStore, clock: FakeClock) -> JobPostings:
    postings = JobPostings(documents, load_city_distances(), clock)
    await postings.prepare()
    return postings


@pytest.fixture
async def subscriptions(documents: DocumentStore, privacy: PrivacyRoom, clock: FakeClock) -> JobSubscriptions:
    subscriptions = JobSubscriptions(documents, sealed_subscriptions(privacy.cipher, PSEUDONYMS), clock)
    await subscriptions.prepare()
    return subscriptions


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def push(
    postings: JobPostings, subscriptions: JobSubscriptions, privacy: PrivacyRoom, told: Told, clock: FakeClock
) -> JobPush:
    return JobPush(subscriptions, postings, load_city_distances(), privacy.consents, told, words, clock)


@pytest.fixture
async def sign_ups(documents: DocumentStore, privacy: PrivacyRoom, clock: FakeClock) -> CourseSignUps:
    sign_ups = CourseSignUps(documents, privacy.cipher, clock)
    await sign_ups.prepare()
    return sign_ups


async def subscribe(subscriptions: JobSubscriptions, consents: Consents, openid: str, search: JobSearch) -> None:
    await consents.give(PSEUDONYMS.of(openid), [Purpose.JOB_PUSH], version=PUSH_VERSION)
    assert await subscriptions.add(openid, search) is Subscribed.NEW


async def test_a_subscriber_is_told_of_new_postings_once_a_day(
    push: JobPush,
    subscriptions: JobSubscriptions,
    privacy: PrivacyRoom,
    postings: JobPostings,
    told: Told,
    clock: FakeClock,
) -> None:
    await postings.keep(replace(WELDER, posting_id="known"))
    await clock.advance(60)
    await subscribe(subscriptions, privacy.consents, ZHANG, JobSearch("350400", "welder"))
    assert await push.push_due() == 0
    await clock.advance(60)
    await postings.keep(WELDER)
    await postings.keep(replace(WELDER, posting_id="elsewhere", region_code="350200"))
    await postings.keep(replace(WELDER, posting_id="guard", trade_id="guard"))
    assert [await push.push_due(), await push.push_due()] == [1, 0]
    await clock.advance(60)
    await postings.keep(replace(WELDER, posting_id="p2"))
    assert await push.push_due() == 0
    assert told.texts() == ["p1"]
    await clock.advance(DAY_S)
    assert [await push.push_due(), await push.push_due()] == [1, 0]
    assert told.texts() == ["p1", "p2"]
    subscription = await subscriptions.of(PSEUDONYMS.of(ZHANG))
    assert subscription is not None
    assert (subscription.told, subscription.told_last) == (("p2", "p1"), 1)


async def test_nobody_is_told_at_night(
    push: JobPush,
    subscriptions: JobSubscriptions,
    privacy: PrivacyRoom,
    postings: JobPostings,
    told: Told,
    clock: FakeClock,
) -> None:
    await subscribe(subscriptions, privacy.consents, ZHANG, JobSearch())
    await clock.advance(11 * 3600)  # nine in the evening
    await postings.keep(WELDER)
    assert await push.push_due() == 0
    await clock.advance(11 * 3600)
    assert await push.push_due() == 1
    assert told.texts() == ["p1"]


async def test_what_was_handed_over_before_a_crash_is_delivered_once(
    push: JobPush,
    subscriptions: JobSubscriptions,
    privacy: PrivacyRoom,
    postings: JobPostings,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    clock: FakeClock,
) -> None:
    await subscribe(subscriptions, privacy.consents, ZHANG, JobSearch())
    await clock.advance(60)
    await postings.keep(WELDER)

    async def crash(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(subscriptions, "told", crash)
        with pytest.raises(ConnectionError):
            await push.push_due()
    assert await push.push_due() == 1
    assert told.texts() == ["p1"]


async def test_the_same_search_twice_is_one_and_there_are_not_endlessly_many(subscriptions: JobSubscriptions) -> None:
    outcomes = await asyncio.gather(*(subscriptions.add(ZHANG, WELDING) for _ in range(10)))
    assert sorted(outcomes).count(Subscribed.NEW) == 1
    for trade in ("guard", "nanny", "cook", "cleaner"):
        assert await subscriptions.add(ZHANG, JobSearch("350400", trade)) is Subscribed.NEW
    assert await subscriptions.add(ZHANG, JobSearch("350400", "rider")) is Subscribed.TOO_MANY
    known = await subscriptions.of(PSEUDONYMS.of(ZHANG))
    assert known is not None
    assert known.searches[0] == WELDING
    assert len(known.searches) == 5


async def test_unsubscribing_and_withdrawing_consent_stop_at_once(
    push: JobPush,
    subscriptions: JobSubscriptions,
    privacy: PrivacyRoom,
    postings: JobPostings,
    told: Told,
    clock: FakeClock,
) -> None:
    for openid in (ZHANG, LI):
        await subscribe(subscriptions, privacy.consents, openid, JobSearch())
    await clock.advance(60)
    await postings.keep(WELDER)
    assert await subscriptions.remove(PSEUDONYMS.of(ZHANG)) == 1
    assert await subscriptions.remove(PSEUDONYMS.of(ZHANG)) == 0
    await privacy.consents.withdraw(PSEUDONYMS.of(LI), [Purpose.JOB_PUSH])
    assert await push.push_due() == 0
    assert told.notices == {}
    assert await subscriptions.of(PSEUDONYMS.of(LI)) is None


async def test_a_subscription_does_not_tell_whose_it_is_and_is_exported_rotated_and_erased(
    subscriptions: JobSubscriptions, documents: DocumentStore, old_key: bytes, clock: FakeClock
) -> None:
    await subscriptions.add(ZHANG, WELDING)
    [row] = await documents.find(COLLECTION, {})
    assert ZHANG not in str(row)
    holder = SubscriptionHolder(subscriptions, load_divisions())
    assert await holder.export(PSEUDONYMS.of(ZHANG)) == [{"找活的条件": "三明，电焊工，月薪6000元以上"}]
    ring = KeyRing.of({"new": secrets.token_bytes(KEY_BYTES), "old": old_key})
    both = PrivacyRoom.over(documents, ring, clock)
    [counts] = await rotate(documents, [sealed_subscriptions(both.cipher, PSEUDONYMS).rotation()])
    assert counts.renewed == 1
    assert await holder.erase(PSEUDONYMS.of(ZHANG)) == 1
    assert await holder.open_matters(PSEUDONYMS.of(ZHANG)) == []
    assert await documents.count(COLLECTION, {}) == 0


async def test_fifty_workers_at_once_for_the_last_seat_are_one_in_and_forty_nine_told_that_it_is_full(
    sign_ups: CourseSignUps,
) -> None:
    for number in range(2):
        await sign_ups.sign_up(COURSE, f"early{number}", WANG, "f")
    outcomes = await asyncio.gather(
        *(sign_ups.sign_up(COURSE, f"w{number}", WANG, f"f{number}") for number in range(50))
    )
    assert sorted(outcomes).count(SignedUp.NEW) == 1
    assert sorted(outcomes).count(SignedUp.FULL) == 49
    assert len(await sign_ups.of_course("c1")) == 3


async def test_nobody_signs_up_twice_and_a_repeat_has_the_same_outcome(sign_ups: CourseSignUps) -> None:
    assert await sign_ups.sign_up(COURSE, "w1", WANG, "f1") is SignedUp.NEW
    assert await sign_ups.sign_up(COURSE, "w1", WANG, "f1") is SignedUp.NEW
    assert await sign_ups.sign_up(COURSE, "w1", WANG, "f2") is SignedUp.ALREADY
    [one] = await sign_ups.of_course("c1")
    assert (one.worker_id, one.name, one.phone, one.course) == ("w1", "王建国", "13812341234", "焊工")


async def test_a_sign_up_broken_off_by_a_crash_is_finished_by_its_repeat(
    sign_ups: CourseSignUps, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> bool:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(sign_ups, "_take_seat", crash)
        with pytest.raises(ConnectionError):
            await sign_ups.sign_up(COURSE, "w1", WANG, "f1")
    assert await sign_ups.of_course("c1") == []
    assert await sign_ups.sign_up(COURSE, "w1", WANG, "f1") is SignedUp.NEW


async def test_a_seat_given_back_is_free_again(sign_ups: CourseSignUps) -> None:
    for number in range(3):
        await sign_ups.sign_up(COURSE, f"w{number}", WANG, "f")
    assert await sign_ups.withdraw("w1", "c1")
    assert not await sign_ups.withdraw("w1", "c1")
    assert await sign_ups.sign_up(COURSE, "late", WANG, "f") is SignedUp.NEW
    assert await sign_ups.sign_up(COURSE, "later", WANG, "f") is SignedUp.FULL


async def test_names_and_telephones_are_sealed_exported_rotated_and_erased(
    sign_ups: CourseSignUps, documents: DocumentStore, old_key: bytes, clock: FakeClock
) -> None:
    await sign_ups.sign_up(COURSE, "w1", WANG, "f1")
    [row] = await documents.find(SIGN_UPS, {})
    assert "王建国" not in str(row)
    assert "13812341234" not in str(row)
    holder = SignUpHolder(sign_ups)
    [told] = await holder.export("w1")
    assert (told["课程"], told["姓名"], told["电话"]) == ("焊工", "王建国", "13812341234")
    ring = KeyRing.of({"new": secrets.token_bytes(KEY_BYTES), "old": old_key})
    both = CourseSignUps(documents, PrivacyRoom.over(documents, ring, clock).cipher, clock)
    [counts] = await rotate(documents, [both.rotation()])
    assert counts.renewed == 1
    assert await holder.erase("w1") == 1
    assert await holder.open_matters("w1") == []
    assert await sign_ups.of_course("c1") == []


async def test_sign_ups_for_courses_long_over_are_forgotten(sign_ups: CourseSignUps, clock: FakeClock) -> None:
    await sign_ups.sign_up(COURSE, "w1", WANG, "f1")
    assert await sign_ups.expire() == 0
    await clock.advance(215 * DAY_S)
    assert await sign_ups.expire() == 1
