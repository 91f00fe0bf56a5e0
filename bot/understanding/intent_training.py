"""Fitting the intent model: logistic regression over features and the encoder's vector, cross-validated, calibrated.

Measured choices (README.md beside the shipped model has the figures): the encoder's vector counts half, since at full
weight the subjects of policy drown how a wish is said; similar questions of the policy clauses take part with a small
weight, so that a worker's story about a policy is not taken for a claim; rare intents count more than their number.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.intent import Intent
from bot.understanding.intent_model import IntentModel, Vectoriser
from bot.understanding.utterances import Utterance

FOLDS = 5
SEED = 0
INVERSE_REGULARISATION = 10.0
VECTOR_SCALE = 0.5
SEEN_MIN = 2
"""A feature of one utterance alone says nothing about others."""
QUESTION_SHARE = 0.3
QUESTION_WEIGHT = 0.3
BALANCE = 0.5
"""0 counts every utterance the same, 1 every intent."""
ITERATIONS_MAX = 1000
_TEMPERATURES = np.linspace(0.5, 3.0, 126)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What is learned from, row by row.

    Attributes:
        features: of each text, see `bot.understanding.features`.
        vectors: ``float32[n, dimension]`` of the encoder.
        labels: the intent of each text.
        weights: ``float64[n]``, how much each counts.
        is_question: ``bool[n]``, similar questions of policy clauses: learned from, never measured on.
    """

    features: Sequence[Sequence[str]]
    vectors: NDArray[np.float32]
    labels: Sequence[Intent]
    weights: NDArray[np.float64]
    is_question: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """A trained model and how well it does on what it has not seen.

    Attributes:
        model: trained on everything.
        utterances: how many utterances took part, similar questions not counted.
        questions: how many similar questions took part.
        accuracy: share of right intents in cross-validation.
        calibration_error: mean distance between confidence and accuracy over ten bins (expected calibration error).
        confusions: (meant, understood) → how often, in cross-validation.
    """

    model: IntentModel
    utterances: int
    questions: int
    accuracy: float
    calibration_error: float
    confusions: dict[tuple[Intent, Intent], int] = field(default_factory=dict)


def training_texts(utterances: Sequence[Utterance], questions: Sequence[str]) -> list[tuple[str, Intent, bool]]:
    """What is learned from: utterances with one wish, and a share of the similar questions.

    A message with two wishes is an example for neither; which of them comes first is told by rules.
    """
    known = {utterance.text for utterance in utterances}
    chosen = [question for question in dict.fromkeys(questions) if question not in known and _is_chosen(question)]
    single = [(one.text, one.intent, False) for one in utterances if one.also is None]
    return [*single, *((question, Intent.POLICY_QA, True) for question in chosen)]


def train_intents(
    texts: Sequence[tuple[str, Intent, bool]],
    features_of: Callable[[str], list[str]],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    encoder_name: str,
) -> TrainingReport:
    """Fit the model.

    Args:
        texts: of `training_texts`.
        features_of: `bot.understanding.features` of a text.
        encode: the encoder's vectors.
        encoder_name: kept with the model.

    Returns:
        The same model for the same texts and encoder.
    """
    examples = _training_set(texts, features_of, encode)
    scores = _held_out_scores(examples)
    measured = np.flatnonzero(~examples.is_question)
    truth = np.array([_ORDER[examples.labels[row]] for row in measured.tolist()])
    temperature = _temperature(scores[measured], truth)
    shares = _softmax(scores[measured] / temperature)
    told = shares.argmax(axis=1)
    return TrainingReport(
        model=_fitted(examples, np.arange(len(examples.labels)), encoder_name, temperature),
        utterances=len(measured),
        questions=int(examples.is_question.sum()),
        accuracy=float((told == truth).mean()),
        calibration_error=_calibration_error(shares.max(axis=1), told == truth),
        confusions=dict(Counter((_INTENTS[meant], _INTENTS[said]) for meant, said in zip(truth, told, strict=True))),
    )


_INTENTS = tuple(Intent)
_ORDER = {intent: column for column, intent in enumerate(_INTENTS)}


