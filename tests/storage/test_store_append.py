"""Objects that grow: positions, digests, readers that began before, and appends that race."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from fastcrc import crc64
from support_storage import MIB, PLAIN, blobs_in, body_of, content, incoming_in, put

from pixoss.storage.base import ENABLED, Attributes, Expected, ObjectInfo
from pixoss.storage.errors import (
    IncompleteBody,
    InvalidCRC64,
    InvalidDigest,
    NoSuchBucket,
    ObjectNotAppendable,
    PositionNotEqualToLength,
)
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.versions import VersionedStore

pytestmark = pytest.mark.anyio


async def append(store: VersionedStore, position: int, body: bytes, key: str = "k") -> ObjectInfo:
    return await store.append_object("bucket", key, position, content(body), PLAIN)


async def test_an_object_grows_piece_by_piece(store: VersionedStore) -> None:
    pieces = [b"one", b"two", b"x" * (2 * MIB + 5), b"end"]
    whole = b""
    etags = set()
    for piece in pieces:
        info = await append(store, len(whole), piece)
        whole += piece
        etags.add(info.etag)
        assert (info.size, info.crc64, info.object_type) == (len(whole), crc64.xz(whole), "Appendable")
        assert await store.head_object("bucket", "k") == info
        assert await body_of(store, "k") == whole
    assert len(etags) == len(pieces)
    assert all(len(etag) == 32 and etag == etag.upper() for etag in etags)


async def test_attributes_are_those_of_the_first_piece(store: VersionedStore) -> None:
    told = Attributes(content_type="text/plain", user_metadata={"a": "b"})
    await store.append_object("bucket", "k", 0, content(b"one"), told)
    info = await store.append_object("bucket", "k", 3, content(b"two"), Attributes(content_type="image/png"))
    assert info.attributes == told


@pytest.mark.parametrize("position", [0, 2, 4, 10**18])
async def test_a_wrong_position_tells_the_length(store: VersionedStore, position: int) -> None:
    await append(store, 0, b"one")
    with pytest.raises(PositionNotEqualToLength) as refusal:
        await append(store, position, b"two")
    assert refusal.value.length == 3
    assert await body_of(store, "k") == b"one"


async def test_a_missing_object_ends_at_nothing(store: VersionedStore) -> None:
    with pytest.raises(PositionNotEqualToLength) as refusal:
        await append(store, 1, b"x")
    assert refusal.value.length == 0
    with pytest.raises(NoSuchBucket):
        await store.append_object("nowhere", "k", 0, content(b"x"), PLAIN)


async def test_only_what_was_appended_grows(store: VersionedStore) -> None:
    await put(store, "k", b"")
    with pytest.raises(ObjectNotAppendable):
        await append(store, 0, b"x")
    await append(store, 0, b"one", key="grown")
    async with await store.open_object("bucket", "grown") as reader:
        copied = await store.copy_object(reader, "bucket", "copy", PLAIN)
    assert copied.object_type == "Normal"
    with pytest.raises(ObjectNotAppendable):
        await append(store, 3, b"x", key="copy")


async def test_what_is_not_as_announced_changes_nothing(store: VersionedStore, root: Path) -> None:
    await append(store, 0, b"one")
    wrong = {
        InvalidDigest: Expected(md5=bytes(16)),
        InvalidCRC64: Expected(crc64=1),
        IncompleteBody: Expected(size=4),
    }
    for refusal, expected in wrong.items():
        with pytest.raises(refusal):
            await store.append_object("bucket", "k", 3, content(b"two"), PLAIN, expected=expected)
    right = Expected(md5=hashlib.md5(b"two").digest(), crc64=crc64.xz(b"two"), size=3)
    await store.append_object("bucket", "k", 3, content(b"two"), PLAIN, expected=right)
    assert await body_of(store, "k") == b"onetwo"
    assert incoming_in(root) == []


async def test_a_reader_and_a_copy_keep_what_they_began_with(store: VersionedStore) -> None:
    await append(store, 0, b"one")
    async with await store.open_object("bucket", "k") as reader:
        await append(store, 3, b"two")
        assert await reader.read() == b"one"
        await store.copy_object(reader, "bucket", "copy", PLAIN)
    await append(store, 6, b"three")
    assert await body_of(store, "copy") == b"one"
    assert await body_of(store, "k") == b"onetwothree"


async def test_of_several_appends_at_one_position_one_wins(store: VersionedStore, root: Path) -> None:
    await append(store, 0, b"start")
    outcomes: list[str] = []

    async def race(body: bytes) -> None:
        try:
            await append(store, 5, body)
            outcomes.append("won")
        except PositionNotEqualToLength as refusal:
            assert refusal.length == 9
            outcomes.append("lost")

    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(race, b"%04d" % number)
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]
    assert len(await body_of(store, "k")) == 9
    assert incoming_in(root) == []


async def test_two_first_pieces_race_and_one_wins(store: VersionedStore, root: Path) -> None:
    outcomes: list[str] = []

    async def race() -> None:
        try:
            await append(store, 0, b"first")
            outcomes.append("won")
        except PositionNotEqualToLength:
            outcomes.append("lost")

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(race)
    assert sorted(outcomes) == ["lost"] * 3 + ["won"]
    assert len(blobs_in(root)) == 1


async def test_an_object_deleted_while_a_piece_arrives_has_no_end(store: VersionedStore, root: Path) -> None:
    await append(store, 0, b"one")

    async def body() -> AsyncIterator[bytes]:
        yield b"two"
        await store.delete_object("bucket", "k")

    with pytest.raises(PositionNotEqualToLength):
        await store.append_object("bucket", "k", 3, body(), PLAIN)
    assert blobs_in(root) == []


async def test_bytes_that_a_crash_left_behind_the_end_are_overwritten(files: FilesystemStore, root: Path) -> None:
    await append(files, 0, b"one")
    (blob,) = blobs_in(root)
    with blob.open("ab") as file:
        file.write(b"left by a crash")
    assert await body_of(files, "k") == b"one"
    await append(files, 3, b"two")
    assert await body_of(files, "k") == b"onetwo"
    assert blob.read_bytes() == b"onetwo"


async def test_an_appendable_object_keeps_its_version_while_it_grows(store: VersionedStore) -> None:
    await store.set_bucket_versioning("bucket", ENABLED)
    first = await append(store, 0, b"one")
    second = await append(store, 3, b"two")
    assert first.version_id == second.version_id != "null"
    assert len((await store.list_versions("bucket")).versions) == 1


async def test_nothing_grows_under_a_delete_marker(store: VersionedStore) -> None:
    await store.set_bucket_versioning("bucket", ENABLED)
    await append(store, 0, b"one")
    await store.delete_object("bucket", "k")
    for position in (0, 3):
        with pytest.raises(ObjectNotAppendable):
            await append(store, position, b"two")


async def test_nothing_added_changes_nothing(store: VersionedStore) -> None:
    first = await append(store, 0, b"one")
    assert await append(store, 3, b"") == first
    assert await store.head_object("bucket", "k") == first


async def test_a_sealed_object_keeps_the_time_of_its_first_seal(store: VersionedStore) -> None:
    await append(store, 0, b"one")
    assert (await store.seal_object("bucket", "k", 3, 1000)).attributes.sealed_ms == 1000
    assert (await store.seal_object("bucket", "k", 3, 2000)).attributes.sealed_ms == 1000
    with pytest.raises(PositionNotEqualToLength):
        await store.seal_object("bucket", "k", 2, 3000)
    with pytest.raises(ObjectNotAppendable):
        await append(store, 3, b"two")
