"""Words for BM25 and tokens for the encoder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jieba
import pytest

from bot.language import word_segmenter
from bot.language.word_segmenter import (
    DOMAIN_TERMS_FILE,
    DomainTerm,
    dictionary_hash,
    domain_terms,
    private_cache_directory,
    search_tokens,
    warm_up,
    words,
)


@pytest.fixture
def a_fresh_segmenter() -> Iterator[None]:
    word_segmenter._build_tokenizer.cache_clear()
    yield
    word_segmenter._build_tokenizer.cache_clear()


def test_words_come_in_order_without_punctuation_and_white_space() -> None:
    assert words("打工 受伤，怎么办？\n") == ["打工", "受伤", "怎么办"]


def test_fullwidth_letters_digits_and_pdf_radicals_become_ordinary() -> None:
    assert words("ＡＢＣ１２３") == ["abc123"]
    assert words("⼯资") == ["工资"]


def test_words_keep_repeats_because_bm25_counts_them() -> None:
    assert words("工资工资") == ["工资", "工资"]


def test_search_tokens_hold_the_words_inside_a_long_word_and_every_character() -> None:
    tokens = search_tokens("中华人民共和国")
    assert {"中华", "人民", "共和国", "中华人民共和国"} <= set(tokens)
    assert tokens[-7:] == list("中华人民共和国")


def test_search_tokens_drop_single_letters_and_signs_but_keep_figures() -> None:
    assert search_tokens("补 3000 元/a！") == ["3000", "补", "元"]


def test_no_search_token_holds_white_space() -> None:
    assert all(not any(c.isspace() for c in token) for token in search_tokens("工伤\u3000保险 \t社保\u00a0卡"))


@pytest.mark.parametrize("text", ["", "  \n", "，。！？", "😀"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert words(text) == []
    assert search_tokens(text) == []


@pytest.mark.usefixtures("a_fresh_segmenter")
def test_threads_that_start_together_share_one_dictionary() -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        cut = list(pool.map(words, ["拖欠农民工工资怎么投诉"] * 16))
    assert all(each == cut[0] for each in cut)
    assert word_segmenter._build_tokenizer.cache_info().misses == 1


def test_the_cache_directory_is_made_for_this_account_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    directory = private_cache_directory()
    assert directory == tmp_path / "gongyou"
    assert directory.stat().st_mode & 0o777 == 0o700


def test_a_cache_directory_open_to_others_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "gongyou").mkdir()
    (tmp_path / "gongyou").chmod(0o777)
    assert private_cache_directory() is None


def test_a_link_in_place_of_the_cache_directory_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "gongyou").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert private_cache_directory() is None


@pytest.mark.usefixtures("a_fresh_segmenter")
def test_without_a_cache_directory_the_words_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "外出务工人员随迁子女在流入地参加升学考试"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with_cache = words(text)
    (cache,) = (tmp_path / "gongyou").iterdir()
    assert cache.name.startswith("jieba-")
    word_segmenter._build_tokenizer.cache_clear()
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    assert private_cache_directory() is None
    assert words(text) == with_cache


def test_a_fresh_process_imports_and_cuts_without_a_warning_or_a_word_on_stderr(tmp_path: Path) -> None:
    script = "from bot.language.word_segmenter import warm_up, words; warm_up(); print(words('欠薪'))"
    root = Path(word_segmenter.__file__).parents[2]
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-W", "error", "-c", script],
        cwd=root,
        env={"XDG_CACHE_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "['欠薪']"
    assert done.stderr == ""


@pytest.mark.usefixtures("a_fresh_segmenter")
def test_warming_up_twice_loads_once() -> None:
    warm_up()
    warm_up()
    assert word_segmenter._build_tokenizer.cache_info().misses == 1


@pytest.mark.parametrize(
    ("sentence", "cut"),
    [
        ("人社局的公租房", "人社局 的 公租房"),
        ("落实援企稳岗政策，支持返乡入乡创业", "落实 援企稳岗 政策 支持 返乡入乡 创业"),
        ("引导农民工参加以工代训和求学圆梦行动", "引导 农民工 参加 以工代训 和 求学圆梦 行动"),
        ("符合条件的可申请创业担保贷款并给予贴息", "符合条件 的 可 申请 创业担保贷款 并 给予 贴息"),
        ("按国家规定缴存工资保证金", "按 国家 规定 缴存 工资保证金"),
        ("加强农村留守儿童关爱保护", "加强 农村 留守儿童 关爱 保护"),
        ("基本养老保险关系转移接续", "基本 养老保险 关系 转移接续"),
        ("引导农民工参加职业技能培训", "引导 农民工 参加 职业技能 培训"),
    ],
)
def test_domain_terms_stay_whole_in_the_sentences_of_policies(sentence: str, cut: str) -> None:
    assert words(sentence) == cut.split()


def test_every_domain_term_is_listed_once_and_is_one_word() -> None:
    terms = [term.text for term in domain_terms()]
    assert len(terms) > 400
    assert len(terms) == len(set(terms))
    assert [term for term in terms if words(term) != [term]] == []


def test_the_terms_that_are_read_are_those_of_the_corpus() -> None:
    room, root = Path(word_segmenter.__file__).parent, Path(word_segmenter.__file__).parents[2]
    read = (room / DOMAIN_TERMS_FILE).read_bytes()
    assert read == (root / "corpus" / "vocabulary" / DOMAIN_TERMS_FILE).read_bytes()


@pytest.mark.parametrize("term", ["创业担保贷款", "工资保证金", "异地就医备案", "失业保险金", "乡村振兴局", "留守儿童"])
def test_a_domain_term_still_comes_with_the_words_inside_it(term: str) -> None:
    inside = jieba.Tokenizer().cut(term)
    assert {*inside, term} - {"局", "金"} <= set(search_tokens(term))


def test_other_terms_have_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dictionary_hash()
    monkeypatch.setattr(word_segmenter, "domain_terms", lambda: (*domain_terms(), DomainTerm("新词", 3, "n")))
    dictionary_hash.cache_clear()
    assert dictionary_hash() != before
    monkeypatch.undo()
    dictionary_hash.cache_clear()
    assert dictionary_hash() == before


def test_a_very_long_run_of_characters_is_cut_as_ever_but_not_kept_in_memory() -> None:
    word_segmenter._kept_cut.cache_clear()
    run = "创业补贴" * 200
    assert search_tokens(run).count("创业") == 200
    assert word_segmenter._kept_cut.cache_info().currsize == 0
    search_tokens("创业补贴")
    assert word_segmenter._kept_cut.cache_info().currsize == 1


def test_a_message_is_cut_once_for_its_words_its_vector_and_its_clauses() -> None:
    word_segmenter._kept_cut.cache_clear()
    words("师傅，工地拖欠工资怎么投诉，附近有没有夜校")
    search_tokens("师傅，工地拖欠工资怎么投诉，附近有没有夜校")
    words("工地拖欠工资怎么投诉")
    assert word_segmenter._kept_cut.cache_info().misses == 3


@pytest.mark.parametrize("text", ["é㐀我在三明①②", "Ⅷ级工 a-b_c 50%", "ΩД，カタ한👍\u3000１½"])
def test_letters_that_jieba_knows_nothing_of_are_words_as_it_gives_them(text: str) -> None:
    cut = word_segmenter._tokenizer().cut(word_segmenter.normalise(text))
    assert words(text) == [word for word in cut if any(character.isalnum() for character in word)]
