import io
import json
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from api.logs import LogFormat, configure_logs
from bot.settings import Settings


@pytest.fixture
def demo_settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, mode="demo", simulator=True, data_dir=tmp_path / "var")


class LogOnPaper:
    """The log of the test, written where it can be read."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Lines of a JSON log."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def start_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., LogOnPaper]]:
    """Configures the log as a process does; whatever that changes is as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in root.manager.loggerDict}
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "disabled", False)

    def start(log_format: LogFormat = "json", level: str = "info") -> LogOnPaper:
        paper = LogOnPaper()
        configure_logs(log_format, level, paper.stream)
        return paper

    yield start
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in list(root.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
