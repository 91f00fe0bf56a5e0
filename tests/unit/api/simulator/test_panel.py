from datetime import UTC, date, datetime
from typing import Any

from api.simulator.chat_log import Exchange
from api.simulator.panel import ExchangeView, exchange_view
from bot.regions.divisions import load_divisions

TODAY = date(2026, 11, 23)


def view_of(*, hops: list[dict[str, Any]] | None = None, **facts: Any) -> ExchangeView:
    trace = {"hops": hops or [], "facts": facts}
    exchange = Exchange("e1", "o1", "问", "replied", datetime(2026, 11, 23, tzinfo=UTC), [], trace)
    return exchange_view(exchange, load_divisions(), TODAY)


def hop(name: str, started_ms: float, took_ms: float) -> dict[str, Any]:
    return {"name": name, "started_ms": started_ms, "took_ms": took_ms}


def clause(**changes: Any) -> dict[str, Any]:
    return {
        "clause_id": "d#1",
        "document_title": "某文件",
        "region_code": "350400",
        "status": "in_force",
        "targets_to": None,
        "path": ["一、"],
        "title": "总则",
        "score": 0.5,
        "ranks": {},
        **changes,
    }


def test_stations_stand_in_the_order_of_their_beginning_inside_those_that_contain_them() -> None:
    hops = [hop("retrieve", 12, 5), hop("callback.open", 0, 2), hop("evidence", 17, 3), hop("dialogue", 10, 30)]
    shown = [(view.label, view.depth) for view in view_of(hops=hops).hops]
    assert shown == [
        ("验签、解密", 0),
        ("这一轮对话", 0),
        ("检索条款", 1),
        ("挑出作答的句子、核对数字", 1),
    ]


def test_a_bar_stands_where_its_station_ran() -> None:
    first, second = view_of(hops=[hop("a", 0, 25), hop("b", 25, 75)]).hops
    assert (first.start, first.length) == (0, 25)
    assert (second.start, second.length) == (25, 75)


def test_the_shortest_station_still_has_a_bar_inside_the_frame() -> None:
    *_, last = view_of(hops=[hop("a", 0, 100), hop("b", 100, 0)]).hops
    assert last.length > 0
    assert last.start + last.length <= 100


def test_an_unnamed_station_is_shown_by_its_own_name() -> None:
    assert view_of(hops=[hop("brand_new", 0, 1)]).hops[0].label == "brand_new"


def test_both_of_a_workers_places_are_searched() -> None:
    view = view_of(outcome="answered", work_region="440000", home_region="350400")
    assert view.searched == "广东省、全国、福建省三明市、福建省"


def test_an_unknown_place_means_everywhere() -> None:
    assert "各地的文件都查了" in view_of(outcome="nearest", work_region=None, home_region=None).searched


def test_outcomes_are_named_in_plain_words() -> None:
    labels = [view_of(outcome=outcome).outcome_label for outcome in ("answered", "nearest", "none")]
    assert labels == ["已答", "只找到相近条款", "文件没有说"]


def test_a_message_that_asks_nothing_has_no_outcome_and_no_places() -> None:
    view = view_of()
    assert (view.outcome_label, view.searched, view.clauses) == ("", "", ())


def test_drafts_repealed_documents_and_passed_targets_are_marked() -> None:
    rows = [
        clause(status="draft_for_comment"),
        clause(status="repealed"),
        clause(targets_to=2025),
        clause(targets_to=2026),
    ]
    warnings = [row.warnings for row in view_of(outcome="answered", clauses=rows).clauses]
    assert warnings == [("征求意见稿",), ("已废止",), ("目标只定到 2025 年",), ()]


def test_an_unnumbered_part_is_called_the_body() -> None:
    row = view_of(outcome="answered", clauses=[clause(path=[], title="")]).clauses[0]
    assert row.path_label == "正文"


def test_a_score_outside_its_range_does_not_break_the_bar() -> None:
    scores = [row.score_percent for row in view_of(clauses=[clause(score=1.2), clause(score=-0.1)]).clauses]
    assert scores == [100, 0]


def test_times_are_told_as_finely_as_they_matter() -> None:
    labels = [view.took_label for view in view_of(hops=[hop("a", 0, 0.44), hop("b", 1, 43.6), hop("c", 60, 4012)]).hops]
    assert labels == ["0.4 毫秒", "44 毫秒", "4.01 秒"]
