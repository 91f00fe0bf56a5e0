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

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.domain.booking import LegalAidPromise, Matter, PromiseKind
from bot.domain.errors import RuleFileError
from bot.domain.legal_reference import LegalReferences, SourceQuote
from bot.policies.corpus_folder import FACTS_SUFFIX, POLICIES_FOLDER
from bot.policies.document_facts import load_facts, raw_file_of
from bot.policies.readers import read_file
from bot.policies.yaml_files import read_yaml

LEGAL_AID_FOLDER = "legal_aid"

Quote = Callable[[str], SourceQuote]


def load_legal_aid_promises(corpus_dir: Path, references: LegalReferences) -> tuple[LegalAidPromise, ...]:
    """The promises of a corpus folder.

    Args:
        corpus_dir: holds the files and the policy documents that they quote.
        references: holds the articles that they quote.

    Raises:
        RuleFileError: a file cannot be used, or quotes what does not stand in its source.
        CorpusError: a quoted document cannot be read.
    """
    return tuple(
        promise
        for path in sorted((corpus_dir / LEGAL_AID_FOLDER).glob("*.yaml"))
        for promise in _promises(path, corpus_dir, references)
    )


def _promises(path: Path, corpus_dir: Path, references: LegalReferences) -> list[LegalAidPromise]:
    content = read_yaml(path, yaml.SafeLoader, RuleFileError)
    if not isinstance(content, dict):
        raise RuleFileError(f"{path}：应当是“字段: 值”的列表；请照别的文件写")
    try:
        quote = _quoting(content, corpus_dir, references)
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


def _quoting(content: Mapping[str, Any], corpus_dir: Path, references: LegalReferences) -> Quote:
    if "law" in content:
        return lambda words: references.quote(content["law"], content["article"], words)
    region, document_id = content["region"], content["document"]
    facts_file = corpus_dir / POLICIES_FOLDER / region / f"{document_id}{FACTS_SUFFIX}"
    facts, text = load_facts(facts_file), _without_space(read_file(raw_file_of(facts_file)))

    def quote(words: str) -> SourceQuote:
        if _without_space(words) not in text:
            raise RuleFileError(f"《{facts.title}》里没有“{words}”这句话；请对照原文改引文")
        place = "".join(content["path"]).rstrip(".．、")
        return SourceQuote(words, facts.title, place, facts.status, facts.region_code, facts.targets_to)

    return quote


def _without_space(text: str) -> str:
    """004 breaks sentences at page ends."""
    return "".join(text.split())
