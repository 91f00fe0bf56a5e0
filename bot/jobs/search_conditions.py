"""What a search asks of the store besides the rings around its place."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.job import Benefit, JobSearch
from bot.domain.region import NATION_CODE, RegionLevel
from bot.jobs.posting_documents import SAYS
from bot.ports import Where
from bot.regions.city_distances import CityDistances
from bot.regions.divisions import level_of


def pay_demands(search: JobSearch) -> dict[str, int]:
    """The least figures by field."""
    least = {"month_fen": search.month_min_fen, "day_fen": search.day_min_fen}
    return {field: fen for field, fen in least.items() if fen}


def demands(search: JobSearch) -> Where:
    """Pay, kind of employment, and that the posting says that the benefits come with the job."""
    pay = {field: {"$gte": fen} for field, fen in pay_demands(search).items()}
    job_type = {"job_type": search.job_type.value} if search.job_type else {}
    return {**pay, **job_type, **{SAYS[benefit]: True for benefit in search.benefits}}


def not_denied(benefits: Iterable[Benefit]) -> Where:
    """Instead of that for some benefits: that the posting does not deny them."""
    return {SAYS[benefit]: {"$ne": False} for benefit in benefits}


def of_trade(trade_id: str) -> Where:
    """One trade; anything for ""."""
    return {"trade_id": trade_id} if trade_id else {}


def places_within(distances: CityDistances, region_code: str | None) -> list[Where]:
    """The postings in a place, and for a county those that only say its city.

    Raises:
        UnknownRegionError: not a code that GB/T 2260 has or had.
    """
    if region_code in (None, NATION_CODE):
        return [{}]
    city, province = distances.city_of(region_code), distances.province_of(region_code)
    if level_of(region_code) is RegionLevel.COUNTY and region_code != city:
        return [{"region_code": region_code}, {"region_code": city}]
    return [{"city": city}] if city else [{"province": province}]
