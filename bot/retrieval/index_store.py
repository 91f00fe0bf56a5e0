"""An index on disk: written whole, switched atomically, checked when read.

::

    indexes/
      CURRENT                 the build id in use; replaced in one step
      <build_id>/             one build: manifest.json and the files it lists with their SHA-256
      .lock                   held by whoever writes

A reader follows ``CURRENT`` once and then reads only that build, so it sees the old index or the new one, never a mix.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import IndexBuildError, IndexLoadError

CURRENT_FILE = "CURRENT"
MANIFEST_FILE = "manifest.json"
LOCK_FILE = ".lock"
BUILDS_KEPT = 2

_THREADS = 2
"""Hashing and syncing leave the interpreter to others."""
_STAGING_PREFIX = ".building-"
_BUILD_ID_DIGITS = 16
_BUILD_ID = re.compile(rf"[0-9a-f]{{{_BUILD_ID_DIGITS}}}")
_REBUILD = "请运行 gongyou index build 重新建立索引"


def current_build_id(index_dir: Path) -> str | None:
    """The build in use, or None where there is none yet.

    Raises:
        IndexLoadError: ``CURRENT`` holds something that is not a build id.
    """
    try:
        build_id = (index_dir / CURRENT_FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"读不出 {index_dir / CURRENT_FILE}，{_REBUILD}"
        raise IndexLoadError(msg) from error
    if not _BUILD_ID.fullmatch(build_id):
        msg = f"{index_dir / CURRENT_FILE} 的内容不是索引编号，{_REBUILD}"
        raise IndexLoadError(msg)
    return build_id


def build_ids(index_dir: Path) -> list[str]:
    """All builds in the folder, the newest first, intact or not."""
    if not index_dir.is_dir():
        return []
    return [path.name for path in sorted(_builds(index_dir), key=_made_ns, reverse=True)]


@contextmanager
def writing(index_dir: Path) -> Iterator[Path]:
    """Hold the index folder for writing; yields an empty staging folder that is gone afterwards unless published.

    Raises:
        IndexBuildError: the folder cannot be written, or somebody else is building.
    """
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        lock = (index_dir / LOCK_FILE).open("w")
    except OSError as error:
        msg = f"索引目录 {index_dir} 不能写入，请检查目录权限和磁盘空间"
        raise IndexBuildError(msg) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IndexBuildError("另一个进程正在建立索引，请等它完成后再试") from error
        for abandoned in index_dir.glob(f"{_STAGING_PREFIX}*"):
            shutil.rmtree(abandoned)
        staging = index_dir / f"{_STAGING_PREFIX}{os.getpid()}"
        staging.mkdir()
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def publish(index_dir: Path, staging: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Seal a staged build with its manifest, move it into place and make it current; older builds are pruned.

    Args:
        index_dir: the folder of all builds, held by `writing`.
        staging: the folder with the build's files.
        facts: what the manifest says besides the checksums.

    Returns:
        The manifest. Its ``build_id`` is a hash of everything else in it, so that a build differs by name wherever it
        differs in any byte.
    """
    paths = sorted(staging.iterdir())
    with ThreadPoolExecutor(_THREADS) as threads:
        files = dict(zip((path.name for path in paths), threads.map(_sha256, paths), strict=True))
    content = {**facts, "files": files}
    build_id = _build_id_of(content)
    manifest = {"build_id": build_id, **content}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (staging / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(_sync, staging.iterdir()))
    _sync(staging)
    target = index_dir / build_id
    if target.exists():
        shutil.rmtree(target) if not _is_intact(target) else None
    if not target.exists():
        staging.rename(target)
        _sync(index_dir)
    previous = _readable_current(index_dir)
    switch(index_dir, build_id)
    _prune(index_dir, {build_id, previous})
    return manifest


def switch(index_dir: Path, build_id: str) -> None:
    """Make a build current in one step."""
    fresh = index_dir / f".{CURRENT_FILE}.{os.getpid()}"
    fresh.write_text(build_id + "\n", encoding="ascii")
    _sync(fresh)
    fresh.replace(index_dir / CURRENT_FILE)
    _sync(index_dir)


def verified_manifest(index_dir: Path, build_id: str) -> dict[str, Any]:
    """The manifest of a build whose files are all as they were written.

    Raises:
        IndexLoadError: the build is not there, or a file of it is missing or damaged.
    """
    folder = index_dir / build_id
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        expected = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"索引 {folder} 不完整，{_REBUILD}"
        raise IndexLoadError(msg) from error
    if _build_id_of({key: value for key, value in manifest.items() if key != "build_id"}) != build_id:
        msg = f"索引文件 {folder / MANIFEST_FILE} 已损坏，{_REBUILD}"
        raise IndexLoadError(msg)
    for name, checksum in expected.items():
        path = folder / name
        if Path(name).name != name or not path.is_file() or _sha256(path) != checksum:
            msg = f"索引文件 {path} 已损坏或缺失，{_REBUILD}"
            raise IndexLoadError(msg)
    return manifest


def write_json(path: Path, content: object) -> None:
    """Write JSON; equal contents give equal bytes."""
    path.write_bytes(canonical_json(content) + b"\n")


def save_rows(path: Path, parts: Sequence[NDArray[Any]]) -> None:
    """Write arrays as one, the rows of one below those of the other: the bytes of `numpy.save`, without the copy."""
    whole = {
        "descr": np.lib.format.dtype_to_descr(parts[0].dtype),
        "fortran_order": False,
        "shape": (sum(map(len, parts)), *parts[0].shape[1:]),
    }
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, whole)
        for part in parts:
            file.write(np.ascontiguousarray(part).data)


def canonical_json(content: object) -> bytes:
    """JSON in one line: equal contents give equal bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _is_intact(folder: Path) -> bool:
    try:
        verified_manifest(folder.parent, folder.name)
    except IndexLoadError:
        return False
    return True


def _readable_current(index_dir: Path) -> str | None:
    try:
        return current_build_id(index_dir)
    except IndexLoadError:
        return None


def _prune(index_dir: Path, kept: set[str | None]) -> None:
    builds = _builds(index_dir)
    others = sorted((path for path in builds if path.name not in kept), key=_made_ns)
    room = max(0, BUILDS_KEPT - sum(path.name in kept for path in builds))
    for path in others[: len(others) - room]:
        shutil.rmtree(path)


def _build_id_of(content: Mapping[str, Any]) -> str:
    """The name of a build: a hash of all that its manifest says besides the name itself."""
    return hashlib.sha256(canonical_json(content)).hexdigest()[:_BUILD_ID_DIGITS]


def _builds(index_dir: Path) -> list[Path]:
    return [path for path in index_dir.iterdir() if path.is_dir() and _BUILD_ID.fullmatch(path.name)]


def _made_ns(build: Path) -> int:
    return build.stat().st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
