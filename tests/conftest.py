"""What holds for every test: nothing is written into the home folder or the installation of whoever runs them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def _own_key_file_and_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Processes that a test starts inherit it, too; a test that needs another file says so in its settings."""
    path: Path = tmp_path_factory.mktemp("keys") / "privacy.key"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GONGYOU_PRIVACY_KEY_FILE", str(path))
        if "GONGYOU_DATA_DIR" not in os.environ:  # tests/external is told by it where the public data lie
            environment.setenv("GONGYOU_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield
