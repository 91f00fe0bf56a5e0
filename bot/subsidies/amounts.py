"""How much a case gets at most, in fen."""

from __future__ import annotations

from bot.domain.subsidy import Amount, Span
from bot.subsidies.conditions import Known


def ceiling_fen(amount: Amount | None, known: Known) -> int | None:
    """The most that one case gets: 500 a head for the people known of, never more than the cap.

    Args:
        amount: what the rule gives; None for no money.
        known: the facts of the case.

    Returns:
        None where the clause has no figure.
    """
    if amount is None:
        return None
    heads = known.get(amount.heads)
    if amount.per_head_fen is None or not isinstance(heads, Span) or heads.high is None:
        return amount.ceiling_fen
    computed = round(amount.per_head_fen * heads.high)
    return computed if amount.ceiling_fen is None else min(computed, amount.ceiling_fen)
