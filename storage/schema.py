"""The SQLite schema of a data folder's index, as the steps that led to it."""

from __future__ import annotations

# Keys are BLOBs: compared byte by byte, whatever they contain. The objects table is its own index (WITHOUT ROWID), so
# that a page of a listing is one run of neighbouring rows. A CRC is 8 bytes because SQLite's integers are signed.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE buckets (
            name TEXT NOT NULL PRIMARY KEY, created_ms INTEGER NOT NULL, acl TEXT NOT NULL,
            storage_class TEXT NOT NULL, redundancy TEXT NOT NULL, region TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE objects (
            bucket TEXT NOT NULL REFERENCES buckets, key BLOB NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL,
            etag TEXT NOT NULL, crc64 BLOB NOT NULL, modified_ms INTEGER NOT NULL, object_type TEXT NOT NULL,
            attributes TEXT NOT NULL, PRIMARY KEY (bucket, key)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE documents (
            id INTEGER PRIMARY KEY, bucket TEXT NOT NULL REFERENCES buckets ON DELETE CASCADE, kind TEXT NOT NULL,
            name TEXT NOT NULL, content BLOB NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL,
            UNIQUE (bucket, kind, name)
        ) STRICT""",
    ),
    (
        """CREATE TABLE uploads (
            bucket TEXT NOT NULL REFERENCES buckets, key BLOB NOT NULL, id TEXT NOT NULL UNIQUE,
            created_ms INTEGER NOT NULL, attributes TEXT NOT NULL, PRIMARY KEY (bucket, key, id)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE parts (
            upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            size INTEGER NOT NULL, etag TEXT NOT NULL, crc64 BLOB NOT NULL, modified_ms INTEGER NOT NULL,
            blob TEXT NOT NULL, PRIMARY KEY (upload, number)
        ) STRICT, WITHOUT ROWID""",
    ),
    # The current state of a key stays in `objects`, which listings read; `versions` has what is under it. A row without
    # a blob is a delete marker: one that is the newest of its key hides it, and then `objects` has no row.
    (
        "ALTER TABLE buckets ADD COLUMN versioning TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE objects ADD COLUMN version TEXT NOT NULL DEFAULT 'null'",
        "ALTER TABLE objects ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE versions (
            bucket TEXT NOT NULL REFERENCES buckets, key BLOB NOT NULL, sequence INTEGER NOT NULL,
            version TEXT NOT NULL, blob TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL, crc64 BLOB NOT NULL,
            modified_ms INTEGER NOT NULL, object_type TEXT NOT NULL, attributes TEXT NOT NULL,
            PRIMARY KEY (bucket, key, sequence DESC)
        ) STRICT, WITHOUT ROWID""",
        "CREATE UNIQUE INDEX version_ids ON versions (bucket, key, version)",
        "ALTER TABLE uploads ADD COLUMN is_sequential INTEGER NOT NULL DEFAULT 0",
    ),
    ("CREATE INDEX documents_by_name ON documents (kind, name)",),
    ("CREATE TABLE account_documents (kind TEXT NOT NULL PRIMARY KEY, content BLOB NOT NULL) STRICT",),
    # The kinds of a bucket's documents, as a JSON array: whoever has the bucket's row need not look for the others.
    (
        "ALTER TABLE buckets ADD COLUMN documents TEXT NOT NULL DEFAULT '[]'",
        """UPDATE buckets SET documents =
            (SELECT json_group_array(DISTINCT kind) FROM documents WHERE bucket = buckets.name)""",
    ),
)
"""What brings an index from each version to the next; `user_version` counts those already done."""
