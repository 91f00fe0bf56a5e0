"""The shipped rules over the shipped corpus."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.assembly.open_subsidies import open_subsidies
from bot.policies.corpus_folder import Corpus, load_corpus
from bot.subsidies.subsidy_desk import SubsidyDesk

CORPUS = Path(__file__).parents[3] / "corpus"
TODAY = date(2026, 12, 1)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus(CORPUS)


@pytest.fixture(scope="session")
def desk(corpus: Corpus) -> SubsidyDesk:
    return open_subsidies(CORPUS, corpus)


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY
