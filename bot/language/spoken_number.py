"""One number as people say it: 一万二, 五六千, 二十几, 5k, 俩.

cn2an reads the exact numbers (两千三, 1万2, 1.5万); what it cannot read stands around it here: ranges, 多 and 几, 5k,
俩, 半, 万二, and words and places that hold a numeral without counting anything (三元区, 五金, 万一).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from bot.language.lexicon import fold

WORDS_FILE = "words_with_numerals.txt"

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_DIGIT = "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
_UNIT = "十百千万亿拾佰仟廿卅"
_ONE_OF = rf"(?<=[{_DIGIT}百千万亿\dkw])一(?=天|个|日|月|年|小时|钟头|工|晚|趟|次|平|米|斤|车|吨|单)"
"""The 一 of 五六千一个月 and 两百五一天 belongs to what follows."""
_RUN = rf"(?:{_ARABIC}(?:[kw](?![a-z]))?|[{_DIGIT}]\.[{_DIGIT}]|(?!{_ONE_OF})[{_DIGIT}{_UNIT}])+"
_FUZZ = r"(?:多|几|来|余)"
_BIG_UNIT = "十百千万亿"

_NUMBER = re.compile(
    rf"(?P<some>(?:好几|几|数|上|成|过)(?P<some_unit>[{_BIG_UNIT}]+)(?![{_DIGIT}]))"
    rf"|(?P<about>[百千万](?=把|十来|来|多|余)(?:把|来|多|余)(?!来))"
    rf"|(?P<fuzzy>(?P<fuzzy_run>{_RUN}){_FUZZ}(?P<fuzzy_unit>[{_BIG_UNIT}]*)(?![天日回到]了))"
    rf"|(?P<half>(?P<half_run>{_RUN}|俩|仨)(?P<half_measure>个|年|天|小时|块|倍)半(?![天夜路道]))"
    r"|(?P<few>俩|仨)"
    r"|(?P<only_half>(?<![一上下前后多])半(?=年|个|天|月|价|斤))"
    rf"|(?P<run>{_RUN})"
)
_SPOKEN_POINT = re.compile(f"([{_DIGIT}])点([{_DIGIT}])(?=[千万亿倍个])")
_PAIR = re.compile(rf"(?P<head>(?:.*[{_UNIT}])?)(?P<first>[{_DIGIT}])(?P<second>[{_DIGIT}])(?P<tail>[{_BIG_UNIT}]*)")
_MEASURED = re.compile(
    r"个|天|年|月|日|号|人|名|位|次|小时|钟头|块|元|毛|分|点|周|星期|礼拜|倍|亩|斤|公里|平|米|岁|口|把|家|层|期|份|工|成|届|整年|整个|足年|到|至|-|~"
)
_POSITIONAL = re.compile(f"[{_DIGIT}]{{3,}}")
_NO_NUMBER = re.compile(
    r"第[一二三四五六七八九十百\d]+|(?:星期|礼拜|周)[一二三四五六]|\d{9,}|12333|12348|12345|12315|\d{4}-\d{1,2}-\d{1,2}"
    r"|[一二三四五六七八]级|(?<![\da-z])[a-z]\d+|[一二三四五六七八九十百千万]+分之"
)
_CONSECUTIVE = "一二三四五六七八九"
_WRITTEN_OTHERWISE = str.maketrans({",": "", "k": "千", "w": "万", "卅": "三十"})
_ARABIC_DIGITS = str.maketrans("零一二两三四五六七八九", "01223456789")
_VALUES = {"俩": 2.0, "仨": 3.0}
_UNIT_VALUES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
Found = tuple[float, float | None, bool]
"""Low, high and whether the high end is only a guess, see `NumberMention`."""


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        text: as written.
        low: the number, or the lower end of what it may be.
        high: the upper end where a range is said (五六千, 二十几, 五千到六千); None where the number is exact.
        is_open: 三十多, 上万: the upper end is only a guess, at least so much is meant.
    """

    start: int
    end: int
    text: str
    low: float
    high: float | None = None
    is_open: bool = False


def single_numbers(text: str, masked: str) -> Iterator[NumberMention]:
    """The numbers of a text in order, both ends of a range by themselves.

    Args:
        text: as written.
        masked: the same as `without_other_numerals` gives it.
    """
    for match in _NUMBER.finditer(masked):
        found = _reading(masked, match)
        if found is not None:
            yield NumberMention(match.start(), match.end(), text[match.start() : match.end()], *found)


