"""What is said about subsidies: short plain Chinese, good to hear; every figure is the clause's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.answering.phrasing import LABOUR_HOTLINE, local_name, office_to_ask, source_line, status_mark
from bot.domain.policy import Clause, PolicyDocument, PolicyStatus
from bot.domain.region import Region
from bot.domain.subsidy import Assessment, Audience, Fact, FactKind, FactValue, Scheme, Span, SubsidyRule, Verdict
from bot.subsidies.assessment import LOCAL_CONDITIONS

TITLE = "查补贴"
ASK_PLACE = "您在哪个省、哪个市县打工？比如“三明永安”。"
ASK_HOME = "“{scheme}”是老家那边管的。您老家在哪个区县？比如“广元利州”。"
ASK_AUDIENCE = "您是替谁问的？"
AUDIENCES = {Audience.WORKER: "我自己", Audience.FAMILY: "我家里", Audience.EMPLOYER: "企业、机构、学校"}
ASK_SCHEME = "{place}的文件里，这些您可能用得上。想查哪一项？回复数字："
SAYS_NO = "另外有{count}项，按您说的不合适，没有列。"
NONE_FITS = "{place}的文件里写到的，按您说的，没有一项合适。"
UNKNOWN_PLACE = "这个地方我没认出来。请按“省 市 县”说，比如“福建省三明市永安市”。"
SEVERAL_PLACES = "叫“{name}”的地方有好几个，您说的是哪个？"
MONTHS_OR_YEARS = "您说的是几个月，还是几年？请带上“个月”或者“年”再说一遍。"
HOTLINE = f"想问准，打{LABOUR_HOTLINE}。"
DRAFT_TARGETS_PASSED = "【文件定的目标年份也过了，后来怎么定的，请先问清】"
PLACE = "地方"
HOME = "老家"
SCHEME = "项目"
QUOTE_LABEL = "原文："
RECAP_LABEL = "我记的是："
_MONTHS_A_YEAR = 12
_FEN_A_YUAN = 100
LONGEST_LIST_BYTES = 1300
"""Of the choices below the question: what the dialogue adds must fit into the same message."""


def scheme_label(rule: SubsidyRule, *, is_short: bool) -> str:
    """A scheme as a choice: its name, what it gives, and for whom."""
    amount = f"，{rule.amount.words}" if rule.amount is not None else ""
    return f"{rule.called}{amount}" + ("" if is_short else f"（{rule.beneficiary}）")


def fits_into_a_message(labels: Sequence[str]) -> bool:
    """Whether a list of choices leaves room for what else is said."""
    return sum(len(label.encode()) for label in labels) <= LONGEST_LIST_BYTES


def no_documents(place: str) -> str:
    """No document of the place's lineage has any rule."""
    return f"{place}的政策文件还没有收录进来，别的地方的规定不能当成您这里的，所以这个我查不了。\n{HOTLINE}"


def no_rule(scheme: Scheme, place: str) -> str:
    """The documents of the place do not name the scheme."""
    return (
        f"{place}的文件里没有写“{scheme.name}”，我不乱说；别的地方的规定，不能当成您这里的。\n"
        f"{HOTLINE}也可以问我“能领啥补贴”，看看这里写了哪些。"
    )


def fact_text(fact: Fact, value: FactValue) -> str:
    """A fact as it was understood: 首次创业：是头一回; 正常经营时长：14个月."""
    name = fact.label.removeprefix("是否")
    if isinstance(value, bool):
        return f"{name}：{fact.answers[0 if value else 1] if fact.answers else value}"
    return f"{name}：{_quantity(fact.kind, value)}"


