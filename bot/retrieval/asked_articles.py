"""Which articles of law answer what people ask, and how much likelier that makes an article than any other.

Half of what people ask lawyers is answered by the Civil Code, which is two of every hundred articles in force, and
most laws are never asked about at all. A question that fits an article of each alike is therefore rather answered by
the one that has answered others. `AskedArticles` says how often an article has; `asked_evidence` makes of it what an
article gains or loses, for a corpus of many laws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import CorpusError
from bot.domain.policy import PolicyDocument
from bot.retrieval.clause_store import StoredClauses

STATE = "中华人民共和国"
CIVIL_CODE = "民法典"
CIVIL_CODE_PARTS = frozenset({"总则", "物权编", "合同编", "人格权编", "婚姻家庭编", "继承编", "侵权责任编", "附则"})
"""What some collections have for documents, in place of the one law."""
UNSEEN_ARTICLES = 20.0
"""A law's rate counts as if so many articles more had been asked about as often as the average article."""
UNSEEN_QUESTIONS = 2.0
"""An article's rate counts as if its law's had been seen so many times."""


@dataclass(frozen=True, slots=True)
class AskedArticles:
    """How many questions each article answered.

    Attributes:
        times: by the law's short name (see `short_name`) and the article's number (第三十条).
    """

    times: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def short_name(title: str) -> str:
    """A law's name as it is called; the parts of the Civil Code are that one law."""
    name = title.strip().replace(STATE, "")
    return CIVIL_CODE if name in CIVIL_CODE_PARTS else name


def load_asked_articles(path: Path) -> AskedArticles:
    """Read a file of ``law<TAB>article<TAB>times``; without the file nothing has been asked.

    Raises:
        CorpusError: it cannot be read, or a line is not of that shape.
    """
    if not path.exists():
        return AskedArticles()
    times: dict[str, dict[str, int]] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                law, article, count = line.split("\t")
                times.setdefault(law, {})[article] = int(count)
    except (OSError, ValueError) as error:
        msg = f"读不出 {path}（{error}）：请确认它是 UTF-8 编码，每行是“法律<制表符>条号<制表符>次数”"
        raise CorpusError(msg) from error
    return AskedArticles(times)


def asked_evidence(
    asked: AskedArticles, documents: Sequence[PolicyDocument], clauses: StoredClauses
) -> NDArray[np.float64] | None:
    """How likely each clause answers a question before the question is read, beside a clause that answered one.

    A law's rate is its answers by the number of its articles, an article's rate its own answers; each is drawn towards
    the wider one, the less the more has been seen.

    Args:
        asked: how many questions each article answered.
        documents: of an index, in order.
        clauses: theirs.

    Returns:
        ``float64[n_clauses]``, natural logarithms, whose mean over the answers seen is 0, so that a good answer's score
        stays on average what it is; None where nothing is known of any of the documents.
    """
    laws, law_of_document = np.unique([short_name(one.title) for one in documents], return_inverse=True)
    answers = np.array([sum(asked.times.get(str(law), {}).values()) for law in laws], dtype=np.float64)
    law_of_clause = law_of_document[clauses.document_numbers]
    times = np.zeros(len(clauses))
    for number in np.flatnonzero(answers[law_of_document]).tolist():
        of_law = asked.times[short_name(documents[number].title)]
        for place in range(*clauses.span_of(number)):
            times[place] = of_law.get("".join(clauses[place].path), 0)
    if not times.any():
        return None
    unseen = UNSEEN_ARTICLES * answers.sum() / len(clauses)
    law_rates = (answers + unseen) / (np.bincount(law_of_clause, minlength=len(laws)) + UNSEEN_ARTICLES)
    logarithms = np.log(times + UNSEEN_QUESTIONS * law_rates[law_of_clause])
    evidence: NDArray[np.float64] = logarithms - np.average(logarithms, weights=times)
    return evidence
