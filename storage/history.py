"""What writing and deleting do to the versions of an object: steps within a transaction of the index.

`objects` has the current state of each key, `versions` what lies under it; of one key the greatest `sequence` is the
newest. A key without a row in `objects` is missing, or hidden by a delete marker, which then is its newest version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .base import ENABLED, NULL_VERSION, SUSPENDED, BucketInfo, Deletion, Named, ObjectInfo
from .errors import FileAlreadyExists
from .index import Connection, first_row
from .rows import OBJECT_COLUMNS, StoredObject, object_row
from .versions import new_version_id, next_sequence
from .writing import now_ms

_VERSION_COLUMNS = f"bucket, {OBJECT_COLUMNS}, sequence"
_AT = "bucket = ? AND key = ?"
_IS_VERSION = f"{_AT} AND version = ?"


def switch_object(
    db: Connection, bucket: BucketInfo, stored: StoredObject, *, overwrite: bool
) -> tuple[ObjectInfo, list[str]]:
    """Let the key mean this object from now on: the object with its version id, and the blobs now without a name.

    Raises `FileAlreadyExists` when the key exists and `overwrite` is false, unless the bucket keeps versions.
    """
    key = stored.info.key.encode()
    current = first_row(db, f"SELECT blob FROM objects WHERE {_AT}", bucket.name, key)
    if not bucket.versioning:
        if current and not overwrite:
            raise FileAlreadyExists(bucket.name, stored.info.key)
        return _insert(db, stored, 0), [current[0]] if current else []
    nameless = _make_room(db, bucket, key)
    sequence = _next_sequence(db, bucket.name, key)
    version_id = new_version_id(sequence) if bucket.versioning == ENABLED else NULL_VERSION
    return _insert(db, replace(stored, info=replace(stored.info, version_id=version_id)), sequence), nameless


def remove_object(db: Connection, bucket: BucketInfo, named: Named) -> tuple[Deletion, list[str]]:
    """Remove an object, or one version of it: what became of it, and the blobs now without a name."""
    key = named.key.encode()
    if named.modified_ms is not None and not _is_still(db, bucket.name, named):
        return Deletion(named.key), []
    if named.version_id is not None:
        return _remove_version(db, bucket.name, key, named.version_id)
    return _REMOVALS[bucket.versioning](db, bucket, key)


def _is_still(db: Connection, bucket: str, named: Named) -> bool:
    """Whether what is named was last written when it says."""
    sql = f"SELECT modified_ms, version FROM objects WHERE {_AT}"
    row = first_row(db, sql, bucket, named.key.encode())
    if named.version_id is not None and (row is None or row[1] != named.version_id):
        sql = f"SELECT modified_ms FROM versions WHERE {_IS_VERSION}"
        row = first_row(db, sql, bucket, named.key.encode(), named.version_id)
    return row is not None and row[0] == named.modified_ms


def hiding_marker(db: Connection, bucket: str, key: bytes) -> str | None:
    """The version id of the delete marker that hides a key without a current object; None where there is none."""
    sql = f"SELECT version FROM versions WHERE {_AT} ORDER BY sequence DESC LIMIT 1"
    row = first_row(db, sql, bucket, key)
    return row[0] if row else None


def _insert(db: Connection, stored: StoredObject, sequence: int) -> ObjectInfo:
    sql = f"INSERT OR REPLACE INTO objects ({_VERSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    db.execute(sql, (stored.info.bucket, *object_row(stored), sequence))
    return stored.info


def _make_room(db: Connection, bucket: BucketInfo, key: bytes) -> list[str]:
    """Take the current object off the top; with versioning suspended whatever is the null version goes for good."""
    nameless = _drop(db, bucket.name, key, NULL_VERSION)[1] if bucket.versioning == SUSPENDED else []
    db.execute(
        f"INSERT INTO versions ({_VERSION_COLUMNS}) SELECT {_VERSION_COLUMNS} FROM objects WHERE {_AT}",
        (bucket.name, key),
    )
    db.execute(f"DELETE FROM objects WHERE {_AT}", (bucket.name, key))
    return nameless


def _next_sequence(db: Connection, bucket: str, key: bytes) -> int:
    row = first_row(db, f"SELECT max(sequence) FROM versions WHERE {_AT}", bucket, key)
    return next_sequence(row[0] if row else None)


def _remove_for_good(db: Connection, bucket: BucketInfo, key: bytes) -> tuple[Deletion, list[str]]:
    rows = db.execute(f"DELETE FROM objects WHERE {_AT} RETURNING blob", (bucket.name, key)).fetchall()
    return Deletion(key.decode(), NULL_VERSION if rows else None), [blob for (blob,) in rows]


def _lay_marker(db: Connection, bucket: BucketInfo, key: bytes) -> tuple[Deletion, list[str]]:
    nameless = _make_room(db, bucket, key)
    sequence = _next_sequence(db, bucket.name, key)
    version_id = new_version_id(sequence) if bucket.versioning == ENABLED else NULL_VERSION
    marker = (bucket.name, key, 0, "", bytes(8), now_ms(), "", "{}", None, version_id, sequence)
    db.execute(f"INSERT INTO versions ({_VERSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", marker)
    return Deletion(key.decode(), version_id, is_marker=True), nameless


_REMOVALS: Mapping[str, Callable[[Connection, BucketInfo, bytes], tuple[Deletion, list[str]]]] = {
    "": _remove_for_good,
    ENABLED: _lay_marker,
    SUSPENDED: _lay_marker,
}


def _remove_version(db: Connection, bucket: str, key: bytes, version_id: str) -> tuple[Deletion, list[str]]:
    found, nameless = _drop(db, bucket, key, version_id)
    if not found:
        return Deletion(key.decode()), []
    _promote(db, bucket, key)
    return Deletion(key.decode(), version_id, is_marker=not nameless), nameless


def _drop(db: Connection, bucket: str, key: bytes, version_id: str) -> tuple[bool, list[str]]:
    """Remove a version for good: whether it was there, and its blob, which a delete marker has none of."""
    for table in ("objects", "versions"):
        sql = f"DELETE FROM {table} WHERE {_IS_VERSION} RETURNING blob"
        if rows := db.execute(sql, (bucket, key, version_id)).fetchall():
            return True, [blob for (blob,) in rows if blob is not None]
    return False, []


def _promote(db: Connection, bucket: str, key: bytes) -> None:
    """Make the newest version the current object, where the key has none and that version is no delete marker."""
    if first_row(db, f"SELECT 1 FROM objects WHERE {_AT}", bucket, key):
        return
    sql = f"SELECT version, blob FROM versions WHERE {_AT} ORDER BY sequence DESC LIMIT 1"
    newest = first_row(db, sql, bucket, key)
    if newest is None or newest[1] is None:
        return
    place = (bucket, key, newest[0])
    db.execute(
        f"INSERT INTO objects ({_VERSION_COLUMNS}) SELECT {_VERSION_COLUMNS} FROM versions WHERE {_IS_VERSION}", place
    )
    db.execute(f"DELETE FROM versions WHERE {_IS_VERSION}", place)
