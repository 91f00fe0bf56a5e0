"""Whom wage claims go to: ``claims/referrals.yaml`` in the corpus folder, an entry for each document and the law."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.domain.claim import Referral
from bot.domain.errors import RuleFileError
from bot.domain.legal_reference import LegalReferences
from bot.domain.region import NATION_CODE
from bot.policies.setting_aside import OnProblem, usable
from bot.policies.source_quotes import quoting
from bot.policies.yaml_files import read_yaml

REFERRALS = Path("claims/referrals.yaml")


def load_wage_referrals(
    corpus_dir: Path, references: LegalReferences, on_problem: OnProblem | None = None
) -> dict[str, Referral]:
    """The entries by region, each held against its source.

    Args:
        corpus_dir: holds the file and the documents that it quotes.
        references: holds the articles that it quotes.
        on_problem: told of an entry that is set aside; the next larger place's then holds.

    Raises:
        RuleFileError: the file cannot be used, an entry quotes what does not stand in its source, the document does not
            name the department, or there is none for the nation.
        CorpusError: a quoted document cannot be read.
    """
    path = corpus_dir / REFERRALS
    entries = read_yaml(path, yaml.SafeLoader, RuleFileError)
    if not isinstance(entries, list):
        raise RuleFileError(f"{path} 应是一个列表，每个地方一项；请照自带的文件写")

    def read(entry: dict[str, Any]) -> tuple[str, Referral]:
        return str(entry.get("region")), _referral(path, corpus_dir, references, entry)

    found = dict(usable(entries, read, on_problem))
    if NATION_CODE not in found:
        raise RuleFileError(f"{path} 少了全国这一项（region: '{NATION_CODE}'），没有自己文件的地方靠它")
    return found


def _referral(path: Path, corpus_dir: Path, references: LegalReferences, entry: dict[str, Any]) -> Referral:
    try:
        quote = quoting(entry, corpus_dir, references)
        return Referral(quote(entry["department_quote"]).text, quote(entry["quote"]))
    except (KeyError, TypeError) as error:
        raise RuleFileError(f"{path} 里 {entry.get('region')} 这一项缺字段或写法不对（{error}）") from error
