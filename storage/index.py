"""The index of a data folder: its connections, its transactions, and every statement about buckets.

Nothing else in the project speaks SQL but the schema and the statements about objects and about uploads in parts.

Write-ahead logging lets readers see the last committed state without ever waiting for a writer, so a look-up by
name takes microseconds and runs on the event loop's thread; listings and writes belong into another thread.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from .base import BucketInfo, BucketListing, BucketStatistics, Document, Usage
from .errors import (
    BucketAlreadyExists,
    BucketNotEmpty,
    InsufficientStorage,
    NoSuchBucket,
    NoSuchDocument,
    StorageError,
    StoreBusy,
    StoreUnusable,
)
from .rows import Row
from .schema import MIGRATIONS
from .translating import Translating

Connection = sqlite3.Connection
"""A connection to an index."""

BUSY_SECONDS = 30.0
"""How long a connection waits for another process's transaction; ours last milliseconds."""

LISTING_CACHE_KIB = 16 << 10
"""How much of the file the connection for listings may hold in memory.

In a large bucket 1,000 common prefixes lie in some 2,200 pages of the file, 9 MB; SQLite's own 2 MB would be read anew
for every listing.
"""

_BUCKET = "name, created_ms, acl, storage_class, redundancy, region, versioning"
_BUCKET_ROW = f"{_BUCKET}, documents"
_DOCUMENT = "kind, name, content, created_ms, modified_ms"


class Index:
    """The index in one SQLite file, opened and brought to this version; usable from several threads.

    Raises `StoreUnusable` if the file cannot be used or is of a newer version. With `durable` a committed change
    survives a loss of power; without it only the death of the process, though the file itself stays consistent.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        with _STORAGE_ERRORS:
            self._writer = _connect(path, durable=durable)
            self._writing = threading.Lock()
            self._migrate()
            self._looker = _connect(path, durable=durable, read_only=True)
            self._looking = Translating(sqlite3.Error, _translated, self._looker)
            self._lister = _connect(path, durable=durable, read_only=True)
            self._lister.execute(f"PRAGMA cache_size = -{LISTING_CACHE_KIB}")
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
        """The names of all blobs that some version of an object or some part of an upload has."""
        sql = "SELECT blob FROM objects UNION ALL SELECT blob FROM versions UNION ALL SELECT blob FROM parts"
        with self.snapshot() as db:
            return {blob for (blob,) in db.execute(sql) if blob is not None}

    # Buckets

    def insert_bucket(self, bucket: BucketInfo) -> None:
        """Add a bucket; raises `BucketAlreadyExists`."""
        told = (bucket.acl, bucket.storage_class, bucket.redundancy, bucket.region, bucket.versioning)
        with self.transaction() as db:
            sql = f"INSERT INTO buckets ({_BUCKET}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            if not db.execute(sql, (bucket.name, bucket.created_ms, *told)).rowcount:
                raise BucketAlreadyExists(bucket.name)

    def bucket(self, name: str) -> BucketInfo:
        """The bucket; raises `NoSuchBucket`."""
        with self.looking() as db:
            return require_bucket(db, name)

    def set_bucket_acl(self, name: str, acl: str) -> BucketInfo:
        """Change a bucket's ACL; raises `NoSuchBucket`."""
        with self.transaction() as db:
            db.execute("UPDATE buckets SET acl = ? WHERE name = ?", (acl, name))
            return require_bucket(db, name)

    def set_bucket_versioning(self, name: str, versioning: str) -> BucketInfo:
        """Change whether a bucket keeps versions; raises `NoSuchBucket`."""
        with self.transaction() as db:
            db.execute("UPDATE buckets SET versioning = ? WHERE name = ?", (versioning, name))
            return require_bucket(db, name)

    def statistics(self, name: str) -> BucketStatistics:
        """What a bucket holds; raises `NoSuchBucket`."""
        usage = """SELECT json_extract(attributes, '$.storage_class'), count(*), sum(size) FROM
            (SELECT attributes, size FROM objects WHERE bucket = :name
            UNION ALL SELECT attributes, size FROM versions WHERE bucket = :name AND blob IS NOT NULL) GROUP BY 1"""
        with self.snapshot() as db:
            require_bucket(db, name)
            ((markers,),) = db.execute("SELECT count(*) FROM versions WHERE bucket = ? AND blob IS NULL", (name,))
            ((uploads,),) = db.execute("SELECT count(*) FROM uploads WHERE bucket = ?", (name,))
            rows = db.execute(usage, {"name": name}).fetchall()
        by_class = {storage_class: Usage(objects, size) for storage_class, objects, size in rows}
        return BucketStatistics(by_class, markers, uploads)

    def delete_bucket(self, name: str) -> None:
        """Remove a bucket with its documents; raises `NoSuchBucket` or, for any version or upload, `BucketNotEmpty`."""
        with self.transaction() as db:
            require_bucket(db, name)
            for table in ("objects", "versions", "uploads"):
                if first_row(db, f"SELECT 1 FROM {table} WHERE bucket = ? LIMIT 1", name):
                    raise BucketNotEmpty(name)
            db.execute("DELETE FROM buckets WHERE name = ?", (name,))

    def list_buckets(self, prefix: str, after: str, limit: int) -> BucketListing:
        """A page of buckets by name."""
        sql = f"SELECT {_BUCKET_ROW} FROM buckets WHERE name > ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?"
        with self.snapshot() as db:
            found = [_bucket_info(row) for row in db.execute(sql, (after, len(prefix), prefix, limit + 1))]
        page = found[:limit]
        return BucketListing(tuple(page), page[-1].name if page and len(found) > limit else None)

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
            _tell_kinds(db, bucket)
        return replace(document, created_ms=created_ms)

    def document(self, bucket: str, kind: str, name: str) -> Document:
        """The document; raises `NoSuchBucket` or `NoSuchDocument`."""
        # One statement also where there is none, because most rules that a request must pass were never written.
        sql = """SELECT kind, d.name, content, d.created_ms, modified_ms FROM buckets b
            LEFT JOIN documents d ON d.bucket = b.name AND kind = ? AND d.name = ? WHERE b.name = ?"""
        with self.looking() as db:
            row = first_row(db, sql, kind, name, bucket)
        if row is None:
            raise NoSuchBucket(bucket)
        if row[0] is None:
            raise NoSuchDocument(bucket, name)
        return Document(*row)

    def find_document(self, kind: str, name: str) -> tuple[str, Document] | None:
        """The oldest document of this kind and name in any bucket, and which bucket that is; None if there is none."""
        sql = f"SELECT bucket, {_DOCUMENT} FROM documents WHERE kind = ? AND name = ? ORDER BY id LIMIT 1"
        with self.looking() as db:
            row = first_row(db, sql, kind, name)
        return (row[0], Document(*row[1:])) if row else None

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
            was_there = db.execute(sql, (bucket, kind, name)).rowcount > 0
            _tell_kinds(db, bucket)
        return was_there

    def put_account_document(self, kind: str, content: bytes | None) -> None:
        """Add or replace the document of this kind that belongs to no bucket; None removes it."""
        with self.transaction() as db:
            db.execute("DELETE FROM account_documents WHERE kind = ?", (kind,))
            if content is not None:
                db.execute("INSERT INTO account_documents (kind, content) VALUES (?, ?)", (kind, content))

    def account_document(self, kind: str) -> bytes | None:
        """The document of this kind that belongs to no bucket."""
        with self.looking() as db:
            row = first_row(db, "SELECT content FROM account_documents WHERE kind = ?", kind)
        return None if row is None else bytes(row[0])

    # Transactions, for this class, `ObjectIndex` and `UploadIndex`

    def looking(self) -> AbstractContextManager[Connection]:
        """The connection for look-ups by name on the event loop's thread; each statement sees the last commit."""
        return self._looking

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write that happens whole or not at all; threads queue at the lock, processes at BEGIN IMMEDIATE."""
        with self._writing, _STORAGE_ERRORS, self._writer as db:
            db.execute("BEGIN IMMEDIATE")
            yield db

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One state of the index for several reads."""
        with self._listing, _STORAGE_ERRORS, self._lister as db:
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


