"""The index of a data folder: its connections, its transactions, and every statement about buckets and objects.

Nothing else in the project speaks SQL but the schema and the statements about uploads in parts.

Write-ahead logging lets readers see the last committed state without ever waiting for a writer, so a look-up by
name takes microseconds and runs on the event loop's thread; listings and writes belong into another thread.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from .base import Attributes, BucketInfo, BucketListing, Document, Listing, ObjectInfo
from .errors import (
    BucketAlreadyExists,
    BucketNotEmpty,
    FileAlreadyExists,
    InsufficientStorage,
    NoSuchBucket,
    NoSuchDocument,
    NoSuchKey,
    StorageError,
    StoreBusy,
    StoreUnusable,
)
from .listing import Selection, walk
from .rows import OBJECT_COLUMNS, Row, StoredObject, listing_of, object_row, packed, stored_object
from .schema import MIGRATIONS

Connection = sqlite3.Connection
"""A connection to an index."""

BUSY_SECONDS = 30.0
"""How long a connection waits for another process's transaction; ours last milliseconds."""

_BUCKET = "name, created_ms, acl, storage_class, redundancy, region"
_DOCUMENT = "kind, name, content, created_ms, modified_ms"


class Index:
    """The index in one SQLite file, opened and brought to this version; usable from several threads.

    Raises `StoreUnusable` if the file cannot be used or is of a newer version. With `durable` a committed change
    survives a loss of power; without it only the death of the process, though the file itself stays consistent.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        with _storage_errors():
            self._writer = _connect(path, durable=durable)
            self._writing = threading.Lock()
            self._migrate()
            self._looker = _connect(path, durable=durable, read_only=True)
            self._lister = _connect(path, durable=durable, read_only=True)
            self._listing = threading.Lock()

    def close(self) -> None:
        """Close the file, after what other threads do with it; the last user folds SQLite's log into it."""
        with self._writing, self._listing:
            for connection in (self._lister, self._looker, self._writer):
                connection.close()

    def check(self) -> None:
        """Return if a transaction can be written."""
        with self.transaction():
            pass

    def blobs(self) -> set[str]:
        """The names of all blobs that some object or some part of an upload has."""
        with self.snapshot() as db:
            return {blob for (blob,) in db.execute("SELECT blob FROM objects UNION ALL SELECT blob FROM parts")}

    # Buckets

    def insert_bucket(self, bucket: BucketInfo) -> None:
        """Add a bucket; raises `BucketAlreadyExists`."""
        told = (bucket.acl, bucket.storage_class, bucket.redundancy, bucket.region)
        with self.transaction() as db:
            sql = f"INSERT INTO buckets ({_BUCKET}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            if not db.execute(sql, (bucket.name, bucket.created_ms, *told)).rowcount:
                raise BucketAlreadyExists(bucket.name)

    def bucket(self, name: str) -> BucketInfo:
        """The bucket; raises `NoSuchBucket`."""
        with _storage_errors():
            return require_bucket(self._looker, name)

    def set_bucket_acl(self, name: str, acl: str) -> BucketInfo:
        """Change a bucket's ACL; raises `NoSuchBucket`."""
        with self.transaction() as db:
            db.execute("UPDATE buckets SET acl = ? WHERE name = ?", (acl, name))
            return require_bucket(db, name)

    def delete_bucket(self, name: str) -> None:
        """Remove a bucket with its documents; raises `NoSuchBucket` or, also for uploads, `BucketNotEmpty`."""
        with self.transaction() as db:
            require_bucket(db, name)
            for table in ("objects", "uploads"):
                if first_row(db, f"SELECT 1 FROM {table} WHERE bucket = ? LIMIT 1", name):
                    raise BucketNotEmpty(name)
            db.execute("DELETE FROM buckets WHERE name = ?", (name,))

    def list_buckets(self, prefix: str, after: str, limit: int) -> BucketListing:
        """A page of buckets by name."""
        sql = f"SELECT {_BUCKET} FROM buckets WHERE name > ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?"
        with self.snapshot() as db:
            found = [BucketInfo(*row) for row in db.execute(sql, (after, len(prefix), prefix, limit + 1))]
        page = found[:limit]
        return BucketListing(tuple(page), page[-1].name if page and len(found) > limit else None)

    # Objects

    def find(self, bucket: str, key: str) -> StoredObject:
        """The object; raises `NoSuchBucket` or `NoSuchKey`."""
        with _storage_errors():
            return _find(self._looker, bucket, key)

    def switch(self, stored: StoredObject, *, overwrite: bool) -> str | None:
        """Let the key mean this object from now on; returns the blob that is thereby without a name, if any.

        Raises `NoSuchBucket`, or `FileAlreadyExists` when the key exists and `overwrite` is false.
        """
        with self.transaction() as db:
            require_bucket(db, stored.info.bucket)
            return switch_object(db, stored, overwrite=overwrite)

    def update(
        self, bucket: str, key: str, change: Callable[[Attributes], Attributes], modified_ms: int | None
    ) -> ObjectInfo:
        """Change an object's attributes and, unless None, its time; raises `NoSuchBucket` or `NoSuchKey`."""
        with self.transaction() as db:
            info = _find(db, bucket, key).info
            time = info.modified_ms if modified_ms is None else modified_ms
            changed = replace(info, attributes=change(info.attributes), modified_ms=time)
            sql = "UPDATE objects SET attributes = ?, modified_ms = ? WHERE bucket = ? AND key = ?"
            db.execute(sql, (packed(changed.attributes), time, bucket, key.encode()))
        return changed

    def remove(self, bucket: str, keys: Iterable[str]) -> list[str]:
        """Remove the objects that exist; returns the blobs they had. Raises `NoSuchBucket`."""
        sql = "DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING blob"
        with self.transaction() as db:
            require_bucket(db, bucket)
            return [blob for key in keys for (blob,) in db.execute(sql, (bucket, key.encode())).fetchall()]

    def list_objects(self, bucket: str, chosen: Selection, limit: int) -> Listing:
        """A page of a bucket; raises `NoSuchBucket`."""
        with self.snapshot() as db:
            require_bucket(db, bucket)
            page = list(islice(walk(_scan(db, bucket, chosen.end), chosen), limit + 1))
        return listing_of(bucket, page[:limit], is_truncated=len(page) > limit)

    # Bucket documents

    def put_document(self, bucket: str, document: Document) -> Document:
        """Add a document, or replace its content and time of change; raises `NoSuchBucket`."""
        sql = f"""INSERT INTO documents (bucket, {_DOCUMENT}) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (bucket, kind, name)
            DO UPDATE SET content = excluded.content, modified_ms = excluded.modified_ms RETURNING created_ms"""
        values = (document.kind, document.name, document.content, document.created_ms, document.modified_ms)
        with self.transaction() as db:
            require_bucket(db, bucket)
            ((created_ms,),) = db.execute(sql, (bucket, *values)).fetchall()
        return replace(document, created_ms=created_ms)

    def document(self, bucket: str, kind: str, name: str) -> Document:
        """The document; raises `NoSuchBucket` or `NoSuchDocument`."""
        sql = f"SELECT {_DOCUMENT} FROM documents WHERE bucket = ? AND kind = ? AND name = ?"
        with _storage_errors():
            row = first_row(self._looker, sql, bucket, kind, name)
            if row is None:
                require_bucket(self._looker, bucket)
                raise NoSuchDocument(bucket, name)
        return Document(*row)

    def list_documents(self, bucket: str, kind: str) -> tuple[Document, ...]:
        """The documents of one kind by creation; raises `NoSuchBucket`."""
        sql = f"SELECT {_DOCUMENT} FROM documents WHERE bucket = ? AND kind = ? ORDER BY id"
        with self.snapshot() as db:
            require_bucket(db, bucket)
            return tuple(Document(*row) for row in db.execute(sql, (bucket, kind)))

    def delete_document(self, bucket: str, kind: str, name: str) -> bool:
        """Remove the document; whether there was one. Raises `NoSuchBucket`."""
        with self.transaction() as db:
            require_bucket(db, bucket)
            sql = "DELETE FROM documents WHERE bucket = ? AND kind = ? AND name = ?"
            return db.execute(sql, (bucket, kind, name)).rowcount > 0

    # Transactions, for this class and for `UploadIndex`

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """The connection for look-ups by name on the event loop's thread; each statement sees the last commit."""
        with _storage_errors():
            yield self._looker

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write that happens whole or not at all; threads queue at the lock, processes at BEGIN IMMEDIATE."""
        with self._writing, _storage_errors(), self._writer as db:
            db.execute("BEGIN IMMEDIATE")
            yield db

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One state of the index for several reads."""
        with self._listing, _storage_errors(), self._lister as db:
            db.execute("BEGIN")
            yield db

    def _migrate(self) -> None:
        with self.transaction() as db:
            ((version,),) = db.execute("PRAGMA user_version").fetchall()
            if version > len(MIGRATIONS):
                raise StoreUnusable from ValueError(f"index version {version} is newer than {len(MIGRATIONS)}")
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _connect(path: Path, *, durable: bool, read_only: bool = False) -> Connection:
    # Autocommit mode: transactions are begun by hand, because Python's own do not begin with IMMEDIATE.
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    except sqlite3.Error:
        db.close()
        raise
    return db


