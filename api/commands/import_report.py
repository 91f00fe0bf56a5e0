"""How commands tell what became of an imported table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from api.commands.terminal import out

if TYPE_CHECKING:
    from bot.tables.import_report import ImportReport, RowNote

NOTES_SHOWN = 20


def show_report(report: ImportReport, what: str) -> None:
    """Print the counts, the rows that could not be used, and the columns that nobody asked for.

    Args:
        report: of the import.
        what: what was imported: 岗位.
    """
    counts = {
        "新增": report.added,
        "更新": report.changed,
        "没变": report.unchanged,
        "文件里重复": report.merged,
        "已过期不导": report.dropped,
        "读不了": len(report.problems),
    }
    told = "，".join(f"{label} {count}" for label, count in counts.items() if count)
    out.print(f"[bold]{what}：共 {report.rows} 行[/bold]；{told or '一行也没有'}")
    _show_notes("读不了的行（其余都导入了）：", report.problems)
    _show_notes("导入了，但有一处没读懂：", report.remarks)
    if report.unknown_columns:
        out.print(f"没用到的列：{escape('、'.join(report.unknown_columns))}")


def _show_notes(heading: str, notes: Sequence[RowNote]) -> None:
    if not notes:
        return
    out.print(heading)
    for note in notes[:NOTES_SHOWN]:
        out.print(f"  第 {note.number} 行：{escape(note.reason)}")
    if len(notes) > NOTES_SHOWN:
        out.print(f"  ……还有 {len(notes) - NOTES_SHOWN} 行")
