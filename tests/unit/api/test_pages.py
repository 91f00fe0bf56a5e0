from pathlib import Path

import pytest
from fastapi import HTTPException, Request
from jinja2 import UndefinedError

from api.pages import Pages, require_same_origin


def request_with(**headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8000"},
        {"host": "127.0.0.1:8000", "origin": "null"},
        {"host": "127.0.0.1:8000", "origin": "http://evil.example"},
        {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:9000"},
        {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000.evil.example"},
        {"origin": ""},
    ],
)
async def test_a_form_of_another_site_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(HTTPException) as refused:
        await require_same_origin(request_with(**headers))
    assert refused.value.status_code == 403


async def test_an_own_form_goes_through_behind_a_proxy_that_ends_tls_too() -> None:
    await require_same_origin(request_with(host="demo.example", origin="https://demo.example"))


def test_what_people_write_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>{{ said }}</p>")
    assert Pages(tmp_path).text("page.html", said="<script>") == "<p>&lt;script&gt;</p>"


def test_a_name_that_is_not_given_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ forgotten }}")
    with pytest.raises(UndefinedError):
        Pages(tmp_path).text("page.html")


def test_an_address_of_a_static_file_changes_with_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    before = Pages(tmp_path, tmp_path).static_url("a.css")
    (tmp_path / "a.css").write_text("b {}")
    after = Pages(tmp_path, tmp_path).static_url("a.css")
    assert before.startswith("/static/a.css?v=")
    assert before != after


def test_no_cache_keeps_a_page(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("x")
    assert Pages(tmp_path).render("page.html").headers["cache-control"] == "no-store"