def _translated(error: sqlite3.Error) -> StorageError:
    """The low byte of SQLite's code is the kind of an error, the rest is detail."""
    return _ERROR_KINDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, StoreUnusable)()


_STORAGE_ERRORS = Translating(sqlite3.Error, _translated, None)


def first_row(db: Connection, sql: str, *values: object) -> Row | None:
    """The first row of a statement's result; None if it has none."""
    # fetchall runs the statement to its end, which closes its read transaction; a half-read one would pin the log.
    rows: list[Row] = db.execute(sql, values).fetchall()
    return rows[0] if rows else None


def require_bucket(db: Connection, name: str) -> BucketInfo:
    """The bucket; raises `NoSuchBucket`."""
    row = first_row(db, f"SELECT {_BUCKET_ROW} FROM buckets WHERE name = ?", name)
    if row is None:
        raise NoSuchBucket(name)
    return _bucket_info(row)


def _bucket_info(row: Row) -> BucketInfo:
    name, created_ms, acl, storage_class, redundancy, region, versioning, kinds = row
    return BucketInfo(name, created_ms, acl, storage_class, redundancy, region, versioning, _kinds(kinds))


@lru_cache(maxsize=256)
def _kinds(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _tell_kinds(db: Connection, bucket: str) -> None:
    """Write into the bucket's row which kinds of documents it has now."""
    kinds = "SELECT json_group_array(DISTINCT kind) FROM documents WHERE bucket = buckets.name"
    db.execute(f"UPDATE buckets SET documents = ({kinds}) WHERE name = ?", (bucket,))
