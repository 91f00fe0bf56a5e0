"""Subsidy schemes: what a rule asks for, what it gives, and what it says of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """What a rule says of a case."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    NEED_MORE = "need_more"


class Audience(StrEnum):
    """Who claims a scheme."""

    WORKER = "worker"
    FAMILY = "family"
    EMPLOYER = "employer"


class FactKind(StrEnum):
    """What sort of thing a fact is, and with that how it is read and compared.

    ``confirmation`` is a yes that only an office can give (符合条件的); ``duration`` counts months, ``count`` people,
    ``share`` per cent.
    """

    YES_NO = "yes_no"
    CONFIRMATION = "confirmation"
    DURATION = "duration"
    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Span:
    """A quantity as far as words tell it: 快两年 is less than 24 months, 20多人 more than 20.

    Attributes:
        low: at least so much.
        high: at most so much; None where the words leave it open.
    """

    low: float
    high: float | None

    @classmethod
    def exactly(cls, value: float) -> Span:
        """A quantity said exactly."""
        return cls(value, value)


FactValue = bool | Span


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a rule may ask about, declared once.

    Attributes:
        name: unique; rules and forms use it.
        kind: its type.
        unit: ``months``, ``people`` or ``percent``; "" for yes and no.
        label: how it is called where it is missing: 是否首次创业.
        question: what asks the worker for it.
        answers: the choices' labels for yes and no; empty for quantities.
    """

    name: str
    kind: FactKind
    unit: str
    label: str
    question: str
    answers: tuple[str, str] | tuple[()] = ()


class Comparison(StrEnum):
    """How a fact is held against a rule's value."""

    IS = "is"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One comparison: a leaf of a rule's tree.

    Attributes:
        fact: the fact that is compared; the part where it is a share.
        comparison: how.
        value: with what, in the fact's unit; per cent for a share.
        means: the condition in the words of the clause.
        quote: the words of the clause that it rests on.
        whole: the fact that ``fact`` is a share of; "" for no share.
        share: the fact that says the share outright (新招的占一成半); "" for none.
        is_presumed: whether it counts as met until the case says otherwise (that a worker is a 农民工).
    """

    fact: str
    comparison: Comparison
    value: bool | float
    means: str
    quote: str
    whole: str = ""
    share: str = ""
    is_presumed: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that it needs, in the order in which they are asked for."""
        return (self.whole, self.fact) if self.whole else (self.fact,)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part is enough."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Condition


Condition = Requirement | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Amount:
    """What a rule gives in money.

    Attributes:
        words: the amount in the words of the clause: 不超过1万元.
        quote: the words of the clause that it stands in.
        ceiling_fen: the most that one case gets; None where the clause has no figure (按当地最低工资标准).
        floor_fen: the least, where a range is printed.
        per_head_fen: what each person counts; None where heads do not matter.
        heads: the fact that counts them.
    """

    words: str
    quote: str
    ceiling_fen: int | None = None
    floor_fen: int | None = None
    per_head_fen: int | None = None
    heads: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """补贴项目, the same everywhere; what it asks for is each place's own rule.

    Attributes:
        scheme_id: unique id.
        name: as workers know it.
        audience: who claims it.
        said: regular expressions by which it is named in a message.
        is_service: whether it is something done for people, not money.
        is_at_home: whether the place that people come from gives it, not the one where they work.
    """

    scheme_id: str
    name: str
    audience: Audience
    said: tuple[str, ...]
    is_service: bool = False
    is_at_home: bool = False


@dataclass(frozen=True, slots=True)
class SubsidyRule:
    """What one document says of one scheme.

    Attributes:
        scheme: id of the scheme.
        called: its name in this document.
        region_code: the place it governs.
        document_id: the document.
        path: numbers of the clause, as in `bot.domain.policy.Clause`.
        beneficiary: who gets it, in words for workers.
        condition: what must hold.
        amount: what it gives; None where it gives no money or the clause says nothing of it.
        department: who answers for it, as the clause names it.
        quote: the words of the clause.
        note: what a worker should hear beside the verdict; "" for nothing.
        valid_from: first day; None for always.
        valid_to: last day; None for open.
        file: where it stands, for error messages.
    """

    scheme: str
    called: str
    region_code: str
    document_id: str
    path: tuple[str, ...]
    beneficiary: str
    condition: Condition
    amount: Amount | None
    department: str
    quote: str
    note: str
    valid_from: date | None
    valid_to: date | None
    file: str

    @property
    def clause_id(self) -> str:
        """The id of its clause."""
        return f"{self.document_id}#{'/'.join(self.path)}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the rule's own dates cover a day."""
        begins = self.valid_from is None or self.valid_from <= day
        return begins and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a rule says of a case.

    Attributes:
        rule: the rule; None where no document of the place's lineage names the scheme.
        verdict: eligible, not eligible, or more must be known.
        amount_max_fen: the ceiling for this case; None where there is no figure or the answer is no.
        missing: names of the facts that are still needed, the one that decides soonest first.
        failed: the conditions that do not hold.
        facts: what was known of the case.
    """

    rule: SubsidyRule | None
    verdict: Verdict
    amount_max_fen: int | None = None
    missing: tuple[str, ...] = ()
    failed: tuple[Requirement, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
