"""Building, switching and loading an index."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import IndexBuildError, IndexLoadError
from bot.domain.policy import Clause, PolicyDocument
from bot.language.lexicon import Lexicon
from bot.language.word_segmenter import Tokens, dictionary_hash
from bot.ports import Encoder
from bot.retrieval import index_store
from bot.retrieval.index_build import BuildReport, build_index, load_index
from bot.retrieval.index_store import current_build_id

Build = Callable[..., BuildReport]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def builds_in(index_dir: Path) -> set[str]:
    return {path.parent.name for path in index_dir.glob("*/manifest.json")}


def test_two_builds_of_the_same_corpus_are_the_same_bytes(build: Build, tmp_path: Path) -> None:
    first, second = build(tmp_path / "a"), build(tmp_path / "b")
    assert first.build_id == second.build_id
    assert files_of(first.folder) == files_of(second.folder)
    assert len(files_of(first.folder)) == 17


def test_a_loaded_index_holds_what_was_built(
    build: Build, tmp_path: Path, documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder
) -> None:
    report = build(tmp_path)
    index = load_index(tmp_path)
    assert index.build_id == report.build_id == current_build_id(tmp_path)
    assert tuple(index.clauses) == tuple(clauses)
    assert list(index.documents.values()) == documents
    assert index.embeddings.shape == (len(clauses), encoder.dimension)
    assert "欠薪" in index.repair_terms
    assert index.bm25.top_k(["落户"], 1)[0].tolist() == [2]


def test_scores_are_the_same_before_and_after_the_disk(build: Build, tmp_path: Path) -> None:
    build(tmp_path)
    first, second = load_index(tmp_path), load_index(tmp_path)
    np.testing.assert_array_equal(first.bm25.scores(["工资", "工伤"]), second.bm25.scores(["工资", "工伤"]))
    assert first.bm25.scores(["工资"]).max() > 0


def test_the_manifest_says_what_went_in_and_no_time(build: Build, tmp_path: Path, lexicon: Lexicon) -> None:
    manifest = json.loads((build(tmp_path).folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["corpus_hash"] == "corpus-1"
    assert manifest["encoder"] == "letters-1"
    assert manifest["lexicon_hash"] == lexicon.content_hash
    assert manifest["dictionary_hash"] == dictionary_hash()
    assert manifest["counts"] == {"documents": 3, "clauses": 8, "numbered_clauses": 7, "embedding_dimension": 32}
    assert set(manifest["libraries"]) == {"jieba", "numpy", "pypinyin", "rank-bm25"}
    assert not any("time" in key or key.endswith("_at") for key in manifest)


def test_another_corpus_gets_another_id(build: Build, tmp_path: Path) -> None:
    assert build(tmp_path, "corpus-1").build_id != build(tmp_path, "corpus-2").build_id


def test_another_dictionary_gets_another_id_although_no_text_is_cut_otherwise(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(tmp_path / "a")
    monkeypatch.setattr("bot.retrieval.index_build.dictionary_hash", lambda: "another")
    assert build(tmp_path / "b").build_id != first.build_id
    assert load_index(tmp_path / "b").made_of != load_index(tmp_path / "a").made_of


def test_words_cut_otherwise_make_another_build(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = build(tmp_path).build_id
    monkeypatch.setattr("bot.retrieval.index_build.cut_both_ways", lambda text: Tokens(list(text), list(text)))
    new = build(tmp_path)
    assert new.build_id != old
    assert load_index(tmp_path).bm25.top_k(["落户"], 1)[0].size == 0


def test_building_again_changes_nothing_and_says_so(build: Build, tmp_path: Path) -> None:
    first = build(tmp_path)
    before = files_of(first.folder)
    again = build(tmp_path)
    assert (first.was_current, again.was_current) == (False, True)
    assert files_of(again.folder) == before


def test_a_reader_sees_the_old_index_or_the_new_one(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = build(tmp_path, "corpus-1").build_id
    seen: list[str] = []
    renamed, replaced = Path.rename, Path.replace

    def look() -> None:
        seen.append(load_index(tmp_path).build_id)

    def rename(self: Path, target: Path) -> Path:
        look()
        result = renamed(self, target)
        look()
        return result

    def replace(self: Path, target: Path) -> Path:
        look()
        result = replaced(self, target)
        look()
        return result

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(Path, "replace", replace)
    new = build(tmp_path, "corpus-2").build_id
    assert seen == [old, old, old, new]


def test_a_build_that_fails_leaves_the_old_index_in_use(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = build(tmp_path).build_id

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_store, "write_json", full_disk)
    with pytest.raises(IndexBuildError, match="磁盘空间"):
        build(tmp_path, "corpus-2")
    assert load_index(tmp_path).build_id == old
    assert builds_in(tmp_path) == {old}
    assert not list(tmp_path.glob(".building-*"))


def test_only_the_last_two_builds_are_kept(build: Build, tmp_path: Path) -> None:
    ids = [build(tmp_path, f"corpus-{number}").build_id for number in range(4)]
    assert builds_in(tmp_path) == set(ids[-2:])


def test_the_current_build_is_never_pruned(build: Build, tmp_path: Path) -> None:
    ids = [build(tmp_path, name).build_id for name in ("a", "b", "a", "c", "a")]
    assert current_build_id(tmp_path) == ids[0]
    assert builds_in(tmp_path) == {ids[0], ids[3]}
    assert load_index(tmp_path).build_id == ids[0]


def test_other_folders_beside_the_builds_are_left_alone(build: Build, tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "manifest.json").write_text("{}", encoding="utf-8")
    for number in range(4):
        build(tmp_path, f"corpus-{number}")
    assert (tmp_path / "encoder" / "manifest.json").exists()


@pytest.mark.parametrize(
    "name", ["bm25_contributions.npy", "bm25_vocabulary.json", "clauses.jsonl", "documents.json", "embeddings.npy"]
)
@pytest.mark.parametrize("damage", ["flipped", "gone"])
def test_a_damaged_file_is_refused_with_what_to_do(build: Build, tmp_path: Path, name: str, damage: str) -> None:
    path = build(tmp_path).folder / name
    if damage == "gone":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(IndexLoadError, match="gongyou index build"):
        load_index(tmp_path)


def damage(path: Path, kind: str) -> None:
    if kind == "gone":
        path.unlink()
    elif kind == "cut short":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


@pytest.mark.parametrize("kind", ["flipped", "cut short", "gone"])
def test_while_any_file_of_the_current_build_is_damaged_the_previous_one_is_served(
    build: Build, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    previous, current = build(tmp_path, "corpus-1"), build(tmp_path, "corpus-2")
    whole = files_of(current.folder)
    assert len(whole) == 17
    for name, content in whole.items():
        damage(current.folder / name, kind)
        caplog.clear()
        with caplog.at_level(logging.WARNING, "gongyou.retrieval"):
            index = load_index(tmp_path)
        assert (index.build_id, index.corpus_hash, index.is_fallback) == (previous.build_id, "corpus-1", True), name
        assert previous.build_id in caplog.text
        (current.folder / name).write_bytes(content)
    assert (load_index(tmp_path).build_id, load_index(tmp_path).is_fallback) == (current.build_id, False)


@pytest.mark.parametrize(
    "fact", ["corpus_hash", "encoder", "lexicon_hash", "dictionary_hash", "format", "counts", "files"]
)
def test_a_manifest_that_was_changed_is_not_believed(build: Build, tmp_path: Path, fact: str) -> None:
    path = build(tmp_path).folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest[fact] = {} if fact == "files" else "changed"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(IndexLoadError, match=r"损坏.*gongyou index build"):
        load_index(tmp_path)


def test_the_newest_intact_build_stands_in(build: Build, tmp_path: Path) -> None:
    oldest = build(tmp_path / "elsewhere", "corpus-0").folder
    older, newer, current = (build(tmp_path, f"corpus-{number}").folder for number in (1, 2, 3))
    shutil.copytree(oldest, tmp_path / oldest.name)
    for age, folder in enumerate((current, newer, tmp_path / oldest.name)):
        os.utime(folder, ns=(10**18 - age, 10**18 - age))
    assert not older.exists()
    damage(current / "clauses.jsonl", "flipped")
    assert load_index(tmp_path).build_id == newer.name
    damage(newer / "embeddings.npy", "gone")
    assert load_index(tmp_path).build_id == oldest.name
    damage(tmp_path / oldest.name / "manifest.json", "flipped")
    with pytest.raises(IndexLoadError, match="gongyou index build"):
        load_index(tmp_path)


def test_a_lost_current_file_leaves_the_builds_in_service(build: Build, tmp_path: Path) -> None:
    report = build(tmp_path)
    (tmp_path / "CURRENT").unlink()
    index = load_index(tmp_path)
    assert (index.build_id, index.is_fallback) == (report.build_id, True)
    build(tmp_path)
    assert not load_index(tmp_path).is_fallback


def test_a_damaged_build_is_replaced_by_building_again(build: Build, tmp_path: Path) -> None:
    folder = build(tmp_path).folder
    (folder / "clauses.jsonl").write_text("[]", encoding="utf-8")
    build(tmp_path)
    assert len(load_index(tmp_path).clauses) == 8


@pytest.mark.parametrize("content", ["../../etc", "", "xyz"])
def test_a_current_file_that_is_no_build_id_is_not_followed(build: Build, tmp_path: Path, content: str) -> None:
    folder = build(tmp_path).folder
    (tmp_path / "CURRENT").write_text(content, encoding="utf-8")
    assert load_index(tmp_path).is_fallback
    shutil.rmtree(folder)
    with pytest.raises(IndexLoadError, match="gongyou index build"):
        load_index(tmp_path)


def test_a_manifest_that_points_outside_its_build_is_refused(build: Build, tmp_path: Path) -> None:
    folder = build(tmp_path).folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["../CURRENT"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(IndexLoadError, match="损坏"):
        load_index(tmp_path)


def test_without_an_index_loading_says_what_to_do(tmp_path: Path) -> None:
    assert current_build_id(tmp_path) is None
    with pytest.raises(IndexLoadError, match="gongyou index build"):
        load_index(tmp_path)


def test_two_builders_do_not_write_at_once(build: Build, tmp_path: Path) -> None:
    build(tmp_path)
    with (tmp_path / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(IndexBuildError, match="另一个进程"):
            build(tmp_path, "corpus-2")


def test_an_abandoned_staging_folder_is_cleared_away(build: Build, tmp_path: Path) -> None:
    (tmp_path / ".building-1").mkdir(parents=True)
    (tmp_path / ".building-1" / "clauses.jsonl").write_text("[", encoding="utf-8")
    build(tmp_path)
    assert not (tmp_path / ".building-1").exists()


def test_ids_that_do_not_fit_together_are_refused(
    documents: list[PolicyDocument], clauses: list[Clause], encoder: Encoder, lexicon: Lexicon, tmp_path: Path
) -> None:
    def attempt(some_documents: list[PolicyDocument], some_clauses: list[Clause]) -> None:
        build_index(some_documents, some_clauses, encoder=encoder, lexicon=lexicon, corpus_hash="c", index_dir=tmp_path)

    with pytest.raises(IndexBuildError, match="找不到所属文件：sanming"):
        attempt(documents[:2], clauses)
    with pytest.raises(IndexBuildError, match="重复"):
        attempt(documents, [*clauses, clauses[0]])
    with pytest.raises(IndexBuildError, match="没有可以索引的条款"):
        attempt(documents, [])