_ERROR_KINDS: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_FULL: InsufficientStorage,
    sqlite3.SQLITE_BUSY: StoreBusy,
}


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Turn SQLite's errors into the store's; the low byte of SQLite's code is the kind, the rest is detail."""
    try:
        yield
    except sqlite3.Error as error:
        kind = _ERROR_KINDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, StoreUnusable)
        raise kind from error


def first_row(db: Connection, sql: str, *values: object) -> Row | None:
    """The first row of a statement's result; None if it has none."""
    # fetchall runs the statement to its end, which closes its read transaction; a half-read one would pin the log.
    rows: list[Row] = db.execute(sql, values).fetchall()
    return rows[0] if rows else None


def require_bucket(db: Connection, name: str) -> BucketInfo:
    """The bucket; raises `NoSuchBucket`."""
    row = first_row(db, f"SELECT {_BUCKET} FROM buckets WHERE name = ?", name)
    if row is None:
        raise NoSuchBucket(name)
    return BucketInfo(*row)


def switch_object(db: Connection, stored: StoredObject, *, overwrite: bool) -> str | None:
    """`Index.switch` within a transaction that does more; the bucket is known to exist."""
    info = stored.info
    old = first_row(db, "SELECT blob FROM objects WHERE bucket = ? AND key = ?", info.bucket, info.key.encode())
    if old and not overwrite:
        raise FileAlreadyExists(info.bucket, info.key)
    sql = f"INSERT OR REPLACE INTO objects (bucket, {OBJECT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    db.execute(sql, (info.bucket, *object_row(stored)))
    return old[0] if old else None


def _find(db: Connection, bucket: str, key: str) -> StoredObject:
    row = first_row(db, f"SELECT {OBJECT_COLUMNS} FROM objects WHERE bucket = ? AND key = ?", bucket, key.encode())
    if row is None:
        require_bucket(db, bucket)
        raise NoSuchKey(bucket, key)
    return stored_object(bucket, row)


def _scan(db: Connection, bucket: str, end: bytes | None) -> Callable[[bytes], Iterator[Row]]:
    bound, values = ("", ()) if end is None else (" AND key < ?", (end,))
    sql = f"SELECT {OBJECT_COLUMNS} FROM objects WHERE bucket = ? AND key >= ?{bound} ORDER BY key"
    return lambda start: db.execute(sql, (bucket, start, *values))
