"""How ``--help`` looks: Chinese headings, and long Chinese sentences folded instead of cut at the edge."""

from __future__ import annotations

from rich.columns import Columns
from rich.console import RenderableType
from rich.style import StyleType
from rich.table import Table
from rich.text import Text
from typer import rich_utils

WORDS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "COMMANDS_PANEL_TITLE": "命令",
    "OPTIONS_PANEL_TITLE": "选项",
    "DEFAULT_STRING": "[不写就是 {}]",
    "REQUIRED_LONG_STRING": "[必填]",
    "ENVVAR_STRING": "[环境变量：{}]",
    "DEPRECATED_STRING": "（以后不用了）",
    "ERRORS_PANEL_TITLE": "写得不对",
    "ABORTED_TEXT": "停下了，没有做完。",
    "RICH_HELP": "看怎么用：[blue]{command_path} {help_option}[/]",
}
"""What typer's help pages and complaints say by themselves; commands speak by `api.commands.spoken_commands`."""


class FoldingTable(Table):
    """A table whose cells go on in the next line: Chinese has no blanks to break at, and would end in an ellipsis."""

    def add_row(
        self, *renderables: RenderableType | None, style: StyleType | None = None, end_section: bool = False
    ) -> None:
        """Add a row; see `rich.table.Table.add_row`."""
        super().add_row(*map(_in_one, renderables), style=style, end_section=end_section)
        for column in self.columns:
            column.overflow = "fold"


def speak_chinese() -> None:
    """Let every help page of this process look so."""
    vars(rich_utils).update(WORDS, Table=FoldingTable)


def _in_one(cell: RenderableType | None) -> RenderableType | None:
    """Texts side by side (what an option is for, what it is by default) as one text, which can be folded."""
    if not isinstance(cell, Columns):
        return cell
    texts = [part for part in cell.renderables if isinstance(part, Text)]
    whole = Text(" ").join(texts)
    return whole if len(texts) == len(cell.renderables) else cell
