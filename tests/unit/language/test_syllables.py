"""The syllables of Chinese text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from bot.language.syllables import read_aloud

DATA = Path(__file__).parents[2] / "data"
PHRASES = sorted(PHRASES_DICT)
BEGINNINGS = [phrase[:-1] for phrase in PHRASES if len(phrase) > 2]


def expected(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text, style=Style.NORMAL))


def test_every_phrase_and_every_character_reads_as_pypinyin_reads_it() -> None:
    for text in [*PHRASES[::5], *map(chr, sorted(PINYIN_DICT)[::9])]:
        assert read_aloud(text) == expected(text)


@pytest.mark.parametrize("name", ["retrieval_dev", "worker_questions", "learning_questions"])
def test_questions_read_as_pypinyin_reads_them(name: str) -> None:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    for run in re.findall("[\u4e00-\u9fff]+", " ".join(str(json.loads(line)["question"]) for line in lines)):
        assert read_aloud(run) == expected(run)


@given(
    st.lists(st.sampled_from(PHRASES) | st.sampled_from(BEGINNINGS) | st.sampled_from(["的", "了", "工"]), max_size=6)
)
def test_phrases_in_a_row_are_cut_as_pypinyin_cuts_them(pieces: list[str]) -> None:
    text = "".join(pieces)
    if re.fullmatch("[\u4e00-\u9fff]*", text):
        assert read_aloud(text) == (expected(text) if text else ())
