"""Charts as SVG, to stand inside a page or as a file: text stays text, in whatever Chinese font the reader has."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from bot.evaluation.metrics import Estimate

INK, FAINT, PALE = "#24323d", "#7c8a94", "#e6ebee"
COLOURS = ("#0b7a53", "#e08e2b", "#3f6fb5", "#b5483f", "#7b5ea7")
FONTS = ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif")
_INCHES_PER_GROUP = 0.34
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "gongyou",
    "font.family": list(FONTS),
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": PALE,
    "axes.labelcolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": FAINT,
    "ytick.color": INK,
    "grid.color": PALE,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a growth chart: ``points`` are (size, value)."""

    label: str
    points: Sequence[tuple[float, float]]


def bars_with_intervals(groups: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Horizontal bars by group, one colour a measure, the interval as a thin line.

    Args:
        groups: group label to measure label to estimate, drawn from top to bottom.

    Returns:
        An ``<svg>`` element.
    """
    measures = list(dict.fromkeys(name for estimates in groups.values() for name in estimates))
    height = 0.9 + _INCHES_PER_GROUP * len(groups) * max(1, len(measures)) * 0.62
    with _figure(7.2, height) as figure:
        axes = figure.subplots()
        thickness = 0.8 / max(1, len(measures))
        for number, measure in enumerate(measures):
            for place, estimates in enumerate(groups.values()):
                if measure in estimates:
                    _bar(
                        axes,
                        place + (number - (len(measures) - 1) / 2) * thickness,
                        thickness,
                        estimates[measure],
                        number,
                    )
            axes.barh([0], [0], color=COLOURS[number], label=measure)
        axes.set_yticks(range(len(groups)), list(groups))
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_xlim(0, 1.12)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}" if share <= 1 else ""))
        axes.grid(axis="x")
        axes.tick_params(length=0)
        figure.legend(loc="upper right", ncols=len(measures), handlelength=1)
        figure.subplots_adjust(left=0.2, right=0.98, top=1 - 0.42 / height, bottom=0.34 / height)
        return _svg(figure)


def histogram(samples: Mapping[str, Sequence[float]], axis: str, *, bins: int = 25) -> str:
    """Shares of some samples of [0, 1] over one another; returns an ``<svg>`` element."""
    with _figure(7.2, 2.6) as figure:
        axes = figure.subplots()
        for number, (label, values) in enumerate(samples.items()):
            axes.hist(
                values, bins=bins, range=(0, 1), color=COLOURS[number], alpha=0.62, label=f"{label}（{len(values)} 题）"
            )
        axes.set_xlabel(axis)
        axes.set_ylabel("题数")
        axes.set_xlim(0, 1)
        axes.grid(axis="y")
        axes.tick_params(length=0)
        axes.legend()
        figure.subplots_adjust(left=0.08, right=0.98, top=0.95, bottom=0.2)
        return _svg(figure)


def columns(counts: Mapping[str, int]) -> str:
    """Numbered columns, for counts; returns an ``<svg>`` element."""
    with _figure(7.2, 2.4) as figure:
        axes = figure.subplots()
        drawn = axes.bar(list(counts), list(counts.values()), color=COLOURS[0], width=0.62)
        axes.bar_label(drawn, color=INK, padding=2)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        axes.margins(y=0.18)
        figure.subplots_adjust(left=0.03, right=0.98, top=0.98, bottom=0.14)
        return _svg(figure)


def growth(panels: Mapping[str, Sequence[Line]], axis: str) -> str:
    """Panels side by side with logarithmic axes, one line each; returns an ``<svg>`` element.

    Args:
        panels: title (with its unit) to its lines; values above zero.
        axis: what the size counts.
    """
    with _figure(3.4 * len(panels), 3.3) as figure:
        every_axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axes, (title, lines) in zip(every_axes, panels.items(), strict=True):
            for number, line in enumerate(lines):
                sizes, values = zip(*line.points, strict=True)
                axes.loglog(sizes, values, marker="o", markersize=4, color=COLOURS[number], label=line.label)
                axes.annotate(
                    f"{values[-1]:.3g}",
                    (sizes[-1], values[-1]),
                    xytext=(-4, 6),
                    textcoords="offset points",
                    ha="right",
                    color=COLOURS[number],
                )
            axes.set_title(title, loc="left", fontsize=10.5)
            axes.set_xticks(sizes, [_short(size) for size in sizes])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.set_xlabel(axis)
            axes.grid(axis="y")
            axes.legend(fontsize=8.5)
        figure.subplots_adjust(left=0.16 / len(panels), right=0.99, top=0.9, bottom=0.17, wspace=0.22)
        return _svg(figure)


def _bar(axes: Any, place: float, thickness: float, estimate: Estimate, number: int) -> None:  # noqa: ANN401 - untyped library
    axes.barh(place, estimate.value, thickness * 0.86, color=COLOURS[number])
    axes.plot([estimate.low, estimate.high], [place, place], color=INK, linewidth=0.9, alpha=0.7)
    axes.text(1.11, place, f"{estimate.value:.2f}", va="center", ha="right", fontsize=8.5)


def _short(size: float) -> str:
    return f"{size / 1e4:g} 万" if size >= 1e4 else f"{size:g}"  # noqa: PLR2004 - 万 begins there


@contextmanager
def _figure(width_inches: float, height_inches: float) -> Iterator[Figure]:
    """A figure in our style. Fonts are the reader's: that this machine may lack them is no news."""
    finder = logging.getLogger("matplotlib.font_manager")
    level = finder.level
    finder.setLevel(logging.CRITICAL)
    try:
        with mpl.rc_context(_STYLE), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            yield Figure(figsize=(width_inches, height_inches))
    finally:
        finder.setLevel(level)


def _svg(figure: Figure) -> str:
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = drawn.getvalue()
    return text[text.index("<svg") :]
