"""The words of a question that say what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

FUNCTION_WORDS_FILE = "function_words.txt"


def content_words(tokens: Sequence[str]) -> list[str]:
    """The tokens without pronouns, particles, auxiliaries and the like.

    In a small corpus of official texts these are rare, so that BM25 would take them for telling; they are dropped
    from questions, never from clauses.

    Returns:
        The rest in order; all tokens where nothing else would be left.
    """
    functional = _function_words()
    return [token for token in tokens if token not in functional] or list(tokens)


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    listed = resources.files("bot.language").joinpath(FUNCTION_WORDS_FILE).read_text(encoding="utf-8")
    return frozenset(word for line in listed.splitlines() if not line.startswith("#") for word in line.split())
