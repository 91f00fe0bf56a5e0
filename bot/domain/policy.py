"""Policy documents, their clauses, and answers from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class PolicyStatus(StrEnum):
    """Whether a document binds anyone."""

    IN_FORCE = "in_force"
    DRAFT_FOR_COMMENT = "draft_for_comment"
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """The facts of one policy document; what is not printed stays None or "".

    Attributes:
        document_id: stable id, unique in the corpus (the raw file's name without suffix).
        file_name: the raw file's own name.
        title: 标题.
        issuer: 发文机关.
        document_number: 文号 as it should read, e.g. ``新政发〔2017〕4号``; "" where none is printed.
        issued_on: 成文日期.
        published_on: the day the web page gives.
        region_code: the place it governs, six digits.
        status: in force, a draft for comment, or repealed.
        effective_from: first day of validity where printed.
        effective_to: last day of validity where printed.
        targets_to: the year its targets name; passing it is not expiry.
        source: where the text came from, for people.
        inferred: names of the fields above that are not printed but inferred.
    """

    document_id: str
    file_name: str
    title: str
    issuer: str
    document_number: str
    issued_on: date | None
    published_on: date | None
    region_code: str
    status: PolicyStatus
    effective_from: date | None
    effective_to: date | None
    targets_to: int | None
    source: str
    inferred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clause:
    """条款, the unit that is retrieved and cited.

    Attributes:
        clause_id: ``<document_id>#<path joined by />``, stable across builds.
        document_id: the document it stands in.
        path: the numbers as written, outermost first, e.g. ``("二、", "(七)", "3.")``; empty for an unnumbered part.
        headings: the titles of the enclosing levels, outermost first, e.g. ``("主要工作和措施", "实施…专项行动")``.
        title: the lead phrase.
        text: the whole text after its number, departments included, line breaks of the page removed.
        departments: 责任单位, as written, in the order written.
        is_numbered: False for preamble, notice and closing parts.
    """

    clause_id: str
    document_id: str
    path: tuple[str, ...]
    headings: tuple[str, ...]
    title: str
    text: str
    departments: tuple[str, ...]
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class PolicyQuery:
    """A question about policy.

    Attributes:
        text: the worker's words.
        work_region: code of where they work; None while unknown.
        home_region: code of where they come from; cross-province support hangs on it.
        as_of: the day the answer is for.
        compared_regions: codes of places whose rules the question asks for side by side; empty, or two and more.
        usual_region: code of where they are known to work, while the question names another place.
        talked_about: ids of the clauses that the question before it was answered with, where it leans on that one.
        rest_of: id of a clause of which only what the answer does not quote is wanted; "" for the answer.
        page: which part of that, from 0.
    """

    text: str
    work_region: str | None
    home_region: str | None
    as_of: date
    compared_regions: tuple[str, ...] = ()
    usual_region: str | None = None
    talked_about: tuple[str, ...] = ()
    rest_of: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class ScoredClause:
    """A clause with how well it fits.

    Attributes:
        clause: the clause.
        document: the facts of its document.
        score: the fused score, higher is better, in [0, 1].
        ranks: 1-based rank in each channel (``bm25``, ``embedding``) that found it.
        channel_scores: the raw score in each channel.
        elsewhere: the best fused score of any clause of places that were not asked about; 0 where there is none.
    """

    clause: Clause
    document: PolicyDocument
    score: float
    ranks: Mapping[str, int]
    channel_scores: Mapping[str, float] = field(default_factory=dict)
    elsewhere: float = 0.0


class Outcome(StrEnum):
    """How a policy question ended."""

    ANSWERED = "answered"
    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What a policy question gets.

    Attributes:
        outcome: answered, only the nearest clause, or none.
        text: the whole text a worker reads.
        body: the sentences whose every figure stands in a cited clause (no source line, choices or hotlines).
        cited: the clauses that the body quotes, in order.
        ranked: all retrieved clauses, best first.
        asks_region: whether the text asks the worker where they are.
    """

    outcome: Outcome
    text: str
    body: str
    cited: tuple[ScoredClause, ...]
    ranked: tuple[ScoredClause, ...]
    asks_region: bool = False
