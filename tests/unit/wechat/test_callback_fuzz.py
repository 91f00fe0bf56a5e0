from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import CallbackError, MessageParseError
from bot.domain.message import Reply, WorkerMessage
from bot.wechat.callback import WechatCallback
from bot.wechat.platform_simulator import SimulatedPlatform

# The fixtures are stateless here, and how long a busy machine takes says nothing about the code.
FIXTURES_STAY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=200,
)

TAGS = st.sampled_from(
    [
        "xml",
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
        "Event",
        "EventKey",
        "Content",
        "ScanCodeInfo",
    ]
)
TEXTS = st.one_of(st.sampled_from(["text", "event", "voice", "CLICK", "1"]), st.text(max_size=20))
ELEMENTS = st.recursive(
    st.builds(lambda tag, text: f"<{tag}><![CDATA[{text}]]></{tag}>", TAGS, TEXTS),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAGS, st.lists(inner, max_size=6)),
    max_leaves=15,
)


@FIXTURES_STAY
@given(body=st.binary(max_size=400), query=st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=5))
def test_anything_unsigned_fails_only_as_a_callback_error(
    callback: WechatCallback, platform: SimulatedPlatform, body: bytes, query: dict[str, str]
) -> None:
    signed = platform.request_for_xml("<xml/>", "worker-1").query
    for tried in (query, {**signed, **query}, signed):
        try:
            callback.open(tried, body)
        except CallbackError:
            continue
        raise AssertionError("an unsigned body was opened")


@FIXTURES_STAY
@given(content=st.one_of(st.binary(max_size=400), ELEMENTS.map(lambda xml: xml.encode("utf-8", "surrogatepass"))))
def test_anything_signed_opens_or_is_a_parse_error(
    callback: WechatCallback, platform: SimulatedPlatform, content: bytes
) -> None:
    request = platform.request_for_xml(content, "worker-1")
    with suppress(MessageParseError):
        assert isinstance(callback.open(request.query, request.body), WorkerMessage)


@FIXTURES_STAY
@given(xml=st.lists(ELEMENTS, max_size=8).map("".join))
def test_fields_in_any_order_and_number_open_or_are_a_parse_error(
    callback: WechatCallback, platform: SimulatedPlatform, xml: str
) -> None:
    addressed = f"<xml><ToUserName>gh</ToUserName><FromUserName>w</FromUserName><MsgType>text</MsgType>{xml}</xml>"
    request = platform.request_for_xml(addressed.encode("utf-8", "surrogatepass"), "w")
    with suppress(MessageParseError):
        assert callback.open(request.query, request.body).openid == "w"


@FIXTURES_STAY
@given(text=st.text(st.characters(exclude_categories=[]), max_size=3000))
def test_any_reply_is_readable_or_silent(callback: WechatCallback, platform: SimulatedPlatform, text: str) -> None:
    request = platform.request_for_xml(
        "<xml><ToUserName>gh_account</ToUserName><FromUserName>w</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        "w",
    )
    sealed = callback.seal(callback.open(request.query, request.body), Reply(text))
    assert sealed == b"success" or platform.read_reply(sealed, "w").strip()
