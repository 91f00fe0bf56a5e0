"""What the service tells a worker on its own accord: a reminder, new jobs, a step of a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice.

    Attributes:
        key: the same key is delivered once (``booking-reminder:<number>:2026-12-01``).
        text: what the worker reads where it goes out as a message.
        template: name of the template message it may go out as (``booking_reminder``, ``job_digest``, ``claim_step``);
            the settings say which template id an account has for it, if any.
        fields: the template's fields in plain words.
    """

    key: str
    text: str
    template: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
