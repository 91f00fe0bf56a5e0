"""Commands about what messages ask for: understand them, train the model, score it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.evaluating import JSON, evaluate_app
from api.commands.policy import write_rows
from api.commands.terminal import err, out

if TYPE_CHECKING:
    from bot.evaluation.intent_scores import IntentScores, Tally
    from bot.ports import Understander

GROUP = "训练和测量"
CONFUSIONS_SHOWN = 12
LABELS = {"accuracy": "意图正确率", "slot_f1": "信息项 F1", "also_accuracy": "第二件事正确率"}


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("understand", rich_help_panel=GROUP)(understand)
    app.command("train-intents", rich_help_panel=GROUP)(train_intents)


def understand(
    source: Annotated[Path, typer.Option("--input", "-i", help="每行一个 {id, utterance} 的 JSON 文件")],
    output: Annotated[Path, typer.Option("--output", "-o", help="结果写到哪个文件")],
) -> None:
    """成批看懂工人的话：每句写出意图、信息项、第二件事和把握。"""
    from bot.understanding.utterance_rows import understood_rows, utterance_rows

    rows = utterance_rows(source)
    count = write_rows(output, understood_rows(rows, _understander()))
    out.print(f"写好 {count} 句：{output}")


def train_intents(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="模型写到哪个文件夹；不写就写到设置里的")
    ] = None,
) -> None:
    """用 corpus/utterances/ 里的说法训练意图模型；同样的说法、同样的嵌入模型，结果相同。"""
    from bot.assembly.understanding_desk import train_intent_model
    from bot.settings import Settings

    settings = Settings()
    folder = output or settings.intent_model
    report, size_bytes = train_intent_model(settings, folder)
    out.print(
        f"学了 {report.utterances} 句说法和 {report.questions} 个相似问，模型 {size_bytes / 1e6:.2f} MB：{folder}"
    )
    out.print(f"交叉验证：正确率 {report.accuracy:.3f}，把握与正确率平均相差 {report.calibration_error:.3f}")
    mistakes = {pair: times for pair, times in report.confusions.items() if pair[0] is not pair[1]}
    out.print(_confusion_table({(meant.value, told.value): times for (meant, told), times in mistakes.items()}))


@evaluate_app.command("intents")
def evaluate_intents(
    file: Annotated[Path, typer.Argument(help="评测题（带意图和信息项），如 tests/data/intents_dev.jsonl")],
    *,
    as_json: Annotated[bool, JSON] = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="和这份基线比，掉了两个百分点以上就算失败")
    ] = None,
    save_baseline: Annotated[Path | None, typer.Option("--save-baseline", help="把这次的成绩存成基线")] = None,
) -> None:
    """看意图、信息项和第二件事听对了多少。"""
    from bot.evaluation import baseline as baselines
    from bot.evaluation.intent_scores import score_intents
    from bot.understanding.utterance_rows import understood_rows, utterance_rows

    judged = utterance_rows(file)
    scores = score_intents(judged, list(understood_rows(judged, _understander())))
    if as_json:
        out.print_json(json.dumps(_as_json(scores), ensure_ascii=False))
    else:
        _print_scores(file, scores)
    if save_baseline is not None:
        baselines.save_baseline(save_baseline, file, scores.figures)
    if baseline is not None:
        baselines.refuse_drops(baseline, file, scores.figures, LABELS)
        err.print(f"没有哪一项比基线 {baseline} 低两个百分点以上", style="dim")


def _understander() -> Understander:
    from bot.assembly.understanding_desk import open_understander
    from bot.retrieval.encoder import load_encoder
    from bot.settings import Settings

    settings = Settings()
    return open_understander(settings, load_encoder(settings.encoder))


def _print_scores(file: Path, scores: IntentScores) -> None:
    out.print(f"{file.name}：{scores.rows} 句")
    out.print("，".join(f"{LABELS[name]} {value:.3f}" for name, value in scores.figures.items()))
    out.print(_tally_table("意图", scores.by_intent), "", _tally_table("信息项", scores.by_slot))
    if scores.confusions:
        out.print("", _confusion_table(scores.confusions), f"意图听错的：{'、'.join(scores.wrong_ids)}")


def _tally_table(heading: str, tallies: dict[str, Tally]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(heading)
    for name in ("该有", "准确率", "召回率", "F1"):
        table.add_column(name, justify="right")
    for name, tally in tallies.items():
        figures = (tally.precision, tally.recall, tally.f1)
        table.add_row(name, str(tally.right + tally.missed), *(f"{figure:.3f}" for figure in figures))
    return table


def _confusion_table(confusions: dict[tuple[str, str], int]) -> Table:
    table = Table(title="最常听错的", title_justify="left", box=None, pad_edge=False)
    for heading in ("本来是", "听成了", "次数"):
        table.add_column(heading)
    for (meant, told), times in sorted(confusions.items(), key=lambda one: -one[1])[:CONFUSIONS_SHOWN]:
        table.add_row(meant, told, str(times))
    return table


def _as_json(scores: IntentScores) -> dict[str, object]:
    def measured(tally: Tally) -> dict[str, float]:
        return {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}

    return {
        "rows": scores.rows,
        **scores.figures,
        "by_intent": {name: measured(tally) for name, tally in scores.by_intent.items()},
        "by_slot": {name: measured(tally) for name, tally in scores.by_slot.items()},
        "confusions": [{"meant": meant, "told": told, "times": n} for (meant, told), n in scores.confusions.items()],
    }
