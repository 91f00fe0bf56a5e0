"""Articles of national law for handlers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import RuleFileError
from bot.domain.policy import PolicyStatus
from bot.policies.legal_references import load_legal_references

CORPUS = Path(__file__).parents[3] / "corpus"
FILE = """
law: 法律援助法
title: 中华人民共和国法律援助法
version_on: 2021-08-20
status: in_force
articles:
  第四十二条: |-
    免予核查经济困难状况：
    （三）进城务工人员；
"""


@pytest.fixture
def write(tmp_path: Path) -> Path:
    folder = tmp_path / "legal_references"
    folder.mkdir()
    return folder / "law.yaml"


def test_an_article_is_quoted_with_its_law_number_and_status(write: Path) -> None:
    write.write_text(FILE, encoding="utf-8")
    references = load_legal_references(write.parents[1])
    quote = references.quote("法律援助法", "第四十二条", "进城务工人员")
    assert (quote.cited, quote.text, quote.status) == ("《法律援助法》第四十二条", "进城务工人员", "in_force")
    assert references.quote("法律援助法", "第四十二条").text == "免予核查经济困难状况：\n（三）进城务工人员；"
    assert references.article("法律援助法", "第四十二条").version_on == date(2021, 8, 20)


def test_words_that_do_not_stand_in_the_article_are_no_quote(write: Path) -> None:
    write.write_text(FILE, encoding="utf-8")
    references = load_legal_references(write.parents[1])
    with pytest.raises(RuleFileError, match="没有“一律免费”这句话"):
        references.quote("法律援助法", "第四十二条", "一律免费")
    with pytest.raises(RuleFileError, match="没有收录《法律援助法》第一条"):
        references.quote("法律援助法", "第一条")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("law: 法律援助法\n", "", "应当正好有这些字段"),
        ("第四十二条", "42", "不是条号"),
        ("in_force", "valid", "status 应当是"),
        ("2021-08-20", "去年", "version_on"),
        ("articles:", "articles: [", "不符合 YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_change(old: str, new: str, said: str, write: Path) -> None:
    write.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleFileError, match=said):
        load_legal_references(write.parents[1])


def test_the_same_article_in_two_files_is_refused(write: Path) -> None:
    write.write_text(FILE, encoding="utf-8")
    write.with_name("again.yaml").write_text(FILE, encoding="utf-8")
    with pytest.raises(RuleFileError, match="已经在别的文件里"):
        load_legal_references(write.parents[1])


def test_the_shipped_articles_are_in_force_and_dated() -> None:
    articles = list(load_legal_references(CORPUS))
    assert {article.law for article in articles} >= {"法律援助法", "劳动争议调解仲裁法", "工伤保险条例", "劳动合同法"}
    assert {article.status for article in articles} == {PolicyStatus.IN_FORCE}
