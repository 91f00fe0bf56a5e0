"""What workers do themselves at a counter: wiring."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.handlers.guided_steps import GuidedStepsForm
from bot.places.service_points import ServicePoints
from bot.policies.guided_steps import load_guides
from bot.policies.legal_references import load_legal_references
from bot.policies.setting_aside import told_in_log


def guidance_capability(base: Foundations) -> Capability:
    """One form for each guide of the corpus.

    Raises:
        RuleFileError: a guide cannot be used.
    """
    corpus_dir = base.settings.corpus_dir
    points = ServicePoints(base.documents, base.divisions)
    guides = load_guides(corpus_dir, load_legal_references(corpus_dir), told_in_log)
    return Capability(forms=tuple(GuidedStepsForm(one, points, base.places, base.divisions) for one in guides))
