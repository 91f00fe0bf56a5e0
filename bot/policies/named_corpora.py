"""Corpora beside the shipped one, each a folder under the data directory with its own index.

::

    <data_dir>/corpora/<name>/
      corpus.json         what it is: source, counts, content hash
      articles.jsonl.gz   the imported file (``.jsonl`` where it came unpacked), byte for byte
      indexes/            its builds
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.domain.errors import CorpusError
from bot.policies.law_articles import LawArticles, read_law_articles

FACTS_FILE = "corpus.json"
INDEX_FOLDER = "indexes"
SHIPPED = "policies"
"""The name that stands for the corpus of policies that the product comes with."""
_NAME = re.compile(r"[\w][\w-]{0,39}")
_KEPT_NAMES = {".gz": "articles.jsonl.gz"}


@dataclass(frozen=True, slots=True)
class NamedCorpus:
    """A corpus that was imported.

    Attributes:
        name: what it is called on the command line.
        folder: where it lies.
        source: name of the file that it was imported from.
        file_name: the copy in the folder.
        documents: how many.
        clauses: how many.
        content_hash: SHA-256 (hex) of the file.
    """

    name: str
    folder: Path
    source: str
    file_name: str
    documents: int
    clauses: int
    content_hash: str

    @property
    def index_dir(self) -> Path:
        """Where its builds lie."""
        return self.folder / INDEX_FOLDER

    def read(self) -> LawArticles:
        """Its documents and clauses.

        Raises:
            CorpusError: the kept file cannot be read any more.
        """
        return read_law_articles(self.folder / self.file_name)


def import_corpus(corpora_dir: Path, source: Path, name: str, *, replace: bool = False) -> NamedCorpus:
    """Keep a copy of a file of articles as a named corpus.

    Args:
        corpora_dir: the folder of all named corpora.
        source: see `bot.policies.law_articles`.
        name: letters, digits, ``-`` and ``_``, Chinese too.
        replace: whether a corpus of that name may be overwritten; its builds go with it.

    Raises:
        CorpusError: the name cannot be used or is taken, or the file cannot be read.
    """
    folder = corpora_dir / checked_name(name)
    if folder.exists() and not replace:
        raise CorpusError(f"已经有一个语料库叫 {name}：换个名字，或加上 --replace 用新文件替换它。")
    read = read_law_articles(source)
    content = source.read_bytes()
    corpus = NamedCorpus(
        name=name,
        folder=folder,
        source=source.name,
        file_name=_KEPT_NAMES.get(source.suffix, "articles.jsonl"),
        documents=len(read.documents),
        clauses=len(read.clauses),
        content_hash=content_hash(source),
    )
    _keep(corpus, content)
    return corpus


def content_hash(source: Path) -> str:
    """SHA-256 (hex) of a file.

    Raises:
        CorpusError: it cannot be read.
    """
    try:
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(f"读不了 {source}：{error}。请确认路径正确。") from error


def named_corpora(corpora_dir: Path) -> list[NamedCorpus]:
    """All corpora of the folder, by name."""
    if not corpora_dir.is_dir():
        return []
    return [open_corpus(corpora_dir, path.parent.name) for path in sorted(corpora_dir.glob(f"*/{FACTS_FILE}"))]


def open_corpus(corpora_dir: Path, name: str) -> NamedCorpus:
    """A corpus by its name.

    Raises:
        CorpusError: there is none of that name, or its facts are damaged.
    """
    folder = corpora_dir / checked_name(name)
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        return NamedCorpus(name=name, folder=folder, **facts)
    except FileNotFoundError:
        raise CorpusError(
            f"没有叫 {name} 的语料库：用 gongyou corpus list 看有哪些，"
            f"用 gongyou corpus import 文件 --name {name} 导入。"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise CorpusError(
            f"语料库 {name} 的说明 {folder / FACTS_FILE} 坏了（{error}），请加 --replace 重新导入。"
        ) from error


def checked_name(name: str) -> str:
    """The name, where it can be one.

    Raises:
        CorpusError: it cannot.
    """
    if name == SHIPPED or not _NAME.fullmatch(name):
        raise CorpusError(
            f"语料库不能叫“{name}”：用字母、数字、汉字、- 和 _，最多 40 个字，也不能是 {SHIPPED}（自带的政策）。"
        )
    return name


def _keep(corpus: NamedCorpus, content: bytes) -> None:
    staging = corpus.folder.with_name(f".importing-{corpus.name}")
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        (staging / corpus.file_name).write_bytes(content)
        facts = {key: value for key, value in asdict(corpus).items() if key not in {"name", "folder"}}
        (staging / FACTS_FILE).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if corpus.folder.exists():
            shutil.rmtree(corpus.folder)
        staging.rename(corpus.folder)
    except OSError as error:
        raise CorpusError(f"语料库写不进 {corpus.folder}（{error}）：请检查磁盘空间和目录权限。") from error
