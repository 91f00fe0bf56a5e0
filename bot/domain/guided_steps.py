"""Something that workers do themselves at a counter, said step by step with the words that it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.form import Question
from bot.domain.legal_reference import SourceQuote

Answers = Mapping[str, Any]
"""Chosen answers by field."""
When = Mapping[str, frozenset[str]]
"""Answers by field for which something is shown; {} for always."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, or one remark.

    Attributes:
        text: what to do, in plain words; "" for an entry that only quotes.
        quote: the words that it stands on.
        when: for which answers.
    """

    text: str
    quote: SourceQuote
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """A question that decides which steps are shown.

    Attributes:
        question: as it is asked.
        when: for which earlier answers.
    """

    question: Question
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guide:
    """One thing that is done at a counter.

    Attributes:
        name: its id.
        title: as the worker knows it: 办失业登记.
        called: words by which it is asked for.
        questions: in the order in which they are asked.
        steps: in their order.
        notes: remarks below them.
        local: what documents of single places add.
    """

    name: str
    title: str
    called: tuple[str, ...]
    questions: tuple[GuideQuestion, ...]
    steps: tuple[Step, ...]
    notes: tuple[Step, ...]
    local: tuple[Step, ...]

    def next_question(self, answers: Answers) -> Question | None:
        """The first question that applies and is not answered."""
        asked = (one.question for one in self.questions if applies(one.when, answers))
        return next((question for question in asked if question.field not in answers), None)


def applies(when: When, answers: Answers) -> bool:
    """Whether something is shown for these answers."""
    return all(answers.get(name) in wanted for name, wanted in when.items())
