"""Training: the same texts give the same model, and it is measured on what it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.intent import Intent
from bot.understanding.intent_training import TrainingReport, train_intents, training_texts
from bot.understanding.utterances import Utterance

SAYINGS = {
    Intent.GREETING: ["你好", "您好", "你好啊", "你好呀", "您好啊", "你们好"],
    Intent.HUMAN_OPERATOR: ["转人工", "找人工", "要人工", "人工客服", "接人工", "来人工"],
    Intent.JOB_SEARCH: ["找活干", "找个活", "有活没", "招工吗", "找活", "活有没有"],
}


def characters(text: str) -> list[str]:
    return list(text)


def no_vector(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), 2), dtype=np.float32)


def trained() -> TrainingReport:
    utterances = [Utterance(text, intent) for intent, texts in SAYINGS.items() for text in texts]
    utterances += [Utterance(f"其他{intent.value}", intent) for intent in Intent for _ in range(5)]
    return train_intents(training_texts(utterances, []), characters, no_vector, "none")


def test_the_same_texts_give_the_same_model() -> None:
    first, second = trained(), trained()
    np.testing.assert_array_equal(first.model.feature_weights, second.model.feature_weights)
    assert first.model.temperature == second.model.temperature


def test_what_was_taught_is_understood() -> None:
    model = trained().model
    nothing = np.zeros(2, dtype=np.float32)
    for text, intent in (("人工", Intent.HUMAN_OPERATOR), ("你好", Intent.GREETING), ("有活", Intent.JOB_SEARCH)):
        assert model.intents[int(model.probabilities(characters(text), nothing).argmax())] is intent


def test_the_report_counts_what_was_confused() -> None:
    report = trained()
    right = sum(times for (meant, told), times in report.confusions.items() if meant is told)
    assert sum(report.confusions.values()) == report.utterances
    assert report.accuracy == right / report.utterances


def test_two_wishes_teach_neither_and_questions_are_policy() -> None:
    utterances = [
        Utterance("约律师,再找个活", Intent.LEGAL_AID_BOOKING, also=Intent.JOB_SEARCH),
        Utterance("你好", Intent.GREETING),
    ]
    questions = [f"第{number}个问题" for number in range(100)]
    texts = training_texts(utterances, ["你好", *questions, *questions])
    assert [(text, intent) for text, intent, is_question in texts if not is_question] == [("你好", Intent.GREETING)]
    chosen = [text for text, intent, is_question in texts if is_question and intent is Intent.POLICY_QA]
    assert 10 < len(chosen) < 60
    assert len(set(chosen)) == len(chosen)
