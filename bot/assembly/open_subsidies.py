"""Rules, documents and places put together; for the conversation and for the command line."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.policies.corpus_folder import Corpus, load_corpus
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.subsidies.quotes import flagged_rules
from bot.subsidies.rule_files import load_rules
from bot.subsidies.subsidy_desk import SubsidyDesk

logger = logging.getLogger("gongyou.subsidies")

RULES_FOLDER = "subsidies"


def open_subsidies(corpus_dir: Path, corpus: Corpus | None = None) -> SubsidyDesk:
    """The desk over the rules of a corpus folder; rules whose words no longer stand in their clause are set aside.

    Args:
        corpus_dir: the folder that holds ``policies/`` and ``subsidies/``.
        corpus: its documents, where they are read already.

    Raises:
        RuleFileError: a rule file cannot be read or contradicts itself.
        CorpusError: a policy document cannot be read.
    """
    corpus = corpus or load_corpus(corpus_dir)
    book = load_rules(corpus_dir / RULES_FOLDER)
    flags = flagged_rules(book.rules, corpus.documents, corpus.clauses)
    for flag in flags:
        logger.warning("subsidy rule set aside: %s", flag.text)
    book = book.without({flag.rule for flag in flags})
    return SubsidyDesk(book, corpus.documents, corpus.clauses, load_place_finder(), load_divisions())
