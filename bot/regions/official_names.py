"""How official names of divisions are built, and what is left of them when people speak."""

from __future__ import annotations

import re

_PEOPLES = (
    "蒙古族 蒙古 回族 藏族 哈萨克族 柯尔克孜族 塔吉克族 锡伯族 鄂伦春族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 拉祜族 "
    "水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 普米族 塔吉克 怒族 鄂温克族 裕固族 "
    "保安族 鄂伦春 独龙族 各族"
).split()
_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|行政委员会|地区|特区|林区|新区|省|市|州|县|区|盟|旗)$"
)
_AUTONOMOUS = re.compile(r"自治[州县旗]$")
MIN_SPOKEN_LENGTH = 2
"""A single character is never a place: 威 of 威县 stands in a thousand words."""

GENERIC_NAMES = frozenset({"城区", "郊区", "矿区", "东区", "西区", "市中区", "新区", "开发区"})
"""Official or everyday names that say nothing without the city before them (阳泉城区, 济南市中区)."""


def short_form(name: str) -> str:
    """An official name without what kind of division it is.

    Args:
        name: e.g. ``三元区``, ``恩施土家族苗族自治州``, ``内蒙古自治区``.

    Returns:
        ``三元``, ``恩施``, ``内蒙古``; the name itself where less than two characters would be left (``威县``).
    """
    stem = _SUFFIX.sub("", name)
    if _AUTONOMOUS.search(name):
        stem = _without_peoples(stem)
    return stem if len(stem) >= MIN_SPOKEN_LENGTH and name not in GENERIC_NAMES else name


def _without_peoples(stem: str) -> str:
    """Strip 土家族苗族 from 恩施土家族苗族, but leave a name that is nothing else (鄂温克族, 东乡族)."""
    while True:
        people = next((people for people in _PEOPLES if stem.endswith(people)), None)
        if people is None or len(stem) - len(people) < MIN_SPOKEN_LENGTH:
            return stem.removesuffix("族") if len(stem) > MIN_SPOKEN_LENGTH else stem
        stem = stem.removesuffix(people)
