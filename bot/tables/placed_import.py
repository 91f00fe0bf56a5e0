"""Tables of what stands at an address: offices, service points."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.regions.written_places import coordinates_written, region_written
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, Kept, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

T = TypeVar("T")

PLACED = {
    "region": ["行政区划代码", "区划代码", "地区", "所在地", "区县", "region_code"],
    "latitude": ["纬度", "lat"],
    "longitude": ["经度", "lon", "lng"],
    "phone": ["电话", "联系电话", "联系方式"],
    "source": ["来源", "资料来源"],
}
"""Columns that all such tables have, besides ``name`` and ``address``."""


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row whose place is known.

    Attributes:
        cells: by field.
        region_code: the place.
        latitude: degrees, GCJ-02; None where not written.
        longitude: degrees, GCJ-02; None where not written.
        source: where it comes from: its own column, else the file.
        is_sample: made up for the demonstration.
    """

    cells: Mapping[str, str]
    region_code: str
    latitude: float | None
    longitude: float | None
    source: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class PlacedImport(Generic[T]):
    """Imports tables of one kind.

    Attributes:
        columns: the fields of a row, those of `PLACED` among them.
        required: fields that must not be empty, with what their column is called.
        read: what a row says; raises `UnusableRowError`.
        identity: the same for rows that say the same.
        keep: stores it.
        merged: what two rows that say the same are together; the later one where None.
    """

    columns: Columns
    required: Mapping[str, str]
    read: Callable[[PlacedRow], T]
    identity: Callable[[T], str]
    keep: Callable[[T], Awaitable[Kept]]
    merged: Callable[[T, T], T] | None = None

    async def run(
        self,
        path: Path,
        divisions: Divisions,
        finder: PlaceFinder,
        progress: Progress = untold,
        *,
        is_sample: bool = False,
    ) -> ImportReport:
        """Import a CSV, XLSX or JSONL file; a repeat changes nothing.

        Args:
            path: the file.
            divisions: knows codes.
            finder: finds places in names and addresses.
            progress: told after every batch.
            is_sample: mark them as made up.

        Raises:
            ImportFileError: the file cannot be read at all.
            StoreError: the store is away; what was kept until then stays.
        """

        def read(cells: Mapping[str, str]) -> ReadRow[T]:
            missing = next((label for field, label in self.required.items() if not cells.get(field)), None)
            if missing is not None:
                raise UnusableRowError(f"没有写{missing}")
            item = self.read(_placed(cells, divisions, finder, path.name, is_sample=is_sample))
            return ReadRow(item, self.identity(item))

        return await TableImport(self.columns, read, self.keep, self.merged).run(path, progress)


def _placed(
    cells: Mapping[str, str], divisions: Divisions, finder: PlaceFinder, file_name: str, *, is_sample: bool
) -> PlacedRow:
    beside = (cells.get("address", ""), cells["name"])
    try:
        region = region_written(cells.get("region", ""), beside, divisions, finder)
        here = coordinates_written(cells.get("latitude", ""), cells.get("longitude", ""))
    except ValueError as error:
        raise UnusableRowError(str(error)) from error
    latitude, longitude = (here.latitude, here.longitude) if here else (None, None)
    return PlacedRow(cells, region, latitude, longitude, cells.get("source") or file_name, is_sample)
