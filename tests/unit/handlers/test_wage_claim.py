import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.claims.claims import Claims, sealed_claims
from bot.claims.evidence_fetch import EvidenceFetcher
from bot.claims.referrals import Referrals
from bot.domain.claim import ClaimState
from bot.domain.conversation import Conversation, Turn
from bot.domain.errors import PlatformError
from bot.domain.form import Question
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.domain.wage_offender import WageOffender
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.wage_claim import WageClaimForm
from bot.policies.legal_references import load_legal_references
from bot.policies.wage_referrals import load_wage_referrals
from bot.privacy.sealed_files import SealedFiles
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.folder_files import FolderFileStore
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom
from tests.fakes.server_process import REPOSITORY

PSEUDONYMS = WorkerPseudonyms("盐")
WORKER = PSEUDONYMS.of("o1")
CORPUS = REPOSITORY / "corpus"


class NoPictures:
    async def fetch_picture(self, media_id: str, url: str) -> bytes:
        raise PlatformError(media_id + url)


class Listed:
    """王老五 is on a list."""

    async def find(self, employers: Iterable[str]) -> dict[str, WageOffender]:
        return {name: WageOffender(name, "市人社局公布名单") for name in employers if name == "王老五"}


class Talk:
    """Fills in the form as the dialogue does: numbers choose, everything else is read by the form."""

    def __init__(self, form: WageClaimForm, work_region: str | None = None) -> None:
        self.form = form
        self._region = work_region
        self._ids = itertools.count()
        self.values: dict[str, Any] = {}
        self.asked: Question | None = None

    async def says(self, text: str = "", **fields: str) -> str:
        kind = MessageKind.IMAGE if fields else MessageKind.TEXT
        message = WorkerMessage("k", "o1", "gh", kind, text, datetime(2026, 11, 28, tzinfo=UTC), fields)
        turn = Turn(message, Conversation(WORKER, work_region=self._region))
        if text == "跳过" and self.asked is not None and self.asked.is_optional:
            self.values[self.asked.field] = None
        elif self.asked is not None and self.asked.choices and text.isdecimal():
            self.values[self.asked.field] = self.asked.choices[int(text) - 1].value
        else:
            reading = self.form.read(turn, self.values, self.asked)
            if reading.refusal:
                return reading.refusal
            assert reading.values or self.asked is None, f"not understood: {text}"
            self.values |= reading.values
        self.asked = await self.form.next_question(turn, self.values)
        if self.asked is not None:
            return self.asked.text
        return (await self.form.complete(f"f{next(self._ids)}", turn, self.values)).text


@pytest.fixture
async def claims(store: SqliteDocumentStore, privacy: PrivacyRoom, clock: FakeClock) -> Claims:
    claims = Claims(store, sealed_claims(privacy.cipher, PSEUDONYMS), clock)
    await claims.prepare()
    return claims


@pytest.fixture
def talk(claims: Claims, privacy: PrivacyRoom, clock: FakeClock, tmp_path: Path) -> Callable[..., Talk]:
    divisions = load_divisions()
    form = WageClaimForm(
        claims,
        Referrals(load_wage_referrals(CORPUS, load_legal_references(CORPUS)), divisions),
        ContactQuestions(privacy.consents, privacy.profiles),
        EvidenceFetcher(claims, NoPictures(), SealedFiles(FolderFileStore(tmp_path / "files")), clock),
        load_place_finder(),
        divisions,
        Listed(),
    )
    return lambda work_region=None: Talk(form, work_region)


async def test_a_claim_is_told_step_by_step_and_registered(talk: Callable[..., Talk], claims: Claims) -> None:
    worker = talk()

    assert "老板或公司" in await worker.says("老板欠我三个月工资不给，我要举报")
    assert "哪个市县" in await worker.says("包工头王老五")
    assert "多少钱" in await worker.says("在永安干的")
    assert "工地" in await worker.says("两万三")
    assert "几个人" in await worker.says("阳光小区")
    assert "照片" in await worker.says("20个人")
    assert "接着发" in await worker.says(MediaId="m1", PicUrl="http://p/1")
    assert "接着发" in await worker.says(MediaId="m2", PicUrl="http://p/2")
    assert ("照片", "2张") in [(one.label, one.text) for one in worker.form.known(worker.values)]
    assert "同意" in await worker.says("好了")
    assert "名字" in await worker.says("1")
    assert "手机号" in await worker.says("张三")
    done = await worker.says("13812345678")

    (claim,) = await claims.of_worker(WORKER)
    assert claim.number in done
    assert "市人社局" in done
    assert "征求意见稿" in done
    assert (claim.details.amount_fen, claim.details.people, claim.details.months) == (2_300_000, 20, "三个月")
    assert len(claim.details.evidence) == 2
    assert len(done.encode()) <= 2000


@pytest.mark.parametrize(
    "said", ["同意", "好的", "没有", "我这种情况能请律师吗", "谁管这个", "去年十月到现在", "两万三", "3个月"]
)
async def test_what_names_nobody_is_no_employer(talk: Callable[..., Talk], said: str) -> None:
    worker = talk()
    await worker.says("登记欠薪")
    with pytest.raises(AssertionError, match="not understood"):
        await worker.says(said)


