"""Entries that quote what no longer stands in its source are set aside: none keeps a service from starting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from bot.domain.errors import BotError, CorpusError, RuleFileError

logger = logging.getLogger("gongyou.corpus")

Item = TypeVar("Item")
Made = TypeVar("Made")
OnProblem = Callable[[BotError], None]


def told_in_log(error: BotError) -> None:
    """What a running service does about an entry: whoever keeps the corpus reads it in the log."""
    logger.error("set aside: %s", error)


def usable(items: Iterable[Item], make: Callable[[Item], Made], on_problem: OnProblem | None) -> Iterator[Made]:
    """What can be made of the items.

    Args:
        items: files or entries.
        make: reads one, and holds its quotes against their sources.
        on_problem: told of one that is set aside; where nobody is to be told, nothing is set aside.

    Raises:
        RuleFileError: one cannot be used, and nobody is to be told.
        CorpusError: as before, of a document that one quotes.
    """
    for item in items:
        try:
            made = make(item)
        except (RuleFileError, CorpusError) as error:
            if on_problem is None:
                raise
            on_problem(error)
            continue
        yield made
