"""Files become text: TXT and HTML."""

from __future__ import annotations

import re
from pathlib import Path

from bot.domain.errors import CorpusError, EmptyDocumentError
from bot.policies.html_text import html_to_text
from bot.policies.layout import strip_indent
from bot.policies.text_decoding import decode

HTML_SUFFIXES = frozenset({".html", ".htm", ".shtml", ".xhtml"})
TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ""})
DOCUMENT_SUFFIXES = HTML_SUFFIXES | TEXT_SUFFIXES - {""}
"""Suffixes of the files that a corpus folder may hold."""

_SIGNATURES = (
    (b"%PDF", "PDF 文件"),
    (b"PK\x03\x04", "Word、WPS 或压缩文件（DOCX、XLSX、ZIP）"),
    (b"\xd0\xcf\x11\xe0", "旧版 Word、WPS 文件（DOC）"),
    (b"{\\rtf", "RTF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩文件"),
    (b"7z\xbc\xaf", "压缩文件"),
    (b"\x1f\x8b", "压缩文件"),
)
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|div|p|table)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_file(path: Path) -> str:
    """The text of a policy document; line breaks are LF, a web page's blocks are lines.

    Args:
        path: a TXT or HTML file. HTML is recognised by its suffix or by how it begins.

    Raises:
        CorpusError: there is no such file, it cannot be opened, or it is a PDF, Word file, picture or archive.
        FileEncodingError: its bytes are not text in any encoding that is read.
        EmptyDocumentError: it holds no text.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(f"找不到文件 {path}：请检查路径和文件名是否写对。") from error
    except IsADirectoryError as error:
        raise CorpusError(f"{path} 是一个文件夹：请写到具体的文件，例如 {path}/政策.txt。") from error
    except OSError as error:
        raise CorpusError(f"打不开文件 {path}（{error.strerror}）：请检查文件是否存在、是否有读取权限。") from error
    return read_bytes(content, path.name)


def read_bytes(content: bytes, file_name: str) -> str:
    """The text of an uploaded document.

    Args:
        content: the whole file.
        file_name: its name, for its suffix and for messages.

    Raises:
        CorpusError: it is a PDF, Word file, picture or archive.
        FileEncodingError: its bytes are not text in any encoding that is read.
        EmptyDocumentError: it holds no text.
    """
    kind = next((kind for signature, kind in _SIGNATURES if content.startswith(signature)), None)
    if kind is not None:
        raise CorpusError(
            f"《{file_name}》是{kind}，目前只能读取 TXT 和 HTML。请用 WPS 或 Word 打开，"
            "另存为“纯文本（UTF-8）”后再试；扫描件和图片要先识别成文字。"
        )
    text = decode(content, file_name)
    if Path(file_name).suffix.lower() in HTML_SUFFIXES or _HTML_START.match(text):
        text = html_to_text(text)
    if not strip_indent(text):
        raise EmptyDocumentError(f"《{file_name}》里没有文字。请检查是不是传错了文件，或原网页的正文是不是一张图片。")
    return text
