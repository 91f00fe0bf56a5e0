"""The five documents of the corpus, raw and split."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.policies.clause_splitter import SplitDocument, split

CORPUS = Path(__file__).parents[3] / "corpus"


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    return CORPUS


@pytest.fixture(scope="session")
def raw_files() -> dict[str, Path]:
    """Paths by the three digits that the file names begin with."""
    return {path.name[:3]: path for path in sorted(CORPUS.glob("policies/*/*.txt"))}


@pytest.fixture(scope="session")
def split_documents(raw_files: dict[str, Path]) -> dict[str, SplitDocument]:
    return {name: split(path.read_bytes().decode("utf-8"), path.stem) for name, path in raw_files.items()}


@pytest.fixture
def titles() -> Callable[[str], list[str]]:
    return lambda raw: [clause.title for clause in split(raw, "d").numbered_clauses]


@pytest.fixture
def paths() -> Callable[[str], list[tuple[str, ...]]]:
    return lambda raw: [clause.path for clause in split(raw, "d").numbered_clauses]
