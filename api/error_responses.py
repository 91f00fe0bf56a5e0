"""The one place where an error of the product meets HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.domain import errors

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5

ErrorPage = Callable[[int, str, str], Response]
"""Makes the page for people from a status, a headline and a detail ("" for none)."""


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """What an error looks like from outside.

    Attributes:
        status: the HTTP status.
        headline: one Chinese sentence that says what to do; shown instead of the error's own text where that could
            give away how the installation is made.
        tells_detail: whether the error's own text is shown as well.
        plain_body: sent as text/plain whoever asks; for the platform, which reads neither JSON nor pages.
        may_retry: whether a ``Retry-After`` header goes along.
    """

    status: HTTPStatus
    headline: str
    tells_detail: bool = False
    plain_body: str | None = None
    may_retry: bool = False


_UNREADABLE = "这份文件读不了，请按下面的说明处理后再上传。"
_BROKEN = "系统内部出了差错，已经记下；请稍后再试，仍不行就找管理员。"
_AWAY = "系统暂时取不到数据，请过几秒再试。"

RESPONSES: dict[type[errors.BotError], ErrorResponse] = {
    errors.SettingsError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "系统设置有误，请管理员查看启动日志。"),
    errors.CallbackError: ErrorResponse(HTTPStatus.FORBIDDEN, "这不是微信平台发来的请求。", plain_body="forbidden"),
    errors.MessageParseError: ErrorResponse(HTTPStatus.OK, "消息读不懂，已经略过。", plain_body="success"),
    errors.FileEncodingError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.EmptyDocumentError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.NoClauseError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.DocumentFactsError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.SimilarQuestionsError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.UtterancesError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.UnknownRegionError: ErrorResponse(
        HTTPStatus.UNPROCESSABLE_ENTITY, "没有这个行政区划代码，请重新选地方。", tells_detail=True
    ),
    errors.IndexBuildError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN),
    errors.IndexLoadError: ErrorResponse(
        HTTPStatus.SERVICE_UNAVAILABLE, "政策索引还没有准备好，请稍后再试。", may_retry=True
    ),
    errors.EncoderError: ErrorResponse(
        HTTPStatus.SERVICE_UNAVAILABLE, "语义检索暂时用不了，请稍后再试。", may_retry=True
    ),
    errors.IntentModelError: ErrorResponse(
        HTTPStatus.SERVICE_UNAVAILABLE, "暂时听不懂文字，请稍后再试。", may_retry=True
    ),
    errors.DuplicateKeyError: ErrorResponse(HTTPStatus.CONFLICT, "已经有一份同样的了，请刷新后再看。"),
    errors.StoreUnavailableError: ErrorResponse(HTTPStatus.SERVICE_UNAVAILABLE, _AWAY, may_retry=True),
    errors.PlatformError: ErrorResponse(HTTPStatus.BAD_GATEWAY, "微信平台没有接受这次请求，请稍后再试。"),
    errors.OutboxError: ErrorResponse(HTTPStatus.SERVICE_UNAVAILABLE, _AWAY, may_retry=True),
    errors.LoginRefusedError: ErrorResponse(HTTPStatus.UNAUTHORIZED, "没有登录成功。", tells_detail=True),
    errors.AccountLockedError: ErrorResponse(
        HTTPStatus.TOO_MANY_REQUESTS, "试得太多，先停一会儿。", tells_detail=True, may_retry=True
    ),
    errors.PasswordRuleError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, "这个密码不能用。", tells_detail=True),
    errors.StaffChangeError: ErrorResponse(HTTPStatus.CONFLICT, "账号没有改成。", tells_detail=True),
    errors.NotAllowedError: ErrorResponse(
        HTTPStatus.FORBIDDEN, "您的账号不能做这件事；如果工作需要，请找管理员开通。", tells_detail=True
    ),
    errors.KeyFileError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "系统设置有误，请管理员查看启动日志。"),
    errors.DecryptionError: ErrorResponse(
        HTTPStatus.INTERNAL_SERVER_ERROR, "这份资料读不出来，请找管理员核对密钥和备份。"
    ),
    errors.ConsentError: ErrorResponse(HTTPStatus.CONFLICT, "工友还没有同意，不能保存或查看。", tells_detail=True),
    errors.IdentityFieldError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, "填的内容不对。", tells_detail=True),
    errors.AuditError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "审计日志写不进去，请管理员先核对审计日志。"),
    errors.FormReopenedError: ErrorResponse(HTTPStatus.CONFLICT, "有一项要重新填。", tells_detail=True),
    errors.ImportFileError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.RuleFileError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE, tells_detail=True),
    errors.SlotTakenError: ErrorResponse(HTTPStatus.CONFLICT, "这个时间刚被别人约走了。", tells_detail=True),
    errors.BookingRefusedError: ErrorResponse(HTTPStatus.CONFLICT, "预约没有办成。", tells_detail=True),
    errors.ClaimRefusedError: ErrorResponse(HTTPStatus.CONFLICT, "欠薪登记没有办成。", tells_detail=True),
    errors.JudgmentsError: ErrorResponse(HTTPStatus.UNPROCESSABLE_ENTITY, "评测文件读不了。", tells_detail=True),
    errors.MeasurementError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "测量没有做成。", tells_detail=True),
    errors.ServingError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "服务没能启动。", tells_detail=True),
    errors.BotError: ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN),
}
"""Every leaf of the tree, and the root for classes in between (``StoreError``, …)."""

_STATUS_HEADLINES = {
    HTTPStatus.SEE_OTHER: "请先登录。",
    HTTPStatus.UNAUTHORIZED: "请先登录。",
    HTTPStatus.BAD_REQUEST: "请求的内容不对，请退回上一页再试。",
    HTTPStatus.FORBIDDEN: "这个请求不是从本站页面发出的，没有处理。请刷新页面后再试。",
    HTTPStatus.NOT_FOUND: "没有这个页面。请检查网址，或者回到首页。",
    HTTPStatus.METHOD_NOT_ALLOWED: "这个网址不能这样访问。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "发来的内容太大了，请缩短后再试。",
    HTTPStatus.UNPROCESSABLE_ENTITY: "填的内容不完整或者不对，请改过再试。",
    HTTPStatus.TOO_MANY_REQUESTS: "操作太快了，请等一会儿再试。",
}


_ERROR_SCHEMA = {
    "type": "object",
    "required": ["error", "message", "detail"],
    "properties": {name: {"type": "string"} for name in ("error", "message", "detail")},
    "additionalProperties": False,
}
_TEXT_SCHEMA = {"type": "string"}


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI schema says of refused requests: JSON for programs, a page for browsers, a line for htmx.

    Args:
        statuses: that an interface may answer with.
    """
    content = {
        "application/json": {"schema": _ERROR_SCHEMA},
        "text/html": {"schema": _TEXT_SCHEMA},
        "text/plain": {"schema": _TEXT_SCHEMA},
    }
    return {int(status): {"description": _STATUS_HEADLINES[status], "content": content} for status in statuses}


