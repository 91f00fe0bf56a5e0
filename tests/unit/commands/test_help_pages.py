"""What a clerk reads after ``--help``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from api.commands import app


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


@pytest.mark.parametrize("path", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_every_help_page_is_chinese_and_nothing_is_cut(path: tuple[str, ...]) -> None:
    page = CliRunner().invoke(app, [*path, "--help"], terminal_width=80, env={"COLUMNS": "80"}).output
    assert "选项" in page
    for english in ("Options", "Arguments", "[default", "[required]", "Show this"):
        assert english not in page
    assert "…" not in page
