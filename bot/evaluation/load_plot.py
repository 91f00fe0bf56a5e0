"""A load as a picture: what arrived and was answered, how long it took, and the memory of each process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import MeasurementError
from bot.evaluation.load import quantile
from bot.evaluation.load_answers import Verdict
from bot.evaluation.process_watch import MIB, ProcessSample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
)
FORMATS = (".svg", ".png")
_CHINESE = {
    "sent": "发出",
    "answered": "答复",
    "per_second": "条/秒",
    "latency": "从发出到看见答复（毫秒）",
    "memory": "内存（MiB）",
    "time": "秒",
    "worker": "服务进程",
    "master": "主进程",
    "engine": "数据库服务",
}
_ENGLISH = {
    "sent": "sent",
    "answered": "answered",
    "per_second": "messages/s",
    "latency": "sent to answered (ms)",
    "memory": "memory (MiB)",
    "time": "s",
    "worker": "worker",
    "master": "master",
    "engine": "database server",
}
"""For a host without Chinese letters, which would show boxes."""


def check_plot_path(path: Path) -> None:
    """Refuse a file that cannot become a plot, before an hour has gone into measuring.

    Raises:
        MeasurementError: it does not end in one of `FORMATS`.
    """
    if path.suffix.lower() not in FORMATS:
        raise MeasurementError(f"图只能存成 {' 或 '.join(FORMATS)}，请改文件名：{path}")


def plot_load(
    verdicts: Sequence[Verdict], samples: Sequence[ProcessSample], roles: Mapping[int, str], path: Path
) -> None:
    """Draw a load into a file.

    Args:
        verdicts: what became of each message.
        samples: memory over time.
        roles: what each process did.
        path: ends in ``.svg`` or ``.png``.

    Raises:
        MeasurementError: another ending, or the file cannot be written.
    """
    check_plot_path(path)
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and only needed here
    from matplotlib import font_manager  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    installed = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in CJK_FONTS if name in installed), None)
    words = _CHINESE if font else _ENGLISH
    with mpl.rc_context({"font.family": [font, "DejaVu Sans"] if font else ["DejaVu Sans"]}):
        figure = Figure(figsize=(9, 9), layout="constrained")
        rates, latencies, memory = figure.subplots(3, 1, sharex=True)
        _draw_rates(rates, verdicts, words)
        _draw_latencies(latencies, verdicts, words)
        _draw_memory(memory, samples, roles, words)
        try:
            figure.savefig(path)
        except OSError as error:
            raise MeasurementError(f"图存不进 {path}：{error.strerror}；请换一个能写的位置") from error


def _draw_rates(axes: Axes, verdicts: Sequence[Verdict], words: Mapping[str, str]) -> None:
    sent_at = [one.sent.planned.at_s for one in verdicts]
    answered_at = [one.answered_at_s for one in verdicts if one.answered_at_s is not None]
    edges = list(range(int(max([*sent_at, *answered_at], default=0.0)) + 2))
    axes.hist(sent_at, edges, histtype="step", color="tab:gray", label=words["sent"])
    axes.hist(answered_at, edges, histtype="step", color="tab:green", label=words["answered"])
    axes.set_ylabel(words["per_second"])
    axes.legend()


def _draw_latencies(axes: Axes, verdicts: Sequence[Verdict], words: Mapping[str, str]) -> None:
    by_second: defaultdict[int, list[float]] = defaultdict(list)
    for one in verdicts:
        if one.latency_s is not None:
            by_second[int(one.sent.planned.at_s)].append(one.latency_s * 1000)
    seconds = sorted(by_second)
    for label, share, color in (("p50", 0.5, "tab:blue"), ("p95", 0.95, "tab:orange"), ("p99", 0.99, "tab:red")):
        values = [quantile(sorted(by_second[second]), share) for second in seconds]
        axes.plot(seconds, values, color=color, label=label)
    axes.set_yscale("log")
    axes.set_ylabel(words["latency"])
    axes.legend()


def _draw_memory(
    axes: Axes, samples: Sequence[ProcessSample], roles: Mapping[int, str], words: Mapping[str, str]
) -> None:
    for pid, role in roles.items():
        own = [sample for sample in samples if sample.pid == pid]
        name, _, number = role.partition(" ")
        label = f"{words.get(name, name)} {number} ({pid})"
        axes.plot([one.at_s for one in own], [one.rss_bytes / MIB for one in own], label=label)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(words["memory"])
    axes.set_xlabel(words["time"])
    axes.legend()
