"""The capabilities of the product, in the order in which the menu names them."""

from __future__ import annotations

from bot.assembly.capability import BuildCapability
from bot.assembly.places_capability import places_capability

BUILDERS: tuple[BuildCapability, ...] = (places_capability,)
