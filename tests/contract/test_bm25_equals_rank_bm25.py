"""The compiled index scores what rank_bm25 scores."""

from __future__ import annotations

import jieba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from bot.domain.errors import IndexBuildError
from bot.retrieval.bm25 import CompiledBm25

WORDS = st.sampled_from(["工资", "拖欠", "保险", "工伤", "合同", "户口", "学校", "贷款", "补贴", "的"])
CORPORA = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=24).filter(any)
QUERIES = st.lists(st.one_of(WORDS, st.just("没见过的词")), max_size=10)

SENTENCES = (
    "推广实名制工资支付银行卡,按月支付农民工工资。",
    "未参加工伤保险的农民工发生工伤,用人单位依法承担相应责任。",
    "对农民工首次创业正常经营1年以上的给予不超过1万元的一次性创业补贴。",
    "鼓励灵活就业农民工参加城镇职工基本养老保险和基本医疗保险。",
    "农民工购买商品住房,按规定落实契税、印花税等优惠政策。",
    "对群体性农民工讨薪案件实行“预约、上门”受理。",
    "落实拖欠农民工工资争议“快立、快调、快审、快结”长效机制。",
)
QUESTIONS = ("老板拖欠工资怎么办", "工资工资工资", "没买工伤保险受了工伤谁负责", "创业补贴有多少", "天气怎么样")


@settings(max_examples=200, deadline=None)
@given(corpus=CORPORA, query=QUERIES)
def test_random_corpora_score_alike(corpus: list[list[str]], query: list[str]) -> None:
    expected = BM25Okapi(corpus).get_scores(query)
    np.testing.assert_allclose(CompiledBm25.fit(corpus).scores(query), expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("question", QUESTIONS)
def test_policy_sentences_score_alike(question: str) -> None:
    corpus = [jieba.lcut(sentence) for sentence in SENTENCES]
    tokens = jieba.lcut(question)
    expected = BM25Okapi(corpus).get_scores(tokens)
    np.testing.assert_allclose(CompiledBm25.fit(corpus).scores(tokens), expected, rtol=1e-6, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(corpus=CORPORA, query=QUERIES, k=st.integers(min_value=1, max_value=30))
def test_the_best_k_are_those_of_a_full_sort(corpus: list[list[str]], query: list[str], k: int) -> None:
    index = CompiledBm25.fit(corpus)
    scores = index.scores(query)
    expected = [int(i) for i in np.lexsort((np.arange(len(scores)), -scores)) if scores[i] > 0][:k]
    chosen, values = index.top_k(query, k)
    assert chosen.tolist() == expected
    np.testing.assert_array_equal(values, scores[chosen])


def test_documents_outside_the_filter_are_never_returned() -> None:
    index = CompiledBm25.fit([["工资"], ["工资", "拖欠"], ["户口"], ["学校"], ["贷款"]])
    chosen, _ = index.top_k(["工资"], 5, np.array([False, True, True, True, True]))
    assert chosen.tolist() == [1]
    nothing, _ = index.top_k(["工资"], 5, np.zeros(5, dtype=bool))
    assert nothing.size == 0


def test_a_corpus_without_words_is_refused() -> None:
    with pytest.raises(IndexBuildError, match="gongyou index build"):
        CompiledBm25.fit([[], []])
