"""Understanding put together: the trained model, the encoder in use, the places, the calendar."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.assembly.policy_desk import policy_questions
from bot.gateway.system_clock import SystemClock
from bot.ports import Encoder, Understander
from bot.regions.place_names import load_place_finder
from bot.retrieval.encoder import load_encoder
from bot.settings import Settings
from bot.understanding.features import features
from bot.understanding.intent_model import load_intent_model
from bot.understanding.intent_model_folder import save_intent_model
from bot.understanding.intent_training import TrainingReport, train_intents, training_texts
from bot.understanding.message_reading import read_message
from bot.understanding.understander import WorkerUnderstander
from bot.understanding.utterances import load_utterances, utterances_hash

logger = logging.getLogger("gongyou.understanding")

UTTERANCES_PATH = Path("utterances")


def open_understander(settings: Settings, encoder: Encoder, today: Callable[[], date] | None = None) -> Understander:
    """What tells the dialogue what a message asks for.

    Args:
        settings: where the model lies.
        encoder: the encoder in use.
        today: the day in China; the system's where not given.

    Raises:
        IntentModelError: the model is missing or damaged.
        RegionError: a data file of places contradicts itself.
    """
    model = load_intent_model(settings.intent_model)
    if model.encoder_name != encoder.name:
        logger.warning("intents: trained with encoder %s, not %s", model.encoder_name, encoder.name)
    return WorkerUnderstander(model, encoder, load_place_finder(), today or SystemClock().today)


def train_intent_model(settings: Settings, output: Path) -> tuple[TrainingReport, int]:
    """Train on the utterances of the corpus and the similar questions of its clauses, and write the model.

    Returns:
        The report and the model's size in bytes.

    Raises:
        UtterancesError: a file of utterances cannot be read.
        CorpusError: the policy corpus cannot be read.
        EncoderError: the embedding model cannot be loaded.
        IntentModelError: the model cannot be written.
    """
    folder, encoder, finder = settings.corpus_dir / UTTERANCES_PATH, load_encoder(settings.encoder), load_place_finder()
    questions = [question.text for question in policy_questions(settings)]
    utterances = load_utterances(folder)
    texts = training_texts(utterances, questions)
    report = train_intents(
        texts, lambda text: features(read_message(text, finder, _ANY_DAY)), encoder.encode, encoder.name
    )
    facts = {
        "utterances": report.utterances,
        "similar_questions": report.questions,
        "utterances_sha256": utterances_hash(utterances),
        "cross_validation": {
            "accuracy": round(report.accuracy, 4),
            "calibration_error": round(report.calibration_error, 4),
        },
    }
    return report, save_intent_model(output, report.model, facts)


_ANY_DAY = date(2026, 1, 1)
"""Only where a day is said counts for the intent, not which: the same texts give the same model on every day."""
