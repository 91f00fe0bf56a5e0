"""The MongoDB client: the one place that names motor's constructor, and the translation of its errors.

motor is used because the product's owner asked for it; it is past its end of life in favour of
``pymongo.AsyncMongoClient``, and the move would be this file and the constructors' annotations.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypeAlias

from bson.codec_options import TypeDecoder, TypeRegistry
from bson.int64 import Int64
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    InvalidOperation,
    PyMongoError,
    WTimeoutError,
)
from pymongo.errors import DuplicateKeyError as MongoDuplicateKeyError

from bot.domain.errors import DuplicateKeyError, StoreError, StoreUnavailableError

MongoClient: TypeAlias = AsyncIOMotorClient[dict[str, Any]]
MongoDatabase: TypeAlias = AsyncIOMotorDatabase[dict[str, Any]]

DEFAULT_DATABASE = "gongyou"
DEFAULT_TIMEOUTS_MS = {"serverSelectionTimeoutMS": 1500, "connectTimeoutMS": 1500, "socketTimeoutMS": 1500}
"""A worker's answer is due within 5 s: who asks a server that is away must know it well before."""
LONG_WORK_S = 60.0
"""For what may rightly take long: building an index, deleting many documents."""


class _PlainIntegers(TypeDecoder):
    """Reads 64-bit integers as ``int``: pymongo's own subclass of it could not be stored again by our rules."""

    bson_type = Int64

    def transform_bson(self, value: Any) -> int:  # noqa: ANN401 - pymongo's signature
        return int(value)


def connect(url: str) -> tuple[MongoClient, MongoDatabase]:
    """Prepare a client and its database; it connects when first used and belongs to the running event loop.

    A write counts when a majority of the servers has it in its journal.

    Args:
        url: ``mongodb://`` or ``mongodb+srv://``; its path names the database; its options may set the
            timeouts, not the write concern.

    Raises:
        pymongo.errors.PyMongoError: the URL cannot be read.
    """
    options: dict[str, Any] = {"tz_aware": True, "w": "majority", "journal": True}
    options["type_registry"] = TypeRegistry([_PlainIntegers()])
    spelled = url.lower()  # a keyword would win over the URL
    options |= {name: timeout for name, timeout in DEFAULT_TIMEOUTS_MS.items() if name.lower() not in spelled}
    client: MongoClient = AsyncIOMotorClient(url, **options)
    return client, client.get_default_database(DEFAULT_DATABASE)


@contextlib.contextmanager
def errors_translated() -> Iterator[None]:
    """Raise the product's errors for pymongo's."""
    try:
        yield
    except MongoDuplicateKeyError as error:
        raise DuplicateKeyError("已有相同编号或相同唯一字段的记录，请换一个再存") from error
    except (ConnectionFailure, ExecutionTimeout, InvalidOperation, WTimeoutError) as error:
        raise StoreUnavailableError("连不上 MongoDB；请检查 GONGYOU_DOCUMENTS_URL 和 MongoDB 服务是否正常") from error
    except PyMongoError as error:
        raise StoreError(f"MongoDB 拒绝了请求（{error}）；请检查 MongoDB 的版本、配置和账号权限") from error
