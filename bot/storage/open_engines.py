"""Chooses the engines by their URLs. The servers' libraries are imported only where a URL asks for them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from bot.domain.errors import SettingsError
from bot.ports import Cache, Clock, DocumentStore, FileStore
from bot.storage.document_cache import DocumentCache
from bot.storage.folder_files import FolderFileStore
from bot.storage.guarded_documents import GuardedDocumentStore
from bot.storage.guarded_files import GuardedFileStore
from bot.storage.resilient_cache import FallbackCache

UNNAMED_SCHEME = "?"
_MONGO_SCHEMES = ("mongodb", "mongodb+srv")
_REDIS_SCHEMES = ("redis", "rediss", "unix")


async def open_documents(url: str, default_path: Path, *, alone: bool = False) -> DocumentStore:
    """Open the document store.

    Args:
        url: empty: SQLite at ``default_path``; ``sqlite:///relative/path`` or ``sqlite:////absolute/path``;
            ``mongodb://…`` or ``mongodb+srv://…``, whose path names the database (``gongyou`` where it has none),
            behind a circuit breaker.
        default_path: the embedded store's file.
        alone: refuse while another process has the SQLite file open, and keep others out meanwhile.

    Raises:
        SettingsError: the URL is none of these.
        StoreUnavailableError: the SQLite file cannot be opened or is kept by another process. A server is not asked
            before the first use.
    """
    scheme = _scheme(url)
    if scheme in _MONGO_SCHEMES:
        return _open_mongo_documents(url)
    if scheme not in ("", "sqlite"):
        raise SettingsError(
            f"不认识的文档库地址（{_shown(scheme)}）：GONGYOU_DOCUMENTS_URL 可以留空（用自带的 SQLite）、"
            "写 sqlite:///路径，或写 mongodb://主机:端口/库名"
        )
    from bot.storage.sqlite_documents import SqliteDocumentStore  # noqa: PLC0415 - only the chosen engine is loaded

    return await SqliteDocumentStore.open(_path(url, default_path, "GONGYOU_DOCUMENTS_URL"), alone=alone)


async def open_cache(url: str, default_path: Path, *, clock: Clock, documents: DocumentStore | None = None) -> Cache:
    """Open the cache.

    Args:
        url: empty: SQLite at ``default_path``; ``sqlite:///…`` as for documents; ``redis://…``, ``rediss://…`` or
            ``unix://…``.
        default_path: the embedded cache's file, better not the documents'.
        clock: decides what is expired in the embedded cache.
        documents: goes on in the server's place while that is away; without it, calls fail meanwhile. It is not
            closed with the cache.

    Raises:
        SettingsError: the URL is none of these.
        StoreUnavailableError: the SQLite file cannot be opened. A server is not asked before the first use.
    """
    scheme = _scheme(url)
    if scheme in _REDIS_SCHEMES:
        cache = _open_redis(url)
        return cache if documents is None else FallbackCache(cache, DocumentCache(documents, clock), clock)
    if scheme not in ("", "sqlite"):
        raise SettingsError(
            f"不认识的缓存地址（{_shown(scheme)}）：GONGYOU_CACHE_URL 可以留空（用自带的 SQLite）、"
            "写 sqlite:///路径，或写 redis://主机:端口/库号"
        )
    from bot.storage.sqlite_cache import SqliteCache  # noqa: PLC0415 - only the chosen engine is loaded

    return await SqliteCache.open(_path(url, default_path, "GONGYOU_CACHE_URL"), clock=clock)


async def open_files(url: str, default_path: Path) -> FileStore:
    """Open the file store.

    Args:
        url: empty: a folder at ``default_path``; ``file:///relative/path`` or ``file:////absolute/path``;
            ``mongodb://…``: GridFS, behind a circuit breaker. The documents' URL will do: with ``sqlite:///…`` files
            lie at ``default_path``.
        default_path: the embedded store's folder.

    Raises:
        SettingsError: the URL is none of these.
    """
    scheme = _scheme(url)
    if scheme in _MONGO_SCHEMES:
        return _open_mongo_files(url)
    if scheme == "sqlite":
        return FolderFileStore(default_path)
    if scheme not in ("", "file"):
        raise SettingsError(
            f"不认识的文件库地址（{_shown(scheme)}）：可以留空（用数据目录下的文件夹）、"
            "写 file:///路径，或写 mongodb://主机:端口/库名（存进 GridFS）"
        )
    return FolderFileStore(_path(url, default_path, "文件库地址"))


def is_embedded(documents_url: str) -> bool:
    """Whether a document store's URL means a file on this host."""
    return _scheme(documents_url) in ("", "sqlite")


def _scheme(url: str) -> str:
    """What stands before ``://``; never the rest, which may hold a password."""
    if not url.strip():
        return ""
    scheme, separator, _ = url.strip().partition("://")
    return scheme.lower() if scheme and separator else UNNAMED_SCHEME


def _shown(scheme: str) -> str:
    return "没有写协议" if scheme == UNNAMED_SCHEME else f"{scheme}://…"


def _path(url: str, default_path: Path, setting: str) -> Path:
    if not url.strip():
        return default_path
    host, slash, path = url.strip().partition("://")[2].partition("/")
    if host or not slash or not path:
        raise SettingsError(
            f"{setting} 写得不完整：相对路径写 sqlite:///目录/文件，绝对路径写 sqlite:////目录/文件"
            "（文件夹则把 sqlite 换成 file）"
        )
    return Path(unquote(path))


def _open_mongo_documents(url: str) -> DocumentStore:
    from pymongo.errors import PyMongoError  # noqa: PLC0415 - only the chosen engine is loaded

    from bot.storage.mongo_documents import MongoDocumentStore  # noqa: PLC0415

    try:
        return GuardedDocumentStore(MongoDocumentStore.open(url), "MongoDB")
    except (PyMongoError, ValueError) as error:
        raise _unreadable("GONGYOU_DOCUMENTS_URL", "mongodb://账号:密码@主机:端口/库名") from error


def _open_mongo_files(url: str) -> FileStore:
    from pymongo.errors import PyMongoError  # noqa: PLC0415 - only the chosen engine is loaded

    from bot.storage.mongo_files import GridFsFileStore  # noqa: PLC0415

    try:
        return GuardedFileStore(GridFsFileStore.open_url(url), "MongoDB")
    except (PyMongoError, ValueError) as error:
        raise _unreadable("文件库地址", "mongodb://账号:密码@主机:端口/库名") from error


def _open_redis(url: str) -> Cache:
    from bot.storage.redis_cache import RedisCache  # noqa: PLC0415 - only the chosen engine is loaded

    try:
        return RedisCache.open(url)
    except ValueError as error:
        raise _unreadable("GONGYOU_CACHE_URL", "redis://:密码@主机:端口/库号") from error


def _unreadable(setting: str, example: str) -> SettingsError:
    return SettingsError(f"{setting} 读不懂，应写成 {example}；密码里的特殊字符（如 @ : /）要写成 %40 这样的编码")
