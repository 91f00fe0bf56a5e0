"""Subsidies: wiring."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.assembly.open_subsidies import RULES_FOLDER, open_subsidies
from bot.handlers.subsidy_eligibility import SubsidyEligibilityForm


def subsidies_capability(base: Foundations) -> Capability:
    """The form that tells what a worker, a family or an employer may claim; none where the corpus has no rules.

    Raises:
        RuleFileError: the rules of the corpus cannot be used.
        CorpusError: a policy document cannot be read.
    """
    if not (base.settings.corpus_dir / RULES_FOLDER).is_dir():
        return Capability()
    desk = open_subsidies(base.settings.corpus_dir)
    return Capability(forms=(SubsidyEligibilityForm(desk, base.conversations, base.clock),))
