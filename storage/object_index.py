"""Objects and their versions in the index: every statement that finds, lists or changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from .base import APPENDABLE, Attributes, Deletion, Listing, Named, ObjectInfo
from .errors import IsDeleteMarker, NoSuchKey, NoSuchVersion, ObjectNotAppendable, PositionNotEqualToLength
from .history import hiding_marker, remove_object, switch_object
from .index import Connection, Index, first_row, require_bucket
from .listing import Selection, walk
from .rows import BLOB, OBJECT_COLUMNS, VERSION, Row, StoredObject, listing_of, object_info, packed, stored_object
from .versions import Version, VersionListing, VersionMarker, sequence_of

_AT = "bucket = ? AND key = ?"

# The current object is the latest version; of the others only a delete marker that nothing lies upon can be.
_IS_LATEST_MARKER = """blob IS NULL
    AND NOT EXISTS (SELECT 1 FROM objects o WHERE o.bucket = v.bucket AND o.key = v.key)
    AND NOT EXISTS (SELECT 1 FROM versions w WHERE w.bucket = v.bucket AND w.key = v.key AND w.sequence > v.sequence)"""


class ObjectIndex:
    """The objects of an index. Raises `NoSuchBucket`, and `NoSuchKey` where an object is named that is not there.

    Where a version is named, `NoSuchVersion` and `IsDeleteMarker` take the place of `NoSuchKey`.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, bucket: str, key: str, version_id: str | None = None) -> StoredObject:
        """The object, or that version of it."""
        with self._index.looking() as db:
            return _find(db, bucket, key, version_id)[0]

    def switch(self, stored: StoredObject, *, overwrite: bool) -> tuple[ObjectInfo, list[str]]:
        """Let the key mean this object from now on: it with its version id, and the blobs now without a name.

        Raises `FileAlreadyExists` when the key exists and `overwrite` is false, unless the bucket keeps versions.
        """
        with self._index.transaction() as db:
            return switch_object(db, require_bucket(db, stored.info.bucket), stored, overwrite=overwrite)

    def begin(self, stored: StoredObject) -> tuple[ObjectInfo, list[str]]:
        """`switch` to the first piece of an appendable object; raises where the key has any object that has begun."""
        info = stored.info
        with self._index.transaction() as db:
            bucket = require_bucket(db, info.bucket)
            try:
                require_end(_find(db, info.bucket, info.key, None)[0].info, 0)
            except NoSuchKey as missing:
                require_unhidden(missing)
            return switch_object(db, bucket, stored, overwrite=True)

    def extend(self, grown: StoredObject, position: int) -> None:
        """Let an appendable object end where `grown` does, if it ended at `position` and its blob is still the same."""
        info = grown.info
        sql = f"UPDATE objects SET size = ?, etag = ?, crc64 = ?, modified_ms = ? WHERE {_AT}"
        with self._index.transaction() as db:
            found = _find(db, info.bucket, info.key, None)[0]
            require_end(found.info, position)
            if found.blob != grown.blob:
                raise PositionNotEqualToLength(info.bucket, info.key, found.info.size)
            told = (info.size, info.etag, info.crc64.to_bytes(8), info.modified_ms)
            db.execute(sql, (*told, info.bucket, info.key.encode()))

    def seal(self, bucket: str, key: str, position: int, sealed_ms: int) -> ObjectInfo:
        """Let an appendable object that ends at `position` grow no more; an earlier seal stays."""
        sql = f"UPDATE objects SET attributes = ? WHERE {_AT}"
        with self._index.transaction() as db:
            info = _find(db, bucket, key, None)[0].info
            if info.attributes.sealed_ms is None:
                require_end(info, position)
                info = replace(info, attributes=replace(info.attributes, sealed_ms=sealed_ms))
                db.execute(sql, (packed(info.attributes), bucket, key.encode()))
            require_position(info, position)
        return info

    def update(
        self, bucket: str, key: str, change: Callable[[Attributes], Attributes], version_id: str | None
    ) -> ObjectInfo:
        """Change the attributes of an object, or of that version of it."""
        with self._index.transaction() as db:
            stored, table = _find(db, bucket, key, version_id)
            changed = replace(stored.info, attributes=change(stored.info.attributes))
            sql = f"UPDATE {table} SET attributes = ? WHERE {_AT} AND version = ?"
            db.execute(sql, (packed(changed.attributes), bucket, key.encode(), changed.version_id))
        return changed

    def remove(self, bucket: str, named: Iterable[Named]) -> tuple[tuple[Deletion, ...], list[str]]:
        """Remove the objects and versions that exist: what became of each, and the blobs now without a name."""
        with self._index.transaction() as db:
            found = require_bucket(db, bucket)
            removed = [remove_object(db, found, one) for one in named]
        return tuple(deletion for deletion, _ in removed), [blob for _, blobs in removed for blob in blobs]

    def list_objects(self, bucket: str, chosen: Selection, limit: int) -> Listing:
        """A page of a bucket."""
        with self._index.snapshot() as db:
            require_bucket(db, bucket)
            page = list(islice(walk(_scan(db, bucket, chosen.end), chosen), limit + 1))
        return listing_of(bucket, page[:limit], is_truncated=len(page) > limit)

    def list_versions(self, bucket: str, chosen: Selection, version_id: str, limit: int) -> VersionListing:
        """A page of versions by key and newest first, past version `version_id` of the key `chosen.after`."""
        with self._index.snapshot() as db:
            require_bucket(db, bucket)
            found = list(islice(_shown(db, bucket, chosen, version_id), limit + 1))
        page = found[:limit]
        return VersionListing(
            versions=tuple(_version(bucket, item) for item in page if not isinstance(item, bytes)),
            prefixes=tuple(item.decode() for item in page if isinstance(item, bytes)),
            next_marker=_marker(page[-1]) if page and len(found) > limit else None,
        )


