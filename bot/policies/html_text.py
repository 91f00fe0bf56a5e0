"""The text of a web page with its blocks as lines."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = (
    "script, style, noscript, template, nav, header nav, footer, aside, iframe, object, svg, canvas, select, button, "
    "input, textarea, head, [hidden]"
)
_BLOCK = re.compile(
    "address|article|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|"
    "form|h[1-6]|header|hr|html|legend|li|main|menu|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
_CELLS = frozenset({"td", "th"})
_SOURCE_BREAK = re.compile(r"[ \t\f]*[\r\n][ \t\f\r\n]*")
_SPACES = re.compile(r"[ \t\f]+")
_CJK = r"[\u2018-\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_BREAK_IN_CHINESE = re.compile(rf"(?<={_CJK})\n(?={_CJK})")


def html_to_text(page: str) -> str:
    """The visible text of a page: one line a block, scripts, styles and navigation left out.

    A line break of the source inside a block is no line break of the text: between Chinese characters it vanishes,
    elsewhere it is a space. No-break and ideographic spaces stay.
    """
    tree = LexborHTMLParser(page)
    for node in tree.css(_DROPPED):
        node.decompose()
    pieces: list[str] = []
    if tree.body is not None:
        _collect(tree.body, pieces, is_preformatted=False)
    lines = [line.strip(" \t") for line in "".join(pieces).split("\n")]
    return "\n".join(line for line in lines if line)


def _collect(root: LexborNode, pieces: list[str], *, is_preformatted: bool) -> None:
    """Walk a subtree without recursion: pages nest deeper than Python's stack."""
    stack: list[tuple[LexborNode | str, bool]] = [(root, is_preformatted)]
    while stack:
        item, is_pre = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        if item.tag == "-text":
            text = item.text_content or ""
            pieces.append(text if is_pre else _collapsed(text))
            continue
        if item.tag == "br":
            pieces.append("\n")
            continue
        is_pre = is_pre or item.tag == "pre"
        edge = "\n" if _BLOCK.fullmatch(item.tag or "") else "\t" if item.tag in _CELLS else ""
        stack.append((edge, is_pre))
        stack.extend((child, is_pre) for child in reversed(list(item.iter(include_text=True))))
        stack.append(("\n" if edge == "\n" else "", is_pre))


def _collapsed(text: str) -> str:
    joined = _BREAK_IN_CHINESE.sub("", _SOURCE_BREAK.sub("\n", text))
    return _SPACES.sub(" ", joined.replace("\n", " "))
