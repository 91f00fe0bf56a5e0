"""What is searched for besides the worker's words."""

from __future__ import annotations

from bot.language.lexicon import Lexicon, LexiconEntry
from bot.language.pinyin import HomophoneRepairer
from bot.retrieval.query_expansion import QueryExpander, repairable_sayings
from bot.retrieval.repair_words import RepairWords

LEXICON = Lexicon(
    [LexiconEntry("赔多少", ("工伤保险待遇",)), LexiconEntry("欠…钱", ("拖欠工资",)), LexiconEntry("娃", ("子女",))]
)


def expander(*terms: str) -> QueryExpander:
    return QueryExpander(LEXICON, HomophoneRepairer(terms, repairable_sayings(LEXICON)))


def test_the_workers_words_always_stay() -> None:
    expanded = expander("公积金").expand("公鸡金怎么交")
    assert set("鸡金交") <= set(expanded.tokens)
    assert set(expanded.added) == {"公积", "积金", "公积金", *"公积金"}
    assert expanded.embedding_text.startswith("公积金怎么交")


def test_function_words_are_dropped_unless_nothing_else_is_said() -> None:
    assert expander().expand("我的工资呢").tokens == ("工资", "工", "资")
    assert expander().expand("哪里呢").tokens == ("哪里", "哪", "里", "呢")


def test_official_terms_are_added_word_by_word_once() -> None:
    expanded = expander().expand("他欠我们钱,欠了钱不还")
    assert [one.lay for one in expanded.expansions] == ["欠…钱"]
    assert dict(expanded.added) == dict.fromkeys(["拖欠", "工资", "拖欠工资", *"拖欠工资"], 1.0)


def test_a_repaired_saying_is_expanded_too() -> None:
    expanded = expander().expand("我能陪多少钱")
    assert [one.term for one in expanded.repairs] == ["赔多少"]
    assert "工伤保险" in expanded.embedding_text
    assert "工伤" in expanded.added or "工伤保险" in expanded.added


def test_words_that_everybody_uses_are_no_repair_terms() -> None:
    common = [["的", "是", "在", "和", "了"]] * 600
    terms = RepairWords.of([["公积金", "方法", "以及", "的"]] * 3 + common, LEXICON).terms()
    assert "公积金" in terms
    assert "拖欠工资" in terms
    assert "方法" not in terms
    assert "以及" not in terms
    assert "的" not in terms


def test_short_everyday_sayings_are_not_repaired_into() -> None:
    assert repairable_sayings(LEXICON) == ("赔多少",)
