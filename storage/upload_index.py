"""Unfinished uploads and their parts in the index: every statement about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from .base import ObjectInfo
from .errors import FileAlreadyExists, NoSuchUpload, PartNotSequential
from .history import switch_object
from .index import Connection, Index, first_row, require_bucket
from .listing import Selection, walk
from .multipart import PartInfo, PartListing, UploadInfo, UploadListing, UploadMarker
from .rows import Row, StoredObject, packed, unpacked

_UPLOAD = "key, id, created_ms, attributes, is_sequential"
_PART = "number, size, etag, crc64, modified_ms, blob"


@dataclass(frozen=True)
class StoredPart:
    """A part and the name of the blob that holds its content."""

    info: PartInfo
    blob: str


class UploadIndex:
    """The uploads of an index. Raises `NoSuchBucket`, and `NoSuchUpload` where an upload is named that is not there."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def insert(self, upload: UploadInfo, *, overwrite: bool) -> None:
        """Begin an upload; raises `FileAlreadyExists` when its key exists and `overwrite` is false."""
        key = upload.key.encode()
        with self._index.transaction() as db:
            keeps_versions = require_bucket(db, upload.bucket).versioning
            sql = "SELECT 1 FROM objects WHERE bucket = ? AND key = ?"
            if not (overwrite or keeps_versions) and first_row(db, sql, upload.bucket, key):
                raise FileAlreadyExists(upload.bucket, upload.key)
            told = (upload.upload_id, upload.created_ms, packed(upload.attributes), upload.sequential)
            db.execute(
                f"INSERT INTO uploads (bucket, {_UPLOAD}) VALUES (?, ?, ?, ?, ?, ?)", (upload.bucket, key, *told)
            )

    def find(self, bucket: str, key: str, upload_id: str) -> UploadInfo:
        """The upload."""
        with self._index.looking() as db:
            return _find(db, bucket, key, upload_id)

    def switch_part(self, bucket: str, key: str, upload_id: str, part: StoredPart) -> str | None:
        """Let the part's number mean this part from now on; returns the blob that is thereby without a name, if any."""
        info = part.info
        with self._index.transaction() as db:
            if _find(db, bucket, key, upload_id).sequential:
                _require_next(db, bucket, key, upload_id, info.number)
            old = first_row(db, "SELECT blob FROM parts WHERE upload = ? AND number = ?", upload_id, info.number)
            values = (info.number, info.size, info.etag, info.crc64.to_bytes(8), info.modified_ms, part.blob)
            db.execute(
                f"INSERT OR REPLACE INTO parts (upload, {_PART}) VALUES (?, ?, ?, ?, ?, ?, ?)", (upload_id, *values)
            )
        return old[0] if old else None

    def parts(self, bucket: str, key: str, upload_id: str) -> tuple[UploadInfo, dict[int, StoredPart]]:
        """The upload and all of its parts by number, ascending."""
        with self._index.snapshot() as db:
            upload = _find(db, bucket, key, upload_id)
            rows = db.execute(f"SELECT {_PART} FROM parts WHERE upload = ? ORDER BY number", (upload_id,))
            return upload, {row[0]: _stored_part(row) for row in rows}

    def list_parts(self, bucket: str, key: str, upload_id: str, after: int, limit: int) -> PartListing:
        """A page of parts by number."""
        sql = f"SELECT {_PART} FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?"
        with self._index.snapshot() as db:
            upload = _find(db, bucket, key, upload_id)
            found = [_stored_part(row).info for row in db.execute(sql, (upload_id, after, limit + 1))]
        page = found[:limit]
        return PartListing(upload, tuple(page), page[-1].number if page and len(found) > limit else None)

    def list_uploads(self, bucket: str, chosen: Selection, upload_id: str, limit: int) -> UploadListing:
        """A page of uploads by key and id, past upload `upload_id` of the key `chosen.after`."""
        with self._index.snapshot() as db:
            require_bucket(db, bucket)
            found = list(islice(_shown(db, bucket, chosen, upload_id), limit + 1))
        page = found[:limit]
        return UploadListing(
            uploads=tuple(_upload(bucket, item) for item in page if not isinstance(item, bytes)),
            prefixes=tuple(item.decode() for item in page if isinstance(item, bytes)),
            next_marker=_marker(page[-1]) if page and len(found) > limit else None,
        )

    def complete(self, upload_id: str, stored: StoredObject, *, overwrite: bool) -> tuple[ObjectInfo, list[str]]:
        """Let the key mean this object, and forget the upload: it with its version id, and the blobs without a name."""
        info = stored.info
        with self._index.transaction() as db:
            _find(db, info.bucket, info.key, upload_id)
            completed, replaced = switch_object(db, require_bucket(db, info.bucket), stored, overwrite=overwrite)
            return completed, [*replaced, *_remove(db, upload_id)]

    def remove(self, bucket: str, key: str, upload_id: str) -> list[str]:
        """Forget the upload; returns the blobs that its parts had."""
        with self._index.transaction() as db:
            _find(db, bucket, key, upload_id)
            return _remove(db, upload_id)


