"""Every name that a place goes by, and how much each must be supported to count as a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from bot.domain.errors import RegionError
from bot.domain.region import NATION_CODE, RegionLevel
from bot.regions.divisions import LEVEL_ORDER, Divisions, level_of
from bot.regions.official_names import GENERIC_NAMES, short_form, spoken_forms

ORDINARY_WORDS_FILE = "ordinary_words.tsv"
ALIASES_FILE = "place_aliases.tsv"


class Support(StrEnum):
    """What must stand around a name for it to be a place."""

    NONE = "none"
    PATTERN = "pattern"
    PARENT = "parent"
    SUFFIX = "suffix"
    NEVER = "longer"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name and what it may mean.

    Attributes:
        name: as spoken or written.
        codes: divisions that bear it, likeliest first.
        usual: those that it means where nothing around it says otherwise.
        support: what it needs around it.
        is_bare: without 省, 市, 县, 区 (利州).
    """

    name: str
    codes: tuple[str, ...]
    usual: tuple[str, ...]
    support: Support
    is_bare: bool


def build_lexicon(divisions: Divisions) -> dict[str, PlaceName]:
    """Names by which the divisions are known: official, short, spoken, former, and the aliases beside this module.

    Args:
        divisions: the table.

    Returns:
        Name → what it may mean; names of one character and short names that are always words are left out.

    Raises:
        RegionError: an alias means a code out of use.
        UnknownRegionError: an alias means no code at all.
    """
    aliases = read_aliases()
    support = read_ordinary_words()
    full, bare = _official_names(divisions)
    _add_former_names(divisions, full, bare)
    for name, codes in aliases.items():
        if not all(divisions.current_code(code) == code for code in codes):
            raise RegionError(f"地名别名表中“{name}”的代码已停用，请改 {ALIASES_FILE}")
        bare[name] = [*codes, *bare.get(name, [])]
    lexicon = {}
    for name in full.keys() | bare.keys():
        codes = tuple(dict.fromkeys([*full.get(name, []), *bare.get(name, [])]))
        if name not in aliases:
            codes = tuple(sorted(codes, key=_likelihood))
        usual = aliases.get(name) or _usual(divisions, codes)
        needed = Support.PARENT if name in GENERIC_NAMES else support.get(name, Support.NONE)
        if needed is not Support.SUFFIX:
            lexicon[name] = PlaceName(name, codes, usual, needed, is_bare=name not in full)
    never = [word for word, needed in support.items() if needed is Support.NEVER]
    return lexicon | {word: PlaceName(word, (), (), Support.NEVER, is_bare=False) for word in never}


def read_aliases() -> dict[str, tuple[str, ...]]:
    """The hand-written everyday names: name → codes, best first."""
    return {name: tuple(codes.split()) for name, codes in _read_tsv(ALIASES_FILE)}


def read_ordinary_words() -> dict[str, Support]:
    """Names that are words too, and longer words that begin or end like a place, with what makes each a place."""
    return {word: Support(kind) for kind, words in _read_tsv(ORDINARY_WORDS_FILE) for word in words.split()}


def _read_tsv(file_name: str) -> Iterator[tuple[str, str]]:
    text = files("bot.regions").joinpath(file_name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            first, second = line.split("\t")
            yield first, second


Names = dict[str, list[str]]


def _official_names(divisions: Divisions) -> tuple[Names, Names]:
    full: Names = {}
    bare: Names = {}
    for region in divisions:
        if region.code == NATION_CODE:
            continue
        for name in (region.name, *spoken_forms(region.name)):
            full.setdefault(name, []).append(region.code)
        short = divisions.short_name(region.code)
        if short != region.name:
            bare.setdefault(short, []).append(region.code)
    return full, bare


def _add_former_names(divisions: Divisions, full: Names, bare: Names) -> None:
    """Former names lead on (梅列区, 沙县), but only where no division bears them today (清河 is a county in Hebei)."""
    in_use = full.keys() | bare.keys()
    for former in divisions.former_names:
        for names, name in ((full, former.name), (bare, short_form(former.name))):
            if name not in in_use or (names is full and name not in full):
                names.setdefault(name, []).append(former.code)
    for name in [name for name in bare if name in full and name not in in_use]:
        full[name] += bare.pop(name)


def _usual(divisions: Divisions, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Drop what a larger namesake outshines: 长沙 is the city, not the county in it; 中山 no district of Dalian."""
    highest = min(LEVEL_ORDER[level_of(code)] for code in codes)
    if highest < LEVEL_ORDER[RegionLevel.COUNTY]:
        return tuple(code for code in codes if LEVEL_ORDER[level_of(code)] == highest)
    return tuple(c for c in codes if not any(c != other and divisions.covers(other, c) for other in codes))


_SPECIAL_CITIES = frozenset({"2102", "3302", "3502", "3702", "4403"})
"""大连, 宁波, 厦门, 青岛, 深圳: where more people work than in their provinces' capitals."""


def _likelihood(code: str) -> tuple[int, int, str]:
    """Sorting key: large divisions first, then those of municipalities and of each province's first city."""
    is_metropolis = code[:2] in {"11", "12", "31", "50"} or code[:4] in _SPECIAL_CITIES
    rank = 0 if is_metropolis else 1 if code[2:4] == "01" else 2
    return LEVEL_ORDER[level_of(code)], rank, code
