from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from bot.domain.errors import CorpusError, EmptyDocumentError, FileEncodingError
from bot.policies.clause_splitter import split
from bot.policies.readers import read_bytes, read_file

TEXT = "一、加强就业服务。朱镕基同志批示：为农民工提供岗位信息，每月发布２次。\n二、开展培训。每人补贴1500元。"
PAGE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={label}">
<title>某市政府网</title><style>p {{color: red}}</style></head><body>
<nav><a href="/">首页</a> &gt; 政策</nav>
<div class="article"><h1>关于做好就业工作的
   意见</h1>
<p>　　一、加强就业服务。朱镕基同志批示：为农民工<b>提供</b>岗位
信息，每月发布２次。<br>二、开展培训。每人补贴1500元。</p>
<table><tr><td>对象</td><td>标准</td></tr></table></div>
<script>var a = "三、不是条款。";</script><footer>版权所有</footer></body></html>"""


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
        TEXT.encode().replace(b"\n", b"\r\n"),
        TEXT.encode("gb18030").replace(b"\n", b"\r"),
    ],
    ids=["utf-8", "utf-8 mark", "utf-16 mark", "utf-16-be mark", "gb18030", "crlf", "gb18030 cr"],
)
def test_text_is_read_in_the_encodings_that_offices_use(content: bytes) -> None:
    assert read_bytes(content, "政策.txt") == TEXT


def test_traditional_text_in_big5_is_read() -> None:
    text = "一、勞動保障。雇主應當按時支付工資，並為勞工提供安全的工作環境與教育訓練。"
    assert read_bytes(text.encode("big5"), "a.txt") == text


@pytest.mark.parametrize("label", ["gb2312", "GBK", "utf-8", "no-such-encoding", "iso-8859-1"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_page_is_read_whatever_its_label_says(label: str, encoding: str) -> None:
    text = read_bytes(PAGE.format(label=label).encode(encoding), "a.html")
    assert "朱镕基同志批示" in text
    assert text.split("\n") == [
        "关于做好就业工作的意见",
        "　　一、加强就业服务。朱镕基同志批示：为农民工提供岗位信息，每月发布２次。",
        "二、开展培训。每人补贴1500元。",
        "对象\t标准",
    ]


def test_a_page_is_known_by_how_it_begins_too() -> None:
    text = read_bytes(PAGE.format(label="gb2312").encode("gb18030"), "下载.txt")
    assert [clause.title for clause in split(text, "d").numbered_clauses] == ["加强就业服务", "开展培训"]


def test_preformatted_text_keeps_its_lines() -> None:
    assert read_bytes("<pre>一、甲。\n二、乙。</pre>".encode(), "a.htm") == "一、甲。\n二、乙。"


def test_a_deeply_nested_page_does_not_exhaust_the_stack() -> None:
    page = "<html><body>" + "<div>" * 3000 + "一、甲。" + "</div>" * 3000
    assert read_bytes(page.encode(), "a.html") == "一、甲。"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode()[:40] + b"\xff\xfe\xff" + TEXT.encode()[40:],
        bytes(range(128, 256)) * 20,
        b"\x00\x01\x02\x03" * 50,
        "Données à vérifier, déjà reçues".encode("latin-1"),
    ],
    ids=["broken utf-8", "noise", "zeros", "latin-1"],
)
def test_bytes_that_read_as_nothing_are_refused_with_a_way_out(content: bytes) -> None:
    with pytest.raises(FileEncodingError, match=r"坏\.txt.*第 \d+ 个字节.*另存为“UTF-8”"):
        read_bytes(content, "坏.txt")


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.txt"), ("　\n \ufeff\n".encode(), "a.txt"), (b"<html><body><script>x</script></body></html>", "a.html")],
)
def test_a_file_without_words_is_empty(content: bytes, name: str) -> None:
    with pytest.raises(EmptyDocumentError, match="没有文字"):
        read_bytes(content, name)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7 ...", "PDF"), (b"PK\x03\x04....", "DOCX"), (b"\xd0\xcf\x11\xe0....", "DOC"), (b"\x89PNG....", "图片")],
)
def test_office_files_are_refused_with_what_to_do(content: bytes, kind: str) -> None:
    with pytest.raises(CorpusError, match=rf"{kind}.*另存为“纯文本（UTF-8）”"):
        read_bytes(content, "文件.txt")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"找不到文件 .*没有\.txt"):
        read_file(tmp_path / "没有.txt")
    with pytest.raises(CorpusError, match="是一个文件夹"):
        read_file(tmp_path)
