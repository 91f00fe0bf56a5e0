"""Trades by any of their names."""

from __future__ import annotations

import pytest

from bot.language.trades import find_misspelt_trades, find_trades, load_trades


def test_there_are_many_trades_with_many_names_each_name_once() -> None:
    trades = load_trades()
    names = [name for trade in trades.values() for name in trade.names]
    assert len(trades) >= 120
    assert len(names) >= 500
    owners = {(name, trade.trade_id) for trade in trades.values() for name in trade.names}
    assert len(owners) == len({name for name, _ in owners}), "a name belongs to two trades"


@pytest.mark.parametrize(
    ("names", "trade_id"),
    [
        (["电焊工", "焊工", "烧电焊", "烧焊"], "welder"),
        (["保姆", "家政", "住家阿姨", "带小孩"], "nanny"),
        (["泥瓦工", "瓦工", "泥水匠", "泥水佬"], "bricklayer"),
        (["保安", "门卫", "看大门"], "guard"),
        (["普工", "流水线", "打螺丝"], "general_worker"),
    ],
)
def test_synonyms_lead_to_one_trade(names: list[str], trade_id: str) -> None:
    for name in names:
        assert [mention.trade_id for mention in find_trades(f"有没有{name}的活")] == [trade_id]


def test_the_longest_name_counts() -> None:
    (mention,) = find_trades("招外墙清洗工")
    assert (mention.text, mention.trade_id) == ("外墙清洗工", "hanging_worker")


def test_two_trades_are_found_in_order() -> None:
    assert [mention.text for mention in find_trades("保洁或者洗碗工都行")] == ["保洁", "洗碗工"]


@pytest.mark.parametrize(
    ("text", "written", "trade_id"),
    [("店焊工找活", "店焊工", "welder"), ("保按招不招", "保按", "guard"), ("钢金工有活没", "钢金工", "rebar_worker")],
)
def test_a_trade_written_as_it_sounds_is_found(text: str, written: str, trade_id: str) -> None:
    assert [(one.text, one.trade_id) for one in find_misspelt_trades(text)] == [(written, trade_id)]


def test_words_that_sound_like_no_trade_are_left_alone() -> None:
    assert find_misspelt_trades("想换个工作,现在这个太累了") == []
