"""The comparison of the compiled BM25 with rank_bm25."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bot.domain.errors import JudgmentsError
from bot.evaluation.bm25_bench import compare_bm25

ARTICLES = ("拖欠工资的,责令支付。", "职工发生工伤,享受工伤保险待遇。", "签订书面劳动合同。", "办理居住证。")


def write_articles(folder: Path) -> Path:
    path = folder / "articles.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number, text in enumerate(ARTICLES):
            file.write(json.dumps({"rid": number, "name": "条例", "content": text}, ensure_ascii=False) + "\n")
    return path


def test_both_indexes_are_asked_the_same_questions_and_agree(tmp_path: Path) -> None:
    questions = [{"question": "老板拖欠工资"}, {"question": "工伤保险怎么办"}, {"question": "合同"}]
    rows = "\n".join(json.dumps(row, ensure_ascii=False) for row in questions)
    (tmp_path / "train_queries.jsonl").write_text(rows, encoding="utf-8")
    found = compare_bm25(write_articles(tmp_path), processes=1)
    assert (found.articles, found.questions) == (4, 3)
    assert found.largest_relative_difference < 1e-6
    assert found.ratio == found.rank_bm25_ms / found.compiled_ms


def test_without_a_file_of_questions_built_in_ones_serve(tmp_path: Path) -> None:
    assert compare_bm25(write_articles(tmp_path), processes=1).questions == 4


def test_questions_are_spread_over_the_file_up_to_the_limit(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({"question": f"工资{number}"}, ensure_ascii=False) for number in range(50))
    (tmp_path / "train_queries.jsonl").write_text(rows, encoding="utf-8")
    assert compare_bm25(write_articles(tmp_path), question_limit=10, processes=1).questions == 10


def test_articles_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(JudgmentsError, match=r"articles\.jsonl\.gz"):
        compare_bm25(tmp_path / "articles.jsonl.gz", processes=1)
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"rid": 1}\n')
    with pytest.raises(JudgmentsError, match="name"):
        compare_bm25(tmp_path / "articles.jsonl.gz", processes=1)
