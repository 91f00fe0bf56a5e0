from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse

from api.error_responses import RESPONSES, install_error_responses, response_for
from bot.domain.errors import (
    BotError,
    CallbackError,
    MessageParseError,
    NoClauseError,
    StoreError,
    StoreUnavailableError,
)


def leaves(kind: type[BotError]) -> Iterator[type[BotError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for subclass in below:
        yield from leaves(subclass)


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI()
    install_error_responses(
        app,
        lambda status, headline, detail: HTMLResponse(f"<h1>{headline}</h1><p>{detail}</p>", status_code=status),
    )

    @app.get("/fail/{name}")
    async def fail(name: str) -> None:
        known = {kind.__name__: kind for kind in RESPONSES} | {"StoreError": StoreError}
        if name in known:
            raise known[name]("/var/lib/secret 里的细节")
        raise ZeroDivisionError("细节")

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("leaf", list(leaves(BotError)), ids=lambda leaf: leaf.__name__)
def test_every_leaf_of_the_error_tree_is_mapped(leaf: type[BotError]) -> None:
    assert leaf in RESPONSES


def test_nothing_outside_the_tree_is_mapped() -> None:
    assert set(RESPONSES) == {*leaves(BotError), BotError}


def test_only_an_unreadable_message_is_answered_200() -> None:
    assert [kind for kind, known in RESPONSES.items() if known.status < HTTPStatus.BAD_REQUEST] == [MessageParseError]


def test_a_class_in_between_is_answered_like_the_root() -> None:
    assert response_for(StoreError("x")) is RESPONSES[BotError]


def test_a_program_gets_json(client: TestClient) -> None:
    answer = client.get("/fail/NoClauseError")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json() == {
        "error": "NoClauseError",
        "message": RESPONSES[NoClauseError].headline,
        "detail": "/var/lib/secret 里的细节",
    }


def test_a_browser_gets_a_page(client: TestClient) -> None:
    answer = client.get("/fail/NoClauseError", headers={"Accept": "text/html"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert RESPONSES[NoClauseError].headline in answer.text
    assert "里的细节" in answer.text


def test_a_part_of_a_page_gets_a_sentence(client: TestClient) -> None:
    answer = client.get("/fail/StoreUnavailableError", headers={"HX-Request": "true"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == RESPONSES[StoreUnavailableError].headline


def test_what_is_away_may_be_tried_again(client: TestClient) -> None:
    answer = client.get("/fail/StoreUnavailableError")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("name", ["SettingsError", "IndexBuildError", "StoreError", "StoreUnavailableError", "other"])
def test_a_failure_inside_gives_nothing_of_the_installation_away(client: TestClient, name: str) -> None:
    answer = client.get(f"/fail/{name}", headers={"Accept": "text/html"})
    assert answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    assert "细节" not in answer.text


@pytest.mark.parametrize(("kind", "body"), [(CallbackError, "forbidden"), (MessageParseError, "success")])
def test_the_platform_gets_plain_words(client: TestClient, kind: type[BotError], body: str) -> None:
    answer = client.get(f"/fail/{kind.__name__}", headers={"Accept": "text/html"})
    assert answer.text == body


def test_a_page_that_is_not_there_says_so_in_chinese(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "没有这个页面" in answer.text
