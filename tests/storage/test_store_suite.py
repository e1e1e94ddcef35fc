"""What every store has to do; the stores are in conftest.py."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastcrc import crc64
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_storage import MIB, PLAIN, body_of, content, etag_of, pieces_of, put

from pixoss.storage.base import Attributes, BucketInfo, ByteRange, Deletion, Expected, Named
from pixoss.storage.errors import (
    BucketAlreadyExists,
    BucketNotEmpty,
    FileAlreadyExists,
    IncompleteBody,
    InvalidCRC64,
    InvalidDigest,
    NoSuchBucket,
    NoSuchDocument,
    NoSuchKey,
    StorageError,
)
from pixoss.storage.store import ObjectStore

pytestmark = pytest.mark.anyio

FULL = Attributes(
    content_type="image/jpeg",
    cache_control="no-cache",
    content_disposition='attachment; filename="é"',
    content_encoding="identity",
    content_language="de",
    expires="Thu, 01 Dec 1994 16:00:00 GMT",
    user_metadata={"colour": "blau", "empty": "", "漢字": "\x00\udcff"},
    acl="public-read",
    storage_class="IA",
)

ODD_KEYS = [
    "a",
    "a/b",
    "a/",
    "A",
    "..",
    "../../etc/passwd",
    "./x",
    "/leading",
    "x//y",
    "\\windows\\path",
    "nul\x00inside",
    "new\nline\r\t",
    " space ",
    "%2F%00",
    "漢字/é/e\u0301",
    "\U0010ffff",
    "\ufffe",
    "CON",
    "x" * 1023,
    "'; DROP TABLE objects; --",
]

SIZES = [0, 1, 65_536, 65_537, MIB - 1, MIB, MIB + 1, 3 * MIB + 7]


def bytes_of(size: int) -> bytes:
    return (b"0123456789abcdefghi" * (size // 19 + 1))[:size]


# Content


@pytest.mark.parametrize("size", SIZES)
async def test_content_comes_back_whole_with_its_digests(store: ObjectStore, size: int) -> None:
    body = bytes_of(size)
    chunks = [body[start : start + 100_000] for start in range(0, size, 100_000)]
    info = await store.put_object("bucket", "key", content(*chunks), PLAIN)
    assert (info.size, info.etag, info.crc64) == (size, etag_of(body), crc64.xz(body))
    assert (info.bucket, info.key, info.object_type) == ("bucket", "key", "Normal")
    assert await store.head_object("bucket", "key") == info
    async with await store.open_object("bucket", "key") as reader:
        assert reader.info == info
        assert await reader.read() == body
        pieces = await pieces_of(reader)
        assert b"".join(pieces) == body
        assert all(0 < len(piece) <= MIB for piece in pieces)
        assert reader.path.read_bytes() == body


async def test_crc64_is_the_one_of_the_documentation(store: ObjectStore) -> None:
    assert (await put(store, "k", b"123456789")).crc64 == 11051210869376104954
    assert (await put(store, "k", b"")).crc64 == 0


async def test_one_chunk_may_be_larger_than_a_piece_and_chunks_may_be_empty(store: ObjectStore) -> None:
    body = bytes_of(2 * MIB + 5)
    info = await store.put_object("bucket", "k", content(b"", body, b"", b"!"), PLAIN)
    assert info.etag == etag_of(body + b"!")
    assert await body_of(store, "k") == body + b"!"


@pytest.mark.parametrize("size", [10, 70_000, 2 * MIB])
@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (0, 9), (3, 7), (9, 9), (5, 1 << 40), (0, 69_999), (9, 1_500_000), (1 << 40, 1 << 41)]
)
async def test_a_range_is_the_part_that_exists(store: ObjectStore, size: int, first: int, last: int) -> None:
    body = bytes_of(size)
    await put(store, "k", body)
    async with await store.open_object("bucket", "k") as reader:
        got = b"".join([piece async for piece in reader.stream(ByteRange(first, last))])
    assert got == body[first : last + 1]


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (4, 3)])
def test_a_range_that_is_none_cannot_be_made(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="not a range"):
        ByteRange(first, last)


async def test_two_streams_of_one_reader_do_not_disturb_each_other(store: ObjectStore) -> None:
    body = bytes_of(3 * MIB)
    await put(store, "k", body)
    async with await store.open_object("bucket", "k") as reader:
        one, other = reader.stream(), reader.stream(ByteRange(MIB, 3 * MIB - 1))
        first = [await anext(one), await anext(other), await anext(one), await anext(other), await anext(one)]
    assert first == [body[:MIB], body[MIB : 2 * MIB], body[MIB : 2 * MIB], body[2 * MIB :], body[2 * MIB :]]


async def test_closing_a_reader_twice_is_harmless(store: ObjectStore) -> None:
    for size in (3, 2 * MIB):
        await put(store, "k", bytes_of(size))
        reader = await store.open_object("bucket", "k")
        await reader.close()
        await reader.close()
        with pytest.raises(ValueError, match="closed"):
            await reader.read()


@pytest.mark.parametrize("size", [100, 3 * MIB])
async def test_an_open_reader_outlives_replacement_and_deletion(store: ObjectStore, size: int) -> None:
    body = bytes_of(size)
    before = await put(store, "k", body)
    async with await store.open_object("bucket", "k") as reader:
        stream = reader.stream()
        begin = await anext(stream)
        await put(store, "k", b"another")
        await store.delete_object("bucket", "k")
        assert begin + b"".join([piece async for piece in stream]) == body
        assert reader.info == before


# Attributes


async def test_all_attributes_are_kept_as_told(store: ObjectStore) -> None:
    await store.put_object("bucket", "k", content(b"x"), FULL)
    assert (await store.head_object("bucket", "k")).attributes == FULL
    assert (await store.list_objects("bucket")).entries[0].attributes == FULL


async def test_replacing_replaces_content_and_attributes(store: ObjectStore) -> None:
    first = await store.put_object("bucket", "k", content(b"one"), FULL)
    second = await store.put_object("bucket", "k", content(b"second"), PLAIN)
    assert await store.head_object("bucket", "k") == second
    assert second.attributes == PLAIN
    assert second.modified_ms >= first.modified_ms
    assert await body_of(store, "k") == b"second"


async def test_update_attributes_keeps_content_etag_and_time(store: ObjectStore) -> None:
    before = await store.put_object("bucket", "k", content(b"one"), FULL)
    after = await store.update_attributes("bucket", "k", lambda told: replace(told, acl="private"))
    assert after == replace(before, attributes=replace(FULL, acl="private"))
    assert await store.head_object("bucket", "k") == after
    assert await body_of(store, "k") == b"one"


async def test_a_failing_change_changes_nothing(store: ObjectStore) -> None:
    before = await put(store, "k")

    def fail(told: Attributes) -> Attributes:
        raise LookupError(told)

    with pytest.raises(LookupError):
        await store.update_attributes("bucket", "k", fail)
    assert await store.head_object("bucket", "k") == before
    await put(store, "k", b"the store still works")


async def test_concurrent_changes_do_not_lose_one_another(store: ObjectStore) -> None:
    await put(store, "k")

    async def add(name: str) -> None:
        await store.update_attributes(
            "bucket", "k", lambda told: replace(told, user_metadata={**told.user_metadata, name: "1"})
        )

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(add, f"m{number}")
    assert len((await store.head_object("bucket", "k")).attributes.user_metadata) == 20


# Keys


async def test_every_key_is_its_own_object(store: ObjectStore) -> None:
    for key in ODD_KEYS:
        await put(store, key, key.encode())
    for key in ODD_KEYS:
        assert (await store.head_object("bucket", key)).key == key
        assert await body_of(store, key) == key.encode()
    listed = [info.key for info in (await store.list_objects("bucket", limit=1000)).entries]
    assert listed == sorted(ODD_KEYS, key=str.encode)
    for key in ODD_KEYS:
        assert await store.delete_object("bucket", key) == Deletion(key, "null")
    assert (await store.list_objects("bucket")).entries == ()


async def test_buckets_do_not_share_keys(store: ObjectStore) -> None:
    await store.create_bucket("other")
    await put(store, "k", b"one")
    await put(store, "k", b"two", bucket="other")
    await store.delete_object("bucket", "k")
    assert await body_of(store, "k", bucket="other") == b"two"


# What the sender announced


WRONG = [
    (Expected(md5=b"\0" * 16), InvalidDigest),
    (Expected(crc64=1), InvalidCRC64),
    (Expected(size=3), IncompleteBody),
    (Expected(size=5), IncompleteBody),
    (Expected(size=0), IncompleteBody),
]


@pytest.mark.parametrize(("expected", "kind"), WRONG)
async def test_content_that_was_announced_otherwise_is_refused(
    store: ObjectStore, expected: Expected, kind: type[StorageError]
) -> None:
    before = await put(store, "old", b"body")
    for key in ("old", "new"):
        with pytest.raises(kind) as refusal:
            await store.put_object("bucket", key, content(b"bo", b"dy"), FULL, expected=expected)
        assert (refusal.value.bucket, refusal.value.key) == ("bucket", key)
    assert (await store.list_objects("bucket")).entries == (before,)


async def test_content_that_was_announced_rightly_is_stored(store: ObjectStore) -> None:
    right = Expected(md5=hashlib.md5(b"body").digest(), crc64=crc64.xz(b"body"), size=4)
    assert (await store.put_object("bucket", "k", content(b"body"), PLAIN, expected=right)).size == 4


async def test_content_beyond_the_announced_size_is_not_read(store: ObjectStore) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 1000

    with pytest.raises(IncompleteBody):
        await store.put_object("bucket", "k", endless(), PLAIN, expected=Expected(size=5000))
    assert sent == 6


# Overwriting


async def test_overwriting_can_be_forbidden(store: ObjectStore) -> None:
    before = await store.put_object("bucket", "k", content(b"first"), PLAIN, overwrite=False)
    with pytest.raises(FileAlreadyExists):
        await store.put_object("bucket", "k", content(b"second"), PLAIN, overwrite=False)
    async with await store.open_object("bucket", "k") as source:
        with pytest.raises(FileAlreadyExists):
            await store.copy_object(source, "bucket", "k", FULL, overwrite=False)
    assert await store.head_object("bucket", "k") == before


async def test_forbidden_overwriting_is_decided_before_the_content_is_read(store: ObjectStore) -> None:
    await put(store, "k")

    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("read")
        yield b""

    with pytest.raises(FileAlreadyExists):
        await store.put_object("bucket", "k", unread(), PLAIN, overwrite=False)
    with pytest.raises(NoSuchBucket):
        await store.put_object("nowhere", "k", unread(), PLAIN)


async def test_forbidden_overwriting_sees_what_came_during_the_upload(store: ObjectStore) -> None:
    async def overtaken() -> AsyncIterator[bytes]:
        yield b"slow"
        await put(store, "k", b"fast")

    with pytest.raises(FileAlreadyExists):
        await store.put_object("bucket", "k", overtaken(), PLAIN, overwrite=False)
    assert await body_of(store, "k") == b"fast"


async def test_of_many_that_may_not_overwrite_exactly_one_wins(store: ObjectStore) -> None:
    won: list[bytes] = []

    async def attempt(body: bytes) -> None:
        try:
            await store.put_object("bucket", "k", content(body), PLAIN, overwrite=False)
        except FileAlreadyExists:
            return
        won.append(body)

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(attempt, b"%d" % number)
    assert [await body_of(store, "k")] == won


async def test_concurrent_writers_of_one_key_leave_one_of_their_objects(store: ObjectStore) -> None:
    bodies = [bytes([65 + number]) * (200_000 * number) for number in range(8)]
    async with anyio.create_task_group() as tasks:
        for body in bodies:
            tasks.start_soon(put, store, "k", body)
    info = await store.head_object("bucket", "k")
    left = await body_of(store, "k")
    assert left in bodies
    assert info.etag == etag_of(left)


# Uploads that fail


class BrokenOffError(Exception):
    pass


@pytest.mark.parametrize("size", [0, 10, 3 * MIB])
async def test_what_the_content_raises_is_passed_on_and_nothing_is_stored(store: ObjectStore, size: int) -> None:
    before = await put(store, "old", b"body")

    async def broken() -> AsyncIterator[bytes]:
        for _ in range(size // 10_000 + 1):
            yield b"x" * min(size, 10_000)
        raise BrokenOffError

    for key in ("old", "new"):
        with pytest.raises(BrokenOffError):
            await store.put_object("bucket", key, broken(), FULL)
    assert (await store.list_objects("bucket")).entries == (before,)
    assert await body_of(store, "old") == b"body"


@pytest.mark.parametrize("size", [10, 3 * MIB])
async def test_a_cancelled_upload_stores_nothing(store: ObjectStore, size: int) -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"x" * size
        scope.cancel()
        await anyio.sleep_forever()

    with anyio.CancelScope() as scope:
        await store.put_object("bucket", "k", stalled(), PLAIN)
    assert scope.cancelled_caught
    assert (await store.list_objects("bucket")).entries == ()


# Copying


@pytest.mark.parametrize("size", [0, 10, 2 * MIB + 1])
async def test_a_copy_has_the_content_and_its_own_attributes(store: ObjectStore, size: int) -> None:
    await store.create_bucket("other")
    source = await put(store, "k", bytes_of(size))
    async with await store.open_object("bucket", "k") as reader:
        copied = await store.copy_object(reader, "other", "dir/copy", FULL)
    expected = replace(source, bucket="other", key="dir/copy", attributes=FULL, modified_ms=copied.modified_ms)
    assert copied == expected
    assert copied.modified_ms >= source.modified_ms
    assert await store.head_object("other", "dir/copy") == copied
    await store.delete_object("bucket", "k")
    assert await body_of(store, "dir/copy", bucket="other") == bytes_of(size)


async def test_a_copy_onto_itself_keeps_the_content(store: ObjectStore) -> None:
    await put(store, "k", b"body")
    async with await store.open_object("bucket", "k") as reader:
        copied = await store.copy_object(reader, "bucket", "k", FULL)
    assert await store.head_object("bucket", "k") == copied
    assert copied.attributes == FULL
    assert await body_of(store, "k") == b"body"


@pytest.mark.parametrize("size", [10, 2 * MIB + 1])
async def test_a_copy_takes_what_its_source_was_when_it_was_opened(store: ObjectStore, size: int) -> None:
    before = await put(store, "k", bytes_of(size))
    async with await store.open_object("bucket", "k") as reader:
        await put(store, "k", b"replaced meanwhile")
        copied = await store.copy_object(reader, "bucket", "copy", PLAIN)
    assert (copied.etag, copied.crc64, copied.size) == (before.etag, before.crc64, before.size)
    assert await body_of(store, "copy") == bytes_of(size)


async def test_a_copy_into_no_bucket_is_refused(store: ObjectStore) -> None:
    await put(store, "k")
    async with await store.open_object("bucket", "k") as reader:
        with pytest.raises(NoSuchBucket) as refusal:
            await store.copy_object(reader, "nowhere", "k", PLAIN)
    assert refusal.value.bucket == "nowhere"


# Deleting


async def test_deleting_is_idempotent_and_tells_what_was_there(store: ObjectStore) -> None:
    await put(store, "k")
    assert await store.delete_object("bucket", "k") == Deletion("k", "null")
    assert await store.delete_object("bucket", "k") == Deletion("k")
    with pytest.raises(NoSuchKey):
        await store.head_object("bucket", "k")


async def test_several_are_deleted_at_once(store: ObjectStore) -> None:
    for key in "abcd":
        await put(store, key)
    deletions = await store.delete_objects("bucket", [Named(key) for key in ("b", "missing", "d", "b")])
    assert [(deletion.key, deletion.version_id) for deletion in deletions] == [
        ("b", "null"),
        ("missing", None),
        ("d", "null"),
        ("b", None),
    ]
    assert await store.delete_objects("bucket", []) == ()
    assert [info.key for info in (await store.list_objects("bucket")).entries] == ["a", "c"]


# What is missing


MISSING: dict[str, Callable[[ObjectStore, str], Awaitable[object]]] = {
    "get_bucket": lambda store, bucket: store.get_bucket(bucket),
    "set_bucket_acl": lambda store, bucket: store.set_bucket_acl(bucket, "private"),
    "delete_bucket": lambda store, bucket: store.delete_bucket(bucket),
    "put_object": lambda store, bucket: store.put_object(bucket, "k", content(b""), PLAIN),
    "put_object forbidding": lambda store, bucket: store.put_object(bucket, "k", content(), PLAIN, overwrite=False),
    "head_object": lambda store, bucket: store.head_object(bucket, "k"),
    "open_object": lambda store, bucket: store.open_object(bucket, "k"),
    "update_attributes": lambda store, bucket: store.update_attributes(bucket, "k", lambda told: told),
    "delete_object": lambda store, bucket: store.delete_object(bucket, "k"),
    "delete_objects": lambda store, bucket: store.delete_objects(bucket, [Named("k")]),
    "list_objects": lambda store, bucket: store.list_objects(bucket),
    "put_document": lambda store, bucket: store.put_document(bucket, "style", "s", b""),
    "get_document": lambda store, bucket: store.get_document(bucket, "style", "s"),
    "list_documents": lambda store, bucket: store.list_documents(bucket, "style"),
    "delete_document": lambda store, bucket: store.delete_document(bucket, "style", "s"),
}


@pytest.mark.parametrize("name", MISSING)
async def test_no_such_bucket(store: ObjectStore, name: str) -> None:
    with pytest.raises(NoSuchBucket) as refusal:
        await MISSING[name](store, "nowhere")
    assert refusal.value.bucket == "nowhere"


@pytest.mark.parametrize("name", ["head_object", "open_object", "update_attributes"])
async def test_no_such_key(store: ObjectStore, name: str) -> None:
    with pytest.raises(NoSuchKey) as refusal:
        await MISSING[name](store, "bucket")
    assert (refusal.value.bucket, refusal.value.key) == ("bucket", "k")


# Buckets


async def test_a_bucket_keeps_what_it_was_made_with(store: ObjectStore) -> None:
    made = await store.create_bucket(
        "images", acl="public-read", storage_class="IA", redundancy="ZRS", region="cn-hangzhou"
    )
    assert made == BucketInfo("images", made.created_ms, "public-read", "IA", "ZRS", "cn-hangzhou")
    assert await store.get_bucket("images") == made
    plain = await store.get_bucket("bucket")
    assert plain == BucketInfo("bucket", plain.created_ms)


async def test_a_bucket_cannot_be_made_twice(store: ObjectStore) -> None:
    before = await store.get_bucket("bucket")
    with pytest.raises(BucketAlreadyExists):
        await store.create_bucket("bucket", acl="public-read")
    assert await store.get_bucket("bucket") == before


async def test_the_acl_of_a_bucket_can_be_changed(store: ObjectStore) -> None:
    before = await store.get_bucket("bucket")
    changed = await store.set_bucket_acl("bucket", "public-read-write")
    assert changed == replace(before, acl="public-read-write")
    assert await store.get_bucket("bucket") == changed


async def test_only_an_empty_bucket_can_go(store: ObjectStore) -> None:
    await put(store, "k")
    await store.put_document("bucket", "style", "s", b"x")
    with pytest.raises(BucketNotEmpty):
        await store.delete_bucket("bucket")
    await store.delete_object("bucket", "k")
    await store.delete_bucket("bucket")
    with pytest.raises(NoSuchBucket):
        await store.get_bucket("bucket")
    await store.create_bucket("bucket")
    assert await store.list_documents("bucket", "style") == ()


async def test_an_upload_into_a_bucket_that_is_gone_at_its_end_is_refused(store: ObjectStore) -> None:
    async def overtaken() -> AsyncIterator[bytes]:
        yield b"x"
        await store.delete_bucket("bucket")

    with pytest.raises(NoSuchBucket):
        await store.put_object("bucket", "k", overtaken(), PLAIN)


async def test_buckets_are_listed_by_name_in_pages(store: ObjectStore) -> None:
    for name in ("img-b", "img-a", "zoo", "img-c"):
        await store.create_bucket(name)

    async def names(**chosen: Any) -> tuple[list[str], str | None]:
        page = await store.list_buckets(**chosen)
        assert page.is_truncated is (page.next_marker is not None)
        return [bucket.name for bucket in page.buckets], page.next_marker

    assert await names() == (["bucket", "img-a", "img-b", "img-c", "zoo"], None)
    assert await names(limit=5) == (["bucket", "img-a", "img-b", "img-c", "zoo"], None)
    assert await names(limit=2) == (["bucket", "img-a"], "img-a")
    assert await names(limit=2, after="img-a") == (["img-b", "img-c"], "img-c")
    assert await names(prefix="img-", after="img-a", limit=1) == (["img-b"], "img-b")
    assert await names(prefix="img-") == (["img-a", "img-b", "img-c"], None)
    assert await names(prefix="none") == ([], None)
    assert await names(limit=0) == ([], None)


# Documents


async def test_documents_are_listed_in_the_order_of_their_creation(store: ObjectStore) -> None:
    for name in ("z", "a", "m"):
        await store.put_document("bucket", "style", name, name.encode())
    await store.put_document("bucket", "cors", "", b"\x00\xff")
    before = await store.get_document("bucket", "style", "z")
    replaced = await store.put_document("bucket", "style", "z", b"new")
    assert replaced.created_ms == before.created_ms
    assert replaced.modified_ms >= before.modified_ms
    assert await store.get_document("bucket", "style", "z") == replaced
    listed = await store.list_documents("bucket", "style")
    assert [(document.kind, document.name, document.content) for document in listed] == [
        ("style", "z", b"new"),
        ("style", "a", b"a"),
        ("style", "m", b"m"),
    ]
    assert (await store.get_document("bucket", "cors", "")).content == b"\x00\xff"


async def test_a_bucket_tells_the_kinds_of_its_documents(store: ObjectStore) -> None:
    async def kinds() -> frozenset[str]:
        (listed,) = (await store.list_buckets()).buckets
        assert listed == await store.get_bucket("bucket")
        return listed.documents

    assert await kinds() == frozenset()
    await store.put_document("bucket", "style", "s", b"x")
    await store.put_document("bucket", "style", "t", b"x")
    await store.put_document("bucket", 'of "any" kind,', "", b"x")
    await store.put_document("bucket", "style", "s", b"y")
    assert await kinds() == {"style", 'of "any" kind,'}
    await store.delete_document("bucket", "style", "s")
    assert await kinds() == {"style", 'of "any" kind,'}
    await store.delete_document("bucket", "style", "t")
    await store.delete_document("bucket", "style", "t")
    assert await kinds() == {'of "any" kind,'}


async def test_deleting_a_document_is_idempotent(store: ObjectStore) -> None:
    await store.put_document("bucket", "style", "s", b"x")
    await store.put_document("bucket", "cors", "s", b"y")
    assert await store.delete_document("bucket", "style", "s") is True
    assert await store.delete_document("bucket", "style", "s") is False
    with pytest.raises(NoSuchDocument) as refusal:
        await store.get_document("bucket", "style", "s")
    assert (refusal.value.bucket, refusal.value.key) == ("bucket", "s")
    assert (await store.get_document("bucket", "cors", "s")).content == b"y"


# The store itself


async def test_a_sound_store_passes_its_check(store: ObjectStore) -> None:
    await store.check()
    assert (await store.list_objects("bucket")).entries == ()


async def test_everything_is_still_there_when_the_store_is_opened_again(
    factory: Callable[[Path], AbstractAsyncContextManager[ObjectStore]], tmp_path: Path
) -> None:
    async with factory(tmp_path) as store:
        made = await store.create_bucket("bucket", acl="public-read")
        info = await store.put_object("bucket", "k", content(b"body"), FULL)
        document = await store.put_document("bucket", "style", "s", b"x")
    async with factory(tmp_path) as store:
        assert await store.get_bucket("bucket") == replace(made, documents=frozenset({"style"}))
        assert await store.head_object("bucket", "k") == info
        assert await body_of(store, "k") == b"body"
        assert await store.list_documents("bucket", "style") == (document,)


KEYS = st.sampled_from(["a", "a/b", "a/b/c", "b", "é"])
STEPS = st.one_of(
    st.tuples(st.just("put"), KEYS, st.binary(max_size=8)),
    st.tuples(st.just("delete"), KEYS, st.none()),
    st.tuples(st.just("copy"), KEYS, KEYS),
)


@given(steps=st.lists(STEPS, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_store_behaves_like_a_dictionary(store: ObjectStore, steps: list[tuple[str, str, Any]]) -> None:
    model: dict[str, bytes] = {}
    for step, key, value in steps:
        if step == "put":
            model[key] = value
            await put(store, key, model[key])
        elif step == "delete":
            deletion = await store.delete_object("bucket", key)
            assert (deletion.version_id is not None) is (model.pop(key, None) is not None)
        elif key in model:
            model[value] = model[key]
            async with await store.open_object("bucket", key) as source:
                await store.copy_object(source, "bucket", value, PLAIN)
    listed = (await store.list_objects("bucket")).entries
    assert {info.key: await body_of(store, info.key) for info in listed} == model
    await store.delete_objects("bucket", [Named(key) for key in model])


async def test_a_document_is_found_by_name_in_any_bucket(store: ObjectStore) -> None:
    await store.create_bucket("other")
    assert await store.find_document("domain", "a.test") is None
    first = await store.put_document("other", "domain", "a.test", b"1")
    await store.put_document("bucket", "domain", "a.test", b"2")
    await store.put_document("bucket", "style", "b.test", b"3")
    assert await store.find_document("domain", "a.test") == ("other", first)
    assert await store.find_document("domain", "b.test") is None
    await store.delete_bucket("other")
    found = await store.find_document("domain", "a.test")
    assert found is not None
    assert found[0] == "bucket"


async def test_documents_of_the_store_itself(store: ObjectStore) -> None:
    assert await store.get_account_document("block") is None
    for kept in (b"\x00\xff", b""):
        await store.put_account_document("block", kept)
        assert await store.get_account_document("block") == kept
    assert await store.get_account_document("other") is None
    for _ in range(2):
        await store.put_account_document("block", None)
        assert await store.get_account_document("block") is None
