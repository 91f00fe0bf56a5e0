"""Routes of the staff's own pages; all work without JavaScript.

Annotations are evaluated here (no ``__future__`` import): they name guards that only the function around them knows.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.auth import (
    HOME_PATH,
    LOG_IN_PATH,
    LoggedIn,
    StaffAuth,
    StaffRoute,
    csrf_token,
    forget_session,
    form_secret,
    own_log_in_form,
    safe_next,
    session_cookie,
    set_form_secret,
    set_session,
)
from api.pages import Pages
from api.staff.observing import StaffObserver, nobody_observes, tell_log_in, tell_refusal
from api.staff.views import device_in_words, moment_in_words, roles_in_words, scope_in_words, session_rows
from bot.accounts.log_in import Accounts
from bot.accounts.password_rules import HINT
from bot.domain.errors import AccountLockedError, LoginRefusedError, PasswordRuleError
from bot.regions.divisions import Divisions

NOTICES = {
    "password": "密码已经改好。其他设备上的登录都已退出。",
    "others": "其他设备都已退出。",
    "out": "已经退出登录。",
}
"""What a page says first, by the name in its address; anything else says nothing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a form.

    Attributes:
        field: id of the input that the summary leads to.
        text: one sentence or two.
        beside: what stands at the input itself; the same where empty.
    """

    field: str
    text: str
    beside: str = ""


@dataclass(slots=True)
class StaffRoom:
    """Everything that the staff's own pages work with.

    Attributes:
        accounts: the staff accounts.
        pages: renders.
        divisions: names of places.
        observe: is told who logged in, out or was refused, and who changed a password.
        auth: guards pages and forms.
    """

    accounts: Accounts
    pages: Pages
    divisions: Divisions
    observe: StaffObserver = nobody_observes
    auth: StaffAuth = field(init=False)

    def __post_init__(self) -> None:
        """Make the guard."""
        self.auth = StaffAuth(self.accounts)


def staff_router(room: StaffRoom) -> APIRouter:
    """Routes of log-in and of one's own account."""
    router = APIRouter()
    router.include_router(_log_in(room))
    router.include_router(_own_account(room))
    return router


def _log_in(room: StaffRoom) -> APIRouter:
    router = APIRouter(route_class=StaffRoute, include_in_schema=False)

    @router.get(LOG_IN_PATH)
    async def form(request: Request, next: str = "", done: str = "") -> Response:  # noqa: A002 - the address's own word
        if await room.auth.known(request):
            return RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)
        return _log_in_page(room, request, next_path=next, notice=NOTICES.get(done, ""))

    @router.post(LOG_IN_PATH, dependencies=[Depends(own_log_in_form)])
    async def log_in(
        request: Request,
        user_name: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002 - the form's own word
    ) -> Response:
        show = {"next_path": next, "user_name": user_name}
        missing = _missing(user_name=(user_name, "请填写用户名。"), password=(password, "请填写密码。"))
        if missing:
            return _log_in_page(room, request, problems=missing, status=HTTPStatus.UNPROCESSABLE_ENTITY, **show)
        try:
            token = await room.accounts.log_in(
                user_name,
                password,
                address=_address(request),
                device=device_in_words(request.headers.get("user-agent", "")),
                old_token=request.cookies.get(session_cookie(request), ""),
            )
        except (LoginRefusedError, AccountLockedError) as error:
            if isinstance(error, LoginRefusedError):  # what is locked out is not looked at, and would fill the log
                await tell_refusal(room.observe, room.accounts, user_name)
            problem = _log_in_problem(error)
            return _refusal(_log_in_page(room, request, problems=[problem], status=_status_of(error), **show), error)
        await tell_log_in(room.observe, room.accounts, token)
        response = RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)
        set_session(request, response, token)
        return response

    @router.post("/staff/logout")
    async def log_out(request: Request, staff: Annotated[LoggedIn, Depends(room.auth.current_staff)]) -> Response:
        await room.accounts.log_out(staff.token)
        await room.observe("staff_logged_out", actor=staff.session.account.account_id)
        response = RedirectResponse(f"{LOG_IN_PATH}?done=out", HTTPStatus.SEE_OTHER)
        forget_session(request, response)
        return response

    return router


