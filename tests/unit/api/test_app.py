import base64
import json
import logging
import stat
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.pages import CONTENT_SECURITY_POLICY
from bot.domain.errors import SettingsError
from bot.settings import Settings
from tests.fakes.scripted_application import ScriptedApplication

SECRETS = {
    "wechat_token": SecretStr("a-token"),
    "wechat_aes_key": SecretStr("k" * 42 + "A"),
    "wechat_app_id": "wx0123456789abcdef",
    "wechat_app_secret": SecretStr("s" * 32),
    "privacy_keys": SecretStr("k1:" + base64.b64encode(bytes(32)).decode()),
}


@pytest.fixture
def client(demo_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(demo_settings, ScriptedApplication.start)) as client:
        yield client


def production(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={**SECRETS, "mode": "production", "simulator": False, **changes})


def test_the_chat_page_refuses_to_run_in_production(demo_settings: Settings) -> None:
    with pytest.raises(SettingsError, match="正式方式下不能打开演示聊天"):
        create_app(production(demo_settings, simulator=True), ScriptedApplication.start)


def test_production_makes_up_no_secrets(demo_settings: Settings) -> None:
    create_app(production(demo_settings), ScriptedApplication.start)
    assert not (demo_settings.data_dir / "demo_account.json").exists()


def test_production_shows_neither_chat_nor_interfaces(demo_settings: Settings) -> None:
    with TestClient(create_app(production(demo_settings), ScriptedApplication.start)) as client:
        for path in ("/simulator", "/simulator/platform/cgi-bin/stable_token", "/docs", "/openapi.json"):
            assert client.get(path).status_code == HTTPStatus.NOT_FOUND
        assert "演示聊天" not in client.get("/").text
        assert client.get("/ready").status_code == HTTPStatus.OK


def test_staff_cookies_are_for_https_alone_in_production(demo_settings: Settings) -> None:
    separate = demo_settings.model_copy(update={"data_dir": demo_settings.data_dir / "demo"})
    for settings, is_secure in ((production(demo_settings), True), (separate, False)):
        with TestClient(create_app(settings, ScriptedApplication.start)) as client:
            cookie = client.get("/staff/login").headers["set-cookie"]
            assert ("__Host-" in cookie, "Secure" in cookie) == (is_secure, is_secure)
            assert "HttpOnly" in cookie


def test_production_gives_metrics_to_who_has_the_token_alone(demo_settings: Settings) -> None:
    settings = production(demo_settings, metrics_token=SecretStr("monitoring"))
    with TestClient(create_app(settings, ScriptedApplication.start)) as client:
        assert client.get("/metrics").status_code == HTTPStatus.FORBIDDEN
        answer = client.get("/metrics", headers={"Authorization": "Bearer monitoring"})
        assert "gongyou_index_info" in answer.text


def test_a_demonstration_gives_metrics_to_anybody(demo_settings: Settings) -> None:
    with TestClient(create_app(demo_settings, ScriptedApplication.start)) as client:
        assert "gongyou_index_info" in client.get("/metrics").text


def test_a_demonstration_keeps_its_made_up_secrets_to_its_owner(demo_settings: Settings) -> None:
    path = demo_settings.data_dir / "demo_account.json"
    create_app(demo_settings, ScriptedApplication.start)
    first = path.read_bytes()
    create_app(demo_settings, ScriptedApplication.start)
    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_configured_secrets_go_before_made_up_ones(demo_settings: Settings) -> None:
    seen: list[Settings] = []

    async def start(settings: Settings, trace_sink: object) -> ScriptedApplication:
        seen.append(settings)
        return await ScriptedApplication.start(settings, trace_sink)

    chosen = demo_settings.model_copy(update={"wechat_token": SecretStr("chosen-token")})
    with TestClient(create_app(chosen, start)):
        pass
    made_up = json.loads((demo_settings.data_dir / "demo_account.json").read_text())
    assert seen[0].wechat_token.get_secret_value() == "chosen-token"
    assert seen[0].wechat_aes_key.get_secret_value() == made_up["aes_key"]
    assert seen[0].wechat_api_url == "http://127.0.0.1:8000/simulator/platform"


def test_the_application_behind_is_closed_in_the_end(demo_settings: Settings) -> None:
    started: list[ScriptedApplication] = []

    async def start(settings: Settings, trace_sink: object) -> ScriptedApplication:
        started.append(await ScriptedApplication.start(settings, trace_sink))
        return started[0]

    with TestClient(create_app(demo_settings, start)):
        assert not started[0].is_closed
    assert started[0].is_closed


@pytest.mark.parametrize("path", ["/", "/simulator", "/docs", "/health", "/static/chat.css", "/nowhere"])
def test_every_response_carries_the_strict_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_and_no_frames() -> None:
    assert "default-src 'self'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("path", ["/", "/simulator", "/docs"])
def test_no_page_has_inline_script_or_style_or_foreign_addresses(client: TestClient, path: str) -> None:
    page = client.get(path).text
    for forbidden in ("<style", " style=", " onclick=", "<script>", 'src="http', 'href="http', 'href="//'):
        assert forbidden not in page


def test_htmx_comes_out_of_its_package(client: TestClient) -> None:
    script = client.get("/vendor/htmx-2.min.js")
    assert script.status_code == HTTPStatus.OK
    assert "htmx" in script.text


def test_the_list_of_interfaces_names_what_is_there(client: TestClient) -> None:
    page = client.get("/docs").text
    for path in ("/health", "/ready", "/simulator", "/wechat"):
        assert path in page


def test_the_first_page_leads_to_the_chat(client: TestClient) -> None:
    page = client.get("/").text
    assert 'href="/simulator"' in page
    assert "2 份文件" in page


def test_an_unknown_address_gets_a_page_in_chinese(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "没有这个页面" in answer.text


@pytest.mark.usefixtures("client")
def test_the_access_log_leaves_query_strings_out() -> None:
    args = ("127.0.0.1:1", "POST", "/wechat?openid=oAbc&signature=0", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, __file__, 1, '%s - "%s %s HTTP/%s" %d', args, None)
    logging.getLogger("uvicorn.access").filter(record)
    assert record.getMessage() == '127.0.0.1:1 - "POST /wechat HTTP/1.1" 200'
