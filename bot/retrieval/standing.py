"""Which documents there were on a day, and which of them bound anyone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.domain.policy import PolicyDocument, PolicyStatus

NOT_BINDING = 0.98
"""Factor of drafts, of what is repealed or expired, and of what is not yet in force: they rank behind an equal clause
that is, and ahead of a clearly lesser one."""
DAYS_KEPT = 4


class DocumentStanding:
    """The standing of every clause's document, by the day.

    Args:
        documents: the documents of an index.
        document_numbers: ``int32[n_clauses]``, the position of each clause's document.
    """

    def __init__(self, documents: Sequence[PolicyDocument], document_numbers: NDArray[np.int32]) -> None:
        self._documents = documents
        self._document_numbers = document_numbers
        self.existed = lru_cache(DAYS_KEPT)(self._existed)
        self.factors = lru_cache(DAYS_KEPT)(self._factors)

    def _existed(self, as_of: date) -> NDArray[np.bool_]:
        """``bool[n_clauses]``: whether the document had been issued by that day, as far as it tells when it was."""
        issued = (
            document.issued_on or document.published_on or document.effective_from for document in self._documents
        )
        return np.array([day is None or day <= as_of for day in issued], dtype=np.bool_)[self._document_numbers]

    def _factors(self, as_of: date) -> NDArray[np.float64]:
        """``float64[n_clauses]``: 1 where the document was in force on that day, else `NOT_BINDING`."""
        factors = [1.0 if _binds(document, as_of) else NOT_BINDING for document in self._documents]
        return np.array(factors)[self._document_numbers]


def _binds(document: PolicyDocument, as_of: date) -> bool:
    is_over = document.effective_to is not None and document.effective_to < as_of
    is_to_come = document.effective_from is not None and document.effective_from > as_of
    return document.status is PolicyStatus.IN_FORCE and not is_over and not is_to_come