def _is_chosen(question: str) -> bool:
    digest = hashlib.sha256(question.encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 < QUESTION_SHARE


def _training_set(
    texts: Sequence[tuple[str, Intent, bool]],
    features_of: Callable[[str], list[str]],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
) -> TrainingSet:
    is_question = np.array([from_corpus for _, _, from_corpus in texts])
    labels = [label for _, label, _ in texts]
    own = np.where(is_question, QUESTION_WEIGHT, 1.0)
    total: Counter[Intent] = Counter()
    for label, weight in zip(labels, own, strict=True):
        total[label] += weight
    mean = sum(total.values()) / len(total)
    weights = own * np.array([(mean / total[label]) ** BALANCE for label in labels])
    vectors = encode([text for text, _, _ in texts])
    return TrainingSet([features_of(text) for text, _, _ in texts], vectors, labels, weights, is_question)


def _held_out_scores(examples: TrainingSet) -> NDArray[np.float64]:
    """``float64[n, n_intents]``: the scores of each text from a model that has not seen its fold."""
    folds = _folds(examples.labels)
    scores = np.zeros((len(folds), len(_INTENTS)))
    for fold in range(FOLDS):
        model = _fitted(examples, np.flatnonzero(folds != fold), "", 1.0)
        for row in np.flatnonzero(folds == fold).tolist():
            shares = model.probabilities(examples.features[row], examples.vectors[row])
            scores[row] = np.log(np.maximum(shares, np.finfo(float).tiny))
    return scores


def _folds(labels: Sequence[Intent]) -> NDArray[np.intp]:
    """The fold of each text; every fold has its share of every intent."""
    shuffled = np.random.default_rng(SEED).permutation(len(labels))
    folds = np.zeros(len(labels), dtype=np.intp)
    seen: Counter[Intent] = Counter()
    for row in shuffled:
        folds[row] = seen[labels[row]] % FOLDS
        seen[labels[row]] += 1
    return folds


def _fitted(examples: TrainingSet, rows: NDArray[np.intp], encoder_name: str, temperature: float) -> IntentModel:
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - heavy, and only training needs them
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    vectoriser = _vectoriser([examples.features[row] for row in rows.tolist()])
    matrix = hstack(
        [_matrix(vectoriser, examples, rows), csr_matrix(examples.vectors[rows] * VECTOR_SCALE)], format="csr"
    )
    columns = [_ORDER[examples.labels[row]] for row in rows.tolist()]
    regression = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=ITERATIONS_MAX)
    regression.fit(matrix, columns, sample_weight=examples.weights[rows])
    weights, n_features = regression.coef_.T.astype(np.float32), len(vectoriser.row_of)
    return IntentModel(
        intents=_INTENTS,
        vectoriser=vectoriser,
        feature_weights=weights[:n_features],
        vector_weights=weights[n_features:] * np.float32(VECTOR_SCALE),
        bias=regression.intercept_.astype(np.float32),
        temperature=temperature,
        encoder_name=encoder_name,
    )


def _vectoriser(texts: Sequence[Sequence[str]]) -> Vectoriser:
    seen = Counter(feature for features in texts for feature in set(features))
    kept = sorted(feature for feature, times in seen.items() if times >= SEEN_MIN)
    rarity = [np.log((1 + len(texts)) / (1 + seen[feature])) + 1 for feature in kept]
    return Vectoriser({feature: row for row, feature in enumerate(kept)}, np.array(rarity, dtype=np.float32))


def _matrix(vectoriser: Vectoriser, examples: TrainingSet, rows: NDArray[np.intp]) -> Any:  # noqa: ANN401 - scipy is untyped
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    vectors = [vectoriser.vector(examples.features[row]) for row in rows.tolist()]
    starts = np.cumsum([0, *(len(found) for found, _ in vectors)])
    values = np.concatenate([values for _, values in vectors])
    found = np.concatenate([found for found, _ in vectors])
    return csr_matrix((values, found, starts), shape=(len(rows), len(vectoriser.row_of)))


def _temperature(scores: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    """The scale at which the held-out scores are the likeliest."""
    losses = [-np.log(_softmax(scores / one)[np.arange(len(truth)), truth]).mean() for one in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return shares


def _calibration_error(confidence: NDArray[np.float64], is_right: NDArray[np.bool_], bins: int = 10) -> float:
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[bin_of == one].mean() - is_right[bin_of == one].mean()) * (bin_of == one).mean()
        for one in np.unique(bin_of)
    ]
    return float(sum(gaps))
