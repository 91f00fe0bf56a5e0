"""Training on made-up data, in seconds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from bot.domain.errors import EncoderError
from bot.retrieval.encoder import StaticEncoder, load_encoder, presegment
from bot.retrieval.encoder_folder import save_encoder
from bot.retrieval.encoder_training import TrainingOptions, TrainingReport, train_encoder
from bot.retrieval.training_data import PolicyQuestion, is_held_out, read_training_data

SUBJECTS = {
    "劳动报酬应当按月足额支付": "老板欠我工钱不给咋整",
    "参加工伤保险由单位缴费并认定": "干活摔断了腿找哪个",
    "公共租赁住房向无房职工出租": "没钱租房子有便宜的房住吗",
    "义务教育阶段学生就近免试入学": "娃娃在城里念书行不行",
}
PLACES = ("镇", "县", "市", "省", "区", "乡")
EPOCHS = 30
POLICY_QUESTIONS = [
    PolicyQuestion(asked, text, document_id)
    for document_id in ("河东", "河西")
    for text, questions in {
        "建设标准化工地并公示维权信息": (
            "工地门口那个牌子写啥",
            "维权的牌子有没有",
            "牌子上写哪个管",
            "看不到牌子咋办",
        ),
        "为随迁老人提供体检": ("爹妈跟着来的有体检没", "老人体检要钱不", "老人能查身体不", "爹妈查身体去哪"),
    }.items()
    for asked in questions
]


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    articles = [
        {"name": f"{place}规定第{number}条", "content": f"{place}里{text}。", "gold_ids": [10 * number + at]}
        for at, place in enumerate(PLACES)
        for number, text in enumerate(SUBJECTS)
    ]
    questions = [
        {
            "query_id": 10 * number + at,
            "question": f"{place}里{asked}",
            "answer": None,
            "gold_ids": [10 * number + at],
        }
        for at, place in enumerate(PLACES)
        for number, asked in enumerate(SUBJECTS.values())
    ]
    write_rows(root / "stard/articles.jsonl.gz", articles)
    write_rows(root / "stard/train_queries.jsonl", questions)
    laws = [
        {"title": "办法", "chapter": "总则", "text": f"{text}，{place}负责。"} for text in SUBJECTS for place in PLACES
    ]
    write_rows(root / "laws/local.jsonl.gz", laws)
    (root / "lay_terms.tsv").write_text("# 工资\n工钱\t劳动报酬；工资\n", encoding="utf-8")
    return root


def train(
    data_dir: Path,
    output_dir: Path,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    steps: int = 2,
) -> TrainingReport:
    options = TrainingOptions(
        data_dir,
        output_dir,
        lexicon=data_dir / "lay_terms.tsv",
        dimension=16,
        seed=seed,
        steps=steps,
        epochs=epochs,
        question_batch=16,
        split_batch=8,
        headed_batch=4,
        term_batch=2,
        policy_batch=8,
        threads=1,
    )
    return train_encoder(options, lambda _line: None, POLICY_QUESTIONS)


@pytest.fixture(scope="module")
def trained(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainingReport]:
    folder = tmp_path_factory.mktemp("trained") / "encoder"
    return folder, train(data_dir, folder)


def closeness(folder: Path) -> float:
    encoder = StaticEncoder(folder)
    pairs = [(asked, text) for text, asked in SUBJECTS.items()]
    left, right = (encoder.encode([pair[side] for pair in pairs]) for side in (0, 1))
    scores = left @ right.T
    others = (scores.sum() - np.trace(scores)) / (len(pairs) * (len(pairs) - 1))
    return float(np.trace(scores) / len(pairs) - others)


def test_training_brings_a_question_nearer_to_its_article(
    data_dir: Path, trained: tuple[Path, TrainingReport], tmp_path: Path
) -> None:
    folder, _ = trained
    train(data_dir, tmp_path / "untrained", epochs=0)
    assert closeness(folder) > closeness(tmp_path / "untrained") + 0.3


def test_held_out_questions_are_found_better_after_training(trained: tuple[Path, TrainingReport]) -> None:
    _, report = trained
    assert report.holdout_questions > 0
    assert report.before is not None
    assert report.after is not None
    assert report.after.mrr_at_10 > report.before.mrr_at_10


def test_one_seed_gives_identical_bytes_and_another_seed_does_not(
    data_dir: Path, trained: tuple[Path, TrainingReport], tmp_path: Path
) -> None:
    folder, report = trained
    again = train(data_dir, tmp_path / "again")
    other = train(data_dir, tmp_path / "other", seed=1)
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
    assert again.encoder_name == report.encoder_name
    assert other.encoder_name != report.encoder_name


def test_the_saved_folder_loads_through_both_paths(trained: tuple[Path, TrainingReport]) -> None:
    folder, report = trained
    ours = load_encoder(str(folder))
    assert isinstance(ours, StaticEncoder)
    assert ours.name == report.encoder_name
    assert ours.dimension == report.dimension == 16
    theirs = SentenceTransformer(str(folder), device="cpu", local_files_only=True).float()
    texts = list(SUBJECTS)
    expected = theirs.encode([presegment(text) for text in texts], normalize_embeddings=True)
    np.testing.assert_allclose(ours.encode(texts), expected, atol=1e-5)


def test_the_marker_says_what_the_model_was_made_of(trained: tuple[Path, TrainingReport]) -> None:
    folder, report = trained
    marker = json.loads((folder / "gongyou_encoder.json").read_text(encoding="utf-8"))
    assert marker["presegment"] is True
    assert set(marker["data_sha256"]) == {
        "stard/articles.jsonl.gz",
        "stard/train_queries.jsonl",
        "laws/local.jsonl.gz",
        "lay_terms.tsv",
        "similar_questions",
    }
    assert marker["data_sha256"] == dict(report.data_sha256)
    assert marker["holdout"]["after"]["mrr_at_10"] == report.after.mrr_at_10 if report.after else False
    assert report.size_bytes == sum(path.stat().st_size for path in folder.iterdir())


def test_the_saved_files_can_be_read_by_other_accounts(trained: tuple[Path, TrainingReport]) -> None:
    folder, _ = trained
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_which_questions_are_held_out_hangs_on_their_ids_alone() -> None:
    held = [number for number in range(2000) if is_held_out(number, 0.15)]
    assert held == [number for number in reversed(range(2000)) if is_held_out(number, 0.15)][::-1]
    assert 0.12 < len(held) / 2000 < 0.18
    assert not any(is_held_out(number, 0.0) for number in range(2000))


def test_a_similar_question_finds_its_clause_after_training(trained: tuple[Path, TrainingReport]) -> None:
    encoder = StaticEncoder(trained[0])
    clauses = encoder.encode(list(dict.fromkeys(one.clause_text for one in POLICY_QUESTIONS)))
    scores = encoder.encode([one.text for one in POLICY_QUESTIONS[:8]]) @ clauses.T
    assert scores.argmax(axis=1).tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_held_out_similar_questions_are_measured(trained: tuple[Path, TrainingReport]) -> None:
    held = [one for one in POLICY_QUESTIONS if is_held_out(one.text, 0.15)]
    quality = trained[1].policy_after
    assert quality is not None
    assert quality.questions == len(held) > 0
    assert 0 <= quality.recall_at_1 <= quality.mrr_at_10 <= 1


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"stard/articles\.jsonl\.gz"):
        train(tmp_path, tmp_path / "encoder")


def test_damaged_data_is_named(data_dir: Path, tmp_path: Path) -> None:
    write_rows(tmp_path / "stard/articles.jsonl.gz", [{"name": "第一条", "content": "工资"}])
    (tmp_path / "stard/train_queries.jsonl").write_text('{"query_id": 1}\n', encoding="utf-8")
    with pytest.raises(EncoderError, match="train_queries"):
        read_training_data(tmp_path, None)
    assert read_training_data(data_dir, None).term_pairs == ()


def test_a_dimension_that_makes_no_vector_is_refused(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="--dimension"):
        train_encoder(TrainingOptions(data_dir, tmp_path / "encoder", dimension=0), lambda _line: None)


def test_a_model_that_would_be_too_large_is_refused_before_it_is_written(tmp_path: Path) -> None:
    table = np.zeros((11_000, 1024), dtype=np.float32)
    with pytest.raises(EncoderError, match=r"22\.5 MB"):
        save_encoder(tmp_path / "encoder", [str(row) for row in range(len(table))], table, {})
    assert not (tmp_path / "encoder").exists()
