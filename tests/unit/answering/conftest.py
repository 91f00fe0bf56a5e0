"""The real desk: the corpus, the shipped encoder, an index built for the tests."""

from __future__ import annotations

import pytest

from bot.assembly.policy_desk import PolicyDesk
from bot.settings import Settings


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> PolicyDesk:
    return PolicyDesk.open(Settings(index_dir=tmp_path_factory.mktemp("indexes"), _env_file=None))
