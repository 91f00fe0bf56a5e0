"""Service points: wiring, and the samples of a demonstration."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.handlers.service_point import ServicePointForm
from bot.places.point_import import point_import
from bot.places.service_points import ServicePoints

SAMPLES = "samples/service_points.jsonl"


def places_capability(base: Foundations) -> Capability:
    """The form that finds service points."""
    points = ServicePoints(base.documents, base.divisions)

    async def seed() -> None:
        path = base.settings.corpus_dir / SAMPLES
        if base.settings.mode == "demo" and path.exists() and not await points.count():
            await point_import(points).run(path, base.divisions, base.places, is_sample=True)

    form = ServicePointForm(points, base.places, base.divisions, base.conversations)
    return Capability(forms=(form,), nearby=form.around, prepare=points.prepare, seed=seed)
