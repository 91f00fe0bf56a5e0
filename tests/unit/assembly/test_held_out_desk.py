"""What the ranking is learned from, on the shipped corpus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.assembly.ablation import VARIANTS, ablate
from bot.assembly.held_out_desk import HeldOutQuestion, confidence_examples, fusion_examples, held_out_desk
from bot.assembly.policy_desk import PolicyDesk
from bot.evaluation.judgments import load_judgments
from bot.policies.corpus_folder import load_corpus
from bot.policies.similar_questions import load_similar_questions, question_key
from bot.retrieval.fusion import FusionWeights
from bot.retrieval.training_data import is_held_out
from bot.settings import Settings

TODAY = date(2026, 11, 23)
UNANSWERABLE = Path("tests/data/unanswerable.jsonl")


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[PolicyDesk, list[HeldOutQuestion]]]:
    with held_out_desk(Settings(_env_file=None)) as opened:
        yield opened


def test_no_held_out_question_stands_in_the_index(opened: tuple[PolicyDesk, list[HeldOutQuestion]]) -> None:
    desk, held_out = opened
    corpus = load_corpus(Settings().corpus_dir)
    asked = load_similar_questions(Settings().corpus_dir, corpus).by_clause
    number = sum(map(len, asked.values()))
    assert 0.1 * number < len(held_out) < 0.2 * number
    assert desk.index.questions.question_count == number - len(held_out)
    assert all(is_held_out(one.text, 0.15) for one in held_out)


def test_held_out_questions_mostly_find_their_clause(opened: tuple[PolicyDesk, list[HeldOutQuestion]]) -> None:
    desk, held_out = opened
    weights = FusionWeights()
    shares = [weights.words, weights.embedding, weights.question_words, weights.question_embedding]
    found = [one.gold[(one.features @ shares).argmax()] for one in fusion_examples(desk, held_out[:100], weights)]
    assert len(found) == 100
    assert sum(found) > 75


def test_unanswerable_questions_are_never_right_and_far_ones_unrelated(
    opened: tuple[PolicyDesk, list[HeldOutQuestion]],
) -> None:
    desk, held_out = opened
    unanswerable = load_judgments(UNANSWERABLE)
    examples = confidence_examples(desk, held_out[:20], [one for one in unanswerable if one.kind == "near"][:20], TODAY)
    assert sum(one.is_right for one in examples[:20]) > 14
    assert not any(one.is_right for one in examples[20:])
    assert all(one.is_related for one in examples)
    far = confidence_examples(desk, [], [one for one in unanswerable if one.kind == "far"][:10], TODAY)
    assert not any(one.is_related for one in far)


@pytest.mark.parametrize(
    ("learned_from", "at_least"), [("unanswerable", 150), ("learning_questions", 100), ("fact_questions", 130)]
)
def test_what_is_learned_from_is_no_evaluation_question(learned_from: str, at_least: int) -> None:
    known = {
        question_key(one.text)
        for name in ("retrieval_dev", "worker_questions", "fresh_questions", "noisy_questions", "unanswerable_held_out")
        for one in load_judgments(Path(f"tests/data/{name}.jsonl"))
    }
    texts = [question_key(one.text) for one in load_judgments(Path(f"tests/data/{learned_from}.jsonl"))]
    own = [text for text in texts if text]
    assert len(set(own)) == len(own) >= at_least
    assert known.isdisjoint(own)


def test_an_ablation_scores_every_variant_and_all_parts_together_do_best(tmp_path: Path) -> None:
    questions = load_judgments(Path("tests/data/worker_questions.jsonl"))[:40]
    settings = Settings(index_dir=tmp_path, _env_file=None)
    scores = {
        variant.name: found[0].measures["mrr_at_10"].value for variant, found in ablate(settings, [questions], TODAY)
    }
    assert list(scores) == [variant.name for variant in VARIANTS]
    assert scores["全部"] > scores["只用条款的词（BM25）"] + 0.1