def _find(db: Connection, bucket: str, key: str, upload_id: str) -> UploadInfo:
    sql = f"SELECT {_UPLOAD} FROM uploads WHERE bucket = ? AND key = ? AND id = ?"
    row = first_row(db, sql, bucket, key.encode(), upload_id)
    if row is None:
        require_bucket(db, bucket)
        raise NoSuchUpload(bucket, key, upload_id)
    return _upload(bucket, row)


def _require_next(db: Connection, bucket: str, key: str, upload_id: str, number: int) -> None:
    ((last,),) = db.execute("SELECT coalesce(max(number), 0) FROM parts WHERE upload = ?", (upload_id,)).fetchall()
    if number not in (last, last + 1):
        raise PartNotSequential(bucket, key)


def _remove(db: Connection, upload_id: str) -> list[str]:
    rows = db.execute("DELETE FROM parts WHERE upload = ? RETURNING blob", (upload_id,)).fetchall()
    db.execute("DELETE FROM uploads WHERE id = ?", (upload_id,))
    return [blob for (blob,) in rows]


def _shown(db: Connection, bucket: str, chosen: Selection, upload_id: str) -> Iterator[Row | bytes]:
    """What a listing shows: the uploads to the marker's own key that follow the marker's id, then those behind it."""
    bound, values = ("", ()) if chosen.end is None else (" AND key < ?", (chosen.end,))
    sql = f"SELECT {_UPLOAD} FROM uploads WHERE bucket = ? AND key >= ?{bound} ORDER BY key, id"
    behind = walk(lambda start: db.execute(sql, (bucket, start, *values)), chosen)
    is_itself = chosen.after.startswith(chosen.prefix) and chosen.common_prefix(chosen.after) is None
    if not (upload_id and is_itself):
        return behind
    same = f"SELECT {_UPLOAD} FROM uploads WHERE bucket = ? AND key = ? AND id > ? ORDER BY id"
    return chain(db.execute(same, (bucket, chosen.after, upload_id)), behind)


def _upload(bucket: str, row: Row) -> UploadInfo:
    key, upload_id, created_ms, attributes, is_sequential = row
    told = unpacked(attributes)
    return UploadInfo(bucket, key.decode(), upload_id, created_ms, told, bool(is_sequential))


def _stored_part(row: Row) -> StoredPart:
    number, size, etag, crc64, modified_ms, blob = row
    return StoredPart(PartInfo(number, size, etag, int.from_bytes(crc64), modified_ms), blob)


def _marker(item: Row | bytes) -> UploadMarker:
    return UploadMarker(item.decode()) if isinstance(item, bytes) else UploadMarker(item[0].decode(), item[1])
