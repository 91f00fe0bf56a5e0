from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.ports import Encoder
from bot.regions.place_names import PlaceFinder, load_place_finder
from bot.retrieval.encoder import load_encoder
from bot.understanding.intent_model import IntentModel, load_intent_model
from bot.understanding.message_reading import MessageReading, read_message
from bot.understanding.understander import WorkerUnderstander

TODAY = date(2026, 11, 28)


@pytest.fixture(scope="session")
def finder() -> PlaceFinder:
    return load_place_finder()


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder("indexes/encoder")


@pytest.fixture(scope="session")
def model() -> IntentModel:
    return load_intent_model(Path("indexes/intents"))


@pytest.fixture(scope="session")
def understander(model: IntentModel, encoder: Encoder, finder: PlaceFinder) -> WorkerUnderstander:
    return WorkerUnderstander(model, encoder, finder, lambda: TODAY)


@pytest.fixture
def read(finder: PlaceFinder) -> object:
    def read_text(text: str) -> MessageReading:
        return read_message(text, finder, TODAY)

    return read_text
