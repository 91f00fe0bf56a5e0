import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from wechatpy.crypto.base import PKCS7Encoder

from bot.domain.errors import CallbackError, MessageParseError, SettingsError
from bot.domain.message import WorkerMessage
from bot.wechat.callback import WechatCallback
from bot.wechat.envelope import Envelope
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, with_query, with_tampered_body
from bot.wechat.simulated_messages import text_message
from tests.fakes.fake_clock import FakeClock

VECTOR = {"timestamp": "1714036504", "nonce": "1514711492", "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696"}


def make_callback(clock: FakeClock, **changed: str) -> WechatCallback:
    parts = {"token": "AAAAA", "aes_key": "a" * 43, "app_id": "wx1"} | changed
    return WechatCallback(
        token=parts["token"],
        aes_key=parts["aes_key"],
        app_id=parts["app_id"],
        tolerance_s=300,
        max_bytes=64 * 1024,
        clock=clock,
    )


def test_the_url_check_vector_returns_echostr_verbatim(callback: WechatCallback, clock: FakeClock) -> None:
    clock.set(datetime.fromtimestamp(1714036504, UTC))
    assert callback.verify_url({**VECTOR, "echostr": " 你好<script>&1 "}) == " 你好<script>&1 "


def test_the_signature_of_the_vector_is_the_documented_one(credentials: Credentials) -> None:
    envelope = Envelope(credentials.token, credentials.aes_key, credentials.app_id)
    signature = envelope.signature("1714036504", "1514711492")
    assert signature.startswith("f464b24f")
    assert signature.endswith("1696")


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce", "echostr"])
def test_a_url_check_without_a_parameter_is_refused(callback: WechatCallback, clock: FakeClock, name: str) -> None:
    clock.set(datetime.fromtimestamp(1714036504, UTC))
    query = {name_: value for name_, value in {**VECTOR, "echostr": "1"}.items() if name_ != name}
    with pytest.raises(CallbackError):
        callback.verify_url(query)


def test_a_url_check_by_another_token_is_refused(clock: FakeClock) -> None:
    clock.set(datetime.fromtimestamp(1714036504, UTC))
    with pytest.raises(CallbackError, match="签名"):
        make_callback(clock, token="AAAAB").verify_url({**VECTOR, "echostr": "1"})


def test_a_url_check_of_yesterday_is_refused(callback: WechatCallback, clock: FakeClock) -> None:
    clock.set(datetime.fromtimestamp(1714036504, UTC) + timedelta(days=1))
    with pytest.raises(CallbackError, match="时间"):
        callback.verify_url({**VECTOR, "echostr": "1"})