def require_end(info: ObjectInfo, position: int) -> None:
    """Raise `ObjectNotAppendable` or `PositionNotEqualToLength` unless the object can be appended to at `position`."""
    if info.object_type != APPENDABLE or info.attributes.sealed_ms is not None:
        raise ObjectNotAppendable(info.bucket, info.key)
    require_position(info, position)


def require_position(info: ObjectInfo, position: int) -> None:
    """Raise `PositionNotEqualToLength` unless the object ends at `position`."""
    if info.size != position:
        raise PositionNotEqualToLength(info.bucket, info.key, info.size)


def require_unhidden(missing: NoSuchKey) -> None:
    """Raise `ObjectNotAppendable` where a delete marker hides the key (API reference, AppendObject: versioning)."""
    if missing.marker is not None:
        raise ObjectNotAppendable(missing.bucket, missing.key) from missing


def _find(db: Connection, bucket: str, key: str, version_id: str | None) -> tuple[StoredObject, str]:
    """The object, or that version of it, and the table that has it."""
    place = (bucket, key.encode())
    row = first_row(db, f"SELECT {OBJECT_COLUMNS} FROM objects WHERE {_AT}", *place)
    if row is not None and version_id in (None, row[VERSION]):
        return stored_object(bucket, row), "objects"
    require_bucket(db, bucket)
    if version_id is None:
        raise NoSuchKey(bucket, key, hiding_marker(db, *place))
    sql = f"SELECT {OBJECT_COLUMNS} FROM versions WHERE {_AT} AND version = ?"
    row = first_row(db, sql, *place, version_id)
    if row is None:
        raise NoSuchVersion(bucket, key, version_id)
    if row[BLOB] is None:
        raise IsDeleteMarker(bucket, key, version_id)
    return stored_object(bucket, row), "versions"


def _scan(db: Connection, bucket: str, end: bytes | None) -> Callable[[bytes], Iterator[Row]]:
    bound, values = _bound(end)
    sql = f"SELECT {OBJECT_COLUMNS} FROM objects WHERE bucket = ? AND key >= ?{bound} ORDER BY key"
    return lambda start: db.execute(sql, (bucket, start, *values))


def _scan_versions(db: Connection, bucket: str, end: bytes | None) -> Callable[[bytes], Iterator[Row]]:
    """All versions in their order: SQLite merges the two tables row by row, each in the order of its own key."""
    bound, values = _bound(end)
    where = f"WHERE bucket = ? AND key >= ?{bound}"
    sql = f"""SELECT {OBJECT_COLUMNS}, sequence, 1 FROM objects {where}
        UNION ALL SELECT {OBJECT_COLUMNS}, sequence, {_IS_LATEST_MARKER} FROM versions v {where}
        ORDER BY key, sequence DESC"""
    return lambda start: db.execute(sql, (bucket, start, *values, bucket, start, *values))


def _bound(end: bytes | None) -> tuple[str, tuple[bytes, ...]]:
    return ("", ()) if end is None else (" AND key < ?", (end,))


def _shown(db: Connection, bucket: str, chosen: Selection, version_id: str) -> Iterator[Row | bytes]:
    """What a listing shows: the versions of the marker's own key that are older than the marker, then other keys'."""
    behind = walk(_scan_versions(db, bucket, chosen.end), chosen)
    is_itself = chosen.after.startswith(chosen.prefix) and chosen.common_prefix(chosen.after) is None
    sequence = _sequence(db, bucket, chosen.after, version_id) if version_id and is_itself else None
    if sequence is None:
        return behind
    # Something newer, the marker's own version, lies or lay upon these: none is the latest unless that is gone.
    sql = f"""SELECT {OBJECT_COLUMNS}, sequence, 1 FROM objects WHERE {_AT} AND sequence < ?
        UNION ALL SELECT {OBJECT_COLUMNS}, sequence, {_IS_LATEST_MARKER} FROM versions v WHERE {_AT} AND sequence < ?
        ORDER BY sequence DESC"""
    return chain(db.execute(sql, (bucket, chosen.after, sequence) * 2), behind)


def _sequence(db: Connection, bucket: str, key: bytes, version_id: str) -> int | None:
    """Where a version stands or, if it is gone, stood; None for an id that does not tell."""
    for table in ("objects", "versions"):
        row = first_row(db, f"SELECT sequence FROM {table} WHERE {_AT} AND version = ?", bucket, key, version_id)
        if row:
            return int(row[0])
    return sequence_of(version_id)


def _version(bucket: str, row: Row) -> Version:
    *described, _, is_latest = row
    return Version(object_info(bucket, tuple(described)), bool(is_latest), is_marker=row[BLOB] is None)


def _marker(item: Row | bytes) -> VersionMarker:
    if isinstance(item, bytes):
        return VersionMarker(item.decode())
    return VersionMarker(item[0].decode(), item[VERSION])
