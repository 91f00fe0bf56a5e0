"""Commands that speak Chinese: the usage line, the types of values, and what was typed wrongly.

By the classes that typer takes for its groups and commands; no message is taken apart. What typer's parser finds is
told by the exception's fields, what pydantic finds in a value by the code of its error.
"""

# ruff: noqa: ANN401 - typer gives its contexts, parameters and settings no public types

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

USAGE, OPTIONS, SUBCOMMAND = "用法：", "[选项]", "命令 [参数]..."
HELP_OF_HELP = "显示这一页"
MISSING = "没有写“{what}”"
NO_SUCH_OPTION = "没有 {option} 这个选项"
NO_SUCH_COMMAND = "没有 {command} 这个命令"
SIMILAR = "；是不是 {similar}？"
NEEDS_VALUE = "{option} 后面要写一个值"
TAKES_NO_VALUE = "{option} 后面不用写值"
TOO_MUCH = "多写了 {extra}；带空格的话要用引号括起来"
NOT_USABLE = "{what} 不能是“{value}”：{why}"
NO_FILE = "没有这个文件，或者打不开"
ONE_OF = "只能是 {choices} 里的一个"
UNKNOWN = "写法不对"
WHY = {
    "int_parsing": "要写整数",
    "int_from_float": "要写整数",
    "float_parsing": "要写数字",
    "bool_parsing": "要写 true 或 false",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "要大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "要小于 {lt}",
}
"""By pydantic's codes, with the fields of their contexts: https://docs.pydantic.dev/latest/errors/validation_errors/."""
_QUOTED = re.compile(r"'([^']*)'")
TYPES = {int: "整数", float: "数字", str: "文字", Path: "路径", datetime: "日期"}
DATE_EXAMPLE = "日期要写成 {example} 这样"

Command = TypeVar("Command", bound=Callable[..., Any])
Parameter = TypeVar("Parameter", TyperOption, TyperArgument)


class SpokenOption(TyperOption):
    """An option that says what it takes, and what was wrong."""

    def display_type(self, ctx: Any) -> str:  # noqa: ARG002 - typer's signature
        """What kind of value it takes; nothing for a switch."""
        return "" if self.is_flag else _type_of(self)

    def process_value(self, ctx: Any, value: Any) -> Any:
        """The value, converted."""
        try:
            return super().process_value(ctx, value)
        except typer.BadParameter as error:
            _refuse(self, "/".join(self.opts), value, error, ctx)


class SpokenArgument(TyperArgument):
    """An argument that says what it takes, and what was wrong."""

    def display_type(self, ctx: Any) -> str:  # noqa: ARG002 - typer's signature
        """What kind of value it takes."""
        return _type_of(self)

    def process_value(self, ctx: Any, value: Any) -> Any:
        """The value, converted."""
        try:
            return super().process_value(ctx, value)
        except typer.BadParameter as error:
            _refuse(self, self.display_name_raw, value, error, ctx)


class SpokenCommand(TyperCommand):
    """A command."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = [_spoken(param) for param in self.params]
        self.options_metavar = OPTIONS

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=USAGE)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """``--help``, which typer adds by itself."""
        return _help_option(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options and arguments."""
        may_have_more, ctx.allow_extra_args = ctx.allow_extra_args, True
        try:
            rest = super().parse_args(ctx, args)
        except typer.TyperException as error:
            _refuse_option(self, error, ctx)
            raise
        ctx.allow_extra_args = may_have_more
        if rest and not may_have_more and not ctx.resilient_parsing:
            ctx.fail(TOO_MUCH.format(extra=" ".join(rest)))
        return rest


class SpokenGroup(TyperGroup):
    """A group of commands."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = [_spoken(param) for param in self.params]
        self.options_metavar, self.subcommand_metavar = OPTIONS, SUBCOMMAND

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=USAGE)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """``--help``, which typer adds by itself."""
        return _help_option(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options; a bare ``--`` is as good as nothing."""
        try:
            return super().parse_args(ctx, [] if set(args) == {"--"} else args)
        except typer.TyperException as error:
            _refuse_option(self, error, ctx)
            raise

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(NO_SUCH_COMMAND.format(command=name) + _similar(name, list(self.commands)))
        return super().resolve_command(ctx, args)


