"""Guides for what is done at a counter: every step stands on words of a law or of the place's document."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.domain.errors import RuleFileError
from bot.policies.corpus_folder import load_corpus
from bot.policies.guided_steps import load_guides
from bot.policies.legal_references import load_legal_references

CORPUS = Path(__file__).parents[3] / "corpus"
GUIDES = load_guides(CORPUS, load_legal_references(CORPUS))


def test_what_places_add_stands_in_the_clause_that_is_named() -> None:
    clauses = {
        (clause.document_id, "".join(clause.path).rstrip(".．、")): "".join(clause.text.split())
        for clause in load_corpus(CORPUS).clauses
    }
    titles = {document.document_id: document.title for document in load_corpus(CORPUS).documents}
    places = {(titles[document_id], place): text for (document_id, place), text in clauses.items()}
    for guide in GUIDES:
        for entry in guide.local:
            assert "".join(entry.quote.text.split()) in places[entry.quote.title, entry.quote.place]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_way_through_the_questions_ends_in_steps(guide: object) -> None:
    ways: list[dict[str, object]] = [{}]
    ended = 0
    while ways:
        answers = ways.pop()
        question = guide.next_question(answers)  # type: ignore[attr-defined]
        if question is None:
            ended += 1
            steps = [step for step in guide.steps if all(answers.get(f) in v for f, v in step.when.items())]  # type: ignore[attr-defined]
            assert steps, answers
        else:
            ways += [answers | {question.field: choice.value} for choice in question.choices]
    assert ended >= 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("将在城镇居住半年以上的失业农民工纳入失业登记范围", "人人都能登记", "里没有“人人都能登记”这句话"),
        ("quote: 非因本人意愿中断就业的", "words: 没有", "缺字段"),
        ("questions:", "asks:", "缺字段"),
        ("article: 第四十五条", "article: 第九十九条", "没有收录"),
    ],
)
def test_a_guide_whose_words_stand_nowhere_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    for folder in ("guided_steps", "legal_references", "policies"):
        shutil.copytree(CORPUS / folder, tmp_path / folder)
    path = tmp_path / "guided_steps" / "unemployment_registration.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RuleFileError, match=said):
        load_guides(tmp_path, load_legal_references(tmp_path))