def recap(told: Sequence[str]) -> str:
    """What was understood, so that a worker can put it right; "" for nothing."""
    return f"{RECAP_LABEL}{'；'.join(told)}。" if told else ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands.

    Attributes:
        rule: the rule.
        scheme: what it is about.
        document: its document.
        clause: its clause.
        region: the place of the document.
    """

    rule: SubsidyRule
    scheme: Scheme
    document: PolicyDocument
    clause: Clause
    region: Region


def verdict(found: Assessment, source: Source, facts: Mapping[str, Fact], today: date) -> str:
    """A verdict with its clause.

    Args:
        found: the assessment.
        source: its rule.
        facts: the declared facts, by name.
        today: what the document's status is told for.
    """
    rule, region = source.rule, source.region
    office = office_to_ask(rule.department, region)
    told = [fact_text(facts[name], value) for name, value in found.facts.items()]
    lines = [
        status_mark(source.document, today),
        _passed_targets(source.document, today),
        _sentence(found, source, [facts[name] for name in found.missing], office),
        f"{QUOTE_LABEL}{rule.quote}",
        f"提醒：{rule.note}" if rule.note and found.verdict is not Verdict.NOT_ELIGIBLE else "",
        recap(told),
        source_line(source.document, source.clause),
        f"归谁管：{local_name(rule.department, region)}",
        _next_step(found, office),
    ]
    return "\n".join(line for line in lines if line)


def _passed_targets(document: PolicyDocument, today: date) -> str:
    """A draft's mark says nothing of its targets; "" where `status_mark` says it, or none has passed."""
    is_passed = document.targets_to is not None and document.targets_to < today.year
    return DRAFT_TARGETS_PASSED if is_passed and document.status is PolicyStatus.DRAFT_FOR_COMMENT else ""


def _sentence(found: Assessment, source: Source, missing: Sequence[Fact], office: str) -> str:
    rule = source.rule
    if found.verdict is Verdict.ELIGIBLE:
        return f"按您说的，“{rule.called}”您符合条件。{_amount(found, source)}"
    if found.verdict is Verdict.NOT_ELIGIBLE:
        failed = "、".join(dict.fromkeys(f"“{one.means}”" for one in found.failed))
        return f"按您说的，“{rule.called}”现在还不符合，差在{failed}这一条。这项是给{rule.beneficiary}的。"
    return _still_needed(found, source, missing, office)


def _still_needed(found: Assessment, source: Source, missing: Sequence[Fact], office: str) -> str:
    rule = source.rule
    asked = "、".join(fact.label.removeprefix("是否") for fact in missing if fact.kind is not FactKind.CONFIRMATION)
    if asked:
        return f"“{rule.called}”现在还说不准，还缺：{asked}。想起来了再告诉我。{_amount(found, source)}"
    if any(fact.name == LOCAL_CONDITIONS for fact in missing):
        return f"文件里写了“{rule.called}”，可具体条件没有写全，我不能替窗口说符合不符合。要问{office}。"
    named = "、".join(fact.label.removeprefix("是否") for fact in missing)
    return f"“{rule.called}”还差一步：要{named}。怎么算符合，文件没有细写，得由{office}认定。{_amount(found, source)}"


def _amount(found: Assessment, source: Source) -> str:
    amount = source.rule.amount
    if amount is None:
        return "" if source.scheme.is_service else "给多少，文件没有写。"
    heads = found.facts.get(amount.heads)
    if amount.per_head_fen is not None and isinstance(heads, Span) and heads.high is not None:
        yuan = (found.amount_max_fen or 0) // _FEN_A_YUAN
        return f"{amount.words}，按{heads.high:g}人算，最多{yuan}元。"
    is_open = found.verdict is Verdict.NEED_MORE
    return f"{'符合的话，' if is_open else ''}{amount.words}。"


def _next_step(found: Assessment, office: str) -> str:
    if found.verdict is Verdict.NOT_ELIGIBLE:
        return f"拿不准就问{office}；情况变了，随时再来查。"
    done = "申请" if found.verdict is Verdict.ELIGIBLE else "问清楚"
    return f"下一步：找{office}{done}，要带的材料以窗口要求为准。"


def _quantity(kind: FactKind, span: Span) -> str:
    if kind is FactKind.DURATION:
        return _length(span)
    unit = "人" if kind is FactKind.COUNT else "%"
    if span.high is None:
        return f"{span.low:g}{unit}以上"
    return f"{span.low:g}{unit}" if span.low == span.high else f"{span.low:g}到{span.high:g}{unit}"


def _length(span: Span) -> str:
    if span.high is None:
        return f"{_months(span.low)}以上"
    if span.low == span.high:
        return _months(span.low)
    return f"不到{_months(span.high, is_upper=True)}" if span.low <= 0 else f"{_months(span.low)}以上"


def _months(months: float, *, is_upper: bool = False) -> str:
    """A length in words: 14个月, 3年; a day short of a year is 不到1年."""
    whole = round(months + (0.5 if is_upper else 0))
    if whole and whole % _MONTHS_A_YEAR == 0:
        return f"{whole // _MONTHS_A_YEAR}年"
    return f"{whole}个月" if whole else f"{round(months * 30)}天"
