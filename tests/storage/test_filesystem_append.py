"""Appending in the filesystem store, interrupted at every step: what was acknowledged stays, the rest is not seen."""

import errno
import fcntl
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from fastcrc import crc64
from support_storage import MIB, PLAIN, PowerCutError, blobs_in, body_of, content, cut, cut_after, incoming_in

from pixoss.storage import appends, blobs
from pixoss.storage.appends import FilesystemAppends
from pixoss.storage.base import ObjectInfo
from pixoss.storage.blobs import Draft
from pixoss.storage.errors import InsufficientStorage, NoSuchKey, StorageError, StoreUnusable
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.object_index import ObjectIndex

pytestmark = pytest.mark.anyio

Patch = pytest.MonkeyPatch
Step = tuple[object, str, Any]

OLD, NEW = b"old", b"new" * MIB


class TornFile(FileIO):
    """A file of which the power lets only the half of what is written."""

    def write(self, piece: Any, /) -> int:
        super().write(memoryview(piece)[: len(piece) // 2])
        raise PowerCutError


NOT_YET: dict[str, Step] = {
    "before the first byte": (Draft, "_opened", cut),
    "before the blob is locked": (fcntl, "flock", cut),
    "before anything stands behind the end": (FilesystemAppends, "_write_behind", cut),
    "when the half stands behind the end": (appends, "FileIO", TornFile),
    "before what stands there is on the disk": (os, "fsync", cut),
    "before the index knows the new end": (ObjectIndex, "extend", cut),
}
ALREADY: dict[str, Step] = {"after the index knows the new end": (ObjectIndex, "extend", cut_after(ObjectIndex.extend))}


async def append(store: FilesystemStore, position: int, body: bytes) -> ObjectInfo:
    return await store.append_object("bucket", "k", position, content(body), PLAIN)


async def require_growing(store: FilesystemStore, root: Path, body: bytes) -> None:
    """The object is `body` and nothing else is there; what is appended now comes right behind it."""
    assert await body_of(store, "k") == body
    assert (len(incoming_in(root)), len(blobs_in(root))) == (0, 1)
    info = await append(store, len(body), b"end")
    assert await body_of(store, "k") == body + b"end"
    assert (info.size, info.crc64) == (len(body) + 3, crc64.xz(body + b"end"))


@pytest.mark.parametrize("step", [*NOT_YET, *ALREADY])
async def test_a_crash_leaves_the_old_end_or_the_new_one(root: Path, monkeypatch: Patch, step: str) -> None:
    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        await append(store, 0, OLD)
        async with await store.open_object("bucket", "k") as reader:
            with monkeypatch.context() as dying:
                dying.setattr(*(NOT_YET | ALREADY)[step])
                dying.setattr(Draft, "discard", lambda self: None)  # a dead process cleans nothing up
                with pytest.raises(PowerCutError):
                    await append(store, len(OLD), NEW)
            assert await reader.read() == OLD
    async with FilesystemStore.open(root) as store:
        await require_growing(store, root, OLD + NEW if step in ALREADY else OLD)


@pytest.mark.parametrize("step", NOT_YET)
async def test_a_step_that_fails_leaves_nothing_to_be_seen(root: Path, monkeypatch: Patch, step: str) -> None:
    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        await append(store, 0, OLD)
        with monkeypatch.context() as failing:
            failing.setattr(*NOT_YET[step])
            with pytest.raises(PowerCutError):
                await append(store, len(OLD), NEW)
        await require_growing(store, root, OLD)


BEGINNINGS: dict[str, tuple[Step, bytes | None]] = {
    "before the content is on the disk": ((os, "fsync", cut), None),
    "before the blob is published": ((Path, "rename", cut), None),
    "after the blob is published": ((Path, "rename", cut_after(Path.rename)), None),
    "before the folder is on the disk": ((blobs, "sync_folder", cut), None),
    "before the index knows the object": ((ObjectIndex, "begin", cut), None),
    "after the index knows the object": ((ObjectIndex, "begin", cut_after(ObjectIndex.begin)), NEW),
}


@pytest.mark.parametrize("step", BEGINNINGS)
async def test_a_crash_at_the_beginning_leaves_no_object_or_a_whole_one(
    root: Path, monkeypatch: Patch, step: str
) -> None:
    cutting, survivor = BEGINNINGS[step]
    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        with monkeypatch.context() as dying:
            dying.setattr(*cutting)
            dying.setattr(Draft, "discard", lambda self: None)
            with pytest.raises(PowerCutError):
                await append(store, 0, NEW)
    async with FilesystemStore.open(root) as store:
        if survivor is None:
            with pytest.raises(NoSuchKey):
                await store.head_object("bucket", "k")
            assert (incoming_in(root), blobs_in(root)) == ([], [])
            await append(store, 0, OLD)
        await require_growing(store, root, survivor or OLD)


async def test_what_is_appended_is_on_the_disk_before_the_index_knows_it(root: Path, monkeypatch: Patch) -> None:
    steps: list[str] = []
    real_fsync, real_extend = os.fsync, ObjectIndex.extend

    def fsync(descriptor: int) -> None:
        file = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append(f"fsync {file.stat().st_size} {file.relative_to(root).parts[0]}")
        real_fsync(descriptor)

    def extend(index: ObjectIndex, *args: Any) -> None:
        steps.append("extend")
        real_extend(index, *args)

    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        await append(store, 0, OLD)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(ObjectIndex, "extend", extend)
        await append(store, len(OLD), NEW)
    assert steps == [f"fsync {len(OLD + NEW)} blobs", "extend"]


def full_after(room: int, code: int) -> Callable[..., FileIO]:
    class FullFile(FileIO):
        def write(self, piece: Any, /) -> int:
            if self.tell() >= room:
                raise OSError(code, os.strerror(code))
            return super().write(memoryview(piece)[: room - self.tell()])

    return FullFile


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOSPC, InsufficientStorage), (errno.EIO, StoreUnusable)])
@pytest.mark.parametrize("room", [len(OLD), len(OLD) + 5000, MIB + 10])
async def test_a_disk_that_fails_leaves_the_old_end(
    files: FilesystemStore, root: Path, monkeypatch: Patch, code: int, kind: type[StorageError], room: int
) -> None:
    await append(files, 0, OLD)
    with monkeypatch.context() as failing:
        failing.setattr(appends, "FileIO", full_after(room, code))
        with pytest.raises(kind):
            await append(files, len(OLD), NEW)
    await require_growing(files, root, OLD)
