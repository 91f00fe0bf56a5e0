"""Which scheme a message is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.subsidy import Scheme
from bot.language.lexicon import fold


class SchemeReader:
    """Finds schemes by how they are said.

    Args:
        schemes: the schemes, by id.
    """

    def __init__(self, schemes: Mapping[str, Scheme]) -> None:
        self._patterns = [
            (scheme_id, re.compile(pattern)) for scheme_id, scheme in schemes.items() for pattern in scheme.said
        ]
        self._order = {scheme_id: number for number, scheme_id in enumerate(schemes)}

    def read(self, text: str) -> tuple[str, ...]:
        """Ids of the schemes that a text may be about, the most fully named first; empty where it names none."""
        folded = fold(text)
        lengths: dict[str, int] = {}
        for scheme_id, pattern in self._patterns:
            longest = max((match.end() - match.start() for match in pattern.finditer(folded)), default=0)
            lengths[scheme_id] = max(longest, lengths.get(scheme_id, 0))
        found = [scheme_id for scheme_id, length in lengths.items() if length]
        return tuple(sorted(found, key=lambda scheme_id: (-lengths[scheme_id], self._order[scheme_id])))