def test_the_simulated_platform_passes_the_url_check(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    assert callback.verify_url(platform.url_check_query("5837397576")) == "5837397576"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"token": ""}, "Token"),
        ({"app_id": ""}, "AppID"),
        ({"aes_key": ""}, "43"),
        ({"aes_key": "a" * 42}, "42"),
        ({"aes_key": "a" * 44}, "44"),
        ({"aes_key": "好" * 43}, "字符"),
        ({"aes_key": "-" * 43}, "字符"),
    ],
)
def test_settings_that_cannot_protect_are_refused_at_the_start(
    clock: FakeClock, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        make_callback(clock, **changed)


def test_a_genuine_callback_opens(callback: WechatCallback, platform: SimulatedPlatform, clock: FakeClock) -> None:
    request = platform.request(text_message("worker-1", "工资被拖欠怎么办😀"))
    message = callback.open(request.query, request.body)
    assert (message.openid, message.account_id, message.text) == ("worker-1", "gh_account", "工资被拖欠怎么办😀")
    assert message.received_at == clock.now()


@pytest.mark.parametrize(
    "forged",
    [
        {"token": "AAAAB"},
        {"aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFH"[::-1]},
        {"app_id": "wx-somebody-else"},
        {"app_id": "wx0123456789abcde"},
        {"app_id": ""},
    ],
    ids=["wrong token", "wrong key", "wrong appid", "shortened appid", "no appid"],
)
def test_a_callback_made_with_other_credentials_is_refused(
    callback: WechatCallback, platform: SimulatedPlatform, forged: dict[str, str]
) -> None:
    credentials = replace(platform.credentials, **forged)
    xml = text_message("worker-1", "你好").xml("gh_account", 1, 1)
    request = platform.request_for_xml(xml, "worker-1", credentials=credentials)
    with pytest.raises(CallbackError):
        callback.open(request.query, request.body)


def test_a_wrong_key_is_refused_whatever_the_garbage_looks_like(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    forger = replace(platform.credentials, aes_key="Z" * 43)
    for length in range(64):
        request = platform.request_for_xml("x" * length, "worker-1", credentials=forger)
        with pytest.raises(CallbackError):
            callback.open(request.query, request.body)


def test_a_tampered_body_is_refused(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    request = with_tampered_body(platform.request(text_message("worker-1", "你好")))
    with pytest.raises(CallbackError, match="签名"):
        callback.open(request.query, request.body)


def test_the_plain_signature_does_not_stand_in_for_the_message_signature(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    request = platform.request(text_message("worker-1", "你好"))
    with pytest.raises(CallbackError, match="签名"):
        callback.open({**request.query, "msg_signature": request.query["signature"]}, request.body)


def test_a_plaintext_downgrade_is_refused(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    request = platform.plaintext_request(text_message("worker-1", "你好"))
    with pytest.raises(CallbackError, match="encrypt_type"):
        callback.open(request.query, request.body)


def test_a_plaintext_body_under_an_encrypted_query_is_refused(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    message = text_message("worker-1", "你好")
    with pytest.raises(CallbackError, match="加密"):
        callback.open(platform.request(message).query, platform.plaintext_request(message).body)


def test_encrypt_type_raw_is_refused(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    request = with_query(platform.request(text_message("worker-1", "你好")), encrypt_type="raw")
    with pytest.raises(CallbackError, match="安全模式"):
        callback.open(request.query, request.body)


@pytest.mark.parametrize("shift_s", [-301, 301, -86_400])
def test_a_stale_or_shifted_timestamp_is_refused(
    callback: WechatCallback, platform: SimulatedPlatform, clock: FakeClock, shift_s: int
) -> None:
    timestamp = str(int(clock.now().timestamp()) + shift_s)
    request = platform.request_for_xml("<xml/>", "worker-1", timestamp=timestamp)
    with pytest.raises(CallbackError, match="时间"):
        callback.open(request.query, request.body)


@pytest.mark.parametrize("shift_s", [-300, 0, 300])
def test_a_timestamp_within_the_tolerance_is_taken(
    callback: WechatCallback, platform: SimulatedPlatform, clock: FakeClock, shift_s: int
) -> None:
    xml = text_message("worker-1", "你好").xml("gh_account", 1, 1)
    timestamp = str(int(clock.now().timestamp()) + shift_s)
    request = platform.request_for_xml(xml, "worker-1", timestamp=timestamp)
    assert callback.open(request.query, request.body).text == "你好"


@pytest.mark.parametrize(
    "spoil", ["{}\n", "{}0", "0{}", "+{}", " {}", "{}.0", "-{}", "", "nan", "１７１４０３５６００"]
)
def test_a_timestamp_that_is_not_ten_digits_is_refused(
    callback: WechatCallback, platform: SimulatedPlatform, clock: FakeClock, spoil: str
) -> None:
    timestamp = spoil.format(int(clock.now().timestamp()))
    request = platform.request_for_xml("<xml/>", "worker-1", timestamp=timestamp)
    with pytest.raises(CallbackError, match="10 位数字" if timestamp else "缺少参数 timestamp"):
        callback.open(request.query, request.body)


def test_a_changed_timestamp_or_nonce_breaks_the_signature(
    callback: WechatCallback, platform: SimulatedPlatform, clock: FakeClock
) -> None:
    request = platform.request(text_message("worker-1", "你好"))
    for changed in (
        with_query(request, timestamp=str(int(clock.now().timestamp()) + 7)),
        with_query(request, nonce="7"),
        with_query(request, msg_signature="\udc80"),
        with_query(request, msg_signature="签名"),
    ):
        with pytest.raises(CallbackError, match="签名"):
            callback.open(changed.query, changed.body)


def test_a_replay_within_the_window_opens_to_the_same_duplicate_key(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    request = platform.request(text_message("worker-1", "你好"))
    assert callback.open(request.query, request.body).key == callback.open(request.query, request.body).key


def test_signatures_are_compared_in_constant_time(
    callback: WechatCallback, platform: SimulatedPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bytes] = []
    real = hmac.compare_digest

    def spy(left: bytes, right: bytes) -> bool:
        compared.append(left)
        return real(left, right)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    request = platform.request(text_message("worker-1", "你好"))
    callback.open(request.query, request.body)
    assert request.query["msg_signature"].encode() in compared


def test_errors_never_show_what_came_in(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    request = platform.request(text_message("worker-secret", "私密内容"))
    forged = with_query(request, msg_signature="deadbeef")
    with pytest.raises(CallbackError) as caught:
        callback.open(forged.query, forged.body)
    said = str(caught.value)
    assert not any(value in said for value in [*forged.query.values(), "worker-secret", "私密"])


@pytest.mark.parametrize("content", [b"\xff\xfe not utf-8", b"", b"no xml", b"<xml><MsgType>text</MsgType>"])
def test_after_a_valid_signature_a_damaged_content_is_a_parse_error(
    opened: Callable[[str | bytes], WorkerMessage], content: bytes
) -> None:
    with pytest.raises(MessageParseError):
        opened(content)


def test_a_parse_error_shows_no_content(opened: Callable[[str | bytes], WorkerMessage]) -> None:
    with pytest.raises(MessageParseError) as caught:
        opened("<xml><Content>私密</Content><Content>私密</Content></xml>")
    assert "私密" not in str(caught.value)


@pytest.mark.parametrize("encrypted", ["不是密文", "A", "AAAA", "====", "A" * 44, "QUJD" * 8])
def test_a_signed_envelope_that_is_no_ciphertext_is_refused(
    callback: WechatCallback, platform: SimulatedPlatform, credentials: Credentials, encrypted: str
) -> None:
    request = platform.request(text_message("worker-1", "你好"))
    envelope = Envelope(credentials.token, credentials.aes_key, credentials.app_id)
    signature = envelope.signature(request.query["timestamp"], request.query["nonce"], encrypted)
    body = f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    with pytest.raises(CallbackError, match=r"密文|解密"):
        callback.open({**request.query, "msg_signature": signature}, body)


def test_padding_that_is_not_the_protocols_is_refused(
    callback: WechatCallback, platform: SimulatedPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = platform.request(text_message("worker-1", "你好"))
    callback.open(request.query, request.body)
    monkeypatch.setattr(PKCS7Encoder, "encode", lambda text: text + b"\x00" * (32 - len(text) % 32))
    request = platform.request(text_message("worker-1", "你好"))
    with pytest.raises(CallbackError, match="解密"):
        callback.open(request.query, request.body)
