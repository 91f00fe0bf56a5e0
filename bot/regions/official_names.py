"""How official names of divisions are built, and what is left of them when people speak."""

from __future__ import annotations

import re

_PEOPLE_AT_END = re.compile(
    "(?:(?:蒙古|回|藏|哈萨克|柯尔克孜|塔吉克|锡伯|鄂伦春|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|东乡"
    "|纳西|景颇|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|普米|怒|鄂温克|裕固|保安|独龙|各)族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)$"
)
_KIND = re.compile(
    "(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|行政委员会|地区|特区|林区|新区|省|市|州|县|区|盟|旗)$"
)
_AUTONOMOUS = re.compile("自治[州县旗]$")
MIN_SPOKEN_LENGTH = 2
"""A single character is never a place: 威 of 威县 stands in a thousand words."""

GENERIC_NAMES = frozenset({"城区", "郊区", "矿区", "东区", "西区", "市中区", "老城区", "新城区", "市郊区", "比如县"})
"""Official names that say nothing without the place before them (阳泉城区, 济南市中区, 那曲比如县)."""


def short_form(name: str) -> str:
    """An official name without what kind of division it is.

    Args:
        name: e.g. ``三元区``, ``恩施土家族苗族自治州``, ``内蒙古自治区``.

    Returns:
        ``三元``, ``恩施``, ``内蒙古``; the name itself where less than two characters would be left (``威县``).
    """
    stem = _KIND.sub("", name)
    if _AUTONOMOUS.search(name):
        stem = _without_peoples(stem)
    return stem if len(stem) >= MIN_SPOKEN_LENGTH and name not in GENERIC_NAMES else name


def spoken_forms(name: str) -> tuple[str, ...]:
    """Names said in full but not as the law has them: 恩施州, 长阳县, 广西省, 石家庄高新区.

    Args:
        name: an official name.

    Returns:
        None, one or several of them; never the official name or its short form.
    """
    kind = _AUTONOMOUS.search(name)
    if kind:
        return (short_form(name) + kind.group()[-1],)
    if name.endswith("自治区"):
        return (short_form(name) + "省",)
    zone = re.match(r"(.{2,4}?)市?(高新|经济)技?术?(?:技术)?产?业?开发区$", name)
    if zone is None:
        return ()
    city = zone.group(1)
    return (f"{city}高新区",) if zone.group(2) == "高新" else (f"{city}经开区", f"{city}开发区")


def _without_peoples(stem: str) -> str:
    """Strip 土家族苗族 from 恩施土家族苗族, but leave a name that is nothing else (鄂温克族, 东乡族)."""
    while (people := _PEOPLE_AT_END.search(stem)) and people.start() >= MIN_SPOKEN_LENGTH:
        stem = stem[: people.start()]
    return stem.removesuffix("族") if len(stem) > MIN_SPOKEN_LENGTH else stem
