"""Checks against public data that this repository does not hold; run with ``pytest tests/external``."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_directory() -> Path:
    name = os.environ.get("GONGYOU_DATA_DIR", "")
    if not name or not Path(name).is_dir():
        pytest.fail("set GONGYOU_DATA_DIR to the directory that holds the public data (divisions.csv)", pytrace=False)
    return Path(name)
