from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import SimilarQuestionsError
from bot.policies.corpus_folder import Corpus, load_corpus
from bot.policies.similar_questions import ProblemKind, SimilarQuestions, load_similar_questions, question_key

POLICY = "一、就业\n（一）招聘会。每年办招聘会。\n（二）创业补贴。给 创业补贴。\n"
FACTS = """\
title: 甲市意见
issuer: 甲市人民政府
document_number:
issued_on:
published_on:
region_code: '420117'
status: in_force
effective_from:
effective_to:
targets_to:
source: 试验
inferred: []
"""
FIRST = "  - path: [一、, （一）]\n    begins: 招聘会。每年\n    questions: [{}]\n"
SECOND = "  - path: [一、, （二）]\n    begins: 创业补贴。给创业\n    questions: [{}]\n"

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    policies = tmp_path / "policies" / "420117"
    policies.mkdir(parents=True)
    (policies / "甲.txt").write_text(POLICY, encoding="utf-8")
    (policies / "甲.yaml").write_text(FACTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Write:
    def write_questions(clauses: str, name: str = "甲", region: str = "420117") -> Path:
        path = folder / "similar_questions" / region / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"document: {name}\nclauses:\n{clauses}", encoding="utf-8")
        return path

    return write_questions


def loaded(folder: Path) -> SimilarQuestions:
    return load_similar_questions(folder, load_corpus(folder))


def kinds(found: SimilarQuestions) -> list[ProblemKind]:
    return [problem.kind for problem in found.problems]


@pytest.fixture(scope="module")
def shipped(corpus_dir: Path) -> tuple[Corpus, SimilarQuestions]:
    corpus = load_corpus(corpus_dir)
    return corpus, load_similar_questions(corpus_dir, corpus)


def test_the_shipped_questions_have_no_problem(shipped: tuple[Corpus, SimilarQuestions]) -> None:
    assert [problem.text for problem in shipped[1].problems] == []


def test_every_clause_of_every_shipped_document_has_at_least_twenty_questions(
    shipped: tuple[Corpus, SimilarQuestions],
) -> None:
    corpus, questions = shipped
    asked = {clause.clause_id: len(questions.by_clause.get(clause.clause_id, ())) for clause in corpus.clauses}
    short = {clause.clause_id for clause in corpus.clauses if clause.is_numbered and asked[clause.clause_id] < 20}
    assert len({clause.document_id for clause in corpus.clauses}) == 5
    assert short == set()


def test_a_corpus_without_similar_questions_has_none(folder: Path) -> None:
    found = loaded(folder)
    assert (found.by_clause, found.problems) == ({}, ())


def test_questions_stand_under_the_id_of_their_clause_in_the_order_written(folder: Path, write: Write) -> None:
    write(SECOND.format("开店补钱不, 创业补多少") + FIRST.format("招聘会"))
    found = loaded(folder)
    assert found.by_clause == {"甲#一、/（二）": ("开店补钱不", "创业补多少"), "甲#一、/（一）": ("招聘会",)}
    assert found.problems == ()


