"""What the platform's error codes ask for (source: its page "全局返回码说明")."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class ErrorAction(Enum):
    """What to do about a refused call.

    Attributes:
        BACK_OFF: nothing happened; try again after a pause, at most `platform_http.TRIES` times.
        REFRESH_TOKEN: one shared refresh of the access token, then one more try.
        STOP_AND_ALERT: no more calls of this kind for now; somebody must look.
        WAIT_FOR_NEXT_MESSAGE: not now; deliver with the worker's next message.
        SPLIT: the text is too long; send it in pieces.
        GIVE_UP: permanent; record it.
    """

    BACK_OFF = "back_off"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - an action, not a secret
    STOP_AND_ALERT = "stop_and_alert"
    WAIT_FOR_NEXT_MESSAGE = "wait_for_next_message"
    SPLIT = "split"
    GIVE_UP = "give_up"


class ErrorMeaning(NamedTuple):
    """What a code asks for, and how to say it to an operator."""

    action: ErrorAction
    advice: str


SYSTEM_BUSY = -1
INVALID_TOKEN = 40001
RATE_EXCEEDED = 45009

MEANINGS: dict[int, ErrorMeaning] = {
    SYSTEM_BUSY: ErrorMeaning(ErrorAction.BACK_OFF, "微信平台繁忙，请稍后再试"),
    INVALID_TOKEN: ErrorMeaning(ErrorAction.REFRESH_TOKEN, "access_token 无效，请核对 AppID 和 AppSecret"),
    40014: ErrorMeaning(ErrorAction.REFRESH_TOKEN, "access_token 不合法，请核对 AppID 和 AppSecret"),
    42001: ErrorMeaning(ErrorAction.REFRESH_TOKEN, "access_token 已过期，请核对服务器时间"),
    RATE_EXCEEDED: ErrorMeaning(ErrorAction.STOP_AND_ALERT, "接口调用超过当日限额，请在公众平台申请清零或提高限额"),
    45015: ErrorMeaning(ErrorAction.WAIT_FOR_NEXT_MESSAGE, "超过客服消息的回复时限，等对方再次来信时送达"),
    45047: ErrorMeaning(ErrorAction.WAIT_FOR_NEXT_MESSAGE, "客服消息条数已用完，等对方再次来信时送达"),
    45002: ErrorMeaning(ErrorAction.SPLIT, "消息太长，请分成几条发送"),
    40003: ErrorMeaning(ErrorAction.GIVE_UP, "对方没有关注本公众号，或 openid 不属于本公众号"),
    40200: ErrorMeaning(ErrorAction.GIVE_UP, "无效的用户或账号状态，无法送达"),
    43101: ErrorMeaning(ErrorAction.GIVE_UP, "对方拒收这类订阅通知"),
    48001: ErrorMeaning(ErrorAction.GIVE_UP, "公众号没有这个接口的权限，请完成认证，或改用仅被动回复的模式"),
    40013: ErrorMeaning(ErrorAction.GIVE_UP, "AppID 不正确，请核对“基本配置”"),
    40125: ErrorMeaning(ErrorAction.GIVE_UP, "AppSecret 不正确，请核对“基本配置”"),
    40164: ErrorMeaning(ErrorAction.GIVE_UP, "本机 IP 不在公众号的 IP 白名单里，请在“基本配置”里添加"),
}

_UNLISTED = ErrorMeaning(ErrorAction.GIVE_UP, "微信平台拒绝了这次调用，请按错误码查看官方说明")
_UNKNOWN_OUTCOME = ErrorMeaning(ErrorAction.WAIT_FOR_NEXT_MESSAGE, "微信平台没有给出可用的答复，结果未知")


def action_for(errcode: int | None) -> ErrorAction:
    """What a `PlatformError` asks for; None, an unknown outcome, must not be repeated before the next message."""
    return meaning_of(errcode).action


def meaning_of(errcode: int | None) -> ErrorMeaning:
    """Action and advice for a code; a code that is not listed is permanent."""
    if errcode is None:
        return _UNKNOWN_OUTCOME
    return MEANINGS.get(errcode, _UNLISTED)
