"""Words quoted from a document of the corpus or from a law, held against their source before anybody reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.domain.errors import RuleFileError
from bot.domain.legal_reference import LegalReferences, SourceQuote
from bot.policies.corpus_folder import FACTS_SUFFIX, POLICIES_FOLDER
from bot.policies.document_facts import load_facts, raw_file_of
from bot.policies.readers import read_file

Quote = Callable[[str], SourceQuote]


def quoting(content: Mapping[str, Any], corpus_dir: Path, references: LegalReferences) -> Quote:
    """How an entry quotes: it names ``law``, ``article`` (and ``item``), or ``region``, ``document`` and ``path``.

    Raises:
        RuleFileError: the article is not held; the quote itself raises it where its words do not stand in the source.
        CorpusError: the document cannot be read.
        KeyError: a field is missing.
    """
    if "law" in content:
        law, article, item = content["law"], content["article"], content.get("item", "")
        return lambda words: replace(references.quote(law, article, words), place=f"{article}{item}")
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
