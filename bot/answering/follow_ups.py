"""Questions that lean on the one before them: which clause they are about, and what it says besides what was quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answering.clause_sentences import body_sentences
from bot.answering.composition import Found
from bot.domain.policy import Clause, ScoredClause

TALKED_ABOUT_SHARE = 0.5
"""A follow-up is about the clause that is being talked about if that scores this much of the best one."""


def with_talked_about(
    ranked: Sequence[ScoredClause], talked_about: Sequence[str], first: int
) -> Sequence[ScoredClause]:
    """The ranked clauses with the one that is being talked about among the first ones, which are looked at."""
    for scored in ranked[first:]:
        if scored.clause.clause_id in talked_about:
            return [*ranked[: first - 1], scored, *(one for one in ranked[first - 1 :] if one is not scored)]
    return ranked


def only_talked_about(found: Found, talked_about: Sequence[str]) -> Found:
    """The clause that is being talked about alone; all candidates where it is far behind.

    Others may state something of the kind that is asked, but about another thing: papers for school are none for a
    subsidy.
    """
    for scored, evidence in found:
        is_near = scored.score >= TALKED_ABOUT_SHARE * found[0][0].score
        if is_near and scored.clause.clause_id in talked_about:
            return [(scored, evidence)]
    return found


def rest_pages(clause: Clause, quoted: str, chars_max: int) -> list[str]:
    """What a clause says beside what was quoted from it, in parts that are read before the reader tires.

    Args:
        clause: the clause.
        quoted: the sentences that were quoted.
        chars_max: length of a part; a longer sentence is a part of its own.
    """
    pages: list[str] = []
    for sentence in _unquoted(clause, quoted):
        if pages and len(pages[-1]) + len(sentence) <= chars_max:
            pages[-1] += sentence
        else:
            pages.append(sentence)
    return pages


def _unquoted(clause: Clause, quoted: str) -> Iterator[str]:
    return (sentence for sentence in body_sentences(clause) if sentence not in quoted)
