"""失业登记 and 实名登记: steps with the words that they stand on, for where the worker is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.handlers.guided_steps import GuidedStepsForm
from bot.places.service_points import ServicePoints
from bot.policies.guided_steps import load_guides
from bot.policies.legal_references import load_legal_references
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker, FormChat, WordsUnderstander

CORPUS = Path(__file__).parents[3] / "corpus"
MOST_BYTES = 2000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def forms(store: SqliteDocumentStore) -> list[GuidedStepsForm]:
    finder, divisions = load_place_finder(), load_divisions()
    points = ServicePoints(store, divisions)
    guides = load_guides(CORPUS, load_legal_references(CORPUS))
    return [GuidedStepsForm(guide, points, finder, divisions) for guide in guides]


@pytest.fixture
def worker(store: SqliteDocumentStore, forms: list[GuidedStepsForm]) -> ChattingWorker:
    return FormChat(store, FakeClock(), forms, WordsUnderstander({})).worker()


async def test_a_dismissed_worker_is_led_from_the_paper_to_the_insurance(worker: ChattingWorker) -> None:
    assert "哪个市县" in await worker.says("失业登记怎么办")
    assert "您是怎么没活干的" in await worker.says("三明永安")
    assert "失业保险" in await worker.says("1")
    reply = await worker.says("缴满一年了")
    assert reply.index("第一步，找单位开一张") < reply.index("第二步，带上这张证明") < reply.index("第三步，登记好以后")
    assert "依据：《社会保险法》第五十条、《社会保险法》第四十五条。" in reply
    assert "三明的文件还说（征求意见稿" in reply
    assert "将在城镇居住半年以上的失业农民工纳入失业登记范围" in reply
    assert "以窗口要求为准" in reply
    assert len(reply.encode()) <= MOST_BYTES


async def test_who_left_by_themselves_is_not_sent_for_the_insurance(worker: ChattingWorker) -> None:
    await worker.says("我要办失业登记，在三明，是我自己不干了")
    reply = await worker.says("1")
    assert "第三步" not in reply
    assert "不是自己愿意走的" in reply


async def test_another_places_words_are_never_given_as_theirs(worker: ChattingWorker) -> None:
    await worker.says("我在成都，想办个失业登记")
    reply = await worker.says("3")
    assert "征求意见" not in reply
    assert "我这里没有成都专门写这件事的文件，上面是全国的规定。" in reply


async def test_the_registration_of_a_site_says_who_registers(worker: ChattingWorker) -> None:
    await worker.says("工地要实名登记")
    reply = await worker.says("1")
    assert "广东" not in reply
    await worker.says("我在广州")
    await worker.says("实名登记怎么弄")
    reply = await worker.says("进工地干活的实名登记")
    assert "《保障农民工工资支付条例》第二十八条" in reply
    assert "全力推动劳动用工实名制" in reply


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("失业登记", "unemployment_registration"),
        ("我想办失业登记", "unemployment_registration"),
        ("失业登记去哪办", "unemployment_registration"),
        ("请问怎么办理失业登记手续", "unemployment_registration"),
        ("失业了能不能登记失业登记", "unemployment_registration"),
        ("工地实名制登记怎么弄", "real_name_registration"),
        ("失业登记有什么好处，办了能领多少钱", None),
        ("没做实名登记的工地欠我工资", None),
        ("失业金怎么领", None),
    ],
)
def test_only_who_asks_how_it_is_done_is_led_through_it(
    said: str, form: str | None, forms: list[GuidedStepsForm]
) -> None:
    assert next((one.name for one in forms if one.is_summoned(said)), None) == form
