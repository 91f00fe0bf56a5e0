"""A switch of the index reaches a running process; a damaged one does not."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.assembly.index_watch import TRY_AGAIN_S, IndexWatch
from bot.assembly.policy_desk import PolicyDesk, build_policy_index
from bot.domain.errors import IndexLoadError
from bot.domain.policy import PolicyQuery, ScoredClause
from bot.retrieval.index_build import load_index
from bot.retrieval.index_store import switch
from bot.settings import Settings
from tests.fakes.fake_clock import FakeClock

REPOSITORY = Path(__file__).parents[3]
QUESTION = "创业补贴有多少"


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with two builds: of one province's documents, and of all; the first is current."""
    folder = tmp_path_factory.mktemp("builds")
    small = folder / "small"
    shutil.copytree(REPOSITORY / "corpus", small)
    regions = sorted((small / "policies").iterdir())
    for region in regions[1:]:
        shutil.rmtree(region)
    first = build_policy_index(_settings(folder, small)).build_id
    second = build_policy_index(_settings(folder, REPOSITORY / "corpus")).build_id
    return folder / "indexes", first, second


@pytest.fixture
def index_dir(builds: tuple[Path, str, str], tmp_path: Path) -> Path:
    shutil.copytree(builds[0], tmp_path / "indexes")
    switch(tmp_path / "indexes", builds[1])
    return tmp_path / "indexes"


@pytest.fixture
def desk(index_dir: Path, builds: tuple[Path, str, str]) -> PolicyDesk:
    return PolicyDesk.open(_settings(index_dir.parent, builds[0].parent / "small"))


def _settings(folder: Path, corpus_dir: Path) -> Settings:
    encoder = str(REPOSITORY / "indexes" / "encoder")
    return Settings(corpus_dir=corpus_dir, index_dir=folder / "indexes", encoder=encoder, _env_file=None)


async def test_a_switch_is_taken_up_once_and_answered_from(
    desk: PolicyDesk, index_dir: Path, builds: tuple[Path, str, str]
) -> None:
    clock = FakeClock()
    watch = IndexWatch(index_dir, desk.renew, clock)
    await watch.look()
    assert (desk.index.build_id, await watch.look()) == (builds[1], False)
    documents = set(desk.index.documents)
    switch(index_dir, builds[2])
    assert await watch.look()
    assert desk.index.build_id == builds[2]
    ranked = desk.answer(QUESTION, "350400").ranked
    assert {scored.document.document_id for scored in ranked} - documents
    assert not await watch.look()


async def test_a_damaged_index_is_refused_until_it_is_repaired(
    desk: PolicyDesk, index_dir: Path, builds: tuple[Path, str, str], caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    watch = IndexWatch(index_dir, desk.renew, clock)
    embeddings = index_dir / builds[2] / "embeddings.npy"
    intact = embeddings.read_bytes()
    embeddings.write_bytes(intact[:-1] + bytes([intact[-1] ^ 1]))
    switch(index_dir, builds[2])
    assert not await watch.look()
    assert not await watch.look()
    assert desk.index.build_id == builds[1]
    assert desk.answer(QUESTION).ranked
    assert caplog.text.count("refused") == 1
    embeddings.write_bytes(intact)
    assert not await watch.look()
    await clock.advance(TRY_AGAIN_S)
    assert await watch.look()
    assert desk.index.build_id == builds[2]


async def test_an_index_cut_with_another_dictionary_is_refused_and_a_new_process_builds_its_own(
    desk: PolicyDesk, index_dir: Path, builds: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(index_dir.parent, REPOSITORY / "corpus")
    monkeypatch.setattr("bot.retrieval.index_build.dictionary_hash", lambda: "another")
    monkeypatch.setattr("bot.assembly.policy_desk.dictionary_hash", lambda: "another")
    other = PolicyDesk.open(settings)
    assert other.index.build_id not in builds
    monkeypatch.undo()
    with pytest.raises(IndexLoadError, match="另一份词典"):
        desk.renew()
    assert desk.index.build_id == builds[1]
    assert PolicyDesk.open(settings).index.build_id == builds[2]


async def test_a_question_under_way_is_finished_on_the_index_it_began_with(
    desk: PolicyDesk, index_dir: Path, builds: tuple[Path, str, str]
) -> None:
    retrieving, go_on = threading.Event(), threading.Event()
    former, evidence = desk.retriever, desk.answerer._sources.evidence

    class Held:
        document_regions = former.document_regions

        def retrieve(self, query: PolicyQuery, top_k: int) -> list[ScoredClause]:
            retrieving.set()
            assert go_on.wait(10)
            return former.retrieve(query, top_k)

    desk.answerer.answer_from(Held(), evidence)
    answers: list[int] = []
    query = PolicyQuery(QUESTION, None, None, date(2026, 1, 1))
    asking = threading.Thread(target=lambda: answers.append(len(desk.answerer.answer_now(query).ranked)))
    asking.start()
    assert retrieving.wait(10)
    switch(index_dir, builds[2])
    assert desk.renew() == builds[2]
    go_on.set()
    asking.join(10)
    assert answers
    assert answers[0] > 0


def test_an_index_of_another_encoder_is_refused(
    desk: PolicyDesk, index_dir: Path, builds: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.assembly.policy_desk.load_index",
        lambda folder: replace(load_index(folder), encoder_name="另一个模型"),
    )
    switch(index_dir, builds[2])
    with pytest.raises(IndexLoadError, match="另一个模型"):
        desk.renew()
    assert desk.index.build_id == builds[1]
    assert desk.answer(QUESTION).ranked


async def test_a_folder_without_an_index_is_looked_at_in_peace(tmp_path: Path) -> None:
    def unexpected() -> str:
        raise AssertionError("there is nothing to take up")

    assert not await IndexWatch(tmp_path, unexpected, FakeClock()).look()


async def test_the_watch_looks_until_it_is_stopped(tmp_path: Path) -> None:
    clock = FakeClock(thread_grace_s=0.01)
    taken: list[str] = []

    def renew() -> str:
        taken.append("build")
        return "build"

    watch = IndexWatch(tmp_path, renew, clock)
    watch.start()
    await clock.advance(1)
    assert taken == []
    switch(tmp_path, "0" * 16)
    await clock.advance(1)
    assert taken == ["build"]
    await watch.stop()
    switch(tmp_path, "1" * 16)
    await clock.advance(5)
    assert taken == ["build"]
