"""A bare FastAPI + wechatpy echo endpoint, served beside the gateway by ``gongyou bench``."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Request, Response

from bot.wechat.echo_baseline import echo_responder


def create_echo_app(token: str, aes_key: str, app_id: str) -> FastAPI:
    """The endpoint at ``/wechat``."""
    app = FastAPI(openapi_url=None)
    respond = echo_responder(token, aes_key, app_id)

    @app.post("/wechat")
    async def echo(request: Request) -> Response:
        return Response(respond(request.query_params, await request.body()), media_type="application/xml")

    @app.get("/ready")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    return app


def main(port: Annotated[int, "TCP port on 127.0.0.1"]) -> None:
    """Serve until terminated; the account comes from the environment."""
    account = (os.environ[f"GONGYOU_WECHAT_{name}"] for name in ("TOKEN", "AES_KEY", "APP_ID"))
    uvicorn.run(create_echo_app(*account), host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
