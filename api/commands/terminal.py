"""How commands talk to the person at the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.commands.spoken_commands import reason_of

if TYPE_CHECKING:
    from bot.settings import Settings

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """Say on stderr what went wrong and what to do."""
    err.print(Panel(message, title="没做成", title_align="left", border_style="red", expand=False))


def explain_settings(error: ValidationError) -> str:
    """Which settings cannot be used, one per line, by their environment names."""
    lines = ["配置有误，请改好环境变量或 .env 后再试："]
    for problem in error.errors():
        if problem["type"] == "default_factory_not_called":
            continue  # nobody chose it: it follows from a setting that cannot be used
        name = "GONGYOU_" + "_".join(str(part) for part in problem["loc"]).upper()
        lines.append(f"  {name}：{reason_of(problem)}")
    return "\n".join(lines)


def plain_table(*headings: str) -> Table:
    """A list of records without lines; what is too long goes on below, since Chinese has no blanks to break at."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stage of a long job, on stderr; yields what to call with stage, done and all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bars:
        of_stage: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in of_stage:
                of_stage[stage] = bars.add_task(stage, total=total)
            bars.update(of_stage[stage], completed=done, total=total)

        yield tell


def base_url(settings: Settings) -> str:
    """Where the service that these settings start listens."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
