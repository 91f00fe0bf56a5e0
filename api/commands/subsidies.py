"""Commands about subsidies: cases assessed, rules listed and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.evaluating import JSON, evaluate_app
from api.commands.policy import REGION, write_rows
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.evaluation.eligibility import JudgedVerdict
    from bot.settings import Settings
    from bot.subsidies.quotes import Flag
    from bot.subsidies.rule_book import RuleBook

GROUP = "办事"
VERDICTS = {"eligible": "符合", "not_eligible": "不符合", "need_more": "还缺"}
AUDIENCES = {"worker": "工人", "family": "家庭", "employer": "单位"}

subsidies_app = CommandLine(help="补贴规则：列出、核对。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("assess", rich_help_panel=GROUP)(assess)
    app.add_typer(subsidies_app, name="subsidies", rich_help_panel=GROUP)


def assess(
    source: Annotated[Path, typer.Option("--input", "-i", help="每行一个 {id, region, scheme, facts} 的 JSON 文件")],
    output: Annotated[Path, typer.Option("--output", "-o", help="结果写到哪个文件")],
) -> None:
    """成批核对补贴：每行写出符合不符合、最多多少元、还缺什么、依据哪一条。"""
    from bot.assembly.open_subsidies import open_subsidies
    from bot.gateway.system_clock import SystemClock
    from bot.settings import Settings
    from bot.subsidies.assess_rows import assess_rows, case_rows

    rows = case_rows(source)
    desk = open_subsidies(Settings().corpus_dir)
    count = write_rows(output, assess_rows(rows, desk, SystemClock().today()))
    out.print(f"写好 {count} 行：{output}")


@subsidies_app.command("list")
def subsidies_list(region: Annotated[str | None, REGION] = None) -> None:
    """列出补贴项目；写了地区就只列那里能用的。"""
    from bot.assembly.open_subsidies import open_subsidies
    from bot.gateway.system_clock import SystemClock
    from bot.settings import Settings

    desk = open_subsidies(Settings().corpus_dir)
    today = SystemClock().today()
    rules = desk.rules(region, today) if region else desk.book.rules
    table = plain_table("地区", "项目", "编号", "谁来领", "给谁", "最多", "条款")
    for rule in rules:
        audience = AUDIENCES[desk.book.schemes[rule.scheme].audience.value]
        amount = rule.amount.words if rule.amount else ""
        place = f"{rule.document_id[:3]} {''.join(rule.path)}"
        table.add_row(rule.region_code, rule.called, rule.scheme, audience, rule.beneficiary, amount, place)
    out.print(table)


@subsidies_app.command("check")
def subsidies_check(
    revision: Annotated[
        Path | None, typer.Option("--revision", help="要发布的新稿（TXT 或 HTML，文件名和旧的一样），看会动到哪些规则")
    ] = None,
) -> None:
    """核对每条规则的引文、条款、责任单位还在不在原文里。"""
    from bot.domain.errors import RuleFileError
    from bot.settings import Settings

    settings = Settings()
    book, flags = _revised(settings, revision) if revision else _as_it_stands(settings)
    for flag in flags:
        out.print(f"· {flag.text}")
    if any(flag.is_unusable for flag in flags):
        raise RuleFileError(f"{len(book.rules)} 条规则里有 {len(flags)} 处要核对，见上。改好之前，对不上的规则不会用。")
    out.print(f"{len(book.rules)} 条规则，{len(flags)} 处要核对。")


def _as_it_stands(settings: Settings) -> tuple[RuleBook, list[Flag]]:
    from bot.assembly.open_subsidies import RULES_FOLDER
    from bot.policies.corpus_folder import load_corpus
    from bot.subsidies.quotes import flagged_rules
    from bot.subsidies.rule_files import load_rules

    book = load_rules(settings.corpus_dir / RULES_FOLDER)
    corpus = load_corpus(settings.corpus_dir)
    return book, flagged_rules(book.rules, corpus.documents, corpus.clauses)


def _revised(settings: Settings, revision: Path) -> tuple[RuleBook, list[Flag]]:
    from bot.assembly.open_subsidies import RULES_FOLDER
    from bot.domain.errors import CorpusError
    from bot.policies.clause_splitter import split
    from bot.policies.corpus_folder import load_corpus
    from bot.policies.readers import read_file
    from bot.subsidies.quotes import flagged_by_publication
    from bot.subsidies.rule_files import load_rules

    book = load_rules(settings.corpus_dir / RULES_FOLDER)
    old = [clause for clause in load_corpus(settings.corpus_dir).clauses if clause.document_id == revision.stem]
    if not old:
        raise CorpusError(f"语料里没有叫 {revision.stem} 的文件：新稿请用和旧文件一样的文件名。")
    return book, flagged_by_publication(book.rules, old, split(read_file(revision), revision.stem).clauses)


@evaluate_app.command("eligibility")
def evaluate_eligibility(
    file: Annotated[Path, typer.Argument(help="评测题，如 tests/data/eligibility_dev.jsonl")],
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """补贴核对得对不对：结论、金额、缺什么、引文。"""
    from bot.assembly.open_subsidies import open_subsidies
    from bot.evaluation.eligibility import judge, load_cases
    from bot.gateway.system_clock import SystemClock
    from bot.settings import Settings
    from bot.subsidies.assess_rows import assess_rows

    cases = load_cases(file)
    desk = open_subsidies(Settings().corpus_dir)
    asked = ({"id": one.case_id, "region": one.region, "scheme": one.scheme, "facts": one.facts} for one in cases)
    rows = {str(row["id"]): row for row in assess_rows(asked, desk, SystemClock().today())}
    judged = judge(cases, rows)
    if as_json:
        out.print_json(json.dumps(_scores(judged), ensure_ascii=False))
        return
    out.print(_scores_table(judged))
    for one in judged:
        if not one.is_right:
            expected = f"{VERDICTS.get(one.case.verdict, one.case.verdict)} {_shown(one.case.amount_max_yuan)}"
            got = f"{VERDICTS[one.row['verdict']]} {_shown(one.row['amount_max_yuan'])}"
            out.print(f"{one.case.case_id} 应为 {expected}，得到 {got}：{one.case.facts}")


def _scores(judged: Sequence[JudgedVerdict]) -> dict[str, float | int]:
    count = max(len(judged), 1)
    return {
        "cases": len(judged),
        "verdict": sum(one.verdict_is_right for one in judged) / count,
        "amount": sum(one.amount_is_right for one in judged) / count,
        "verdict_and_amount": sum(one.is_right for one in judged) / count,
        "missing": sum(one.missing_is_right for one in judged) / count,
        "quote": sum(one.quote_is_right for one in judged) / count,
    }


def _scores_table(judged: Sequence[JudgedVerdict]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("应为", "题数", "结论对", "金额对", "都对", "缺什么对", "引文对"):
        table.add_column(heading, justify="left" if heading == "应为" else "right")
    groups = {VERDICTS[verdict]: [one for one in judged if one.case.verdict == verdict] for verdict in VERDICTS}
    for name, group in (groups | {"全部": list(judged)}).items():
        scores = _scores(group)
        cells = (scores[key] for key in ("verdict", "amount", "verdict_and_amount", "missing", "quote"))
        table.add_row(name, str(len(group)), *(f"{cell:.3f}" for cell in cells))
    return table


def _shown(yuan: float | None) -> str:
    return "没有数字" if yuan is None else f"{yuan:g} 元"
