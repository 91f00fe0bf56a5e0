"""The capabilities of the product, in the order in which the menu names them."""

from __future__ import annotations

from bot.assembly.bookings_capability import bookings_capability
from bot.assembly.capability import BuildCapability
from bot.assembly.claims_capability import claims_capability
from bot.assembly.desk_capability import desk_capability
from bot.assembly.guidance_capability import guidance_capability
from bot.assembly.jobs_capability import jobs_capability
from bot.assembly.places_capability import places_capability
from bot.assembly.profile_capability import profile_capability
from bot.assembly.subsidies_capability import subsidies_capability

BUILDERS: tuple[BuildCapability, ...] = (
    jobs_capability,
    subsidies_capability,
    bookings_capability,
    claims_capability,
    places_capability,
    guidance_capability,
    profile_capability,
    desk_capability,
)
