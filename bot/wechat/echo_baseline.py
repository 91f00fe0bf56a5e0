"""The least that a callback can do, straight from wechatpy: what the gateway's benchmark measures itself against."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto


def echo_responder(token: str, aes_key: str, app_id: str) -> Callable[[Mapping[str, str], bytes], str]:
    """A function that opens a callback, answers the worker's own words and seals the reply, with no guard at all."""
    crypto = WeChatCrypto(token, aes_key, app_id)

    def respond(query: Mapping[str, str], body: bytes) -> str:
        xml = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(xml)
        reply = create_reply(message.content, message)
        return str(crypto.encrypt_message(reply.render(), query["nonce"], query["timestamp"]))

    return respond
