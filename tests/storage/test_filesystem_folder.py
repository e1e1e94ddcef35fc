"""The data folder of the filesystem store: opening, sweeping, versions, and what it refuses."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support_storage import PLAIN, blobs_in, body_of, files_below, incoming_in, put

from pixoss.storage import index, schema
from pixoss.storage.errors import StoreUnusable
from pixoss.storage.filesystem import FilesystemStore

pytestmark = pytest.mark.anyio

ORPHAN = "0123456789abcdef" * 2


async def filled(root: Path) -> None:
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("bucket")
        await put(store, "a/../b\n", b"body")


async def test_a_key_is_no_part_of_any_path(root: Path) -> None:
    await filled(root)
    (blob,) = blobs_in(root)
    first, second, name = blob.relative_to(root / "blobs").parts
    assert (first, second) == (name[0], name[1])
    assert len(name) == 32
    assert {path.name for path in files_below(root)} == {name, "index.sqlite3", "lock"}


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    root = tmp_path / "not" / "yet" / "there"
    async with FilesystemStore.open(root) as store:
        await store.check()
    assert (root / "blobs" / "f" / "f").is_dir()


async def test_a_start_sweeps_what_no_row_names(root: Path) -> None:
    await filled(root)
    (named,) = blobs_in(root)
    (root / "blobs" / "0" / "1" / ORPHAN).write_bytes(b"left by a crash")
    (root / "incoming" / ORPHAN).write_bytes(b"left by a crash")
    async with FilesystemStore.open(root, fsync=False) as store:
        assert (incoming_in(root), blobs_in(root)) == ([], [named])
        assert await body_of(store, "a/../b\n") == b"body"


async def test_a_sweep_spares_files_that_were_not_made_here(root: Path) -> None:
    await filled(root)
    foreign = [root / "blobs" / "0" / "1" / "notes.txt", root / "incoming" / ".keep", root / "blobs" / ORPHAN]
    for file in foreign:
        file.write_bytes(b"somebody's")
    async with FilesystemStore.open(root, fsync=False):
        assert all(file.exists() for file in foreign)


async def test_nobody_sweeps_while_another_uses_the_folder(root: Path) -> None:
    await filled(root)
    async with FilesystemStore.open(root, fsync=False):
        (root / "incoming" / ORPHAN).write_bytes(b"on its way")
        (root / "blobs" / "0" / "1" / ORPHAN).write_bytes(b"on its way")
        async with FilesystemStore.open(root, fsync=False):
            pass
        assert len(incoming_in(root)) == 1
        assert len(blobs_in(root)) == 2
    async with FilesystemStore.open(root, fsync=False):
        assert len(incoming_in(root)) == 0
        assert len(blobs_in(root)) == 1


async def test_blobs_without_an_index_are_not_swept_but_refused(root: Path) -> None:
    await filled(root)
    (root / "index.sqlite3").rename(root / "elsewhere")
    with pytest.raises(StoreUnusable) as refusal:
        async with FilesystemStore.open(root):
            pass
    assert isinstance(refusal.value.__cause__, FileNotFoundError)
    (root / "elsewhere").rename(root / "index.sqlite3")
    async with FilesystemStore.open(root) as store:
        assert await body_of(store, "a/../b\n") == b"body"


async def test_an_index_of_a_newer_version_is_refused_untouched(root: Path) -> None:
    await filled(root)
    with sqlite3.connect(root / "index.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnusable) as refusal:
        async with FilesystemStore.open(root):
            pass
    assert "newer" in str(refusal.value.__cause__)
    assert len(blobs_in(root)) == 1


async def test_an_index_of_an_older_version_is_brought_up_to_date_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(root)
    step = ("CREATE TABLE extra (number INTEGER)", "INSERT INTO extra VALUES (1)")
    monkeypatch.setattr(index, "MIGRATIONS", (*schema.MIGRATIONS, step))
    for _ in range(2):
        async with FilesystemStore.open(root, fsync=False) as store:
            assert await body_of(store, "a/../b\n") == b"body"
    with sqlite3.connect(root / "index.sqlite3") as db:
        assert db.execute("SELECT number FROM extra").fetchall() == [(1,)]
        assert db.execute("PRAGMA user_version").fetchall() == [(len(schema.MIGRATIONS) + 1,)]


async def test_buckets_of_an_earlier_version_tell_the_kinds_of_their_documents(root: Path) -> None:
    await filled(root)
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("plain")
        for kind in ("style", "cors"):
            await store.put_document("bucket", kind, "", b"")
    with closing(sqlite3.connect(root / "index.sqlite3")) as db, db:
        db.execute("ALTER TABLE buckets DROP COLUMN documents")
        db.execute("PRAGMA user_version = 5")
    async with FilesystemStore.open(root, fsync=False) as store:
        assert (await store.get_bucket("bucket")).documents == {"style", "cors"}
        assert (await store.get_bucket("plain")).documents == frozenset()


async def test_a_migration_that_fails_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(root)
    with monkeypatch.context() as newer:
        newer.setattr(index, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE extra (number)", "NONSENSE")))
        with pytest.raises(StoreUnusable):
            async with FilesystemStore.open(root):
                pass
    with sqlite3.connect(root / "index.sqlite3") as db:
        assert db.execute("PRAGMA user_version").fetchall() == [(len(schema.MIGRATIONS),)]
        assert db.execute("SELECT name FROM sqlite_schema WHERE name = 'extra'").fetchall() == []
    async with FilesystemStore.open(root) as store:
        assert await body_of(store, "a/../b\n") == b"body"


async def test_an_index_that_is_no_database_is_refused(root: Path) -> None:
    root.mkdir()
    (root / "index.sqlite3").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(StoreUnusable):
        async with FilesystemStore.open(root):
            pass


async def test_a_root_that_is_a_file_is_refused(root: Path) -> None:
    root.write_bytes(b"")
    with pytest.raises(StoreUnusable):
        async with FilesystemStore.open(root):
            pass


async def test_a_refused_folder_is_not_kept_locked(root: Path) -> None:
    root.mkdir()
    (root / "index.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnusable):
        async with FilesystemStore.open(root):
            pass
    (root / "index.sqlite3").unlink()
    async with FilesystemStore.open(root) as store:
        await store.check()


async def test_a_damaged_row_cannot_be_committed(files: FilesystemStore) -> None:
    with pytest.raises(sqlite3.IntegrityError), files._index._writer as db:
        db.execute("INSERT INTO documents VALUES (1, 'nowhere', 'style', 's', x'', 0, 0)")


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS)))
async def test_a_folder_of_an_older_version_keeps_its_objects_and_takes_new_ones(root: Path, version: int) -> None:
    blob = "ab" * 16
    path = root / "blobs" / "a" / "b" / blob
    path.parent.mkdir(parents=True)
    path.write_bytes(b"body")
    _older_index(root / "index.sqlite3", version, blob)
    async with FilesystemStore.open(root, fsync=False) as store:
        assert await body_of(store, "k") == b"body"
        assert (await store.get_bucket("bucket")).versioning == ""
        assert (await store.head_object("bucket", "k", "null")).attributes.content_type == "text/plain"
        await store.create_upload("bucket", "k", PLAIN)
        await store.set_bucket_versioning("bucket", "Enabled")
        await put(store, "k", b"new")
        assert len((await store.list_versions("bucket")).versions) == 2


def _older_index(file: Path, version: int, blob: str) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        for statement in (statement for step in schema.MIGRATIONS[:version] for statement in step):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
        db.execute(
            "INSERT INTO buckets (name, created_ms, acl, storage_class, redundancy, region) "
            "VALUES ('bucket', 1, 'private', 'Standard', 'LRS', '')"
        )
        db.execute(
            "INSERT INTO objects (bucket, key, blob, size, etag, crc64, modified_ms, object_type, attributes) "
            "VALUES ('bucket', x'6b', ?, 4, 'E', x'0000000000000000', 1, 'Normal', ?)",
            (blob, '{"content_type": "text/plain"}'),
        )
