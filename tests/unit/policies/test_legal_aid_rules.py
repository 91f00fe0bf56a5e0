"""What rules promise to those who ask for legal aid, each with words that stand in their source."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.domain.booking import LegalAidPromise, Matter, PromiseKind
from bot.domain.errors import RuleFileError
from bot.policies.legal_aid_rules import load_legal_aid_promises
from bot.policies.legal_references import load_legal_references

CORPUS = Path(__file__).parents[3] / "corpus"


def load(corpus_dir: Path) -> tuple[LegalAidPromise, ...]:
    return load_legal_aid_promises(corpus_dir, load_legal_references(corpus_dir))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for folder in ("legal_aid", "legal_references", "policies"):
        shutil.copytree(CORPUS / folder, tmp_path / folder)
    return tmp_path


def test_the_shipped_promises_stand_in_their_sources() -> None:
    found = {(promise.quote.region_code, promise.kind): promise for promise in load(CORPUS)}
    nation = found["000000", PromiseKind.NO_HARDSHIP_CHECK]
    assert nation.matters == {Matter.WAGE, Matter.INJURY}
    assert nation.quote.cited == "《法律援助法》第四十二条（三）"
    assert not nation.quote.is_draft
    visit = found["350400", PromiseKind.ON_SITE]
    assert visit.for_groups
    assert "预约、上门" in visit.quote.text
    assert visit.quote.is_draft
    assert found["420117", PromiseKind.CROSS_REGION].quote.targets_to == 2020


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("350400.yaml", "完善异地协作机制", "一律免费办", "里没有“一律免费办”这句话"),
        ("nation.yaml", "进城务工人员", "所有人", "里没有"),
        ("nation.yaml", "no_hardship_check", "free_lunch", "写法不对"),
        ("nation.yaml", "promises:", "nothing:", "缺字段"),
        ("350400.yaml", "[wage, injury]", "[love]", "写法不对"),
    ],
)
def test_a_promise_without_its_words_is_refused(file: str, old: str, new: str, said: str, corpus: Path) -> None:
    path = corpus / "legal_aid" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RuleFileError, match=said):
        load(corpus)
