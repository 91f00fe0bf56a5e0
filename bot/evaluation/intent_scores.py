"""How well messages are understood: intents, slots, second wishes, against rows that say what they mean.

A judged row is ``{"id", "utterance", "intent", "slots"}``, with ``also`` where there is a second wish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.errors import JudgmentsError
from bot.domain.intent import Intent


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed.

    Attributes:
        right: found and meant.
        wrong: found, but not meant so.
        missed: meant, but not found so.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of what was meant that was found; 1 where nothing was meant."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        found = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / found if found else 1.0


@dataclass(frozen=True, slots=True)
class IntentScores:
    """The scores of a set.

    Attributes:
        rows: how many messages.
        accuracy: share of right intents.
        also_accuracy: share of messages whose second wish, or its absence, is right.
        by_intent: precision and recall of each intent.
        by_slot: of each slot name; a slot is right when name and value are.
        slots: of all slots together (micro average).
        confusions: (meant, understood) → how often, the wrong ones only.
        wrong_ids: rows whose intent is wrong.
    """

    rows: int
    accuracy: float
    also_accuracy: float
    by_intent: dict[str, Tally]
    by_slot: dict[str, Tally]
    slots: Tally
    confusions: dict[tuple[str, str], int] = field(default_factory=dict)
    wrong_ids: tuple[str, ...] = ()

    @property
    def figures(self) -> dict[str, float]:
        """What a baseline keeps."""
        return {"accuracy": self.accuracy, "slot_f1": self.slots.f1, "also_accuracy": self.also_accuracy}


def score_intents(judged: Sequence[Mapping[str, Any]], understood: Sequence[Mapping[str, Any]]) -> IntentScores:
    """Compare row by row.

    Args:
        judged: what the messages mean.
        understood: rows of `bot.understanding.utterance_rows`, in the same order.

    Raises:
        JudgmentsError: a judged row lacks its intent, or names one that there is not.
    """
    by_intent, by_slot, slots = {intent.value: Tally() for intent in Intent}, dict[str, Tally](), Tally()
    confusions: Counter[tuple[str, str]] = Counter()
    wrong = []
    for meant, told in zip(judged, understood, strict=True):
        intent = _intent_of(meant)
        if intent == told["intent"]:
            by_intent[intent].right += 1
        else:
            by_intent[intent].missed += 1
            by_intent[told["intent"]].wrong += 1
            confusions[intent, told["intent"]] += 1
            wrong.append(str(meant["id"]))
        _count_slots(meant.get("slots") or {}, told["slots"], by_slot, slots)
    also_right = sum(meant.get("also") == told["also"] for meant, told in zip(judged, understood, strict=True))
    return IntentScores(
        rows=len(judged),
        accuracy=1 - len(wrong) / len(judged) if judged else 1.0,
        also_accuracy=also_right / len(judged) if judged else 1.0,
        by_intent=by_intent,
        by_slot=dict(sorted(by_slot.items())),
        slots=slots,
        confusions=dict(confusions.most_common()),
        wrong_ids=tuple(wrong),
    )


def _intent_of(meant: Mapping[str, Any]) -> str:
    intent = meant.get("intent")
    if intent not in {one.value for one in Intent}:
        raise JudgmentsError(f"评测题 {meant.get('id')} 的意图“{intent}”不认识，请对照 bot/domain/intent.py")
    return str(intent)


def _count_slots(meant: Mapping[str, Any], told: Mapping[str, Any], by_slot: dict[str, Tally], total: Tally) -> None:
    for name in sorted(meant.keys() | told.keys()):
        tally = by_slot.setdefault(name, Tally())
        for one in (tally, total):
            if name in meant and name in told and meant[name] == told[name]:
                one.right += 1
            else:
                one.wrong += name in told
                one.missed += name in meant
