"""Callbacks that no platform sends: forged, broken, oversized, and validly signed garbage."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.evaluation.http_wire import post_bytes
from bot.wechat.platform_simulator import (
    CallbackRequest,
    Credentials,
    SimulatedPlatform,
    with_query,
    with_tampered_body,
)
from bot.wechat.simulated_messages import SimulatedMessage, text_message

REFUSED = frozenset({403})
ACKNOWLEDGED = frozenset({200})
NOT_TAKEN = frozenset({400, 403, 404, 405, 413, 414, 422, 431})

CONTENT_TYPES = ("application/json", "multipart/form-data", "image/png", "text/plain; charset=gbk", "x", "*/*; q=\x7f")
XML_TYPES = ("text", "image", "voice", "event", "location", "link", "nothing", "", "𝕏", "a" * 5000)
BILLION_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    "<xml><Encrypt>&c;</Encrypt></xml>"
)
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>'
FORGER = Credentials("forger", "B" * 43, "wxforger0000000000")


class HostileCallback(NamedTuple):
    """One request and what it may be answered.

    Attributes:
        sort: what is wrong with it.
        request: the whole of it, as it goes over the wire.
        allowed: HTTP statuses.
    """

    sort: str
    request: bytes
    allowed: frozenset[int]


class HostileSender:
    """Makes such callbacks without end.

    Args:
        platform: signs and encrypts where a callback is to be valid up to a point.
        url: the account's callback.
        dice: chances.
    """

    def __init__(self, platform: SimulatedPlatform, url: str, dice: random.Random) -> None:
        self._platform = platform
        self._url = url
        self._dice = dice
        self._sorts: dict[str, Callable[[], HostileCallback]] = {
            "forged signature": lambda: self._refused(with_query(self._good(), msg_signature=self._hex(40))),
            "tampered body": lambda: self._refused(with_tampered_body(self._good())),
            "another account's keys": lambda: self._refused(self._signed("<xml/>", credentials=FORGER)),
            "stale": lambda: self._refused(self._signed("<xml/>", timestamp=str(self._number(10**9, 1_600_000_000)))),
            "no timestamp": lambda: self._refused(with_query(self._good(), timestamp=self._garbage_text(20))),
            "unsigned plain text": lambda: self._refused(self._platform.plaintext_request(self._message())),
            "missing parameters": self._without_parameters,
            "random bytes": lambda: self._body(self._dice.randbytes(self._number(0, 3000))),
            "truncated envelope": self._truncated,
            "deep nesting": lambda: self._body(b"<xml>" * self._number(7, 12_000)),
            "many elements": lambda: self._body(self._many_elements().encode()),
            "entities": lambda: self._body(self._dice.choice((BILLION_LAUGHS, FILE_ENTITY)).encode()),
            "too large": lambda: self._body(b"<xml><Encrypt>" + b"A" * self._number(65_536, 200_000)),
            "wrong content type": self._wrong_content_type,
            "signed random bytes": lambda: self._acknowledged(self._garbage_text(2000)),
            "signed broken XML": lambda: self._acknowledged(self._broken_xml()),
            "signed deep nesting": lambda: self._acknowledged("<xml>" + "<a>" * self._number(7, 4000)),
            "signed entities": lambda: self._acknowledged(BILLION_LAUGHS),
            "signed strange message": lambda: self._acknowledged(self._strange_message()),
            "signed huge field": lambda: self._acknowledged(
                text_message(self._openid(), "长" * self._number(3000, 9000)).xml("gh_x", 1, self._number(1, 2**62))
            ),
            "another path or method": self._other_request,
        }

    @property
    def sorts(self) -> tuple[str, ...]:
        """All that it makes, by name."""
        return (*self._sorts, "replayed")

    def callbacks(self, count: int) -> Iterator[HostileCallback]:
        """So many, every sort among them, some sent again as they are."""
        made: list[HostileCallback] = []
        names = list(self._sorts)
        for number in range(count):
            if number > len(names) and self._dice.random() < 0.1:
                yield self._dice.choice(made)._replace(sort="replayed")
                continue
            name = names[number] if number < len(names) else self._dice.choice(names)
            made.append(self._sorts[name]()._replace(sort=name))
            del made[:-50]
            yield made[-1]

    def _refused(self, request: CallbackRequest) -> HostileCallback:
        return HostileCallback("", post_bytes(self._url, request.query, request.body), REFUSED)

    def _body(self, body: bytes) -> HostileCallback:
        return HostileCallback("", post_bytes(self._url, self._good().query, body), REFUSED)

    def _acknowledged(self, xml: str) -> HostileCallback:
        request = self._signed(xml)
        return HostileCallback("", post_bytes(self._url, request.query, request.body), ACKNOWLEDGED)

    def _without_parameters(self) -> HostileCallback:
        request = self._good()
        kept = {name: value for name, value in request.query.items() if self._dice.random() < 0.5}
        kept.pop(self._dice.choice(("timestamp", "nonce", "msg_signature", "encrypt_type")), None)
        return HostileCallback("", post_bytes(self._url, kept, request.body), REFUSED)

    def _truncated(self) -> HostileCallback:
        request = self._good()
        return HostileCallback(
            "", post_bytes(self._url, request.query, request.body[: self._number(0, len(request.body) - 10)]), REFUSED
        )

    def _wrong_content_type(self) -> HostileCallback:
        request = with_tampered_body(self._good())
        content_type = self._dice.choice(CONTENT_TYPES)
        return HostileCallback(
            "", post_bytes(self._url, request.query, request.body, content_type), REFUSED | NOT_TAKEN
        )

    def _other_request(self) -> HostileCallback:
        method = self._dice.choice(("PUT", "DELETE", "PATCH", "OPTIONS", "GET"))
        path = self._dice.choice(("/wechat", "/wechat/", "/wechat/../ready/x", "/%00", "/wechat?" + "a" * 8000))
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        return HostileCallback("", head.encode(), NOT_TAKEN | {307})

    def _signed(self, xml: str, **changed: object) -> CallbackRequest:
        return self._platform.request_for_xml(xml.encode("utf-8", "surrogatepass"), self._openid(), **changed)

    def _good(self) -> CallbackRequest:
        return self._platform.request(self._message())

    def _message(self) -> SimulatedMessage:
        return text_message(self._openid(), "老板拖欠工资找谁")

    def _openid(self) -> str:
        return f"o-hostile-{self._hex(8)}"

    def _strange_message(self) -> str:
        fields = {
            name: self._garbage_text(200)
            for name in ("Content", "Event", "EventKey", "Location_X", "MediaId", "Recognition", "Ticket", "MsgId")
            if self._dice.random() < 0.6
        }
        kind = self._dice.choice(XML_TYPES)
        return SimulatedMessage(self._openid(), kind, fields).xml("gh_x", self._number(-1, 2**40), self._number(-5, 9))

    def _broken_xml(self) -> str:
        xml = text_message(self._openid(), "你好").xml("gh_x", 1, 1)
        cut = self._number(0, len(xml) - 8)
        return self._dice.choice((xml[:cut], xml[cut:], xml + xml, f"{xml[:cut]}\x00&{xml[cut:]}", xml[::-1]))

    def _many_elements(self) -> str:
        return "<xml>" + "".join(f"<t{number}/>" for number in range(self._number(257, 4000))) + "</xml>"

    def _garbage_text(self, longest: int) -> str:
        alphabet = (
            "a",
            "<",
            ">",
            "&",
            "]]>",
            "\x00",
            "\x0b",
            "\uffff",
            "中",
            "😀",
            "\ud83d",
            "%s",
            "{}",
            '"',
            "-1",
            "\u202e",
        )
        return "".join(self._dice.choice(alphabet) for _ in range(self._number(0, longest)))

    def _hex(self, length: int) -> str:
        return "".join(self._dice.choice("0123456789abcdef") for _ in range(length))

    def _number(self, low: int, high: int) -> int:
        return self._dice.randint(low, high)
