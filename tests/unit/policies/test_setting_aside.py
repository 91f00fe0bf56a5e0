"""A document that is withdrawn takes with it what quotes it, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.claims.referrals import Referrals
from bot.domain.errors import BotError, CorpusError, RuleFileError
from bot.policies.guided_steps import load_guides
from bot.policies.legal_aid_rules import load_legal_aid_promises
from bot.policies.legal_references import load_legal_references
from bot.policies.wage_referrals import load_wage_referrals
from bot.regions.divisions import load_divisions
from tests.fakes.server_process import REPOSITORY

SHIPPED = REPOSITORY / "corpus"
REFERENCES = load_legal_references(SHIPPED)
SANMING = "350400"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The shipped corpus without the document of 三明."""
    for folder in ("policies", "claims", "legal_aid", "guided_steps"):
        shutil.copytree(SHIPPED / folder, tmp_path / folder)
    shutil.rmtree(tmp_path / "policies" / SANMING)
    return tmp_path


def test_a_claim_then_goes_to_whom_the_law_names(corpus: Path) -> None:
    told: list[BotError] = []
    referrals = Referrals(load_wage_referrals(corpus, REFERENCES, told.append), load_divisions())

    assert referrals.find("350481").department == "人力资源社会保障行政部门"
    assert referrals.find("130503").department == "市人力资源社会保障局"
    assert len(told) == 1


def test_its_place_then_promises_nothing_of_its_own(corpus: Path) -> None:
    told: list[BotError] = []
    promises = load_legal_aid_promises(corpus, REFERENCES, told.append)

    assert promises
    assert SANMING not in {promise.quote.region_code for promise in promises}
    assert len(told) == 1


def test_guides_lose_what_only_it_said(corpus: Path) -> None:
    told: list[BotError] = []
    guides = load_guides(corpus, REFERENCES, told.append)

    assert {guide.name for guide in guides} == {guide.name for guide in load_guides(SHIPPED, REFERENCES)}
    assert told


def test_where_nobody_is_told_nothing_is_set_aside(corpus: Path) -> None:
    for load in (load_wage_referrals, load_legal_aid_promises, load_guides):
        with pytest.raises((RuleFileError, CorpusError)):
            load(corpus, REFERENCES)


def test_without_an_entry_for_the_nation_claims_cannot_be_referred(corpus: Path) -> None:
    path = corpus / "claims" / "referrals.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"000000"', '"999999"'), encoding="utf-8")

    with pytest.raises(RuleFileError, match="全国"):
        load_wage_referrals(corpus, REFERENCES, lambda _: None)
