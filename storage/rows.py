"""Objects as rows of the index and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .base import Attributes, Listing, ObjectInfo

Row = tuple[Any, ...]
"""A row of the index; where it stands for an object, `OBJECT_COLUMNS` in their order."""

OBJECT_COLUMNS = "key, size, etag, crc64, modified_ms, object_type, attributes, blob, version"
"""The columns of an object beside its bucket; the key comes first because listings work on it."""

BLOB, VERSION = 7, 8
"""Where a row has its blob, which is None in a delete marker's, and its version id."""


@dataclass(frozen=True)
class StoredObject:
    """An object and the name of the blob that holds its content."""

    info: ObjectInfo
    blob: str


def stored_object(bucket: str, row: Row) -> StoredObject:
    """The object that a row stands for, with its blob."""
    return StoredObject(object_info(bucket, row), row[BLOB])


def object_info(bucket: str, row: Row) -> ObjectInfo:
    """The object, or the delete marker, that a row stands for."""
    key, size, etag, crc64, modified_ms, object_type, attributes, _, version = row
    told = unpacked(attributes)
    return ObjectInfo(bucket, key.decode(), size, etag, int.from_bytes(crc64), modified_ms, object_type, told, version)


def object_row(stored: StoredObject) -> Row:
    """The row of an object."""
    info = stored.info
    described = (info.size, info.etag, info.crc64.to_bytes(8), info.modified_ms, info.object_type)
    return (info.key.encode(), *described, packed(info.attributes), stored.blob, info.version_id)


def packed(attributes: Attributes) -> str:
    """Attributes as the JSON text of one column, without those that nobody told."""
    told = vars(attributes) | {"user_metadata": dict(attributes.user_metadata), "tags": dict(attributes.tags)}
    return json.dumps({name: value for name, value in told.items() if value not in (None, {})})


@lru_cache(maxsize=256)
def unpacked(text: str) -> Attributes:
    """The attributes that `packed` wrote; one that is not there, or was added to the class later, is its default.

    Most objects of a bucket are told the same, so a listing finds nearly all of its attributes here.
    """
    return Attributes(**json.loads(text))


def listing_of(bucket: str, page: list[Row | bytes], *, is_truncated: bool) -> Listing:
    """The page that rows and common prefixes (bare bytes), in their common order, make up."""
    last = _name(page[-1]) if page and is_truncated else None
    return Listing(
        entries=tuple(stored_object(bucket, item).info for item in page if not isinstance(item, bytes)),
        prefixes=tuple(item.decode() for item in page if isinstance(item, bytes)),
        next_marker=last,
    )


def _name(item: Row | bytes) -> str:
    name: bytes = item if isinstance(item, bytes) else item[0]
    return name.decode()
