"""What rules promise to those who ask for legal aid, ``legal_aid/*.yaml`` in the corpus folder.

::

    region: '350400'
    document: 003_f6fba8179af8c3b3
    path: [六、, '18.']
    promises:
      - promise: on_site
        matters: [wage]
        for_groups: true
        quote: 对群体性农民工讨薪案件实行“预约、上门”受理

The nation's file names ``law`` and ``article`` instead of a document and its clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.domain.booking import LegalAidPromise, Matter, PromiseKind
from bot.domain.errors import RuleFileError
from bot.domain.legal_reference import LegalReferences
from bot.policies.setting_aside import OnProblem, usable
from bot.policies.source_quotes import Quote, quoting
from bot.policies.yaml_files import read_yaml

LEGAL_AID_FOLDER = "legal_aid"


def load_legal_aid_promises(
    corpus_dir: Path, references: LegalReferences, on_problem: OnProblem | None = None
) -> tuple[LegalAidPromise, ...]:
    """The promises of a corpus folder.

    Args:
        corpus_dir: holds the files and the policy documents that they quote.
        references: holds the articles that they quote.
        on_problem: told of a file that is set aside; its place then promises nothing of its own.

    Raises:
        RuleFileError: a file cannot be used, or quotes what does not stand in its source.
        CorpusError: a quoted document cannot be read.
    """
    paths = sorted((corpus_dir / LEGAL_AID_FOLDER).glob("*.yaml"))
    files = usable(paths, lambda path: _promises(path, corpus_dir, references), on_problem)
    return tuple(promise for promises in files for promise in promises)


def _promises(path: Path, corpus_dir: Path, references: LegalReferences) -> list[LegalAidPromise]:
    content = read_yaml(path, yaml.SafeLoader, RuleFileError)
    if not isinstance(content, dict):
        raise RuleFileError(f"{path}：应当是“字段: 值”的列表；请照别的文件写")
    try:
        quote = quoting(content, corpus_dir, references)
        return [_promise(entry, quote) for entry in content["promises"]]
    except (KeyError, TypeError, ValueError) as error:
        raise RuleFileError(f"{path}：缺字段或写法不对（{error}）；请照别的文件写") from error


def _promise(entry: Mapping[str, Any], quote: Quote) -> LegalAidPromise:
    return LegalAidPromise(
        PromiseKind(entry["promise"]),
        frozenset(map(Matter, entry.get("matters", ()))),
        bool(entry.get("for_groups", False)),
        quote(entry["quote"]),
    )
