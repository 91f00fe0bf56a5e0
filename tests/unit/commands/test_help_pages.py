"""What a clerk reads after ``--help``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from pydantic import ValidationError
from typer.testing import CliRunner

from api.commands import app
from api.commands.terminal import explain_settings
from bot.settings import Settings


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


PATHS = list(commands(typer.main.get_command(app)))
ENGLISH = re.compile(
    r"Usage|Options|OPTIONS|Arguments|ARGS|COMMAND|Commands|Error|Try |TEXT|INTEGER|FLOAT|PATH|default|[Rr]equired"
    r"|env var|Show this|Missing|No such|Invalid|Input should|<(?:str|int|float|bool|path|file|datetime|list|%Y)"
)


def said(*words: str) -> str:
    """What is told at a terminal, as one line."""
    result = CliRunner().invoke(app, list(words), terminal_width=80, env={"COLUMNS": "80"})
    assert result.exit_code == 2
    return "".join(re.sub(r"[│╭╮╰╯─]", "", result.output).split())


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_help_page_is_chinese_and_nothing_is_cut(path: tuple[str, ...]) -> None:
    page = CliRunner().invoke(app, [*path, "--help"], terminal_width=80, env={"COLUMNS": "80"}).output
    assert "用法：" in page
    assert "选项" in page
    assert "显示这一页" in page
    assert ENGLISH.findall(page) == []
    assert "…" not in page


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_whatever_is_typed_wrongly_is_told_in_chinese(path: tuple[str, ...]) -> None:
    complaint = said(*path, "--no-such-thing")
    assert "没有--no-such-thing这个选项" in complaint
    assert "看怎么用：" in complaint
    assert ENGLISH.findall(complaint) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("jobs", "search"), "没有写“想找的活”"),
        (("jobs", "push", "--hlep"), "没有--hlep这个选项；是不是--help？"),
        (("jobs", "push", "--help=3"), "--help后面不用写值"),
        (("jobs", "bench", "--postings", "abc"), "--postings/-n不能是“abc”：要写整数"),
        (("jobs", "bench", "-n", "5"), "--postings/-n不能是“5”：不能小于100"),
        (("jobs", "import", "x.csv", "--today", "3"), "--today不能是“3”：日期要写成2026-11-28这样"),
        (("jobs", "push", "多余", "的话"), "多写了多余的话；带空格的话要用引号括起来"),
        (("serve", "--port"), "--port后面要写一个值"),
        (("serve", "--port", "70000"), "--port不能是“70000”：不能大于65535"),
        (("loadtest", "--mode", "foo"), "--mode不能是“foo”：只能是verified、passive_only里的一个"),
        (("loadtest", "--rate", "快"), "--rate不能是“快”：要写数字"),
        (("audit", "verify", "--known", "/没有"), "--known不能是“/没有”：没有这个文件，或者打不开"),
        (("jbos",), "没有jbos这个命令；是不是jobs？"),
        (("jobs", "全部"), "没有全部这个命令"),
    ],
)
def test_a_complaint_says_what_to_write_instead(words: tuple[str, ...], complaint: str) -> None:
    told = said(*words)
    assert "写得不对" in told
    assert complaint in told
    assert ENGLISH.findall(told) == []


def test_a_group_without_a_command_shows_its_page() -> None:
    for words in (["jobs"], ["jobs", "--"]):
        assert "招聘会：导入、列出。" in CliRunner().invoke(app, words).output


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"port": "abc"}, "  GONGYOU_PORT：要写整数"),
        ({"port": 70000}, "  GONGYOU_PORT：不能大于 65535"),
        ({"mode": "try"}, "  GONGYOU_MODE：只能是 demo、production 里的一个"),
        ({"reply_deadline_s": "0"}, "  GONGYOU_REPLY_DEADLINE_S：要大于 0.0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_alone_and_in_chinese(settings: dict[str, Any], line: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, **settings)
    assert explain_settings(refused.value) == f"配置有误，请改好环境变量或 .env 后再试：\n{line}"
