"""What is kept of a worker for good: wiring."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.handlers.profile import ProfileForm


def profile_capability(base: Foundations) -> Capability:
    """The form that asks for places and trade, and keeps them by consent."""
    privacy = base.privacy
    form = ProfileForm(privacy.work_profiles, privacy.consents, base.conversations, base.places, base.divisions)
    return Capability(forms=(form,))
