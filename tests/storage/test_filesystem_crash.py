"""The filesystem store interrupted at every step: by a crash, an error, a full disk or a cancelled task."""

import asyncio
import errno
import hashlib
import os
import sqlite3
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable
from io import FileIO
from pathlib import Path
from typing import Any

import anyio
import pytest
from support_storage import (
    MIB,
    PLAIN,
    PowerCutError,
    blobs_in,
    body_of,
    content,
    cut,
    cut_after,
    incoming_in,
    open_descriptors,
    put,
)

from pixoss.storage import blobs, writing
from pixoss.storage.base import Attributes, Expected, ObjectInfo
from pixoss.storage.blobs import Blobs, Draft
from pixoss.storage.errors import (
    DamagedObject,
    InsufficientStorage,
    InvalidDigest,
    StorageError,
    StoreBusy,
    StoreUnusable,
)
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.object_index import ObjectIndex

pytestmark = pytest.mark.anyio

Patch = pytest.MonkeyPatch


STEPS: dict[str, tuple[object, str, Callable[..., Any], bytes]] = {
    "before the first byte": (Draft, "_opened", cut, b"old"),
    "before the content is on the disk": (os, "fsync", cut, b"old"),
    "before the blob is published": (Path, "rename", cut, b"old"),
    "after the blob is published": (Path, "rename", cut_after(Path.rename), b"old"),
    "before the folder is on the disk": (blobs, "sync_folder", cut, b"old"),
    "before the index is switched": (ObjectIndex, "switch", cut, b"old"),
    "after the index is switched": (ObjectIndex, "switch", cut_after(ObjectIndex.switch), b"new"),
    "before the old blob is removed": (Blobs, "remove", cut, b"new"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_leaves_the_old_or_the_new_object_whole(root: Path, monkeypatch: Patch, step: str) -> None:
    owner, name, replacement, survivor = STEPS[step]
    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        await put(store, "k", b"old")
        with monkeypatch.context() as dying:
            dying.setattr(owner, name, replacement)
            dying.setattr(Draft, "discard", lambda self: None)  # a dead process cleans nothing up
            with pytest.raises(PowerCutError):
                await put(store, "k", b"new")
    async with FilesystemStore.open(root) as store:
        assert await body_of(store, "k") == survivor
        assert incoming_in(root) == []
        assert len(blobs_in(root)) == 1


FAILURES = [step for step, (*_, survivor) in STEPS.items() if survivor == b"old"]


@pytest.mark.parametrize("step", FAILURES)
async def test_a_step_that_fails_leaves_nothing_behind(root: Path, monkeypatch: Patch, step: str) -> None:
    owner, name, replacement, _ = STEPS[step]
    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        await put(store, "k", b"old")
        with monkeypatch.context() as failing:
            failing.setattr(owner, name, replacement)
            with pytest.raises(PowerCutError):
                await put(store, "k", b"new")
        assert await body_of(store, "k") == b"old"
        assert (len(incoming_in(root)), len(blobs_in(root))) == (0, 1)


async def test_content_and_folder_are_on_the_disk_before_the_index_names_them(root: Path, monkeypatch: Patch) -> None:
    steps: list[str] = []
    real_fsync, real_rename, real_switch = os.fsync, Path.rename, ObjectIndex.switch

    def fsync(descriptor: int) -> None:
        steps.append(f"fsync {Path(f'/proc/self/fd/{descriptor}').readlink().relative_to(root).parts[0]}")
        real_fsync(descriptor)

    def rename(path: Path, target: Path) -> None:
        steps.append("rename")
        real_rename(path, target)

    def switch(index: ObjectIndex, *args: Any, **named: Any) -> Any:
        steps.append("switch")
        return real_switch(index, *args, **named)

    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "rename", rename)
        monkeypatch.setattr(ObjectIndex, "switch", switch)
        await put(store, "k")
        assert steps == ["fsync incoming", "rename", "fsync blobs", "switch"]
        steps.clear()
        async with await store.open_object("bucket", "k") as reader:
            await store.copy_object(reader, "bucket", "copy", PLAIN)
        assert steps == ["fsync incoming", "rename", "fsync blobs", "switch"]


@pytest.mark.parametrize(("fsync", "synchronous"), [(True, 2), (False, 1)])
async def test_a_commit_is_as_durable_as_the_store(root: Path, fsync: bool, synchronous: int) -> None:
    async with FilesystemStore.open(root, fsync=fsync) as store:
        writer = store._index._writer
        assert writer.execute("PRAGMA synchronous").fetchall() == [(synchronous,)]
        assert writer.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


async def test_without_fsync_nothing_waits_for_the_disk(root: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(os, "fsync", cut)
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("bucket")
        await put(store, "k")


# Errors


def disk_that_fails(code: int, room: int) -> type[FileIO]:
    class FailingFile(FileIO):
        def write(self, piece: Any, /) -> int:
            if self.tell() >= room:
                raise OSError(code, os.strerror(code))
            return super().write(memoryview(piece)[: room - self.tell()])

    return FailingFile


DISK_ERRORS = [
    (errno.ENOSPC, InsufficientStorage),
    (errno.EDQUOT, InsufficientStorage),
    (errno.EMFILE, StoreBusy),
    (errno.EIO, StoreUnusable),
]


@pytest.mark.parametrize(("code", "kind"), DISK_ERRORS)
@pytest.mark.parametrize("room", [0, 5000, MIB + 10])
async def test_a_disk_that_fails_leaves_the_old_object(
    files: FilesystemStore, root: Path, monkeypatch: Patch, code: int, kind: type[StorageError], room: int
) -> None:
    await put(files, "k", b"old")
    with monkeypatch.context() as failing:
        failing.setattr(blobs, "FileIO", disk_that_fails(code, room))
        with pytest.raises(kind):
            await put(files, "k", b"n" * (room + 10_000))
    assert await body_of(files, "k") == b"old"
    assert (len(incoming_in(root)), len(blobs_in(root))) == (0, 1)


async def test_a_copy_without_a_free_descriptor_leaves_nothing(
    files: FilesystemStore, root: Path, monkeypatch: Patch
) -> None:
    def none_free(*_: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    await put(files, "k")
    async with await files.open_object("bucket", "k") as reader:
        monkeypatch.setattr(blobs, "FileIO", none_free)
        with pytest.raises(StoreBusy):
            await files.copy_object(reader, "bucket", "copy", PLAIN)
    assert (len(incoming_in(root)), len(blobs_in(root))) == (0, 1)


async def test_a_write_that_takes_only_a_part_is_continued(files: FilesystemStore, monkeypatch: Patch) -> None:
    class SlowFile(FileIO):
        def write(self, piece: Any, /) -> int:
            return super().write(memoryview(piece)[:1000])

    monkeypatch.setattr(blobs, "FileIO", SlowFile)
    body = os.urandom(4_500)
    info = await put(files, "k", body)
    assert info.etag == hashlib.md5(body).hexdigest().upper()
    assert await body_of(files, "k") == body


async def test_an_index_that_cannot_grow_leaves_the_old_object(files: FilesystemStore, root: Path) -> None:
    await put(files, "k", b"old")
    writer = files._index._writer
    ((pages,),) = writer.execute("PRAGMA page_count").fetchall()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    big = {"m": "x" * 100_000}
    with pytest.raises(InsufficientStorage):
        await files.put_object("bucket", "k", content(b"new"), Attributes(user_metadata=big))
    assert await body_of(files, "k") == b"old"
    assert (len(incoming_in(root)), len(blobs_in(root))) == (0, 1)


async def test_an_index_that_another_process_keeps_locked_is_busy(files: FilesystemStore, root: Path) -> None:
    await put(files, "k", b"old")
    files._index._writer.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(root / "index.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await put(files, "k", b"new")
    assert await body_of(files, "k") == b"old"
    other.execute("ROLLBACK")
    other.close()
    assert len(blobs_in(root)) == 1
    await put(files, "k", b"new")


async def test_a_writer_locks_the_index_before_it_looks(files: FilesystemStore, root: Path) -> None:
    await put(files, "k")
    other = sqlite3.connect(root / "index.sqlite3", isolation_level=None, timeout=0, check_same_thread=False)

    def change(told: Attributes) -> Attributes:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return told

    await files.update_attributes("bucket", "k", change)
    other.close()


async def test_an_index_that_cannot_be_read_is_unusable(files: FilesystemStore) -> None:
    files._index._writer.execute("ALTER TABLE objects RENAME TO lost")
    with pytest.raises(StoreUnusable):
        await files.head_object("bucket", "k")
    with pytest.raises(StoreUnusable):
        await files.list_objects("bucket")


async def test_a_folder_that_cannot_be_written_fails_its_check(files: FilesystemStore, root: Path) -> None:
    (root / "incoming").rmdir()
    with pytest.raises(StoreUnusable) as refusal:
        await files.check()
    assert isinstance(refusal.value.__cause__, FileNotFoundError)


async def test_a_full_disk_fails_the_check_and_leaves_nothing(
    files: FilesystemStore, root: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(blobs, "FileIO", disk_that_fails(errno.ENOSPC, 100))
    with pytest.raises(InsufficientStorage):
        await files.check()
    assert incoming_in(root) == []


async def test_a_blob_that_cannot_be_removed_is_left_to_the_sweep(
    files: FilesystemStore, root: Path, monkeypatch: Patch
) -> None:
    await put(files, "k", b"old")

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(path)

    with monkeypatch.context() as failing:
        failing.setattr(Path, "unlink", refused)
        await put(files, "k", b"new")
    assert await body_of(files, "k") == b"new"
    assert len(blobs_in(root)) == 2


# Uploads that end early


@pytest.mark.parametrize("size", [0, 10, 3 * MIB])
async def test_a_broken_off_upload_leaves_no_file(files: FilesystemStore, root: Path, size: int) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * size
        assert len(incoming_in(root)) == (1 if size >= MIB else 0)
        raise PowerCutError

    with pytest.raises(PowerCutError):
        await files.put_object("bucket", "k", broken(), PLAIN)
    assert incoming_in(root) + blobs_in(root) == []


@pytest.mark.parametrize("size", [10, 3 * MIB])
async def test_a_refused_upload_leaves_no_file(files: FilesystemStore, root: Path, size: int) -> None:
    with pytest.raises(InvalidDigest):
        await files.put_object("bucket", "k", content(b"x" * size), PLAIN, expected=Expected(md5=b""))
    assert incoming_in(root) + blobs_in(root) == []


@pytest.mark.parametrize("size", [10, 3 * MIB])
async def test_an_upload_cancelled_by_a_scope_leaves_no_file(files: FilesystemStore, root: Path, size: int) -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"x" * size
        scope.cancel()
        await anyio.sleep_forever()

    with anyio.CancelScope() as scope:
        await files.put_object("bucket", "k", stalled(), PLAIN)
    assert scope.cancelled_caught
    assert incoming_in(root) + blobs_in(root) == []


async def test_an_upload_cancelled_natively_leaves_no_file(files: FilesystemStore, root: Path) -> None:
    stalled_now = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield b"x" * (2 * MIB)
        stalled_now.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(files.put_object("bucket", "k", stalled(), PLAIN))
    await stalled_now.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert incoming_in(root) + blobs_in(root) == []


class Gate:
    """Holds a thread at a method until it is let through."""

    def __init__(self, monkeypatch: Patch, owner: type, name: str) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        real = getattr(owner, name)

        def gated(*args: Any, **named: Any) -> Any:
            self.reached.set()
            assert self.opened.wait(20)
            return real(*args, **named)

        monkeypatch.setattr(owner, name, gated)


@pytest.mark.parametrize("owner_and_name", [(Draft, "publish"), (ObjectIndex, "switch"), (Draft, "keep")])
async def test_a_task_cancelled_natively_during_the_commit_leaves_the_object_whole(
    files: FilesystemStore, root: Path, monkeypatch: Patch, owner_and_name: tuple[type, str]
) -> None:
    gate = Gate(monkeypatch, *owner_and_name)
    task = asyncio.create_task(put(files, "k", b"new"))
    await asyncio.to_thread(gate.reached.wait, 20)
    task.cancel()
    await asyncio.sleep(0)
    gate.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    # The thread had gone too far to turn back: the upload counts, although nobody waits for it.
    assert await body_of(files, "k") == b"new"
    assert (len(incoming_in(root)), len(blobs_in(root))) == (0, 1)


async def test_a_draft_that_was_discarded_takes_nothing_more(files: FilesystemStore, root: Path) -> None:
    draft = files._blobs.draft()
    draft.write(b"x")
    draft.discard()
    with pytest.raises(ValueError, match="discarded"):
        draft.write(b"y")
    with pytest.raises(ValueError, match="discarded"):
        draft.publish()
    assert incoming_in(root) + blobs_in(root) == []


# Reading while others write, and content that is damaged


async def test_a_reader_that_comes_between_look_up_and_opening_finds_the_new_object(
    files: FilesystemStore, monkeypatch: Patch
) -> None:
    await put(files, "k", b"old")
    answers = [files._objects.find("bucket", "k")]
    await put(files, "k", b"new")
    real_find = files._objects.find
    monkeypatch.setattr(files._objects, "find", lambda *names: answers.pop() if answers else real_find(*names))
    assert await body_of(files, "k") == b"new"


async def test_readers_of_a_key_that_is_always_being_replaced_see_whole_objects(files: FilesystemStore) -> None:
    await put(files, "k", b"0" * 1000)

    async def replace() -> None:
        for number in range(300):
            await put(files, "k", b"%d" % (number % 10) * 1000)
        tasks.cancel_scope.cancel()

    async def read() -> None:
        while True:
            body = await body_of(files, "k")
            assert len(set(body)) == 1
            assert len(body) == 1000
            await anyio.sleep(0)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        tasks.start_soon(replace)


async def test_only_small_reads_happen_on_the_event_loop(files: FilesystemStore, monkeypatch: Patch) -> None:
    await put(files, "small", b"x" * 65_536)
    await put(files, "large", b"x" * 65_537)
    monkeypatch.setattr(os, "pread", cut)
    with pytest.raises(PowerCutError):
        await body_of(files, "small")
    assert len(await body_of(files, "large")) == 65_537


@pytest.mark.parametrize("size", [100, 3 * MIB])
async def test_a_missing_or_shortened_blob_is_damage_and_not_an_endless_loop(
    files: FilesystemStore, root: Path, size: int
) -> None:
    await put(files, "k", b"x" * size)
    (blob,) = blobs_in(root)
    os.truncate(blob, size // 2)
    async with await files.open_object("bucket", "k") as reader:
        with pytest.raises(DamagedObject):
            await reader.read()
        with pytest.raises(DamagedObject):
            await files.copy_object(reader, "bucket", "copy", PLAIN)
    assert blobs_in(root) == [blob]
    blob.unlink()
    with pytest.raises(DamagedObject) as refusal:
        await files.open_object("bucket", "k")
    assert (refusal.value.bucket, refusal.value.key) == ("bucket", "k")


@pytest.mark.parametrize("size", [0, 10, 2 * MIB + 7])
async def test_a_file_system_without_links_copies_byte_by_byte(
    files: FilesystemStore, root: Path, monkeypatch: Patch, size: int
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    source = await put(files, "k", b"x" * size)
    monkeypatch.setattr(os, "link", no_links)
    async with await files.open_object("bucket", "k") as reader:
        copied = await files.copy_object(reader, "bucket", "copy", PLAIN)
    assert (copied.etag, copied.crc64, copied.size) == (source.etag, source.crc64, size)
    assert await body_of(files, "copy") == b"x" * size
    assert {blob.stat().st_nlink for blob in blobs_in(root)} == {1}


async def test_a_copy_takes_no_room_and_outlives_its_source(files: FilesystemStore, root: Path) -> None:
    await put(files, "k", b"body")
    async with await files.open_object("bucket", "k") as reader:
        await files.copy_object(reader, "bucket", "copy", PLAIN)
    assert [blob.stat().st_nlink for blob in blobs_in(root)] == [2, 2]
    await files.delete_object("bucket", "k")
    assert await body_of(files, "copy") == b"body"
    await files.delete_object("bucket", "copy")
    assert blobs_in(root) == []


# Descriptors and memory


async def test_no_descriptor_is_left_open(files: FilesystemStore, root: Path) -> None:
    async def everything(number: int) -> None:
        await put(files, "small", b"x")
        await put(files, "large", b"x" * (2 * MIB))
        with pytest.raises(InvalidDigest):
            await files.put_object("bucket", "bad", content(b"x" * number), PLAIN, expected=Expected(md5=b""))
        async with await files.open_object("bucket", "large") as reader:
            await anext(reader.stream())
            await files.copy_object(reader, "bucket", "copy", PLAIN)
        await files.list_objects("bucket", delimiter="/")
        await files.check()

    await everything(1)
    before = open_descriptors()
    for number in range(10):
        await everything(number * 200_000)
    assert open_descriptors() == before


async def test_closing_the_store_lets_go_of_the_folder(root: Path) -> None:
    before = open_descriptors()
    for _ in range(5):
        async with FilesystemStore.open(root, fsync=False) as store:
            await store.check()
    assert open_descriptors() == before


async def test_a_large_upload_never_sits_in_memory(files: FilesystemStore) -> None:
    size = 128 * MIB
    chunk = bytes(range(256)) * 256

    async def large() -> AsyncIterator[bytes]:
        for _ in range(size // len(chunk)):
            yield chunk

    tracemalloc.start()
    try:
        info = await files.put_object("bucket", "k", large(), PLAIN)
        async with await files.open_object("bucket", "k") as reader:
            read = 0
            async for piece in reader.stream():
                read += len(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (info.size, read) == (size, size)
    assert peak < 8 * MIB


async def test_the_time_of_a_write_is_the_clock_s(files: FilesystemStore, monkeypatch: Patch) -> None:
    monkeypatch.setattr(writing.time, "time_ns", lambda: 1_234_567_890_123_456_789)
    info: ObjectInfo = await put(files, "k")
    assert info.modified_ms == 1_234_567_890_123