class CommandLine(typer.Typer):
    """`typer.Typer` whose groups and commands speak Chinese."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=SpokenGroup, **settings)

    def command(self, *args: Any, **settings: Any) -> Callable[[Command], Command]:
        """Add a command; see `typer.Typer.command`."""
        return super().command(*args, **{"cls": SpokenCommand} | settings)


def reason_of(problem: Mapping[str, Any]) -> str:
    """What pydantic found wrong about one value.

    Args:
        problem: one of `pydantic.ValidationError.errors`.
    """
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    if problem["type"] in {"literal_error", "enum"}:
        return ONE_OF.format(choices="、".join(_QUOTED.findall(problem["ctx"]["expected"])))
    return WHY.get(problem["type"], UNKNOWN).format(**problem.get("ctx", {}))


def _spoken(param: Any) -> Any:
    """The same option or argument, as one that speaks."""
    if isinstance(param, TyperOption):
        return _as(SpokenOption, param)
    return _as(SpokenArgument, param) if isinstance(param, TyperArgument) else param


def _as(kind: type[Parameter], param: TyperOption | TyperArgument) -> Parameter:
    """A copy of another class: typer makes its parameters itself, and asks nobody of which class."""
    if isinstance(param, kind):
        return param
    same = kind.__new__(kind)
    vars(same).update(vars(param))
    return same


def _help_option(option: TyperOption | None) -> TyperOption | None:
    if option is None:
        return None
    option.help = HELP_OF_HELP
    return _as(SpokenOption, option)


def _type_of(param: TyperOption | TyperArgument) -> str:
    described = param.type_descriptor
    if described.choices is not None:
        return f"<{'|'.join(map(str, described.choices))}>"
    if described.is_datetime:
        return f"<{TYPES[datetime]}>"
    annotation = described.annotation
    [kind] = getattr(annotation, "__args__", None) or [annotation]
    name = next((name for known, name in TYPES.items() if isinstance(kind, type) and issubclass(kind, known)), "")
    return f"<{name or TYPES[str]}>"


def _refuse(
    param: TyperOption | TyperArgument,
    called: str,
    value: Any,
    error: typer.BadParameter,
    ctx: Any,
) -> NoReturn:
    """Fail with what is wrong about a value."""
    if param.value_is_missing(value):
        ctx.fail(MISSING.format(what=called))
    ctx.fail(NOT_USABLE.format(what=called, value=_typed(value), why=_why(param, error)))
    raise AssertionError


def _typed(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _why(param: TyperOption | TyperArgument, error: typer.BadParameter) -> str:
    described = param.type_descriptor
    if described.choices is not None:
        return ONE_OF.format(choices="、".join(map(str, described.choices)))
    if described.is_datetime:
        formats = described.parameter_info.formats or ["%Y-%m-%d"]
        return DATE_EXAMPLE.format(example=datetime(2026, 11, 28).strftime(formats[0]))  # noqa: DTZ001 - an example
    if described.is_path:
        return NO_FILE
    if not isinstance(error.__cause__, ValidationError):
        return error.message
    return reason_of(error.__cause__.errors()[0])


def _refuse_option(command: SpokenCommand | SpokenGroup, error: typer.TyperException, ctx: Any) -> None:
    """Fail with what is wrong about an option, where that is what the parser found."""
    option = getattr(error, "option_name", None)
    if option is None:
        return
    params = command.get_params(ctx)
    known = next((one for one in params if option in (*one.opts, *one.secondary_opts)), None)
    if known is None:
        names = [name for one in params for name in one.opts]
        ctx.fail(NO_SUCH_OPTION.format(option=option) + _similar(option, names))
    ctx.fail((TAKES_NO_VALUE if getattr(known, "is_flag", False) else NEEDS_VALUE).format(option=option))


def _similar(typed: str, known: list[str]) -> str:
    similar = get_close_matches(typed, known, n=3)
    return SIMILAR.format(similar="、".join(similar)) if similar else ""
