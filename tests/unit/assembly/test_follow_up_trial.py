"""Written follow-up dialogues over the shipped corpus: heard, taken right, answered from the right clause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly.follow_up_trial import load_dialogues, try_follow_ups
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.errors import JudgmentsError
from bot.settings import Settings

DATA = Path("tests/data")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyDesk]:
    desk = PolicyDesk.open(Settings(index_dir=tmp_path_factory.mktemp("indexes"), _env_file=None))
    yield desk
    desk.answerer.close()


@pytest.mark.parametrize("name", ["follow_ups_dev", "follow_ups_held_out"])
def test_follow_ups_are_heard_taken_right_and_answered_from_the_right_clause(name: str, desk: PolicyDesk) -> None:
    scores = try_follow_ups(desk, load_dialogues(DATA / f"{name}.yaml"), ["公租房", "这个补贴多久到账"])
    assert scores.follow_ups >= 60
    for right in (scores.heard, scores.right_kind, scores.right_clause):
        assert right >= 0.95 * scores.follow_ups, scores.misses
    assert scores.told_unsaid >= 0.95 * scores.unsaid, scores.misses
    assert scores.left_alone == scores.alone - 1
    assert any(miss.startswith("这个补贴多久到账") for miss in scores.misses)


def test_a_file_that_holds_no_dialogues_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dialogues.yaml"
    file.write_text("- {first: 公租房}", encoding="utf-8")
    with pytest.raises(JudgmentsError, match="then"):
        load_dialogues(file)
