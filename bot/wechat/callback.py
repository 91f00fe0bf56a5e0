"""The platform's callback: verify, open, seal. Safe mode only.

Two kinds of failure. Before the signature and the appid hold, the sender is not the platform: `CallbackError`, answered
403. After that it is the platform, and a retry would bring the same bytes: `MessageParseError`, answered ``success``.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from wechatpy.replies import TextReply

from bot.domain.errors import CallbackError, MessageParseError
from bot.domain.message import Reply, WorkerMessage
from bot.ports import Clock
from bot.wechat.envelope import Envelope
from bot.wechat.message_kinds import worker_message
from bot.wechat.message_text import PASSIVE_REPLY_MAX_BYTES, clean_text, iter_pieces, split_text
from bot.wechat.message_xml import read_fields

__all__ = ["PASSIVE_REPLY_MAX_BYTES", "SUCCESS", "WechatCallback", "clean_text", "split_text"]

SUCCESS = b"success"
"""Acknowledges without saying anything; sent raw, never encrypted."""

_TIMESTAMP = re.compile(r"[0-9]{10}")
_NONCE_LIMIT = 10**10


class WechatCallback:
    """Opens what the platform posts and seals what it gets back.

    Args:
        token: 令牌; not empty.
        aes_key: EncodingAESKey, 43 characters.
        app_id: the account's appid.
        tolerance_s: how far the platform's timestamp may be from now, either way.
        max_bytes: the largest body that is read at all.
        clock: the time.

    Raises:
        SettingsError: token, key or appid cannot be used.
    """

    def __init__(
        self, *, token: str, aes_key: str, app_id: str, tolerance_s: float, max_bytes: int, clock: Clock
    ) -> None:
        self._envelope = Envelope(token, aes_key, app_id)
        self._tolerance_s = tolerance_s
        self._max_bytes = max_bytes
        self._clock = clock

    def verify_url(self, query: Mapping[str, str]) -> str:
        """Answer the platform's URL check.

        Args:
            query: ``signature``, ``timestamp``, ``nonce``, ``echostr``.

        Returns:
            ``echostr`` verbatim, to be sent as text/plain.

        Raises:
            CallbackError: it is not the platform that asks.
        """
        timestamp = self._fresh_timestamp(query)
        if not self._envelope.has_signed(_query_value(query, "signature"), timestamp, _query_value(query, "nonce")):
            raise CallbackError("签名不符，请核对公众平台“基本配置”里的令牌(Token)", "signature")
        return _query_value(query, "echostr")

    def open(self, query: Mapping[str, str], body: bytes) -> WorkerMessage:
        """Verify, decrypt and parse one callback.

        Args:
            query: ``timestamp``, ``nonce``, ``encrypt_type`` and ``msg_signature``, URL-decoded.
            body: the posted bytes.

        Raises:
            CallbackError: size, timestamp, encryption, signature or appid are not the platform's: answer 403.
            MessageParseError: it is the platform's, but not a message: answer `SUCCESS` and count it.
        """
        encrypted = self._signed_content(query, body)
        return _parsed(self._envelope.decrypt(encrypted), self._clock)

    def seal(self, message: WorkerMessage, reply: Reply) -> bytes:
        """The encrypted passive reply.

        A text over `PASSIVE_REPLY_MAX_BYTES` is cut: the first piece of `split_text` is sealed, and the other pieces
        are the caller's to deliver.

        Returns:
            XML for a text, `SUCCESS` where there is nothing to say.
        """
        text = next(iter_pieces(reply.text), None)
        if text is None:
            return SUCCESS
        now_s = int(self._clock.now().timestamp())
        xml = TextReply(
            source=_in_cdata(message.account_id),
            target=_in_cdata(message.openid),
            time=now_s,
            content=_in_cdata(text),
        ).render()
        return self._sealed(xml, str(now_s))

    def _sealed(self, xml: str, timestamp: str) -> bytes:
        encrypted = self._envelope.encrypt(xml)
        nonce = str(secrets.randbelow(_NONCE_LIMIT))
        signature = self._envelope.signature(timestamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp>"
            f"<Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode("ascii")

    def _signed_content(self, query: Mapping[str, str], body: bytes) -> str:
        """The ciphertext, once everything that the platform signs has been checked."""
        if len(body) > self._max_bytes:
            msg = f"回调正文超过 {self._max_bytes} 字节"
            raise CallbackError(msg, "body_too_large")
        timestamp = self._fresh_timestamp(query)
        if _query_value(query, "encrypt_type") != "aes":
            raise CallbackError(
                "只接受安全模式的消息，请在公众平台“基本配置”里把消息加解密方式改为“安全模式”", "plain_mode"
            )
        encrypted = _encrypted_part(body)
        signature, nonce = _query_value(query, "msg_signature"), _query_value(query, "nonce")
        if not self._envelope.has_signed(signature, timestamp, nonce, encrypted):
            raise CallbackError("签名不符，请核对公众平台“基本配置”里的令牌(Token)", "signature")
        return encrypted

    def _fresh_timestamp(self, query: Mapping[str, str]) -> str:
        timestamp = _query_value(query, "timestamp")
        if not _TIMESTAMP.fullmatch(timestamp):
            raise CallbackError("时间戳不是 10 位数字", "timestamp")
        if abs(self._clock.now().timestamp() - int(timestamp)) > self._tolerance_s:
            raise CallbackError("时间戳与本机时间相差过大，请校准服务器时间", "timestamp")
        return timestamp


def _query_value(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        msg = f"回调缺少参数 {name}"
        raise CallbackError(msg, "missing_parameter")
    return value


def _encrypted_part(body: bytes) -> str:
    """The ``Encrypt`` field; a body without it is plain text, which nobody signs."""
    try:
        encrypted = read_fields(body).get("Encrypt", "")
    except MessageParseError as error:
        raise CallbackError("回调正文不是微信平台的格式", "unreadable_body") from error
    if not encrypted:
        raise CallbackError("回调正文没有加密，只接受安全模式的消息", "plain_mode")
    return encrypted.strip()


def _parsed(content: bytes, clock: Clock) -> WorkerMessage:
    """The message in the decrypted bytes, without the raw control characters that phones send."""
    try:
        # Half an emoji arrives as an encoded surrogate; passing it lets clean_text drop it instead of the message.
        text = content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise MessageParseError("消息不是 UTF-8") from error
    return worker_message(read_fields(clean_text(text).encode()), clock.now())


def _in_cdata(text: str) -> str:
    """Safe inside ``<![CDATA[…]]>``: wechatpy pastes the value as it is, so that ``]]>`` would end the section."""
    return clean_text(text).replace("]]>", "]]]]><![CDATA[>")
