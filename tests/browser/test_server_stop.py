import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx2
import pytest

RunningServer = Callable[[Path], AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]]


@pytest.fixture
def server(tmp_path: Path, server_of: RunningServer) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with server_of(tmp_path / "var") as running:
        yield running


def test_a_server_that_is_asked_to_stop_ends_open_streams_in_order(
    server: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    url, process = server
    with httpx2.Client(base_url=url, trust_env=False, timeout=60) as browser:
        browser.get("/simulator")
        with browser.stream("GET", "/simulator/events") as events:
            lines = events.iter_lines()
            assert "event: resync" in [next(lines), next(lines)]
            process.send_signal(signal.SIGTERM)
            rest = list(lines)  # a stream that is cut off raises instead of ending
    assert "event: resync" not in rest
    process.wait(30)
    assert "Cancel" not in (tmp_path / "server.log").read_text()
