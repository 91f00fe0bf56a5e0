"""The platform's XML as scalar fields, read within bounds.

`wechatpy.parse_message` goes through xmltodict, which makes lists of duplicate tags and dictionaries of nested ones,
and follows a million levels for seconds; so the reading is done by expat, which stops at the first offence.
"""

from __future__ import annotations

from xml.parsers import expat

from bot.domain.errors import MessageParseError

MAX_DEPTH = 6
"""``xml/SendPicsInfo/PicList/item/PicMd5Sum`` is the deepest that the platform sends."""
MAX_ELEMENTS = 256

CONTAINERS = frozenset(
    {
        "ScanCodeInfo",
        "SendPicsInfo",
        "SendLocationInfo",
        "SubscribeMsgPopupEvent",
        "SubscribeMsgChangeEvent",
        "SubscribeMsgSentEvent",
        "CopyrightCheckResult",
        "ArticleUrlResult",
    }
)
"""The only fields that the platform fills with elements; their leaves become fields of their own."""

_ROOT_DEPTH = 1
_FIELD_DEPTH = 2


def read_fields(xml: bytes) -> dict[str, str]:
    """Read the children of ``<xml>`` as scalars.

    Leaves of a container (see `CONTAINERS`) stand under their own names, repeated ones joined by commas.

    Args:
        xml: UTF-8; an encoding declaration inside is overridden. The caller has capped its size.

    Raises:
        MessageParseError: not well-formed, a DOCTYPE, too deep, too many elements, a duplicate or nested field.
    """
    reader = _FieldReader()
    # Deliberately expat itself: entities, DTDs and encodings are refused below, which is all that defusedxml adds.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, ValueError) as error:
        raise MessageParseError("消息不是完整的 XML") from error
    return reader.result()


def _refuse_doctype(*_declaration: object) -> None:
    raise MessageParseError("消息里有 DOCTYPE，微信平台不会这样发送")


class _FieldReader:
    """Collects leaves while expat walks; refuses at the first element out of bounds."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self._path: list[str] = []
        self._elements = 0
        self._fields: dict[str, str] = {}
        self._nested: dict[str, list[str]] = {}
        self._seen: set[str] = set()
        self._is_leaf = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._elements += 1
        depth = len(self._path)
        if depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise MessageParseError("消息的 XML 层次过深或元素过多")
        if depth == _ROOT_DEPTH and name != "xml":
            raise MessageParseError("消息的根元素不是 xml")
        if depth == _FIELD_DEPTH:
            if name in self._seen:
                raise MessageParseError("消息里有重复的字段")
            self._seen.add(name)
        if depth > _FIELD_DEPTH and self._path[1] not in CONTAINERS:
            raise MessageParseError("消息的字段里又有元素，应为单个值")
        self._is_leaf = True
        self.text.clear()

    def end(self, name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._is_leaf and depth == _FIELD_DEPTH:
            self._fields[name] = "".join(self.text)
        elif self._is_leaf and depth > _FIELD_DEPTH:
            self._nested.setdefault(name, []).append("".join(self.text))
        self._is_leaf = False

    def result(self) -> dict[str, str]:
        return {name: ",".join(values) for name, values in self._nested.items()} | self._fields
