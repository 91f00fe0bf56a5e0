"""Lay expressions and their official terms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.domain.errors import CorpusError
from bot.language.lexicon import Lexicon, LexiconEntry, load_lexicon

SHIPPED = Path(__file__).parents[3] / "corpus" / "vocabulary" / "lay_terms.tsv"


def lexicon(*lines: str) -> Lexicon:
    return Lexicon(LexiconEntry(lay, tuple(terms.split("；"))) for lay, terms in (line.split("=") for line in lines))


def found(text: str, *lines: str) -> list[tuple[str, int, int]]:
    return [(one.lay, one.start, one.end) for one in lexicon(*lines).expand(text)]


def test_an_expression_is_found_where_it_stands() -> None:
    expansion = lexicon("跑路=欠薪逃匿").expand("老板跑路了")[0]
    assert (expansion.lay, expansion.official, expansion.start, expansion.end) == ("跑路", ("欠薪逃匿",), 2, 4)


def test_the_longest_expression_wins_over_those_inside_it() -> None:
    assert found("自己跑外卖的", "外卖=平台", "跑外卖=新就业形态", "跑=走") == [("跑外卖", 2, 5)]


def test_an_expression_with_a_gap_bridges_a_few_characters() -> None:
    assert found("欠了我们三个月工资", "欠…工资=拖欠工资") == [("欠…工资", 0, 9)]


def test_a_gap_is_not_bridged_over_the_end_of_a_sentence_or_too_far() -> None:
    assert found("他欠我的。工资呢", "欠…工资=拖欠工资") == []
    assert found("欠的是去年在那边工地上的工资", "欠…工资=拖欠工资") == []


def test_an_expression_with_a_gap_stands_beside_those_inside_it() -> None:
    assert found("娃要上学", "娃=子女", "娃…上学=随迁子女入学") == [("娃…上学", 0, 4), ("娃", 0, 1)]


def test_fullwidth_and_capital_letters_match_without_moving_positions() -> None:
    assert found("手机ＡＰＰ上办", "app=手机APP") == [("app", 2, 5)]


def test_terms_of_an_expression_that_stands_twice_are_joined() -> None:
    assert lexicon("出粮=发放工资", "出粮=工资支付；发放工资").expand("出粮")[0].official == ("发放工资", "工资支付")


def test_a_text_without_lay_words_expands_to_nothing() -> None:
    assert found("今天天气很好", "跑路=欠薪逃匿") == []
    assert Lexicon([]).expand("跑路") == []


def test_the_hash_follows_the_content() -> None:
    assert lexicon("跑路=欠薪逃匿").content_hash == lexicon("跑路=欠薪逃匿").content_hash
    assert lexicon("跑路=欠薪逃匿").content_hash != lexicon("跑路=欠薪").content_hash


@pytest.mark.parametrize("line", ["没有术语", "说法\t", "一…二…三\t术语", "…后\t术语"])
def test_a_line_out_of_form_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lay_terms.tsv"
    path.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="第 2 行"):
        load_lexicon(path)


def test_a_missing_file_is_an_error_that_says_which(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.tsv"):
        load_lexicon(tmp_path / "nowhere.tsv")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("老细冇出粮走佬咗", "欠薪逃匿"),
        ("伢放在老屋里跟爹爹婆婆过", "农村留守儿童"),
        ("娃儿要读幼儿园了", "学前教育"),
        ("俺想成立个工会", "组建工会"),
        ("腿子搞断了", "工伤"),
        ("屋头附近找点活路", "就近就地就业"),
        ("想扯证", "结婚证"),
        ("厝边的田租给别人种", "土地经营权流转"),
    ],
)
def test_the_shipped_lexicon_knows_dialects(said: str, meant: str) -> None:
    terms = {term for expansion in load_lexicon(SHIPPED).expand(said) for term in expansion.official}
    assert meant in terms


def test_every_shipped_expression_stands_once_so_that_no_two_lines_contradict_each_other() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    sayings = [lay.strip() for lay, _ in rows]
    assert len(sayings) > 3000
    assert sorted(saying for saying, times in Counter(sayings).items() if times > 1) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("老细欠人工点算", "拖欠工资"),
        ("整亲手边个赔", "工伤"),
        ("个仔返学要啲乜", "随迁子女"),
        ("头家无发钱", "拖欠工资"),
        ("囝仔读册", "随迁子女"),
        ("想租厝", "租赁住房"),
    ],
)
def test_cantonese_and_min_speech_lead_to_official_terms(said: str, meant: str) -> None:
    assert any(meant in expansion.official for expansion in load_lexicon(SHIPPED).expand(said))
