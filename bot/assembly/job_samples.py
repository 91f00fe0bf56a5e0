"""The made-up postings, fairs, courses and offenders of a demonstration, dated anew each day."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.assembly.jobs_desk import JobsDesk
from bot.ports import DocumentStore
from bot.storage.keeping import keep

COLLECTION = "job_samples"
JOBS, EVENTS, COURSES, OFFENDERS = "jobs.csv", "recruitment_events.csv", "training_courses.csv", "wage_offenders.csv"
SOURCE = "示例数据"


async def load_samples(desk: JobsDesk, store: DocumentStore, corpus_dir: Path) -> bool:
    """Load the samples, unless these were loaded today; never called in production.

    Args:
        desk: where they go.
        store: remembers what was loaded.
        corpus_dir: holds them under ``samples``.

    Returns:
        Whether they were loaded now.

    Raises:
        ImportFileError: a file of samples cannot be read.
        StoreError: the store is away.
    """
    folder = corpus_dir / "samples"
    paths = [folder / name for name in (JOBS, EVENTS, COURSES, OFFENDERS)]
    if not all(path.exists() for path in paths):
        return False
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    loaded = {"_id": "loaded", "digest": digest, "on": desk.clock.today().isoformat()}
    known = await store.find_one(COLLECTION, {"_id": "loaded"})
    if known is not None and {**known, **loaded} == known:
        return False
    places = desk.place_reader()
    await desk.job_import.run(folder / JOBS, source=SOURCE, is_sample=True)
    await desk.event_import.run(folder / EVENTS, places, source=SOURCE, is_sample=True)
    await desk.course_import.run(folder / COURSES, places, source=SOURCE, is_sample=True)
    await desk.offenders.import_list(folder / OFFENDERS, source=SOURCE, is_sample=True)
    await keep(store, COLLECTION, loaded)
    return True
