"""Chinese text as words, by jieba: one way of cutting for BM25, one for the encoder.

jieba keeps its parsed dictionary in a marshal file, by default under a name that everyone knows in the shared temporary
directory, where another account could lay a file of its own. Here it lies in a directory that only this account can
enter; where there is none (read-only root, no home) the dictionary is parsed anew, which costs half a second.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import threading
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

DOMAIN_TERMS_FILE = "domain_terms.txt"
"""Here it is a link to ``corpus/vocabulary/domain_terms.txt``: read as a part of the code, not from the corpus that a
setting names, so that every process cuts alike and as the shipped encoder and intent model expect."""
CHINESE = "\u4e00-\u9fff\u3400-\u4dbf〇"
"""Chinese ideographs, as the inside of a regular expression's brackets; the same as `is_chinese`."""

_warming = threading.Lock()


LIKELIHOODS_KEPT = 4096
BLOCKS_KEPT = 16384
"""Official terms come again with every question, and a message is cut for its words and its vector, as a whole and in
its clauses, for its intent and for its answer."""
LONGEST_BLOCK_KEPT = 64
"""Characters. Longer ones hardly come twice, and thousands of them at some hundred kilobytes each fill the memory."""

_BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+")
"""What jieba cuts by itself, whatever stands around it (its ``re_han_default``); outside it nothing is a long word."""
_PIECE = re.compile(rf"{_BLOCK.pattern}|\w")
"""A block, or a letter or figure outside the blocks, which jieba takes for a word."""
_CHARACTER = re.compile(f"[{CHINESE}]")


def warm_up() -> None:
    """Load the dictionary now instead of with the first text; safe to call from several threads, twice is free."""
    _tokenizer()


class DomainTerm(NamedTuple):
    """One line of the dictionary of domain terms.

    Attributes:
        text: the term.
        frequency: how often jieba takes it to be seen; high enough for the term to stay whole.
        part_of_speech: jieba's tag.
    """

    text: str
    frequency: int
    part_of_speech: str


