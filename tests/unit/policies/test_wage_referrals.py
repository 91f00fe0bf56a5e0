from pathlib import Path

import pytest

from bot.claims.referrals import Referrals
from bot.domain.errors import RuleFileError
from bot.policies.legal_references import load_legal_references
from bot.policies.wage_referrals import REFERRALS, load_wage_referrals
from bot.regions.divisions import load_divisions
from tests.fakes.server_process import REPOSITORY

CORPUS = REPOSITORY / "corpus"
REFERENCES = load_legal_references(CORPUS)
NOBODY = """
- region: '350400'
  document: 003_f6fba8179af8c3b3
  path: [六、]
  department_quote: 没有这个局
  quote: 就业
"""


@pytest.mark.parametrize(
    ("region", "department", "is_draft"),
    [
        ("350481", "市人社局", True),
        ("420117", "区人社局", False),
        ("510802", "区人力资源和社会保障局", True),
        ("440783", "省人力资源社会保障厅", False),
        ("130503", "市人力资源社会保障局", False),
        ("110101", "人力资源社会保障行政部门", False),
    ],
)
def test_a_claim_goes_to_the_department_that_the_lineage_names(
    region: str,
    department: str,
    is_draft: bool,  # noqa: FBT001
) -> None:
    referral = Referrals(load_wage_referrals(CORPUS, REFERENCES), load_divisions()).find(region)

    assert referral.department == department
    assert referral.quote.is_draft == is_draft


@pytest.mark.parametrize(
    ("entries", "advice"),
    [
        (NOBODY, "没有这个局"),
        ("- {region: '000000', law: 保障农民工工资支付条例, article: 第七条}", "缺字段"),
        ("[]", "全国"),
        ("a: 1", "列表"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(tmp_path: Path, entries: str, advice: str) -> None:
    (tmp_path / REFERRALS).parent.mkdir(parents=True)
    (tmp_path / REFERRALS).write_text(entries, encoding="utf-8")
    (tmp_path / "policies").symlink_to(CORPUS / "policies")

    with pytest.raises(RuleFileError, match=advice):
        load_wage_referrals(tmp_path, REFERENCES)