def _own_account(room: StaffRoom) -> APIRouter:
    router = APIRouter(route_class=StaffRoute, include_in_schema=False)

    @router.get(HOME_PATH)
    async def page(staff: Annotated[LoggedIn, Depends(room.auth.current_staff)], done: str = "") -> Response:
        return await _account_page(room, staff, notice=NOTICES.get(done, ""))

    @router.post("/staff/sessions/others")
    async def log_out_others(staff: Annotated[LoggedIn, Depends(room.auth.current_staff)]) -> Response:
        await room.accounts.sessions.close_others(staff.session)
        await room.observe("staff_sessions_closed", actor=staff.session.account.account_id)
        return RedirectResponse(f"{HOME_PATH}?done=others", HTTPStatus.SEE_OTHER)

    @router.post("/staff/password")
    async def change_password(
        request: Request,
        staff: Annotated[LoggedIn, Depends(room.auth.current_staff)],
        current: Annotated[str, Form(max_length=1000)] = "",
        new: Annotated[str, Form(max_length=1000)] = "",
        again: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        problems = _missing(current=(current, "请填写现在的密码。"), new=(new, "请填写新密码。"))
        if not problems and new != again:
            problems = [Problem("again", "两次输入的新密码不一样，请再输一遍。")]
        if problems:
            return await _account_page(room, staff, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            token = await room.accounts.change_password(staff.session, current, new, address=_address(request))
        except (LoginRefusedError, AccountLockedError, PasswordRuleError) as error:
            if isinstance(error, LoginRefusedError):
                await room.observe("staff_password_refused", actor=staff.session.account.account_id)
            problem = Problem("new" if isinstance(error, PasswordRuleError) else "current", str(error))
            return _refusal(await _account_page(room, staff, problems=[problem], status=_status_of(error)), error)
        await room.observe("staff_password_changed", actor=staff.session.account.account_id)
        response = RedirectResponse(f"{HOME_PATH}?done=password", HTTPStatus.SEE_OTHER)
        set_session(request, response, token)
        return response

    return router


def _log_in_page(
    room: StaffRoom,
    request: Request,
    *,
    next_path: str,
    user_name: str = "",
    problems: list[Problem] | None = None,
    notice: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    secret = form_secret(request)
    response = room.pages.render(
        "staff/login.html",
        status_code=status,
        csrf=csrf_token(secret),
        next_path=safe_next(next_path) if next_path else "",
        user_name=user_name,
        notice=notice,
        **_problem_names(problems),
    )
    set_form_secret(request, response, secret)
    return response


async def _account_page(
    room: StaffRoom,
    staff: LoggedIn,
    *,
    problems: list[Problem] | None = None,
    notice: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    session = staff.session
    sessions = await room.accounts.sessions.of_account(session.account.account_id)
    previous = session.previous_log_in_at
    return room.pages.render(
        "staff/account.html",
        status_code=status,
        csrf=staff.csrf,
        account=session.account,
        roles=roles_in_words(session.account),
        places=scope_in_words(session.account, room.divisions),
        opened=moment_in_words(session.opened_at),
        previous=moment_in_words(previous) if previous else "",
        failures=session.failures_before,
        rows=session_rows(sessions, session),
        password_hint=HINT,
        notice=notice,
        **_problem_names(problems),
    )


def _problem_names(problems: list[Problem] | None) -> dict[str, Any]:
    shown = problems or []
    return {"problems": shown, "problem_of": {problem.field: problem.beside or problem.text for problem in shown}}


def _log_in_problem(error: LoginRefusedError | AccountLockedError) -> Problem:
    if isinstance(error, AccountLockedError):
        return Problem("password", str(error), "现在还不能试。")
    return Problem("password", str(error), "请核对用户名，再输一遍密码。")


def _missing(**fields: tuple[str, str]) -> list[Problem]:
    return [Problem(name, text) for name, (value, text) in fields.items() if not value.strip()]


def _status_of(error: Exception) -> HTTPStatus:
    """A wrong password is no 401: that would ask for an ``Authorization`` header, which forms do not send."""
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, AccountLockedError) else HTTPStatus.UNPROCESSABLE_ENTITY


def _refusal(response: Response, error: Exception) -> Response:
    if isinstance(error, AccountLockedError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
