"""One rule held against one case."""

from __future__ import annotations

from bot.domain.subsidy import Assessment, SubsidyRule, Verdict
from bot.subsidies.amounts import ceiling_fen
from bot.subsidies.conditions import Known, failed_requirements, holds, missing_facts

LOCAL_CONDITIONS = "meets_local_conditions"
"""The fact that stands for everything that a place decides and its documents here do not print."""


def assess(rule: SubsidyRule | None, known: Known) -> Assessment:
    """What a rule says of a case.

    Args:
        rule: the rule; None where no document of the place's lineage has the scheme: then only the place itself can
            tell, and no other place's rule stands in.
        known: the facts of the case.
    """
    if rule is None:
        return Assessment(None, Verdict.NEED_MORE, missing=(LOCAL_CONDITIONS,), facts=known)
    outcome = holds(rule.condition, known)
    if outcome is False:
        return Assessment(rule, Verdict.NOT_ELIGIBLE, failed=failed_requirements(rule.condition, known), facts=known)
    verdict = Verdict.ELIGIBLE if outcome else Verdict.NEED_MORE
    missing = missing_facts(rule.condition, known)
    return Assessment(rule, verdict, ceiling_fen(rule.amount, known), missing, facts=known)
