"""Uploads in parts in the filesystem store: what is on the disk, and what a crash at any step leaves."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support_storage import MIB, PLAIN, blobs_in, body_of, content, incoming_in, open_descriptors, put

from pixoss.storage import blobs
from pixoss.storage.blobs import Blobs, Draft
from pixoss.storage.errors import DamagedObject, NoSuchKey, NoSuchUpload, StorageError, StoreBusy
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.upload_index import UploadIndex

pytestmark = pytest.mark.anyio

Patch = pytest.MonkeyPatch

FIRST, LAST = b"a" * MIB, b"b" * (MIB + 1)


class PowerCutError(Exception):
    pass


def cut(*_: object, **__: object) -> Any:
    raise PowerCutError


def cut_after(real: Callable[..., Any]) -> Callable[..., Any]:
    def then_cut(*args: Any, **named: Any) -> Any:
        real(*args, **named)
        raise PowerCutError

    return then_cut


async def two_parts(store: FilesystemStore, key: str = "k") -> str:
    upload_id = (await store.create_upload("bucket", key, PLAIN)).upload_id
    for number, body in ((1, FIRST), (2, LAST)):
        await store.put_part("bucket", key, upload_id, number, content(body))
    return upload_id


# Whether the object is there afterwards; otherwise the upload is.
STEPS: dict[str, tuple[object, str, Callable[..., Any], bool]] = {
    "while the parts are joined": (Draft, "write", cut_after(Draft.write), False),
    "before the content is on the disk": (os, "fsync", cut, False),
    "before the blob is published": (Path, "rename", cut, False),
    "before the folder is on the disk": (blobs, "sync_folder", cut, False),
    "before the index is switched": (UploadIndex, "complete", cut, False),
    "after the index is switched": (UploadIndex, "complete", cut_after(UploadIndex.complete), True),
    "before the old blobs are removed": (Blobs, "remove", cut, True),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_leaves_the_upload_or_the_object(root: Path, monkeypatch: Patch, step: str) -> None:
    owner, name, replacement, is_done = STEPS[step]
    async with FilesystemStore.open(root) as store:
        await store.create_bucket("bucket")
        await put(store, "k", b"old")
        upload_id = await two_parts(store)
        with monkeypatch.context() as dying:
            dying.setattr(owner, name, replacement)
            dying.setattr(Draft, "discard", lambda self: None)  # a dead process cleans nothing up
            with pytest.raises(PowerCutError):
                await store.complete_upload("bucket", "k", upload_id, None)
    async with FilesystemStore.open(root) as store:
        assert (incoming_in(root), len(blobs_in(root))) == ([], 1 if is_done else 3)
        if is_done:
            with pytest.raises(NoSuchUpload):
                await store.list_parts("bucket", "k", upload_id)
        else:
            assert await body_of(store, "k") == b"old"
            await store.complete_upload("bucket", "k", upload_id, None)
        assert await body_of(store, "k") == FIRST + LAST
        assert len(blobs_in(root)) == 1


async def test_blobs_go_with_what_named_them(files: FilesystemStore, root: Path) -> None:
    before = open_descriptors()
    upload_id = await two_parts(files)
    await files.put_part("bucket", "k", upload_id, 2, content(LAST))
    assert len(blobs_in(root)) == 2
    await files.complete_upload("bucket", "k", upload_id, None)
    assert len(blobs_in(root)) == 1
    aborted = await two_parts(files)
    await files.abort_upload("bucket", "k", aborted)
    assert (len(blobs_in(root)), incoming_in(root), open_descriptors()) == (1, [], before)


async def test_a_part_survives_the_sweep_of_the_next_start(root: Path) -> None:
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("bucket")
        upload_id = await two_parts(store)
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.complete_upload("bucket", "k", upload_id, None)
        assert await body_of(store, "k") == FIRST + LAST


async def test_a_part_whose_blob_is_lost_is_damage(files: FilesystemStore, root: Path) -> None:
    upload_id = await two_parts(files)
    blobs_in(root)[0].unlink()
    with pytest.raises(DamagedObject):
        await files.complete_upload("bucket", "k", upload_id, None)
    assert len(blobs_in(root)) == 1


async def test_a_part_whose_blob_was_cut_is_damage(files: FilesystemStore, root: Path) -> None:
    upload_id = await two_parts(files)
    os.truncate(blobs_in(root)[0], 5)
    with pytest.raises(DamagedObject):
        await files.complete_upload("bucket", "k", upload_id, None)
    with pytest.raises(NoSuchKey):
        await files.head_object("bucket", "k")


@pytest.mark.parametrize("change", ["abort", "replace"])
async def test_an_upload_that_changes_while_it_is_completed(
    files: FilesystemStore, monkeypatch: Patch, change: str
) -> None:
    upload_id = await two_parts(files)
    real = FilesystemStore._append

    async def append(store: FilesystemStore, draft: Draft, part: Any) -> None:
        with monkeypatch.context() as once:
            once.setattr(FilesystemStore, "_append", real)
            if change == "abort":
                await files.abort_upload("bucket", "k", upload_id)
            else:
                await files.put_part("bucket", "k", upload_id, part.info.number, content(FIRST))
        await real(store, draft, part)

    monkeypatch.setattr(FilesystemStore, "_append", append)
    kind: type[StorageError] = NoSuchUpload if change == "abort" else StoreBusy
    with pytest.raises(kind):
        await files.complete_upload("bucket", "k", upload_id, None)
