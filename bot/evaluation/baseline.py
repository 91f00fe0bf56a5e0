"""Figures once reached, written down, so that a later change cannot lose them unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import MeasurementError

DROP_MAX = 0.02
"""A figure may lie two points under the baseline: less is noise of other library versions."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A figure that fell: from ``before`` to ``now``."""

    measure: str
    before: float
    now: float


def save_baseline(path: Path, questions: Path, figures: Mapping[str, float]) -> None:
    """Write the overall figures of a run.

    Args:
        path: where to.
        questions: the questions asked; their hash is kept, since other questions give other figures.
        figures: of all questions, by name.
    """
    rounded = {name: round(value, 4) for name, value in figures.items()}
    content = {"questions_sha256": _sha256(questions), "figures": rounded}
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def drops_from(path: Path, questions: Path, figures: Mapping[str, float]) -> list[Drop]:
    """The figures that lie more than `DROP_MAX` under a baseline, a figure that is gone included.

    Raises:
        MeasurementError: the baseline cannot be read, or belongs to other questions.
    """
    before = _figures(path, questions)
    now = {name: figures.get(name, 0.0) for name in before}
    return [Drop(name, before[name], now[name]) for name in before if now[name] < before[name] - DROP_MAX]


def refuse_drops(path: Path, questions: Path, figures: Mapping[str, float], labels: Mapping[str, str]) -> None:
    """Compare with a baseline.

    Args:
        path: the baseline.
        questions: the questions asked.
        figures: of all questions, by name.
        labels: how the names are called in words.

    Raises:
        MeasurementError: a figure dropped, the baseline cannot be read, or it belongs to other questions.
    """
    drops = drops_from(path, questions, figures)
    if drops:
        told = "；".join(f"{labels.get(one.measure, one.measure)} {one.before:.3f} → {one.now:.3f}" for one in drops)
        raise MeasurementError(
            f"比基线 {path} 低了两个百分点以上：{told}。请找出原因，或确认后用 --save-baseline 更新。"
        )


def _figures(path: Path, questions: Path) -> Mapping[str, float]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        figures = {str(name): float(value) for name, value in content["figures"].items()}
        asked = content["questions_sha256"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MeasurementError(f"读不了基线文件 {path}：{error!r}。可用 --save-baseline {path} 重新写一份。") from error
    if asked != _sha256(questions):
        raise MeasurementError(f"{path} 不是用 {questions} 测出来的：题目已改，请核对后用 --save-baseline 重新写基线。")
    return figures


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
