"""Every figure that a worker reads stands in the clause that is cited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_FIGURE = re.compile(
    r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?(?:[-—~至到][0-9]+(?:\.[0-9]+)?)?(?:%|‰|[万亿]?[元人次个年月日天家倍])?"
)
_SPACE = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """The text in half width and without white space, as figures are compared."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def figures(text: str) -> list[str]:
    """The figures of a text with the unit that follows, e.g. ``["20场", …]``; order of appearance."""
    return _FIGURE.findall(squeezed(text))


def ungrounded_figures(body: str, sources: Iterable[str]) -> list[str]:
    """Figures of the body that stand in none of the source texts, with their unit, in order."""
    known = {figure for source in sources for figure in figures(source)}
    return [figure for figure in figures(body) if figure not in known]
