"""The capabilities of the product, in the order in which the menu names them."""

from __future__ import annotations

from bot.assembly.capability import BuildCapability

BUILDERS: tuple[BuildCapability, ...] = ()