def response_for(error: errors.BotError) -> ErrorResponse:
    """The response of the error's class, or of the nearest class above it."""
    return next(RESPONSES[kind] for kind in type(error).__mro__ if kind in RESPONSES)


def install_error_responses(app: FastAPI, error_page: ErrorPage) -> None:
    """Answer foreseen errors, refused requests and surprises in plain Chinese: a page for people, JSON for programs."""

    async def on_bot_error(request: Request, error: Exception) -> Response:
        if not isinstance(error, errors.BotError):
            raise error
        known = response_for(error)
        if known.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("%s: %s", type(error).__name__, error)
        if known.plain_body is not None:
            return PlainTextResponse(known.plain_body, status_code=known.status)
        detail = str(error) if known.tells_detail else ""
        response = _show(error_page, request, known.status, type(error).__name__, known.headline, detail)
        if known.may_retry:
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response

    async def on_refused(request: Request, error: Exception) -> Response:
        status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.UNPROCESSABLE_ENTITY
        headline = _STATUS_HEADLINES.get(status, _BROKEN)
        response = _show(error_page, request, status, status.name, headline, "")
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    async def on_surprise(request: Request, _: Exception) -> Response:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        response = _show(error_page, request, status, status.name, _BROKEN, "")
        # This answer goes past the request log, which would have put the number on it.
        if request_id := getattr(request.state, "request_id", ""):
            response.headers["X-Request-Id"] = request_id
        return response

    app.add_exception_handler(errors.BotError, on_bot_error)
    app.add_exception_handler(HTTPException, on_refused)
    app.add_exception_handler(RequestValidationError, on_refused)
    app.add_exception_handler(Exception, on_surprise)


def _show(
    error_page: ErrorPage, request: Request, status: HTTPStatus, name: str, headline: str, detail: str
) -> Response:
    if "hx-request" in request.headers:
        return PlainTextResponse(f"{headline}{detail}", status_code=status)
    if "text/html" in request.headers.get("accept", ""):
        return error_page(int(status), headline, detail)
    return JSONResponse({"error": name, "message": headline, "detail": detail}, status_code=status)
