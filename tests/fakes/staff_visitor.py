"""Somebody before the staff's pages, in a browser without JavaScript."""

import re
from http import HTTPStatus

import httpx2
from fastapi import FastAPI

ORIGIN = "http://staff.test"
PASSWORD = "春天的第一趟火车 07:15"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


class Visitor:
    """A browser: keeps cookies, sends forms with the token of the last page, follows nothing by itself."""

    def __init__(self, app: FastAPI, origin: str) -> None:
        self.origin = origin
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, client=("10.0.0.1", 1)),
            base_url=origin,
            headers={"Accept": "text/html", "User-Agent": AGENT},
        )
        self.token = ""

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        answer = await self.http.get(path, headers=headers)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    async def post(self, path: str, *, origin: str | None = "", **fields: str) -> httpx2.Response:
        headers = {} if origin is None else {"Origin": origin or self.origin}
        return await self.http.post(path, data={"csrf": self.token} | fields, headers=headers)

    async def log_in(self, user_name: str = "liqiang", password: str = PASSWORD, **fields: str) -> httpx2.Response:
        await self.get("/staff/login")
        return await self.post("/staff/login", user_name=user_name, password=password, **fields)

    async def is_logged_in(self) -> bool:
        return (await self.get("/staff")).status_code == HTTPStatus.OK
