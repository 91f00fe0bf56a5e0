"""The interfaces answer as their OpenAPI schema says, whatever is asked of them (schemathesis, over a real server)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from api.commands.bench_servers import free_port, running
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials

STREAMS = {"/simulator/events"}
"""Answers without an end; a request for it would only wait."""
TIMEOUT_S = 20
NOT_IN_SCHEMA = {"/simulator/workers": [schemathesis.checks.positive_data_acceptance]}
"""Which codes of places there are is data: a well-formed one may be refused."""


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, index_dir: Path) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("openapi"), free_port()
    account = load_demo_account(folder / "demo_account.json")
    environment = {
        "GONGYOU_SIMULATOR": "true",
        "GONGYOU_INDEX_DIR": str(index_dir),
        "GONGYOU_PRIVACY_KEY_FILE": str(folder / "privacy.key"),
    }
    with ExitStack() as stack:
        server = stack.enter_context(
            running(
                "api.commands",
                ["serve", "--port", str(port)],
                port,
                Credentials(account.token, account.aes_key, account.app_id),
                folder,
                settings=environment,
                log=folder / "product.log",
            )
        )
        yield server.url.removesuffix("/wechat")


@pytest.fixture(scope="module")
def cookies(base_url: str) -> dict[str, str]:
    """A visitor of the chat page, so that more than the door is tried."""
    with httpx2.Client(base_url=base_url, trust_env=False) as http:
        http.get("/simulator").raise_for_status()
        return dict(http.cookies)


def test_every_interface_answers_as_its_schema_says(base_url: str, cookies: dict[str, str], extent: Any) -> None:
    schema = schemathesis.openapi.from_url(f"{base_url}/openapi.json").exclude(path=list(STREAMS))
    operations = [found.ok() for found in schema.get_all_operations()]
    assert {one.path for one in operations} >= {"/health", "/ready", "/simulator/messages", "/simulator/places"}
    problems = [
        f"{one.label}: {problem}" for one in operations for problem in _problems(one, cookies, base_url, extent)
    ]
    assert not problems, "\n".join(problems)


def _problems(operation: Any, cookies: dict[str, str], base_url: str, extent: Any) -> list[str]:
    """What an operation answered otherwise than documented, or with a server error."""

    @settings(
        max_examples=extent.schema_examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers_as_documented(case: Any) -> None:
        case.call_and_validate(cookies=cookies, headers={"Origin": base_url}, allow_redirects=False, timeout=TIMEOUT_S)

    try:
        answers_as_documented()
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - schemathesis reports by groups of its own errors
        return [str(error)]
    return []
