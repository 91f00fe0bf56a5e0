"""Real processes under load while something breaks; `make test-faults` runs the long versions.

``GONGYOU_FAULTS=long`` makes each fault last as long as the project promises; otherwise a short version of every one
runs with the ordinary tests.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple

import pytest

from api.commands.load_bench import LoadBench, product_under_load
from bot.assembly import ensure_policy_index
from bot.evaluation.judgments import load_judgments
from bot.evaluation.worker_messages import WorkerMessages
from bot.settings import Settings

REPOSITORY = Path(__file__).parents[2]
QUESTIONS = REPOSITORY / "tests" / "data" / "worker_questions.jsonl"
PLACES = ("三明", "永安", "武汉新洲", "佛山南海", "邢台", "广元利州", "福建", "广东", "河北", "湖北")
SERVERS_REQUIRED = os.environ.get("GONGYOU_REQUIRE_SERVERS") == "1"
HAS_SERVERS = (
    importlib.util.find_spec("secantus") is not None
    and Path(sys.executable).with_name("secantusd-py").exists()
    and shutil.which("redis-server") is not None
)
# A newcomer without the servers runs everything else; where they are required (CI), their absence fails the tests.
if not (HAS_SERVERS or SERVERS_REQUIRED):
    collect_ignore_glob = ["test_database_servers*.py"]

OpenBench = Callable[..., AbstractAsyncContextManager[LoadBench]]


class Extent(NamedTuple):
    """How much of a fault there is.

    Attributes:
        kill_seconds: of load while serving processes are killed.
        kill_rate: messages a second meanwhile.
        kill_every_s: from one kill to the next, and longer where no second process serves by then.
        kills: at least.
        outage_seconds: of load while a database server goes away and comes back.
        outage_rate: messages a second meanwhile.
        hostile_callbacks: sent in all.
        schema_examples: requests per operation.
        all_error_codes: each of the platform's, or one of every sort.
    """

    kill_seconds: float
    kill_rate: float
    kill_every_s: float
    kills: int
    outage_seconds: float
    outage_rate: float
    hostile_callbacks: int
    schema_examples: int
    all_error_codes: bool


SHORT = Extent(14.0, 15.0, 2.5, 4, 14.0, 4.0, 400, 8, all_error_codes=False)
LONG = Extent(120.0, 50.0, 5.0, 20, 60.0, 8.0, 10_000, 200, all_error_codes=True)


@pytest.fixture(scope="session")
def extent() -> Extent:
    return LONG if os.environ.get("GONGYOU_FAULTS") == "long" else SHORT


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the corpus, built before several processes start on it, as an installation does."""
    index_dir = tmp_path_factory.mktemp("indexes")
    ensure_policy_index(
        Settings(
            _env_file=None,
            corpus_dir=REPOSITORY / "corpus",
            encoder=str(REPOSITORY / "indexes" / "encoder"),
            index_dir=index_dir,
        )
    )
    return index_dir


@pytest.fixture
def open_bench(tmp_path: Path, index_dir: Path) -> OpenBench:
    """Starts the product in processes of its own, by the arguments of `product_under_load`."""

    def open_bench(settings: dict[str, str] | None = None, **options: object) -> AbstractAsyncContextManager[LoadBench]:
        environment = {"GONGYOU_INDEX_DIR": str(index_dir), **(settings or {})}
        return product_under_load(tmp_path, settings=environment, **options)

    return open_bench


@pytest.fixture
def messages() -> WorkerMessages:
    """What workers send; one message of each worker, so that every answer can only belong to that."""
    return WorkerMessages([one.text for one in load_judgments(QUESTIONS)], PLACES, messages_of_a_worker=1)


@pytest.fixture
def dice() -> random.Random:
    """The same chances in every run."""
    return random.Random(20260101)  # noqa: S311 - a test, not a secret
