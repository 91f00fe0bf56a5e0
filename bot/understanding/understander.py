"""Tells what a message asks for: the learned model for the intent, rules for what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.domain.intent import Intent, Understanding
from bot.ports import Encoder
from bot.regions.place_names import PlaceFinder
from bot.understanding.clauses import clauses, without_courtesy
from bot.understanding.features import features
from bot.understanding.intent_model import IntentModel
from bot.understanding.message_reading import MessageReading, read_message
from bot.understanding.second_wish import CLEAR, COURTESIES, ClauseIntent, wishes
from bot.understanding.slots import slots_of

CLAUSES_MAX = 8
"""Of a long story the first clauses and the last ones are looked at one by one."""
CHARACTERS_MAX = 500


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

    def understand(self, text: str) -> Understanding:
        """The wish, the slots and a second wish, if there is one."""
        whole = text[:CHARACTERS_MAX]
        said, greets, thanks = without_courtesy(whole)
        shares = self._shares(self._read(said))
        if (greets or thanks) and self._likeliest(shares) is Intent.OUT_OF_SCOPE and shares.max() < CLEAR:
            with_courtesy = self._shares(self._read(whole))
            if self._likeliest(with_courtesy) in COURTESIES:
                said, shares, greets, thanks = whole, with_courtesy, False, False
        heard = self._clauses(said)
        first, *others = wishes(self._likeliest(shares), heard)
        also = others[0] if others else _courtesy(greets, thanks) if first not in COURTESIES else None
        about = _without_second(said, heard, also) if others else said
        confidence = float(shares[self._model.intents.index(first)])
        for one in heard:
            confidence = max(confidence, one.confidence if one.intent is first else 0.0)
        return Understanding(first, slots_of(first, self._read(about)), also, confidence)

    def _read(self, text: str) -> MessageReading:
        return read_message(text, self._finder, self._today())

    def _likeliest(self, shares: NDArray[np.float64]) -> Intent:
        return self._model.intents[int(shares.argmax())]

    def _clauses(self, said: str) -> list[ClauseIntent]:
        parts = clauses(said)
        if len(parts) > CLAUSES_MAX:
            parts = [*parts[: CLAUSES_MAX // 2], *parts[-CLAUSES_MAX // 2 :]]
        return [self._heard(part) for part in parts] if len(parts) > 1 else []

    def _heard(self, clause: str) -> ClauseIntent:
        shares = self._shares(self._read(clause))
        return ClauseIntent(clause, self._likeliest(shares), float(shares.max()))

    def _shares(self, reading: MessageReading) -> NDArray[np.float64]:
        if self._encoder is None:
            vector = np.zeros(len(self._model.vector_weights), dtype=np.float32)
        else:
            vector = self._encoder.encode([reading.text])[0]
        return self._model.probabilities(features(reading), vector)


def _courtesy(greets: bool, thanks: bool) -> Intent | None:  # noqa: FBT001 - two facts about one message
    if greets:
        return Intent.GREETING
    return Intent.THANKS_GOODBYE if thanks else None


def _without_second(said: str, heard: list[ClauseIntent], second: Intent | None) -> str:
    """The message without its second wish, whose words are not for the first; a complaint is about the same matter."""
    if second is Intent.WAGE_CLAIM:
        return said
    return ",".join(one.text for one in heard if one.intent is not second) or said
