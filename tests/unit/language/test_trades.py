"""Trades by any of their names."""

from __future__ import annotations

import pytest

from bot.language.trades import find_trades, load_trades


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