def test_a_path_in_the_other_width_of_brackets_is_the_same_clause(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会").replace("（一）", "(一)"))
    assert loaded(folder).by_clause == {"甲#一、/（一）": ("招聘会",)}


def test_a_question_that_looks_like_a_number_stays_what_was_typed(folder: Path, write: Write) -> None:
    write(FIRST.format("12348, 0592, 1.5, no, 2022-13-45"))
    assert loaded(folder).by_clause["甲#一、/（一）"] == ("12348", "0592", "1.5", "no", "2022-13-45")


def test_a_question_written_twice_at_one_clause_is_used_once_and_reported(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会, 招聘会？"))
    found = loaded(folder)
    assert found.by_clause == {"甲#一、/（一）": ("招聘会",)}
    (problem,) = found.problems
    assert (problem.kind, problem.paths, problem.question) == (
        ProblemKind.REPEATED,
        (("一、", "（一）"),),
        "招聘会？",
    )
    assert "“招聘会？”写了不止一次" in problem.text


def test_a_clause_listed_twice_keeps_the_questions_of_both_places(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会") + FIRST.format("哪天招人, 招聘会"))
    found = loaded(folder)
    assert found.by_clause == {"甲#一、/（一）": ("招聘会", "哪天招人")}
    assert kinds(found) == [ProblemKind.REPEATED]


def test_a_question_at_two_clauses_is_used_for_neither_and_names_both(folder: Path, write: Write) -> None:
    write(FIRST.format("有啥好处, 招聘会") + SECOND.format("有啥好处？, 开店"))
    found = loaded(folder)
    assert found.by_clause == {"甲#一、/（一）": ("招聘会",), "甲#一、/（二）": ("开店",)}
    (problem,) = found.problems
    assert problem.kind is ProblemKind.CONTRADICTION
    assert problem.paths == (("一、", "（一）"), ("一、", "（二）"))
    assert "“有啥好处”同时写在条款 一、 （一）和一、 （二）" in problem.text


def test_a_clause_left_with_contradictions_only_is_not_listed(folder: Path, write: Write) -> None:
    write(FIRST.format("有啥好处") + SECOND.format("有啥好处, 开店"))
    assert loaded(folder).by_clause == {"甲#一、/（二）": ("开店",)}


def test_the_same_question_in_two_documents_is_no_contradiction(folder: Path, write: Write) -> None:
    for suffix in (".txt", ".yaml"):
        source = folder / "policies" / "420117" / f"甲{suffix}"
        source.with_name(f"乙{suffix}").write_bytes(source.read_bytes())
    write(FIRST.format("招聘会"))
    write(FIRST.format("招聘会"), name="乙")
    found = loaded(folder)
    assert found.by_clause == {"乙#一、/（一）": ("招聘会",), "甲#一、/（一）": ("招聘会",)}
    assert found.problems == ()


def test_a_path_that_the_document_lacks_is_reported_and_left_out(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会").replace("（一）", "（九）") + SECOND.format("开店"))
    found = loaded(folder)
    assert found.by_clause == {"甲#一、/（二）": ("开店",)}
    (problem,) = found.problems
    assert (problem.kind, problem.paths) == (ProblemKind.UNKNOWN_CLAUSE, (("一、", "（九）"),))
    assert problem.file == Path("similar_questions/420117/甲.yaml")
    assert "没有编号为 一、 （九） 的条款" in problem.text


def test_a_changed_clause_is_reported_and_its_questions_wait(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会") + SECOND.format("开店"))
    policy = folder / "policies" / "420117" / "甲.txt"
    policy.write_text(POLICY.replace("招聘会。每年办", "技能培训。每年办"), encoding="utf-8")
    found = loaded(folder)
    assert found.by_clause == {"甲#一、/（二）": ("开店",)}
    assert kinds(found) == [ProblemKind.TEXT_CHANGED]
    assert "现在以“技能培训。每年办招聘会。”开头，不再是“招聘会。每年”" in found.problems[0].text


def test_questions_of_a_document_that_is_gone_are_reported(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会"), name="丙")
    found = loaded(folder)
    assert found.by_clause == {}
    assert kinds(found) == [ProblemKind.UNKNOWN_DOCUMENT]
    assert "语料里没有 丙 这份文件" in found.problems[0].text


def test_the_hash_follows_the_questions_and_not_the_comments(folder: Path, write: Write) -> None:
    path = write(FIRST.format("招聘会") + SECOND.format("开店"))
    before = loaded(folder).content_hash
    path.write_text("# 说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert loaded(folder).content_hash == before
    write(FIRST.format("招聘会") + SECOND.format("开个店"))
    assert loaded(folder).content_hash != before


@pytest.mark.parametrize("same", ["创业补贴", "创业补贴？", " 创业，补贴。", "创业 补贴"])
def test_punctuation_and_spaces_do_not_make_another_question(same: str) -> None:
    assert question_key(same) == "创业补贴"


def test_width_and_case_do_not_make_another_question() -> None:
    assert question_key("Ｅ三明１２") == question_key("e三明12")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("document: 甲\nclauses: [", r"甲\.yaml 第 \d+ 行不符合 YAML 格式：请检查缩进"),
        ("- 一", "应当有字段 document（文件编号）和 clauses"),
        ("document: 甲", "应当有字段 document（文件编号）和 clauses"),
        ("document: 乙\nclauses: []", r"字段 document 是 乙，文件名却是 甲；请改成一致"),
        ("document: 甲\nclauses: [招聘会]", "第 1 段应当有且只有字段 path、begins、questions"),
        ("document: 甲\nclauses: [{path: [一、], begins: '', questions: [甲]}]", "第 1 段没有写 begins"),
        ("document: 甲\nclauses: [{path: 一、, begins: 招, questions: [甲]}]", "的 path 应当是列表"),
        ("document: 甲\nclauses: [{path: [一、], begins: 招, questions: }]", "的 questions 应当是列表"),
        ("document: 甲\nclauses: [{path: [一、], begins: 招, questions: [甲, '？']}]", "有一项是空的或者不是文字"),
        ("document: 甲\nclauses: [{path: [一、], begins: 招, questions: [{问: 甲}]}]", "英文冒号的请加引号"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(folder: Path, write: Write, content: str, message: str) -> None:
    write("").write_text(content, encoding="utf-8")
    with pytest.raises(SimilarQuestionsError, match=message):
        loaded(folder)


def test_a_file_in_another_encoding_is_named(folder: Path, write: Write) -> None:
    write("").write_bytes("document: 甲".encode("gb18030"))
    with pytest.raises(SimilarQuestionsError, match=r"甲\.yaml 不是 UTF-8 编码"):
        loaded(folder)


def test_a_file_in_the_folder_of_another_region_is_refused(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会"), region="420100")
    with pytest.raises(SimilarQuestionsError, match="地区代码是 420117，文件夹却是 420100；请移到 420117 文件夹"):
        loaded(folder)


def test_hidden_files_are_left_alone(folder: Path, write: Write) -> None:
    write(FIRST.format("招聘会")).with_name(".甲.yaml").write_bytes(b"\xff")
    assert loaded(folder).by_clause == {"甲#一、/（一）": ("招聘会",)}
