"""What tells the documents' subjects from others, learned from an index and the corpus's vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from bot.answering.subject_sense import SubjectSense, word_odds
from bot.domain.intent import Intent
from bot.language.lexicon import GAP, Lexicon
from bot.language.other_subjects import load_other_subjects
from bot.ports import Encoder
from bot.retrieval.index_build import PolicyIndex
from bot.retrieval.question_field import question_tokens
from bot.understanding.utterances import Utterance, load_utterances

OTHER_SUBJECTS_PATH = Path("vocabulary/other_subjects.txt")
UTTERANCES_PATH = Path("utterances")
OURS = frozenset({Intent.POLICY_QA, Intent.SUBSIDY_ELIGIBILITY, Intent.WAGE_CLAIM, Intent.LEGAL_AID_BOOKING})
"""What is wanted by those whose messages are about the documents' subjects."""


def open_subject_sense(corpus_dir: Path, index: PolicyIndex, encoder: Encoder, lexicon: Lexicon) -> SubjectSense:
    """What the documents are about; of a corpus without similar questions nothing is known but its words.

    Raises:
        CorpusError: the questions about other subjects cannot be read.
        UtterancesError: the messages that are out of scope cannot be read.
    """
    vocabularies = (index.bm25.words, index.questions.words, lexicon.words)
    if not index.questions.question_count:
        return SubjectSense(index.questions.vectors, index.questions.vectors, vocabularies)
    written = load_utterances(corpus_dir / UTTERANCES_PATH)
    sayings = [entry.lay.replace(GAP, "") for entry in lexicon.entries]
    sayings += [one.text for one in written if one.intent in OURS]
    own = Counter(index.questions.word_counts())
    own.update(word for saying in sayings for word in set(question_tokens(saying)))
    others = other_messages(corpus_dir, written)
    odds = word_odds(own, index.questions.question_count + len(sayings), others)
    vectors = np.concatenate([index.questions.vectors, encoder.encode(sayings)])
    return SubjectSense(vectors, encoder.encode(others), vocabularies, odds)


def other_messages(corpus_dir: Path, written: Iterable[Utterance]) -> tuple[str, ...]:
    """What people write that has nothing to do with policy, each once.

    Raises:
        CorpusError: the questions about other subjects cannot be read.
    """
    out_of_scope = (one.text for one in written if one.intent is Intent.OUT_OF_SCOPE and one.also is None)
    return tuple(dict.fromkeys([*load_other_subjects(corpus_dir / OTHER_SUBJECTS_PATH), *out_of_scope]))
