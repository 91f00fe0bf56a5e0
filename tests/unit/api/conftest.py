from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture
def demo_settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, mode="demo", simulator=True, data_dir=tmp_path / "var")
