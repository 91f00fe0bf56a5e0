"""``facts.yaml``: every fact declared once, with its type, its unit, its question and how workers say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.subsidy import Fact, FactKind
from bot.subsidies.rule_yaml import Section, entries, read_file

FACTS_FILE = "facts.yaml"
UNITS = {FactKind.DURATION: "months", FactKind.COUNT: "people", FactKind.SHARE: "percent"}
_YES_NO = ("是", "不是")
_CONFIRMED = ("确认过", "还没有")


@dataclass(frozen=True, slots=True)
class FactWords:
    """How a fact is said; all regular expressions.

    Attributes:
        yes: what says yes.
        no: what says no; where both are said the longer one at a place wins, then no.
        else_yes: the same where neither of the two above is said.
        else_no: the same.
        changes: whether it may change, so that what is said later counts: failed once, passed at last.
        ignore: what is taken out of the text first.
        near: what stands beside a number or a length of time that is meant.
        else_near: the same where nothing above is said.
        not_near: what stands beside one that is not meant.
        recent: what says that hardly any time has passed (刚开); "" for nothing.
        recent_at_most: that many months at most.
        is_here: whether a length of time counts only for the place whose rule it is.
    """

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    else_yes: tuple[str, ...] = ()
    else_no: tuple[str, ...] = ()
    changes: bool = False
    ignore: str = ""
    near: str = ""
    else_near: str = ""
    not_near: str = ""
    recent: str = ""
    recent_at_most: float = 0
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All declared facts.

    Attributes:
        by_name: the facts, in the order of the file.
        words: how each is said.
    """

    by_name: Mapping[str, Fact]
    words: Mapping[str, FactWords]


def load_facts(folder: Path) -> Facts:
    """Read the facts of a rules folder.

    Raises:
        RuleFileError: the file cannot be read, or a fact lacks something; names the fact.
    """
    declared = {
        name: (_fact(name, entry), _words(entry)) for name, entry in entries(read_file(folder / FACTS_FILE), "facts")
    }
    return Facts(
        by_name={name: fact for name, (fact, _) in declared.items()},
        words={name: words for name, (_, words) in declared.items()},
    )


def _fact(name: str, entry: Section) -> Fact:
    entry.allow("kind", "unit", "label", "question", "answers", *FactWords.__slots__, "place")
    kind = _kind(entry)
    unit = entry.optional_text("unit")
    if unit != UNITS.get(kind, ""):
        raise entry.error(
            f"类型是 {kind.value} 的事实，单位 unit 应当写 {UNITS.get(kind, '空')}，现在是 {unit or '空'}。"
        )
    return Fact(name, kind, unit, entry.text("label"), entry.text("question"), _answers(entry, kind))


def _kind(entry: Section) -> FactKind:
    written = entry.text("kind")
    try:
        return FactKind(written)
    except ValueError as error:
        raise entry.error(f"没有 {written} 这种类型 kind，可以写的是 {'、'.join(FactKind)}。") from error


def _answers(entry: Section, kind: FactKind) -> tuple[str, str] | tuple[()]:
    written = entry.texts("answers")
    if kind in UNITS:
        if written:
            raise entry.error("数量没有 answers；请删掉。")
        return ()
    if not written:
        return _CONFIRMED if kind is FactKind.CONFIRMATION else _YES_NO
    if len(written) != len(_YES_NO):
        raise entry.error("answers 应当有两项：先写“是”怎么说，再写“不是”怎么说。")
    return written[0], written[1]


def _words(entry: Section) -> FactWords:
    at_most = entry.optional_text("recent_at_most")
    if at_most and not at_most.isdigit():
        raise entry.error(f"recent_at_most 应当是几个月的数字，现在是 {at_most}。")
    if entry.optional_text("place") not in {"", "here"}:
        raise entry.error("place 只能写 here（只算规则所在地的时间）。")
    return FactWords(
        yes=entry.patterns("yes"),
        no=entry.patterns("no"),
        else_yes=entry.patterns("else_yes"),
        else_no=entry.patterns("else_no"),
        changes=entry.is_on("changes"),
        ignore=entry.pattern("ignore"),
        near=entry.pattern("near"),
        else_near=entry.pattern("else_near"),
        not_near=entry.pattern("not_near"),
        recent=entry.pattern("recent"),
        recent_at_most=float(at_most or 0),
        is_here=entry.optional_text("place") == "here",
    )