@lru_cache(maxsize=1)
def domain_terms() -> tuple[DomainTerm, ...]:
    """The dictionary of domain terms: ``term frequency part-of-speech`` a line, ``#`` begins a comment line."""
    listed = resources.files("bot.language").joinpath(DOMAIN_TERMS_FILE).read_text(encoding="utf-8")
    rows = (line.split() for line in listed.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(DomainTerm(text, int(frequency), tag) for text, frequency, tag in rows)


@lru_cache(maxsize=1)
def dictionary_hash() -> str:
    """The content hash of the domain terms: texts cut with other terms do not go with these."""
    return hashlib.sha256("\n".join(map(str, map(tuple, domain_terms()))).encode()).hexdigest()


def normalise(text: str) -> str:
    """Fullwidth forms, compatibility ideographs and PDF radicals in their ordinary form (NFKC), lower-cased."""
    return unicodedata.normalize("NFKC", text).lower()


def words(text: str) -> list[str]:
    """The words of a text in order, for BM25.

    Args:
        text: any text.

    Returns:
        jieba's words in its default mode, normalised; punctuation and white space are dropped, repeats are kept.
    """
    return [word for piece in _PIECE.findall(normalise(text)) for word in _tokens_of(piece).words]


def search_tokens(text: str) -> list[str]:
    """The tokens of a text, for the encoder.

    Args:
        text: any text.

    Returns:
        jieba's words in search mode of two characters and more (a long word comes with the words inside it), then
        every Chinese character of the text, both in order with their repeats. No token holds white space.
    """
    normal = normalise(text)
    tokens = [word for block in _BLOCK.findall(normal) for word in _tokens_of(block).search]
    tokens += _CHARACTER.findall(normal)
    return tokens


class Tokens(NamedTuple):
    """A text cut in both ways at once.

    Attributes:
        words: as `words` gives them.
        search: as `search_tokens` gives them.
    """

    words: list[str]
    search: list[str]


def cut_both_ways(text: str) -> Tokens:
    """Cut a text for words and for search in one pass of jieba, which is what cutting costs; for building indexes."""
    folded = normalise(text)
    pieces = [_cut(piece) for piece in _PIECE.findall(folded)]
    words_of_text = [word for piece in pieces for word in piece.words]
    return Tokens(words_of_text, [*(word for piece in pieces for word in piece.search), *_CHARACTER.findall(folded)])


class _Piece(NamedTuple):
    """What jieba cuts by itself: its words, and those of two characters and more in search mode."""

    words: tuple[str, ...]
    search: tuple[str, ...]


def _tokens_of(piece: str) -> _Piece:
    return _kept_cut(piece) if len(piece) <= LONGEST_BLOCK_KEPT else _cut(piece)


@lru_cache(maxsize=BLOCKS_KEPT)
def _kept_cut(piece: str) -> _Piece:
    return _cut(piece)


def _cut(piece: str) -> _Piece:
    tokenizer = _tokenizer()
    said = tuple(word for word in tokenizer.cut(piece) if _says_something(word))
    return _Piece(said, tuple(long for word in said for long in _long_words(word, tokenizer.FREQ)))


def _long_words(word: str, known: Mapping[str, int]) -> Iterator[str]:
    yield from _words_inside(word, known)
    if len(word) > 1:
        yield word


def _words_inside(word: str, known: Mapping[str, int]) -> Iterator[str]:
    """The shorter words that jieba's search mode puts before a word (``jieba.Tokenizer.cut_for_search``)."""
    for size in (2, 3):
        if len(word) > size:
            inside = (word[start : start + size] for start in range(len(word) - size + 1))
            yield from (part for part in inside if known.get(part) and _says_something(part))


@lru_cache(maxsize=LIKELIHOODS_KEPT)
def log_likelihood(text: str) -> float:
    """How likely a text is as a row of dictionary words: the natural logarithm for the best cut, 0 for an empty text.

    Words that jieba's dictionary lacks count as seen once; its model for unknown words takes no part.
    """
    if not text:
        return 0.0
    tokenizer = _tokenizer()
    route: dict[int, tuple[float, int]] = {}
    tokenizer.calc(text, tokenizer.get_DAG(text), route)
    return float(route[0][0])


def are_word_edges(text: str, start: int, end: int) -> bool:
    """Whether words of the dictionary begin or end at both places in the likeliest cut of a text."""
    block = next((found for found in _BLOCK.finditer(text) if found.start() <= start and end <= found.end()), None)
    first, piece = (block.start(), block.group()) if block else (0, text)
    edges = _kept_edges(piece) if len(piece) <= LONGEST_BLOCK_KEPT else _edges(piece)
    return start - first in edges and end - first in edges


@lru_cache(maxsize=LIKELIHOODS_KEPT)
def _kept_edges(text: str) -> frozenset[int]:
    return _edges(text)


def _edges(text: str) -> frozenset[int]:
    edges, position = {0}, 0
    for word in _tokenizer().cut(text, HMM=False):
        position += len(word)
        edges.add(position)
    return frozenset(edges)


def is_known_word(text: str) -> bool:
    """Whether a text is one word of jieba's dictionary."""
    return bool(_tokenizer().FREQ.get(text))


def is_chinese(character: str) -> bool:
    """Whether one character is a Chinese ideograph (CJK unified, with extension A; 〇 counts)."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf" or character == "〇"


def _says_something(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _tokenizer() -> Any:  # noqa: ANN401 - jieba is untyped
    # Two first callers must not both parse the dictionary; later callers pay one uncontended lock (60 ns).
    with _warming:
        return _build_tokenizer()


@lru_cache(maxsize=1)
def _build_tokenizer() -> Any:  # noqa: ANN401 - jieba is untyped
    jieba = _import_jieba()
    tokenizer = jieba.Tokenizer()
    cache_directory = private_cache_directory()
    if cache_directory is None:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    else:
        tokenizer.tmp_dir = str(cache_directory)
        tokenizer.cache_file = f"jieba-{jieba.__version__}.cache"
        tokenizer.initialize()
    for term in domain_terms():
        tokenizer.add_word(term.text, term.frequency, term.part_of_speech)
    return tokenizer


def _import_jieba() -> Any:  # noqa: ANN401 - jieba is untyped
    # Its source has invalid escape sequences and asks for pkg_resources: warnings that nobody here can act on.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415 - importing this module stays free
    jieba.setLogLevel(logging.CRITICAL)
    return jieba


def private_cache_directory() -> Path | None:
    """The directory of this account's cache files, created on the way.

    Returns:
        ``$XDG_CACHE_HOME/gongyou`` or ``~/.cache/gongyou``; None where it cannot be written, or belongs to another
        account or is open to one.
    """
    try:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        directory = Path(base) / "gongyou"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = directory.lstat()
    except (OSError, RuntimeError):
        return None
    is_ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o077
    return directory if is_ours and os.access(directory, os.W_OK | os.X_OK) else None
