"""One document replaced in an index: the same bytes as building everything again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import IndexBuildError
from bot.domain.policy import Clause, PolicyDocument
from bot.language.lexicon import Lexicon, LexiconEntry
from bot.ports import Encoder
from bot.retrieval.index_build import BuildReport, build_index, load_index
from bot.retrieval.index_update import replace_document
from bot.retrieval.question_field import ClauseQuestions, QuestionField

Update = Callable[[PolicyDocument, Sequence[Clause]], BuildReport]
Build = Callable[[Sequence[PolicyDocument], Sequence[Clause], str], BuildReport]


@pytest.fixture
def build_all(encoder: Encoder, lexicon: Lexicon, tmp_path: Path) -> Build:
    def build(documents: Sequence[PolicyDocument], clauses: Sequence[Clause], name: str) -> BuildReport:
        ordered = sorted(documents, key=lambda one: one.document_id)
        place = {one.document_id: number for number, one in enumerate(ordered)}
        return build_index(
            ordered,
            sorted(clauses, key=lambda one: place[one.document_id]),
            encoder=encoder,
            lexicon=lexicon,
            corpus_hash="corpus-2",
            index_dir=tmp_path / name,
        )

    return build


@pytest.fixture
def update(
    build_all: Build,
    documents: list[PolicyDocument],
    clauses: list[Clause],
    encoder: Encoder,
    lexicon: Lexicon,
    tmp_path: Path,
) -> Update:
    def replaced(document: PolicyDocument, its_clauses: Sequence[Clause]) -> BuildReport:
        build_all(documents, clauses, "updated")
        index = load_index(tmp_path / "updated")
        return replace_document(
            index,
            document,
            its_clauses,
            encoder=encoder,
            lexicon=lexicon,
            corpus_hash="corpus-2",
            index_dir=tmp_path / "updated",
        )

    return replaced


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_changed_document_gives_the_bytes_of_a_whole_build(
    kept: int, update: Update, build_all: Build, documents: list[PolicyDocument], clauses: list[Clause]
) -> None:
    document = replace(documents[1], title="利州区新的实施意见")
    its = [clause for clause in clauses if clause.document_id == "lizhou"][:kept]
    its.append(
        Clause("lizhou#9.", "lizhou", ("9.",), (), "返乡入乡创业", "返乡创业园给予场租补贴，另有公积金缴存补贴。", ())
    )
    others = [clause for clause in clauses if clause.document_id != "lizhou"]
    report = update(document, its)
    whole = build_all([documents[0], document, documents[2]], [*others, *its], "whole")
    assert report.build_id == whole.build_id
    assert files_of(report.folder) == files_of(whole.folder)


@pytest.mark.parametrize("document_id", ["aaa", "mmm", "zzz"])
def test_a_new_document_is_added_in_its_place(
    document_id: str,
    update: Update,
    build_all: Build,
    documents: list[PolicyDocument],
    clauses: list[Clause],
    tmp_path: Path,
) -> None:
    document = replace(documents[0], document_id=document_id, file_name=f"{document_id}.txt", region_code="440000")
    its = [Clause(f"{document_id}#1", document_id, ("1.",), (), "工伤预防", "加强尘肺病防治。", ())]
    report = update(document, its)
    whole = build_all([*documents, document], [*clauses, *its], "whole")
    assert files_of(report.folder) == files_of(whole.folder)
    loaded = load_index(tmp_path / "updated")
    found = loaded.bm25.top_k(["尘肺病"], 1)[0].tolist()
    assert [loaded.clauses[number].clause_id for number in found] == [f"{document_id}#1"]


QUESTIONS = {
    "sanming#4.": ("回老家摆个摊政府帮不帮",),
    "lizhou#2.": ("打零工的能不能交公积金", "公积金咋个交"),
    "xinzhou#(一)": ("老板跑路了咋整", "干完活拿不到钱"),
}


@pytest.mark.parametrize("asked", [("lizhou#2.", "lizhou#9."), ("lizhou#9.",), ()])
@pytest.mark.parametrize("others_are_asked", [True, False])
def test_the_questions_of_a_changed_document_give_the_bytes_of_a_whole_field(
    *, others_are_asked: bool, asked: tuple[str, ...], clauses: list[Clause], encoder: Encoder, tmp_path: Path
) -> None:
    its = [clause for clause in clauses if clause.document_id == "lizhou"]
    start = clauses.index(its[0])
    stop = start + len(its)
    before = {
        clause_id: its for clause_id, its in QUESTIONS.items() if others_are_asked or clause_id.startswith("lizhou")
    }
    renewed = {clause_id: ("公积金交了有啥好处", f"{clause_id}讲啥") for clause_id in asked}
    after = {clause_id: its for clause_id, its in before.items() if not clause_id.startswith("lizhou")} | renewed
    new = Clause("lizhou#9.", "lizhou", ("9.",), (), "返乡入乡创业", "返乡创业园给予场租补贴。", ())
    field = QuestionField.build(clauses, ClauseQuestions(before), encoder)
    updated = field.with_clauses(start, stop, [*its, new], ClauseQuestions(renewed), encoder)
    whole = QuestionField.build([*clauses[:stop], new, *clauses[stop:]], ClauseQuestions(after), encoder)
    for name, one in (("updated", updated), ("whole", whole)):
        (tmp_path / name).mkdir()
        one.save(tmp_path / name)
    assert files_of(tmp_path / "updated") == files_of(tmp_path / "whole")
    assert updated.question_count == sum(map(len, after.values()))
    assert updated.has_questions.tolist() == whole.has_questions.tolist()


def test_an_updated_index_knows_how_people_ask(
    documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, lexicon: Lexicon, tmp_path: Path
) -> None:
    made_of = {"encoder": encoder, "lexicon": lexicon, "corpus_hash": "corpus-2"}
    in_order = sorted(documents, key=lambda one: one.document_id)
    by_document = sorted(clauses, key=lambda one: one.document_id)
    build_index(
        in_order, by_document, **made_of, index_dir=tmp_path / "updated", questions=ClauseQuestions(QUESTIONS, "1")
    )
    changed = {"lizhou#2.": ("零工也有公积金吗",)}
    document = next(one for one in documents if one.document_id == "lizhou")
    report = replace_document(
        load_index(tmp_path / "updated"),
        document,
        [clause for clause in clauses if clause.document_id == "lizhou"],
        **made_of,
        index_dir=tmp_path / "updated",
        questions=ClauseQuestions(changed, "2"),
    )
    everything = ClauseQuestions(QUESTIONS | changed, "2")
    whole = build_index(in_order, by_document, **made_of, index_dir=tmp_path / "whole", questions=everything)
    assert report.build_id == whole.build_id
    assert files_of(report.folder) == files_of(whole.folder)
    assert load_index(tmp_path / "updated").questions_hash == "2"


def test_texts_cut_with_another_dictionary_are_not_mixed_in(
    update: Update, documents: list[PolicyDocument], clauses: list[Clause], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.retrieval.index_update.dictionary_hash", lambda: "another")
    its = [clause for clause in clauses if clause.document_id == documents[0].document_id]
    with pytest.raises(IndexBuildError, match="词典换过了"):
        update(documents[0], its)


def test_what_cannot_be_updated_alone_is_refused(
    update: Update, documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, tmp_path: Path
) -> None:
    with pytest.raises(IndexBuildError, match="没有条款"):
        update(documents[0], [])
    with pytest.raises(IndexBuildError, match="别的文件的条款"):
        update(documents[1], clauses)
    another = Lexicon([LexiconEntry("跑路", ("欠薪逃匿",))])
    with pytest.raises(IndexBuildError, match="gongyou index build"):
        replace_document(
            load_index(tmp_path / "updated"),
            documents[0],
            clauses[:1],
            encoder=encoder,
            lexicon=another,
            corpus_hash="c",
            index_dir=tmp_path / "updated",
        )
