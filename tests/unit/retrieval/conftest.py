"""A tiny corpus of two counties, their city and a province."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.domain.policy import Clause, PolicyDocument, PolicyStatus
from bot.language.lexicon import Lexicon, LexiconEntry
from bot.retrieval.index_build import NO_QUESTIONS, BuildReport, build_index
from bot.retrieval.question_field import ClauseQuestions

Build = Callable[..., BuildReport]


class LetterEncoder:
    """Texts as hashed counts of their characters: deterministic, close texts are close."""

    name = "letters-1"
    dimension = 32

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in text:
                row[hashlib.sha256(character.encode()).digest()[0] % self.dimension] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths == 0, 1, lengths)


def document(document_id: str, region_code: str) -> PolicyDocument:
    return PolicyDocument(
        document_id=document_id,
        file_name=f"{document_id}.txt",
        title=f"{document_id}的实施意见",
        issuer="人民政府",
        document_number="",
        issued_on=None,
        published_on=None,
        region_code=region_code,
        status=PolicyStatus.IN_FORCE,
        effective_from=None,
        effective_to=None,
        targets_to=2020,
        source="网页",
        inferred=frozenset({"issuer"}),
    )


def clause(document_id: str, number: str, title: str, text: str) -> Clause:
    return Clause(f"{document_id}#{number}", document_id, (number,), ("主要措施",), title, text, ("区人社局",))


@pytest.fixture
def documents() -> list[PolicyDocument]:
    return [document("xinzhou", "420117"), document("lizhou", "510802"), document("sanming", "350400")]


@pytest.fixture
def clauses() -> list[Clause]:
    numbered = [
        clause("xinzhou", "(一)", "规范用工管理", "落实工资保证金制度,按月支付农民工工资,严厉打击恶意欠薪。"),
        clause("xinzhou", "(二)", "扩大社会保险覆盖面", "未参加工伤保险的农民工发生工伤,用人单位依法承担相应责任。"),
        clause("xinzhou", "(三)", "深化户籍制度改革", "无合法稳定住所的,可申请在社区公共地址上落户。"),
        clause("lizhou", "1.", "实施根治欠薪专项行动", "开展拖欠农民工工资失信联合惩戒名单管理。"),
        clause("lizhou", "2.", "加大住房保障力度", "推进灵活就业人员参加住房公积金制度试点。"),
        clause("sanming", "4.", "加大创业扶持", "首次创业正常经营1年以上的给予不超过1万元的一次性创业补贴。"),
        clause("sanming", "15.", "保障农民工工资支付", "依法依规认定拖欠农民工工资失信联合惩戒对象名单。"),
    ]
    notice = clause("sanming", "", "", "为进一步关心关爱农民工制定以下措施。")
    return [*numbered, replace(notice, clause_id="sanming#preamble", path=(), is_numbered=False)]


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon(
        [
            LexiconEntry("不给钱", ("拖欠农民工工资",)),
            LexiconEntry("摔断腿", ("工伤",)),
            LexiconEntry("头回开店", ("首次创业", "一次性创业补贴")),
        ]
    )


@pytest.fixture
def encoder() -> LetterEncoder:
    return LetterEncoder()


@pytest.fixture
def build(documents: list[PolicyDocument], clauses: list[Clause], encoder: LetterEncoder, lexicon: Lexicon) -> Build:
    def build_into(
        index_dir: Path,
        corpus_hash: str = "corpus-1",
        only: int | None = None,
        questions: ClauseQuestions = NO_QUESTIONS,
    ) -> BuildReport:
        return build_index(
            documents,
            clauses[:only],
            encoder=encoder,
            lexicon=lexicon,
            corpus_hash=corpus_hash,
            index_dir=index_dir,
            questions=questions,
        )

    return build_into
