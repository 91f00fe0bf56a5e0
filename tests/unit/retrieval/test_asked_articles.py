"""Which articles of law answered questions before, and what they gain by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import CorpusError
from bot.domain.policy import Clause, PolicyDocument, PolicyQuery
from bot.language.lexicon import Lexicon
from bot.ports import Encoder
from bot.regions.divisions import load_divisions
from bot.retrieval.asked_articles import AskedArticles, asked_evidence, load_asked_articles, short_name
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.index_build import PolicyIndex, build_index, load_index
from bot.retrieval.question_field import NO_QUESTIONS, ClauseQuestions

LAWS = [f"第{number}号办法" for number in range(58)]
BuildLaws = Callable[..., PolicyIndex]


@pytest.fixture
def build_laws(
    documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, lexicon: Lexicon, tmp_path: Path
) -> BuildLaws:
    """Sixty laws of two articles each, all of one wording."""

    def built(*titles: str, questions: ClauseQuestions = NO_QUESTIONS) -> PolicyIndex:
        laws = sorted([*LAWS, *titles])
        build_index(
            [replace(documents[0], document_id=law, title=law, region_code="000000") for law in laws],
            [
                replace(clauses[0], clause_id=f"{law}#{number}", document_id=law, path=(number,))
                for law in laws
                for number in ("第一条", "第二条")
            ],
            encoder=encoder,
            lexicon=lexicon,
            corpus_hash="c",
            index_dir=tmp_path,
            questions=questions,
        )
        return load_index(tmp_path)

    return built


def evidence_of(index: PolicyIndex, asked: AskedArticles) -> dict[str, float]:
    found = asked_evidence(asked, list(index.documents.values()), index.clauses)
    assert found is not None
    return {clause.clause_id: float(value) for clause, value in zip(index.clauses, found, strict=True)}


def test_an_article_gains_by_its_own_answers_and_by_those_of_its_law(build_laws: BuildLaws) -> None:
    index = build_laws("劳动法", "电力法")
    evidence = evidence_of(index, AskedArticles({"劳动法": {"第二条": 5}}))
    assert evidence["劳动法#第二条"] > evidence["劳动法#第一条"] > evidence["电力法#第一条"]
    assert evidence["电力法#第一条"] == evidence["电力法#第二条"] == evidence[f"{LAWS[0]}#第一条"]


def test_what_answers_questions_neither_gains_nor_loses_on_average(build_laws: BuildLaws) -> None:
    evidence = evidence_of(build_laws("劳动法"), AskedArticles({"劳动法": {"第一条": 1, "第二条": 7}}))
    assert np.isclose(evidence["劳动法#第一条"] + 7 * evidence["劳动法#第二条"], 0.0)
    assert evidence["劳动法#第一条"] < 0 < evidence["劳动法#第二条"]


def test_articles_that_are_asked_about_equally_gain_nothing(build_laws: BuildLaws) -> None:
    index = build_laws()
    asked = AskedArticles({law: {"第一条": 3, "第二条": 3} for law in LAWS})
    assert np.allclose(list(evidence_of(index, asked).values()), 0.0)


def test_the_civil_code_is_one_law_whether_it_lies_in_one_document_or_in_its_parts(build_laws: BuildLaws) -> None:
    asked = AskedArticles({"民法典": {"第二条": 4}})
    parts = evidence_of(build_laws("合同编", "继承编"), asked)
    assert parts["合同编#第二条"] == parts["继承编#第二条"] > parts["继承编#第一条"]
    whole = evidence_of(build_laws("中华人民共和国民法典", "电力法"), asked)
    assert whole["中华人民共和国民法典#第二条"] > whole["电力法#第二条"]


def test_a_law_is_known_by_its_short_name() -> None:
    assert short_name("中华人民共和国劳动合同法") == "劳动合同法"
    assert short_name("关于适用《中华人民共和国民法典》继承编的解释") == "关于适用《民法典》继承编的解释"
    assert short_name("继承编") == "民法典"


def test_nothing_is_gained_where_no_law_is_known(build_laws: BuildLaws) -> None:
    index = build_laws()
    for asked in (AskedArticles(), AskedArticles({"专利法": {"第六条": 2}})):
        assert asked_evidence(asked, list(index.documents.values()), index.clauses) is None


@pytest.mark.parametrize("has_questions", [False, True])
def test_of_equal_articles_the_asked_one_comes_first_unless_clauses_have_their_own_questions(
    build_laws: BuildLaws, encoder: Encoder, lexicon: Lexicon, *, has_questions: bool
) -> None:
    questions = ClauseQuestions({f"{LAWS[0]}#第一条": ("天气怎么样",)}, "q") if has_questions else NO_QUESTIONS
    index = build_laws("劳动法", "电力法", questions=questions)
    asked = AskedArticles({"电力法": {"第二条": 3}})
    query = PolicyQuery("农民工工资保证金", None, None, date(2024, 1, 1))
    found = [
        HybridRetriever(index, encoder, lexicon, load_divisions(), asked=known).retrieve(query, 120)
        for known in (None, asked)
    ]
    before, after = ([one.clause.clause_id for one in ranking] for ranking in found)
    assert before[0] != "电力法#第二条"
    assert (after[0] == "电力法#第二条") is not has_questions
    assert all(0 <= one.score <= 1 for one in found[1])


def test_a_file_is_read_with_its_comments_passed_over_and_may_lack(tmp_path: Path) -> None:
    path = tmp_path / "asked.tsv"
    assert not load_asked_articles(path).times
    path.write_text("# 说明\n民法典\t第二条\t3\n\n民法典\t第三条\t1\n刑法\t第一条\t2\n", encoding="utf-8")
    assert load_asked_articles(path).times == {"民法典": {"第二条": 3, "第三条": 1}, "刑法": {"第一条": 2}}


@pytest.mark.parametrize("content", ["民法典\t第二条\n", "民法典\t第二条\t几次\n", "\ud800"])
def test_a_damaged_file_says_what_a_line_should_be(tmp_path: Path, content: str) -> None:
    path = tmp_path / "asked.tsv"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(CorpusError, match="次数"):
        load_asked_articles(path)
