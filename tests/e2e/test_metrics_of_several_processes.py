"""Two real servers on one host: either answers for both, and a dead one's states are gone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.gateway.system_clock import SystemClock
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import text_message
from tests.fakes.server_process import ServerProcess, server_process

ANSWERED = ("gongyou_messages_total", {"kind": "text", "outcome": "answered"})
REFUSED = ("gongyou_callback_refusals_total", {"reason": "missing_parameter"})
DIALOGUES = ("gongyou_hop_duration_seconds_count", {"hop": "dialogue"})


@pytest.fixture
async def web() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
        yield http


async def ask(server: ServerProcess, data_dir: Path, web: httpx2.AsyncClient, openid: str, text: str) -> None:
    account = load_demo_account(data_dir / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    platform = SimulatedPlatform(credentials, "gh_test", f"{server.url}/wechat", over_http(web), SystemClock())
    assert (await platform.deliver(text_message(openid, text))).text


async def read(server: ServerProcess, web: httpx2.AsyncClient) -> str:
    answer = await web.get(f"{server.url}/metrics")
    assert answer.status_code == httpx2.codes.OK
    return answer.text


def value(text: str, name: str, labels: dict[str, str]) -> float:
    found = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(found) == 1, f"{name} stands there {len(found)} times"
    return found[0]


async def test_either_of_two_processes_answers_for_both(
    tmp_path: Path, index_dir: Path, web: httpx2.AsyncClient
) -> None:
    data_dir, folder = tmp_path / "var", tmp_path / "metrics"
    environment = {
        "GONGYOU_DATA_DIR": str(data_dir),
        "GONGYOU_INDEX_DIR": str(index_dir),
        "GONGYOU_SIMULATOR": "false",
        "GONGYOU_WECHAT_ACCOUNT_MODE": "passive_only",
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
    }
    async with (
        server_process(environment, tmp_path / "first.log") as first,
        server_process(environment, tmp_path / "second.log") as second,
    ):
        for number in range(3):
            await ask(first, data_dir, web, f"o-{number}", "三明创业补贴有多少")
        for number in range(2):
            await ask(second, data_dir, web, f"o-{number}", "三明创业补贴有多少")
        await web.post(f"{second.url}/wechat", content=b"x")
        for server in (first, second):
            text = await read(server, web)
            assert value(text, *ANSWERED) == 5
            assert value(text, *DIALOGUES) == 5
            assert value(text, *REFUSED) == 1
            assert value(text, "gongyou_running_jobs", {}) == 0
            assert len(re.findall(r"^gongyou_index_info\{", text, re.MULTILINE)) == 1
            assert "process_cpu_seconds_total" not in text

        states = folder / f"gauge_livesum_{first.pid}.db"
        assert states.exists()
        await first.kill()
        text = await read(second, web)
        assert value(text, *ANSWERED) == 5
        assert not states.exists()
