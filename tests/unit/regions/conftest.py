import pytest

from bot.regions.divisions import Divisions, load_divisions
from bot.regions.place_names import PlaceFinder, load_place_finder


@pytest.fixture(scope="session")
def divisions() -> Divisions:
    return load_divisions()


@pytest.fixture(scope="session")
def finder() -> PlaceFinder:
    return load_place_finder()