async def test_what_is_owed_is_no_number_of_people_and_a_company_s_name_no_place(talk: Callable[..., Talk]) -> None:
    worker = talk()
    await worker.says("老板拖了我们八个人半年工资，一共十二万，福建某某建筑有限公司，在三明永安干的")
    assert worker.values["people"] == 8
    assert worker.values["amount"]["fen"] == 12_000_000
    assert worker.values["place"]["code"] == "350481"


async def test_one_long_message_fills_what_it_says(talk: Callable[..., Talk]) -> None:
    worker = talk()

    await worker.says("我们20个人在武汉新洲阳逻港项目干活，宏达建筑劳务有限公司欠了我们三十二万块，拖了半年了")

    assert worker.values["people"] == 20
    assert worker.values["employer"] == "宏达建筑劳务有限公司"
    assert worker.values["amount"]["fen"] == 32_000_000
    assert worker.values["months"] == "半年"
    assert worker.values["place"]["code"] == "420117"


@pytest.mark.parametrize(
    ("said", "employer"),
    [
        ("老板叫陈大发，在永安的万达工地，欠我两万", "陈大发"),
        ("我们包工头姓赵，拖了三个月工资", "赵"),
        ("工头是个姓马的，工资不给", "马"),
        ("老板叫什么我不知道，欠了我两万", None),
        ("老板叫我回去上班，工资还没给", None),
    ],
)
async def test_the_boss_is_read_from_the_first_message(
    talk: Callable[..., Talk], said: str, employer: str | None
) -> None:
    worker = talk()
    await worker.says(said)
    assert worker.values.get("employer") == employer


@pytest.mark.parametrize(
    ("answer", "fen"),
    [("两万三", 2_300_000), ("大概五千多块钱", 500_000), ("12800", 1_280_000), ("1.5万", 1_500_000), ("说不清", None)],
)
async def test_amounts_are_read_as_people_say_them(talk: Callable[..., Talk], answer: str, fen: int | None) -> None:
    worker = talk("350481")
    await worker.says("老板不给工资")
    await worker.says("王老五")
    await worker.says("1")
    await worker.says(answer)

    assert worker.values["amount"]["fen"] == fen


async def test_a_second_claim_is_told_of_the_first(talk: Callable[..., Talk]) -> None:
    worker = talk("350481")
    for answer in ("老板不给工资", "王老五", "1", "两万三", "跳过", "跳过", "1", "没有", "同意", "张三"):
        await worker.says(answer)
    first = await worker.says("13812345678")

    again = await talk("350481").says("另一个老板也欠我工资")

    assert "王老五在欠薪名单上（市人社局公布名单）" in first
    assert first.split("编号")[1][:12] in again
    assert "登记新的" in again


async def test_progress_and_withdrawal_are_asked_in_words(talk: Callable[..., Talk], claims: Claims) -> None:
    assert "没有登记过" in await talk().says("我的欠薪办得怎么样了")
    worker = talk("350481")
    for answer in ("老板不给工资", "王老五", "1", "两万三", "跳过", "跳过", "1", "没有", "同意", "张三", "13812345678"):
        await worker.says(answer)
    (claim,) = await claims.of_worker(WORKER)
    await claims.advance(claim.number, ClaimState.FILED, "已联系公司")

    progress = await talk().says("查欠薪进度")
    assert "已立案（快立）" in progress
    assert "已联系公司" in progress
    assert "撤回" in await talk().says("钱已经给了，帮我撤销吧")
    assert (await claims.of_worker(WORKER))[0].state is ClaimState.WITHDRAWN


@pytest.mark.parametrize(
    ("text", "is_summoned"),
    [
        ("查欠薪进度", True),
        ("我的欠薪办到哪了", True),
        ("登记欠薪", True),
        ("撤回欠薪登记", True),
        ("我的工资处理得怎么样了", True),
        ("帮我查一下欠薪的结果", True),
        ("欠薪进度", True),
        ("我的登记到哪一步了", True),
        ("怎么登记到网上", False),
        ("欠薪的老板会受到什么处罚", False),
        ("工资多少算低", False),
        ("工资", False),
        ("我的预约怎么样了", False),
    ],
)
def test_words_that_leave_no_doubt_open_the_form(talk: Callable[..., Talk], text: str, is_summoned: bool) -> None:  # noqa: FBT001
    assert talk().form.is_summoned(text) is is_summoned


async def test_nothing_is_registered_of_who_does_not_agree(talk: Callable[..., Talk], claims: Claims) -> None:
    worker = talk("350481")
    for answer in ("老板不给工资", "王老五", "1", "两万三", "跳过", "跳过", "1", "没有"):
        await worker.says(answer)

    assert "一点都不记" in await worker.says("不同意")
    assert await claims.of_worker(WORKER) == []


async def test_a_name_of_several_places_is_asked_for_again(talk: Callable[..., Talk]) -> None:
    worker = talk()
    await worker.says("老板不给工资")
    await worker.says("王老五")

    assert "好几个" in await worker.says("朝阳区")
