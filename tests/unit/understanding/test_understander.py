"""Messages understood from end to end with the shipped model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.domain.intent import Intent
from bot.evaluation.intent_scores import score_intents
from bot.regions.place_names import PlaceFinder
from bot.understanding.intent_model import IntentModel
from bot.understanding.understander import CHARACTERS_MAX, WorkerUnderstander
from bot.understanding.utterance_rows import understood_rows, utterance_rows

from .conftest import TODAY

DATA = Path("tests/data")
FLOORS = {"intents_dev": (0.93, 0.90, 0.93), "intents_own": (0.93, 0.90, 0.93), "intents_fresh": (0.90, 0.85, 0.90)}


@pytest.mark.parametrize("name", FLOORS)
def test_judged_utterances_are_understood(understander: WorkerUnderstander, name: str) -> None:
    judged = utterance_rows(DATA / f"{name}.jsonl")
    scores = score_intents(judged, list(understood_rows(judged, understander)))
    accuracy, slot_f1, also = FLOORS[name]
    assert scores.accuracy >= accuracy, scores.wrong_ids
    assert scores.slots.f1 >= slot_f1
    assert scores.also_accuracy >= also


def test_far_questions_are_out_of_scope_or_unsure(understander: WorkerUnderstander) -> None:
    rows = (DATA / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
    far = [row["question"] for row in map(json.loads, rows) if row["kind"] == "far"]
    told = [understander.understand(question) for question in far]
    harmless = {Intent.OUT_OF_SCOPE, Intent.GREETING, Intent.THANKS_GOODBYE, Intent.POLICY_QA}
    assert sum(one.intent in harmless for one in told) >= 0.9 * len(far)
    assert sum(one.intent is Intent.OUT_OF_SCOPE for one in told) >= 0.75 * len(far)


def test_questions_about_policies_stay_questions(understander: WorkerUnderstander) -> None:
    rows = [
        json.loads(line)
        for name in ("retrieval_dev", "worker_questions")
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = [row["question"] for row in rows if row["answerable"]]
    told = [understander.understand(question).intent for question in asked]
    assert sum(intent in {Intent.POLICY_QA, Intent.SUBSIDY_ELIGIBILITY} for intent in told) >= 0.85 * len(asked)


def test_the_second_wish_lends_the_first_no_words(understander: WorkerUnderstander) -> None:
    told = understander.understand("我开店一年多了,创业补贴能领不,另外公租房是啥条件")
    assert told.slots == {"scheme": "startup_subsidy"}
    assert told.also is Intent.POLICY_QA
    assert told.also_text == "公租房是啥条件"


@pytest.mark.parametrize("text", ["", " ", "。。。", "\u200b", "😀", "\ud800", "a" * 5000, "约律师," * 3000])
def test_whatever_is_written_is_understood_as_something(understander: WorkerUnderstander, text: str) -> None:
    told = understander.understand(text)
    assert told.intent in Intent
    assert 0.0 <= told.confidence <= 1.0


def test_of_a_very_long_message_no_more_is_read_than_a_story(
    understander: WorkerUnderstander, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    look = understander._read

    def counted(text: str) -> Any:
        read.append(len(text))
        return look(text)

    monkeypatch.setattr(understander, "_read", counted)
    understander.understand("老板欠我们工资三万二,明天下午约律师," * 200)

    assert max(read) <= CHARACTERS_MAX
    assert sum(read) <= 4 * CHARACTERS_MAX
    assert CHARACTERS_MAX >= 300, "a story of a few sentences is read whole"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我叫刘铁柱，电话13812345678，创业补贴有多少", Intent.POLICY_QA),
        ("老板欠我三个月工资，我要投诉，我叫李四，手机13912345678", Intent.WAGE_CLAIM),
        ("姓名：王五，身份证11010519491231002X，想约个律师", Intent.LEGAL_AID_BOOKING),
    ],
)
def test_who_says_their_name_and_number_is_understood_by_what_they_want(
    understander: WorkerUnderstander, text: str, intent: Intent
) -> None:
    assert understander.understand(text).intent is intent


class OtherEncoder:
    """Knows nothing of the shipped one's vectors."""

    name = "other"
    dimension = 3

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(f"{len(texts)} texts were given to an encoder that the model does not know")


def test_another_encoder_is_left_out(model: IntentModel, finder: PlaceFinder) -> None:
    understander = WorkerUnderstander(model, OtherEncoder(), finder, lambda: TODAY)
    judged: list[dict[str, Any]] = utterance_rows(DATA / "intents_dev.jsonl")
    scores = score_intents(judged, list(understood_rows(judged, understander)))
    assert scores.accuracy >= 0.9


def test_a_serving_process_needs_no_scikit_learn() -> None:
    program = (
        "import sys\n"
        "from bot.assembly.understanding_desk import open_understander\n"
        "from bot.retrieval.encoder import load_encoder\n"
        "from bot.settings import Settings\n"
        "understander = open_understander(Settings(), load_encoder('indexes/encoder'))\n"
        "print(understander.understand('找个活').intent.value, 'sklearn' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["job_search", "False"]


def test_what_was_said_before_in_another_message_is_judged_once_and_alike(understander: WorkerUnderstander) -> None:
    first = understander.understand("我是木工,老板欠我三个月工资,咋投诉他")
    known = understander._heard.cache_info()
    again = understander.understand("我是木工,老板欠我三个月工资,咋投诉他")
    told = understander._heard.cache_info()
    assert again == first
    assert (told.hits - known.hits, told.misses - known.misses) == (3, 0)
