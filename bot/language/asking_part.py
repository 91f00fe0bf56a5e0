"""The part of a long message that asks: a story is told before or after it, and its words lead astray."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONG_MESSAGE_CHARS = 70
"""A message this short is a question as it stands."""
ASKING_CHARS_MAX = 100
CONTEXT_CHARS_MIN = 30
"""A shorter asking sentence is read together with the one before it."""
NEAR_BEST = 0.75
"""A further sentence asks too where it weighs this much of the one that weighs most."""
_STRONG, _WEAK = 3.0, 1.0

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_CLAUSE = re.compile(r"[^，,；;。！？!?\n]+[，,；;。！？!?\n]*")
_ANNOUNCES = re.compile(
    r"想问|请问|问[一]?[下哈声句]|就问|要问|咨询|打听|(?:想|要)(?:知道|晓得|了解|弄清|搞清|弄明白|搞明白)|帮我?(?:查|看看?)|给(?:俺|我)说说|求解答"
)
_ASKS = re.compile(
    r"[吗么不没啵][?？。，,\s]*$|[?？]|能不能|可不可以|可以不|有没有|有冇|有没得|是不是|要不要|会不会|该不该|给不给|行不行|管不管"
    r"|用不用|算不算|准不准|中不中|怎么(?!也|都)|咋|如何|怎样|多少(?!也|都)|几多|好多(?:钱|万|块)?|哪[里儿个些家条](?!也|都)|谁(?!也|都)"
    r"|(?:什么|啥)(?![^，。]{0,3}都|也|的)|几[个年天月万千百块]|多久|多长|还是(?:得|要|在|去|回)"
)
_POINTS_BACK = re.compile(
    "[这那](?:个|种|些)?(?:说法|事|政策|规定|待遇|好处)|有这回事|是不是真的|真的假的|他们这样|靠不靠得住"
)
_TELLS = re.compile("还两说|还不(?:一定|好说|知道)|说不准|无所谓|[好十这那前后了]几|不管|别提")


def asking_part(message: str) -> str:
    """The sentences of a long message that ask; the whole message where it is short or where nothing in it asks.

    What announces a question (我就想问) counts more than a word that may ask (多少). Sentences that ask as much stand
    together, as far as there is space; a short one, and one that points back (这个说法), takes the one before it along.
    """
    if len(message) <= LONG_MESSAGE_CHARS:
        return message
    sentences = _SENTENCE.findall(message)
    weights = [_weight(sentence) for sentence in sentences]
    best = max(weights, default=0.0)
    if not best:
        return message
    chosen: dict[int, str] = {}
    for one in sorted(range(len(sentences)), key=lambda one: (-weights[one], -one)):
        part = _shortened(sentences[one])
        if weights[one] >= NEAR_BEST * best and (not chosen or _length(chosen) + len(part) <= ASKING_CHARS_MAX):
            chosen[one] = part
    first = min(chosen)
    needs_more = _length(chosen) < CONTEXT_CHARS_MIN or any(map(_POINTS_BACK.search, chosen.values()))
    if first and needs_more:
        chosen[first - 1] = _shortened(sentences[first - 1])
    return "".join(chosen[one] for one in sorted(chosen)).strip()


def _length(parts: Mapping[int, str]) -> int:
    return sum(map(len, parts.values()))


def _weight(sentence: str) -> float:
    clauses = _CLAUSE.findall(sentence)
    asks = sum(bool(_ASKS.search(clause)) and not _TELLS.search(clause) for clause in clauses)
    return _STRONG * bool(_ANNOUNCES.search(sentence)) + _WEAK * min(asks, 2)


def _shortened(sentence: str) -> str:
    """A sentence from the clause on in which it begins to ask, with as much before it as there is space for."""
    clauses = _CLAUSE.findall(sentence)
    asking = [one for one, clause in enumerate(clauses) if _ANNOUNCES.search(clause) or _ASKS.search(clause)]
    if not asking:
        return sentence[-ASKING_CHARS_MAX:]
    announced = [one for one in asking if _ANNOUNCES.search(clauses[one])]
    first, last = (announced or asking)[0], len(clauses) - 1
    kept = "".join(clauses[first : last + 1])
    while first and len(kept) + len(clauses[first - 1]) <= ASKING_CHARS_MAX:
        first -= 1
        kept = clauses[first] + kept
    return kept[: 2 * ASKING_CHARS_MAX]
