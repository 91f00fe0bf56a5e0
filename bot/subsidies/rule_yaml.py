"""Sections of a rule file, read so that every error names the file and the entry and says what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot.domain.errors import RuleFileError

_FOLDED_STOPS = str.maketrans("，；", ",;")
"""Texts are folded before they are read (`bot.language.lexicon.fold`); 。 stays."""


@dataclass(frozen=True, slots=True)
class Section:
    """One mapping of a rule file.

    Attributes:
        file: the file, for messages.
        where: the entry in it, for messages: a scheme's or a fact's id.
        content: its fields; all text, lists or mappings, nothing guessed into numbers or dates.
    """

    file: Path
    where: str
    content: Mapping[str, object]

    def error(self, problem: str) -> RuleFileError:
        """The error that names this entry."""
        return RuleFileError(f"{self.file} 的“{self.where}”：{problem}")

    def allow(self, *names: str) -> None:
        """Refuse fields that nobody reads: mostly they are misspelt.

        Raises:
            RuleFileError: there is another field.
        """
        unknown = [name for name in self.content if name not in names]
        if unknown:
            raise self.error(f"没有叫 {unknown[0]} 的字段，可以写的是 {'、'.join(names)}；请改正。")

    def text(self, name: str) -> str:
        """A field that must be there.

        Raises:
            RuleFileError: it is missing, empty or no text.
        """
        value = self.optional_text(name)
        if not value:
            raise self.error(f"缺字段 {name}，或者是空的；请补上。")
        return value

    def optional_text(self, name: str) -> str:
        """A field that may be left out; then "".

        Raises:
            RuleFileError: it is no text.
        """
        value = self.content.get(name, "")
        if not isinstance(value, str):
            raise self.error(f"字段 {name} 应当是一句文字；请检查缩进和引号。")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where it is left out.

        Raises:
            RuleFileError: it is no list of texts.
        """
        value = self.content.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(f"字段 {name} 应当是列表，每项是文字；请检查缩进和引号。")
        return tuple(value)

    def is_on(self, name: str) -> bool:
        """A field that says ``true`` or ``false``; False where it is left out.

        Raises:
            RuleFileError: it says something else.
        """
        value = self.optional_text(name)
        if value not in {"", "true", "false"}:
            raise self.error(f"字段 {name} 只能写 true 或 false，现在是 {value}。")
        return value == "true"

    def day(self, name: str) -> date | None:
        """A date; None where it is left out.

        Raises:
            RuleFileError: it is no date.
        """
        value = self.optional_text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError as error:
            raise self.error(f"字段 {name} 应当是日期，写成 2024-01-31 这样，现在是 {value}。") from error

    def section(self, name: str) -> Section | None:
        """A field that is itself a mapping; None where it is left out.

        Raises:
            RuleFileError: it is no mapping.
        """
        value = self.content.get(name)
        return None if value is None else self.of(value, name)

    def of(self, value: object, name: str) -> Section:
        """A part of this entry as a section of its own.

        Raises:
            RuleFileError: it is no mapping.
        """
        if not isinstance(value, dict):
            raise self.error(f"{name} 应当是“字段: 内容”的写法；请检查缩进。")
        return Section(self.file, self.where, value)

    def pattern(self, name: str) -> str:
        """A regular expression; "" where it is left out.

        Raises:
            RuleFileError: it cannot be read as one.
        """
        return self.checked_pattern(self.optional_text(name), name)

    def patterns(self, name: str) -> tuple[str, ...]:
        """A list of regular expressions.

        Raises:
            RuleFileError: one of them cannot be read as one.
        """
        return tuple(self.checked_pattern(pattern, name) for pattern in self.texts(name))

    def checked_pattern(self, pattern: str, name: str) -> str:
        """The regular expression, if it is one; its commas as folded texts have them.

        Raises:
            RuleFileError: it cannot be read.
        """
        try:
            re.compile(pattern)
        except re.error as error:
            raise self.error(f"字段 {name} 里的正则表达式 {pattern} 写错了（{error}）；请检查括号。") from error
        return pattern.translate(_FOLDED_STOPS)


def read_file(path: Path) -> Section:
    """The top of a rule file.

    Raises:
        RuleFileError: it cannot be opened, is not UTF-8 or not YAML, or is no mapping.
    """
    try:
        # Text only: an unquoted 1. or yes is what the admin typed, no number and no truth value.
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes no objects
    except OSError as error:
        raise RuleFileError(f"打不开 {path}（{error.strerror}）：请检查文件是否存在、是否有读取权限。") from error
    except UnicodeDecodeError as error:
        raise RuleFileError(f"{path} 不是 UTF-8 编码：请另存为 UTF-8。") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark is not None else "某处"
        raise RuleFileError(f"{path} {where}不符合 YAML 格式：请检查缩进、冒号后的空格和引号。") from error
    return Section(path, "整个文件", {}).of(loaded, path.name)


def entries(top: Section, name: str) -> Iterator[tuple[str, Section]]:
    """The entries of a mapping of mappings, each with its id.

    Raises:
        RuleFileError: the field is missing or no such mapping.
    """
    listed = top.section(name)
    if listed is None:
        raise top.error(f"缺字段 {name}；请照别的文件补上。")
    for key, value in listed.content.items():
        yield key, Section(top.file, key, {}).of(value, key)