def without_other_numerals(text: str) -> str:
    """The text folded, with blanks for every numeral that counts nothing; positions stay."""
    masked = _words_with_numerals().sub(_blank, fold(text))
    return _NO_NUMBER.sub(_blank, _SPOKEN_POINT.sub(r"\1.\2", masked))


def _blank(match: re.Match[str]) -> str:
    return "\u3000" * len(match.group())


@lru_cache(maxsize=1)
def _words_with_numerals() -> re.Pattern[str]:
    listed = resources.files("bot.language").joinpath(WORDS_FILE).read_text(encoding="utf-8")
    words = {word for line in listed.splitlines() if not line.startswith("#") for word in line.split()}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _reading(masked: str, match: re.Match[str]) -> Found | None:
    kind = next(name for name in _READERS if match[name] is not None)
    return _READERS[kind](match, masked)


def _read_some(match: re.Match[str], _: str) -> Found:
    unit = _units(match["some_unit"])
    if match["some"][0] in "上成过":
        return unit, None, True
    return (3 * unit if match["some"].startswith("好") else 2 * unit), 9 * unit, True


def _read_about(match: re.Match[str], _: str) -> Found:
    return _units(match["about"][0]), None, True


def _read_fuzzy(match: re.Match[str], _: str) -> Found | None:
    """二十几, 三十多万, 一千多: from the number up to the next of its last place."""
    low = exact_value(match["fuzzy_run"])
    if low is None or low == 0 or (match["fuzzy"].endswith("来") and low % 10):
        return None
    step = next(step for step in (10.0**power for power in range(12, -1, -1)) if low % step == 0)
    unit = _units(match["fuzzy_unit"])
    return low * unit, (low + step) * unit, True


def _read_half(match: re.Match[str], _: str) -> Found | None:
    value = _VALUES.get(match["half_run"]) or exact_value(match["half_run"])
    return None if value is None else (value + 0.5, None, False)


def _read_few(match: re.Match[str], _: str) -> Found:
    return _VALUES[match["few"]], None, False


def _read_only_half(_: re.Match[str], __: str) -> Found:
    return 0.5, None, False


def _read_run(match: re.Match[str], masked: str) -> Found | None:
    run = match["run"]
    pair = _approximate_pair(run)
    if pair is not None:
        return pair[0], pair[1], False
    if run in {"零", "一", "〇"} and not _MEASURED.match(masked, match.end()):
        return None
    value = exact_value(run)
    return None if value is None else (value, None, False)


_READERS = {
    "some": _read_some,
    "about": _read_about,
    "fuzzy": _read_fuzzy,
    "half": _read_half,
    "few": _read_few,
    "only_half": _read_only_half,
    "run": _read_run,
}


@lru_cache(maxsize=4096)
def exact_value(run: str) -> float | None:
    """The value of one number as said or written: 两千三, 1万2, 万二, 5k, 6,000, 二零二四; None where it is none."""
    import cn2an  # noqa: PLC0415 - 80 ms, which a command that reads no number need not pay

    spoken = run.translate(_WRITTEN_OTHERWISE)
    if "." in spoken:
        spoken = spoken.translate(_ARABIC_DIGITS)
    try:
        if re.fullmatch(r"\d+(?:\.\d+)?", spoken):
            return float(spoken)
        if len(spoken) > 1:
            spoken = spoken.lstrip("零〇") if not _POSITIONAL.fullmatch(spoken) else spoken
            spoken = "一" + spoken if spoken[0] in _BIG_UNIT[1:] else spoken
        return _UNIT_VALUES.get(spoken) or float(cn2an.cn2an(spoken, "smart"))
    except ValueError:
        return None


def _approximate_pair(run: str) -> tuple[float, float] | None:
    """五六千, 二三十, 十七八, 一百二三十, 三五个."""
    match = _PAIR.fullmatch(run)
    if match is None or _POSITIONAL.fullmatch(run):
        return None
    first, second = match["first"].replace("两", "二"), match["second"]
    if "零" in (first, second) or not ((first + second) in _CONSECUTIVE or first + second == "三五"):
        return None
    low = exact_value(match["head"] + match["first"] + match["tail"])
    high = exact_value(match["head"] + match["second"] + match["tail"])
    return None if low is None or high is None else (low, high)


def _units(units: str) -> float:
    value = 1.0
    for unit in units:
        value *= _UNIT_VALUES[unit]
    return value


def unit_value(written: str) -> float:
    """The last unit of a number as written: 1000 for 6千 and 6k; 1 where it ends with a digit."""
    return _UNIT_VALUES.get(fold(written[-1]).translate(_WRITTEN_OTHERWISE), 1)
