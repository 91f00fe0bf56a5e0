"""From a stored exchange to what the side panel shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.simulator import phrases
from api.simulator.chat_log import Exchange
from bot.domain.region import NATION_CODE
from bot.regions.divisions import Divisions

NOTICEABLE_SHARE = 0.8
"""Per cent of the bar's width that even the shortest station gets."""
DEEPEST = 5
"""Stations further inside are shown at this depth."""


@dataclass(frozen=True, slots=True)
class HopView:
    """A station: its depth inside others, and its bar in per cent of the whole time."""

    label: str
    depth: int
    start: float
    length: float
    took_label: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause that was found, and how."""

    region: str
    document_title: str
    document_number: str
    path_label: str
    text: str
    warnings: tuple[str, ...]
    is_cited: bool
    score_percent: float
    score_label: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostView:
    """One post of the platform: sizes in bytes, the encrypted texts, and the plain text of what was sent."""

    summary: str
    sent: str
    sent_bytes: int
    plain_sent: str
    got: str
    got_bytes: int


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """Everything about one message."""

    said: str
    state: str
    state_label: str
    topic_label: str
    outcome: str
    outcome_label: str
    took_label: str
    hops: tuple[HopView, ...]
    searched: str
    clauses: tuple[ClauseView, ...]
    posts: tuple[PostView, ...]
    has_trace: bool


def exchange_view(exchange: Exchange, divisions: Divisions, today: date) -> ExchangeView:
    """What the panel shows of an exchange.

    Args:
        exchange: as stored; its trace may be missing.
        divisions: names of places.
        today: the day in China, to tell whether targets have passed.
    """
    facts = exchange.trace.get("facts", {})
    outcome = str(facts.get("outcome", ""))
    cited = set(facts.get("cited", ()))
    return ExchangeView(
        said=exchange.said,
        state=exchange.state,
        state_label=phrases.STATES[exchange.state],
        topic_label=phrases.TOPICS.get(str(facts.get("topic", "")), ""),
        outcome=outcome,
        outcome_label=phrases.OUTCOMES.get(outcome, ""),
        took_label=_milliseconds(_whole_time_ms(exchange.posts)) if exchange.posts else "",
        hops=_hop_views(exchange.trace.get("hops", [])),
        searched=_searched(facts, divisions) if outcome else "",
        clauses=tuple(_clause_view(clause, cited, divisions, today) for clause in facts.get("clauses", ())),
        posts=tuple(_post_view(post) for post in exchange.posts),
        has_trace=bool(exchange.trace),
    )


def _whole_time_ms(posts: list[dict[str, Any]]) -> float:
    return max(float(post["started_ms"]) + float(post["took_ms"]) for post in posts)


def _hop_views(hops: list[Mapping[str, Any]]) -> tuple[HopView, ...]:
    """Stations by their beginning; at the same beginning the longer one is outside."""
    spans = sorted(
        ((float(hop["started_ms"]), float(hop["took_ms"]), str(hop["name"])) for hop in hops),
        key=lambda span: (span[0], -span[1]),
    )
    whole_ms = max((started + took for started, took, _ in spans), default=0.0) or 1.0
    views: list[HopView] = []
    open_until: list[float] = []
    for started, took, name in spans:
        while open_until and open_until[-1] < started + took:
            open_until.pop()
        views.append(
            HopView(
                label=phrases.HOPS.get(name, name),
                depth=min(len(open_until), DEEPEST),
                start=min(100 * started / whole_ms, 100 - NOTICEABLE_SHARE),
                length=max(100 * took / whole_ms, NOTICEABLE_SHARE),
                took_label=_milliseconds(took),
            )
        )
        open_until.append(started + took)
    return tuple(views)


def _searched(facts: Mapping[str, Any], divisions: Divisions) -> str:
    """The places whose documents were looked through, the worker's own first."""
    codes: dict[str, None] = {}
    for code in (facts.get("work_region"), facts.get("home_region")):
        if code:
            codes.update(dict.fromkeys(divisions.lineage(code)))
    if not codes:
        return phrases.SEARCHED_EVERYWHERE
    return "、".join(phrases.NATION if code == NATION_CODE else divisions.full_name(code) for code in codes)


def _clause_view(clause: Mapping[str, Any], cited: set[str], divisions: Divisions, today: date) -> ClauseView:
    score = float(clause["score"])
    headings = [str(part) for part in clause.get("headings", ())]
    path = "".join(clause.get("path", ())) or "正文"
    raw_scores = clause.get("channel_scores", {})
    return ClauseView(
        region=divisions.full_name(clause["region_code"]),
        document_title=str(clause["document_title"]),
        document_number=str(clause.get("document_number", "")),
        path_label=" › ".join([*headings, f"{path} {clause.get('title', '')}".strip()]),
        text=str(clause.get("text", "")),
        warnings=_warnings(clause, today),
        is_cited=clause["clause_id"] in cited,
        score_percent=100 * min(max(score, 0.0), 1.0),
        score_label=f"{score:.2f}",
        channels=tuple(_channel(name, rank, raw_scores.get(name)) for name, rank in clause.get("ranks", {}).items()),
    )


def _channel(name: str, rank: int, raw_score: float | None) -> str:
    score = "" if raw_score is None else f"（{raw_score:.2f}）"
    return f"{phrases.CHANNELS.get(name, name)}第 {rank}{score}"


def _warnings(clause: Mapping[str, Any], today: date) -> tuple[str, ...]:
    warnings = []
    if clause.get("status") == "draft_for_comment":
        warnings.append("征求意见稿")
    if clause.get("status") == "repealed":
        warnings.append("已废止")
    targets_to = clause.get("targets_to")
    if targets_to and int(targets_to) < today.year:
        warnings.append(f"目标只定到 {targets_to} 年")
    return tuple(warnings)


def _post_view(post: Mapping[str, Any]) -> PostView:
    status = post.get("status")
    ending = f"HTTP {status}" if status else "5 秒内没有回应，平台断开"
    began = _milliseconds(float(post["started_ms"]))
    summary = f"发出后 {began} 推送，用时 {_milliseconds(float(post['took_ms']))}，{ending}"
    sent, got = str(post.get("sent", "")), str(post.get("got", ""))
    return PostView(
        summary=summary,
        sent=sent,
        sent_bytes=len(sent.encode()),
        plain_sent=str(post.get("plain_sent", "")),
        got=got,
        got_bytes=len(got.encode()),
    )


def _milliseconds(took_ms: float) -> str:
    if took_ms >= 1000:  # noqa: PLR2004 - a second
        return f"{took_ms / 1000:.2f} 秒"
    if took_ms >= 10:  # noqa: PLR2004 - fractions no longer matter
        return f"{took_ms:.0f} 毫秒"
    return f"{took_ms:.1f} 毫秒"
