"""Tells what a message asks for: the learned model for the intent, rules for what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.domain.intent import Intent, Understanding
from bot.ports import Encoder
from bot.regions.place_names import PlaceFinder
from bot.understanding.clauses import clauses, without_courtesy, without_introduction
from bot.understanding.features import features
from bot.understanding.intent_model import IntentModel
from bot.understanding.message_reading import MessageReading, read_message
from bot.understanding.second_wish import CLEAR, COURTESIES, ClauseIntent, said_second, wishes
from bot.understanding.slots import slots_of

CLAUSES_MAX = 8
"""Of a long story the first clauses and the last ones are looked at one by one."""
CHARACTERS_MAX = 500
CLAUSES_KEPT = 2048
"""Messages differ, but are made of the same breaths: 师傅, 我是木工, 工资一直不发. What is judged holds for the day."""
LONGEST_KEPT = 24


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message with what it and its clauses seem to ask for; ``shares`` are those of `IntentModel.probabilities`."""

    reading: MessageReading
    shares: NDArray[np.float64]
    likeliest: Intent
    clauses: Sequence[ClauseIntent]

    @property
    def confidence(self) -> float:
        return float(self.shares.max())


class WorkerUnderstander:
    """`bot.ports.Understander` for workers' messages.

    Args:
        model: tells the intent.
        encoder: the encoder in use; where the model was trained with another one, its vector takes no part.
        finder: knows the places.
        today: the day in China.
    """

    def __init__(self, model: IntentModel, encoder: Encoder, finder: PlaceFinder, today: Callable[[], date]) -> None:
        self._model = model
        self._encoder = encoder if encoder.name == model.encoder_name else None
        self._finder = finder
        self._today = today
        self._heard = lru_cache(CLAUSES_KEPT)(self._judged)

    def understand(self, text: str) -> Understanding:
        """The wish, the slots and a second wish, if there is one."""
        whole = without_introduction(text[:CHARACTERS_MAX])
        said, greets, thanks = without_courtesy(whole)
        heard = self._hear(said)
        if (greets or thanks) and heard.likeliest is Intent.OUT_OF_SCOPE and heard.confidence < CLEAR:
            with_courtesy = self._hear(whole)
            if with_courtesy.likeliest in COURTESIES:
                heard, greets, thanks = with_courtesy, False, False
        first, *others = wishes(heard.likeliest, heard.clauses)
        also = others[0] if others else _courtesy(greets, thanks) if first not in COURTESIES else None
        about = heard.reading
        if others and (left := _without_second(heard, also)) != about.text:
            about = self._read(left)
        confidence = float(heard.shares[self._model.intents.index(first)])
        for one in heard.clauses:
            confidence = max(confidence, one.confidence if one.intent is first else 0.0)
        aside = said_second(heard.clauses, others[0]) if others else ""
        return Understanding(first, slots_of(first, about), also, confidence, aside)

    def _hear(self, text: str) -> _Heard:
        reading = self._read(text)
        shares = self._shares(reading)
        today = self._today()
        heard = [self._heard(part, today) if len(part) <= LONGEST_KEPT else self._judged(part) for part in _parts(text)]
        return _Heard(reading, shares, self._likeliest(shares), heard)

    def _judged(self, clause: str, _: date | None = None) -> ClauseIntent:
        shares = self._shares(self._read(clause))
        return ClauseIntent(clause, self._likeliest(shares), float(shares.max()))

    def _read(self, text: str) -> MessageReading:
        return read_message(text, self._finder, self._today())

    def _likeliest(self, shares: NDArray[np.float64]) -> Intent:
        return self._model.intents[int(shares.argmax())]

    def _shares(self, reading: MessageReading) -> NDArray[np.float64]:
        if self._encoder is None:
            vector = np.zeros(len(self._model.vector_weights), dtype=np.float32)
        else:
            vector = self._encoder.encode([reading.text])[0]
        return self._model.probabilities(features(reading), vector)


def _parts(said: str) -> list[str]:
    """The clauses of a message that are looked at one by one; none where it has only one."""
    parts = clauses(said)
    if len(parts) > CLAUSES_MAX:
        parts = [*parts[: CLAUSES_MAX // 2], *parts[-CLAUSES_MAX // 2 :]]
    return parts if len(parts) > 1 else []


def _courtesy(greets: bool, thanks: bool) -> Intent | None:  # noqa: FBT001 - two facts about one message
    if greets:
        return Intent.GREETING
    return Intent.THANKS_GOODBYE if thanks else None


def _without_second(heard: _Heard, second: Intent | None) -> str:
    """The message without its second wish, whose words are not for the first; a complaint is about the same matter."""
    said = heard.reading.text
    if second is Intent.WAGE_CLAIM:
        return said
    return ",".join(one.text for one in heard.clauses if one.intent is not second) or said
