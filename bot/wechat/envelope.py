"""The safe mode's envelope: signature, and AES around the XML.

Source: the platform's guide "消息加解密说明". Plaintext is 16 random bytes, the XML's length as four big-endian bytes,
the XML, and the appid; AES-256-CBC with the key's first 16 bytes as IV; PKCS#7 padding to 32.

The cipher is wechatpy's. Its framing (``PrpCrypto``) is not used: it decodes UTF-8 before it compares the appid, so
that a forged envelope and a damaged message look alike; it does not check the padding; and three quarters of its 76 µs
go into choosing 16 letters by ``random.sample``, which is not made for secrets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from wechatpy.crypto.cryptography import WeChatCipher

from bot.domain.errors import CallbackError, SettingsError

AES_KEY_LENGTH = 43
_BLOCK_BYTES = 32
_CIPHER_BLOCK_BYTES = 16
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4


class Envelope:
    """Signs, encrypts and decrypts for one account.

    Args:
        token: 令牌 of the account's basic configuration.
        aes_key: EncodingAESKey, 43 characters.
        app_id: the account's appid.

    Raises:
        SettingsError: one of them cannot be used.
    """

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        if not token:
            raise SettingsError("没有设置公众号的 Token：空 Token 的签名谁都能伪造。请填写“基本配置”里的令牌(Token)")
        if not app_id:
            raise SettingsError("没有设置公众号的 AppID，请填写“基本配置”里的开发者ID(AppID)")
        self._token = _bytes(token)
        self._app_id = _bytes(app_id)
        self._cipher = WeChatCipher(_decoded_key(aes_key))

    def signature(self, *parts: str) -> str:
        """SHA-1, in hex, of the token and the parts sorted and joined (the platform's guide "接入概述")."""
        return hashlib.sha1(b"".join(sorted([self._token, *map(_bytes, parts)]))).hexdigest()  # noqa: S324 - its protocol

    def has_signed(self, signature: str, *parts: str) -> bool:
        """Whether the signature is the one of these parts, compared in constant time."""
        return hmac.compare_digest(_bytes(signature), _bytes(self.signature(*parts)))

    def encrypt(self, xml: str) -> str:
        """The XML in its envelope, Base64."""
        content = _bytes(xml)
        frame = b"".join(
            [secrets.token_bytes(_RANDOM_BYTES), len(content).to_bytes(_LENGTH_BYTES, "big"), content, self._app_id]
        )
        padding = _BLOCK_BYTES - len(frame) % _BLOCK_BYTES
        encrypted: bytes = self._cipher.encrypt(frame + bytes([padding]) * padding)
        return base64.b64encode(encrypted).decode("ascii")

    def decrypt(self, encrypted: str) -> bytes:
        """The XML out of its envelope, not yet decoded.

        Raises:
            CallbackError: another key encrypted it, it is damaged, or it is meant for another appid.
        """
        try:
            cipher_text = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise CallbackError("密文不是 Base64", "ciphertext") from error
        if not cipher_text or len(cipher_text) % _CIPHER_BLOCK_BYTES:
            raise CallbackError("密文长度不对", "ciphertext")
        return self._unframe(self._cipher.decrypt(cipher_text))

    def _unframe(self, frame: bytes) -> bytes:
        padding = frame[-1]
        if not 1 <= padding <= _BLOCK_BYTES or frame[-padding:] != bytes([padding]) * padding:
            raise CallbackError("无法解密，请核对 EncodingAESKey", "aes_key")
        start = _RANDOM_BYTES + _LENGTH_BYTES
        end = start + int.from_bytes(frame[_RANDOM_BYTES:start], "big")
        if not hmac.compare_digest(frame[end:-padding], self._app_id):
            raise CallbackError("密文属于另一个 AppID，请核对 AppID", "app_id")
        return frame[start:end]


def _decoded_key(aes_key: str) -> bytes:
    if len(aes_key) != AES_KEY_LENGTH:
        msg = f"EncodingAESKey 应为 {AES_KEY_LENGTH} 个字符，现在是 {len(aes_key)} 个；请从公众平台“基本配置”里重新复制"
        raise SettingsError(msg)
    try:
        return base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsError("EncodingAESKey 里有不该出现的字符，只能是英文字母和数字；请重新复制") from error


def _bytes(text: str) -> bytes:
    # A query may hold anything, lone surrogates included; they only have to fail the comparison, not the program.
    return text.encode("utf-8", "surrogatepass")
