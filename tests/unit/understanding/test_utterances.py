"""The utterances that the intents are learned from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.domain.errors import UtterancesError
from bot.domain.intent import Intent
from bot.understanding.utterances import Utterance, load_utterances

SHIPPED = Path("corpus/utterances")
MATTERS = {"", "wage", "injury", "contract", "social_insurance", "other"}


def test_there_are_many_utterances_of_every_intent_none_twice() -> None:
    utterances = load_utterances(SHIPPED)
    counts = Counter(utterance.intent for utterance in utterances)
    assert len(utterances) >= 2500
    assert min(counts[intent] for intent in Intent) >= 90
    assert len({utterance.text for utterance in utterances}) == len(utterances)


def test_no_judged_utterance_is_learned_from() -> None:
    judged = {
        json.loads(line)["utterance"]
        for name in ("intents_dev", "intents_own", "intents_fresh")
        for line in Path(f"tests/data/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    }
    assert judged.isdisjoint(utterance.text for utterance in load_utterances(SHIPPED))


def test_details_are_matters_and_schemes() -> None:
    for utterance in load_utterances(SHIPPED):
        if utterance.intent is Intent.LEGAL_AID_BOOKING:
            assert utterance.detail in MATTERS
        elif utterance.intent is not Intent.SUBSIDY_ELIGIBILITY:
            assert utterance.detail == ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for intent in Intent:
        (tmp_path / f"{intent}.tsv").write_text("# 注释\n你说\n", encoding="utf-8")
    return tmp_path


def test_a_line_may_tell_a_detail_and_a_second_intent(folder: Path) -> None:
    (folder / "legal_aid_booking.tsv").write_text("约律师,要工资\twage\twage_claim\n", encoding="utf-8")
    assert Utterance("约律师,要工资", Intent.LEGAL_AID_BOOKING, "wage", Intent.WAGE_CLAIM) in load_utterances(folder)


@pytest.mark.parametrize("line", ["你好\t\tbonjour", "\twage", "a\tb\t\td"])
def test_a_line_that_says_something_unknown_is_named(folder: Path, line: str) -> None:
    (folder / "greeting.tsv").write_text(f"你好\n{line}\n", encoding="utf-8")
    with pytest.raises(UtterancesError, match="第 2 行"):
        load_utterances(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "greeting.tsv").unlink()
    with pytest.raises(UtterancesError, match=r"greeting\.tsv"):
        load_utterances(folder)
