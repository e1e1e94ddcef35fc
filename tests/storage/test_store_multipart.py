"""What every store has to do with uploads in parts; the stores are in conftest.py."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest
from fastcrc import crc64
from support_storage import MIB, PLAIN, body_of, content, etag_of, put

from pixoss.storage.base import Attributes, ByteRange, Expected
from pixoss.storage.errors import (
    BucketNotEmpty,
    EntityTooSmall,
    FileAlreadyExists,
    IncompleteBody,
    InvalidCRC64,
    InvalidDigest,
    InvalidPart,
    InvalidPartOrder,
    NoSuchBucket,
    NoSuchKey,
    NoSuchUpload,
    StorageError,
)
from pixoss.storage.multipart import MIN_PART_BYTES, MultipartStore, NamedPart, PartInfo, UploadMarker
from pixoss.storage.store import ObjectReader

pytestmark = pytest.mark.anyio

TOLD = Attributes(content_type="image/png", user_metadata={"author": "李白"}, acl="public-read", storage_class="IA")
FIRST = b"a" * MIN_PART_BYTES
SECOND = b"b" * (2 * MIB + 5)
LAST = b"c"


async def begun(store: MultipartStore, key: str = "k") -> str:
    return (await store.create_upload("bucket", key, TOLD)).upload_id


async def put_part(store: MultipartStore, upload_id: str, number: int, body: bytes, key: str = "k") -> PartInfo:
    return await store.put_part("bucket", key, upload_id, number, content(body))


def named(*parts: PartInfo) -> list[NamedPart]:
    return [NamedPart(part.number, part.etag) for part in parts]


async def uploads_of(store: MultipartStore) -> list[str]:
    return [upload.upload_id for upload in (await store.list_uploads("bucket")).uploads]


async def test_parts_make_an_object(store: MultipartStore) -> None:
    upload = await store.create_upload("bucket", "k", TOLD)
    assert (upload.bucket, upload.key, upload.attributes) == ("bucket", "k", TOLD)
    assert len(upload.upload_id) == 32 and set(upload.upload_id) <= set("0123456789ABCDEF")
    last = await put_part(store, upload.upload_id, 10_000, LAST)
    second = await put_part(store, upload.upload_id, 7, SECOND)
    first = await put_part(store, upload.upload_id, 1, FIRST)
    assert (second.number, second.size, second.etag, second.crc64) == (
        7,
        len(SECOND),
        etag_of(SECOND),
        crc64.xz(SECOND),
    )
    with pytest.raises(NoSuchKey):
        await store.head_object("bucket", "k")
    info = await store.complete_upload("bucket", "k", upload.upload_id, named(first, second, last))
    body = FIRST + SECOND + LAST
    digests = b"".join(hashlib.md5(part).digest() for part in (FIRST, SECOND, LAST))
    assert (info.size, info.crc64, info.etag) == (len(body), crc64.xz(body), f"{etag_of(digests)}-3")
    assert (info.object_type, info.attributes) == ("Multipart", TOLD)
    assert info == await store.head_object("bucket", "k") == (await store.list_objects("bucket")).entries[0]
    assert await body_of(store, "k") == body
    assert await uploads_of(store) == []
    with pytest.raises(NoSuchUpload) as refusal:
        await store.complete_upload("bucket", "k", upload.upload_id, named(first, second, last))
    assert refusal.value.upload_id == upload.upload_id


async def test_all_parts_in_the_order_of_their_numbers(store: MultipartStore) -> None:
    upload_id = await begun(store)
    await put_part(store, upload_id, 12, LAST)
    await put_part(store, upload_id, 2, FIRST)
    info = await store.complete_upload("bucket", "k", upload_id, None, acl="private")
    assert await body_of(store, "k") == FIRST + LAST
    assert info.attributes == replace(TOLD, acl="private")
    assert info.etag.endswith("-2")


async def test_a_part_that_is_not_named_is_left_out(store: MultipartStore) -> None:
    upload_id = await begun(store)
    parts = [await put_part(store, upload_id, number, FIRST) for number in (1, 2)]
    last = await put_part(store, upload_id, 3, LAST)
    await store.complete_upload("bucket", "k", upload_id, named(parts[0], last))
    assert await body_of(store, "k") == FIRST + LAST


async def test_a_part_uploaded_again_is_replaced(store: MultipartStore) -> None:
    upload_id = await begun(store)
    old = await put_part(store, upload_id, 1, b"old")
    new = await put_part(store, upload_id, 1, b"new!")
    assert (await store.list_parts("bucket", "k", upload_id)).parts == (new,)
    with pytest.raises(InvalidPart):
        await store.complete_upload("bucket", "k", upload_id, named(old))
    await store.complete_upload("bucket", "k", upload_id, named(new))
    assert await body_of(store, "k") == b"new!"


async def test_an_empty_part_makes_an_empty_object(store: MultipartStore) -> None:
    upload_id = await begun(store)
    await put_part(store, upload_id, 1, b"")
    info = await store.complete_upload("bucket", "k", upload_id, None)
    assert (info.size, info.crc64, await body_of(store, "k")) == (0, 0, b"")


async def test_an_upload_replaces_the_object_only_at_its_end(store: MultipartStore) -> None:
    await put(store, "k", b"old")
    upload_id = await begun(store)
    part = await put_part(store, upload_id, 1, b"new")
    assert await body_of(store, "k") == b"old"
    await store.complete_upload("bucket", "k", upload_id, named(part))
    assert await body_of(store, "k") == b"new"


async def test_an_object_that_may_not_be_overwritten(store: MultipartStore) -> None:
    upload = await store.create_upload("bucket", "k", PLAIN, overwrite=False)
    part = await put_part(store, upload.upload_id, 1, b"new")
    await put(store, "k", b"old")
    with pytest.raises(FileAlreadyExists):
        await store.create_upload("bucket", "k", PLAIN, overwrite=False)
    with pytest.raises(FileAlreadyExists):
        await store.complete_upload("bucket", "k", upload.upload_id, named(part), overwrite=False)
    assert await body_of(store, "k") == b"old"
    assert await uploads_of(store) == [upload.upload_id]
    await store.complete_upload("bucket", "k", upload.upload_id, named(part))
    assert await body_of(store, "k") == b"new"


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ((2, 1), InvalidPartOrder),
        ((1, 1), InvalidPartOrder),
        ((1, 4), InvalidPart),
        ((), InvalidPart),
        ((1, 2, 3), EntityTooSmall),
    ],
)
async def test_parts_that_make_no_object(
    store: MultipartStore, numbers: tuple[int, ...], kind: type[StorageError]
) -> None:
    upload_id = await begun(store)
    bodies = {1: FIRST, 2: FIRST[1:], 3: LAST}
    parts = {number: await put_part(store, upload_id, number, body) for number, body in bodies.items()}
    parts[4] = replace(parts[3], number=4)
    with pytest.raises(kind):
        await store.complete_upload("bucket", "k", upload_id, named(*(parts[number] for number in numbers)))
    assert len((await store.list_parts("bucket", "k", upload_id)).parts) == 3


async def test_a_part_that_is_too_small_is_told(store: MultipartStore) -> None:
    upload_id = await begun(store)
    small = await put_part(store, upload_id, 3, LAST)
    await put_part(store, upload_id, 4, LAST)
    with pytest.raises(EntityTooSmall) as refusal:
        await store.complete_upload("bucket", "k", upload_id, None)
    told = refusal.value
    assert (told.number, told.size, told.etag, told.minimum) == (3, 1, small.etag, 102_400)


@pytest.mark.parametrize(
    ("expected", "kind"),
    [
        (Expected(md5=b"\0" * 16), InvalidDigest),
        (Expected(crc64=1), InvalidCRC64),
        (Expected(size=3), IncompleteBody),
        (Expected(size=5), IncompleteBody),
    ],
)
async def test_a_part_is_what_its_sender_announced(
    store: MultipartStore, expected: Expected, kind: type[StorageError]
) -> None:
    upload_id = await begun(store)
    with pytest.raises(kind):
        await store.put_part("bucket", "k", upload_id, 1, content(b"body"), expected=expected)
    assert (await store.list_parts("bucket", "k", upload_id)).parts == ()


@pytest.mark.parametrize("byte_range", [None, ByteRange(0, 0), ByteRange(5, 2 * MIB), ByteRange(1, 1 << 40)])
async def test_a_part_copied_from_an_object(store: MultipartStore, byte_range: ByteRange | None) -> None:
    await put(store, "source", SECOND)
    wanted = SECOND if byte_range is None else SECOND[byte_range.first : byte_range.last + 1]
    upload_id = await begun(store)
    async with await store.open_object("bucket", "source") as reader:
        part = await store.copy_part(reader, "bucket", "k", upload_id, 1, byte_range)
    assert (part.size, part.etag) == (len(wanted), etag_of(wanted))
    await store.complete_upload("bucket", "k", upload_id, named(part))
    assert await body_of(store, "k") == wanted


async def test_a_multipart_object_is_copied_as_what_it_is(store: MultipartStore) -> None:
    upload_id = await begun(store)
    await put_part(store, upload_id, 1, FIRST)
    info = await store.complete_upload("bucket", "k", upload_id, None)
    async with await store.open_object("bucket", "k") as reader:
        copied = await store.copy_object(reader, "bucket", "copy", PLAIN)
    assert (copied.etag, copied.crc64, copied.object_type) == (info.etag, info.crc64, "Multipart")


async def test_an_aborted_upload_is_gone(store: MultipartStore) -> None:
    upload_id = await begun(store)
    await put_part(store, upload_id, 1, LAST)
    await store.abort_upload("bucket", "k", upload_id)
    assert await uploads_of(store) == []
    with pytest.raises(NoSuchUpload):
        await store.abort_upload("bucket", "k", upload_id)
    await store.delete_bucket("bucket")


async def test_an_unfinished_upload_keeps_its_bucket(store: MultipartStore) -> None:
    upload_id = await begun(store)
    with pytest.raises(BucketNotEmpty):
        await store.delete_bucket("bucket")
    await store.abort_upload("bucket", "k", upload_id)
    await store.delete_bucket("bucket")


@pytest.mark.parametrize(
    ("bucket", "key", "is_known", "kind"),
    [("bucket", "other", True, NoSuchUpload), ("bucket", "k", False, NoSuchUpload), ("none", "k", True, NoSuchBucket)],
)
async def test_an_upload_that_is_not_there(
    store: MultipartStore, bucket: str, key: str, is_known: bool, kind: type[StorageError]
) -> None:
    await put(store, "source")
    upload_id = await begun(store) if is_known else "0" * 32

    async def copy(reader: ObjectReader) -> None:
        async with reader:
            await store.copy_part(reader, bucket, key, upload_id, 1)

    with pytest.raises(kind):
        await store.put_part(bucket, key, upload_id, 1, content(b"x"))
    with pytest.raises(kind):
        await copy(await store.open_object("bucket", "source"))
    with pytest.raises(kind):
        await store.list_parts(bucket, key, upload_id)
    with pytest.raises(kind):
        await store.complete_upload(bucket, key, upload_id, None)
    with pytest.raises(kind):
        await store.abort_upload(bucket, key, upload_id)


async def test_uploads_need_a_bucket(store: MultipartStore) -> None:
    with pytest.raises(NoSuchBucket):
        await store.create_upload("none", "k", PLAIN)
    with pytest.raises(NoSuchBucket):
        await store.list_uploads("none")


async def test_an_upload_that_is_aborted_under_way_takes_no_part(store: MultipartStore) -> None:
    upload_id = await begun(store)

    async def aborting() -> AsyncIterator[bytes]:
        yield b"x"
        await store.abort_upload("bucket", "k", upload_id)

    with pytest.raises(NoSuchUpload):
        await store.put_part("bucket", "k", upload_id, 1, aborting())


async def test_parts_are_listed_by_number_and_in_pages(store: MultipartStore) -> None:
    upload_id = await begun(store)
    parts = [await put_part(store, upload_id, number, b"x" * number) for number in (10, 2, 9, 1)]
    ordered = sorted(parts, key=lambda part: part.number)
    whole = await store.list_parts("bucket", "k", upload_id)
    assert (list(whole.parts), whole.next_marker, whole.upload.attributes) == (ordered, None, TOLD)
    page = await store.list_parts("bucket", "k", upload_id, limit=3)
    assert (list(page.parts), page.next_marker) == (ordered[:3], 9)
    rest = await store.list_parts("bucket", "k", upload_id, after=9, limit=1)
    assert (list(rest.parts), rest.next_marker) == (ordered[3:], None)


Shown = list[tuple[str, str]]


async def listed(store: MultipartStore, limit: int, prefix: str = "", delimiter: str = "") -> Shown:
    """All uploads and, with an empty id, common prefixes, page by page."""
    found: Shown = []
    after: UploadMarker | None = UploadMarker()
    while after is not None:
        page = await store.list_uploads("bucket", prefix=prefix, delimiter=delimiter, after=after, limit=limit)
        shown = [(upload.key, upload.upload_id) for upload in page.uploads] + [(name, "") for name in page.prefixes]
        assert 0 < len(shown) <= limit
        found += sorted(shown, key=lambda item: (item[0].encode(), item[1]))
        after = page.next_marker
    assert all((a[0].encode(), a[1]) < (b[0].encode(), b[1]) for a, b in pairwise(found))
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_uploads_are_listed_by_key_and_id_and_in_pages(store: MultipartStore, limit: int) -> None:
    keys = ["b", "a/1", "a/2", "a/1", "b", "b", "漢", "a"]
    begun_here = sorted([(key, await begun(store, key)) for key in keys], key=lambda item: (item[0].encode(), item[1]))
    assert await listed(store, limit) == begun_here
    assert await listed(store, limit, prefix="a/") == [item for item in begun_here if item[0].startswith("a/")]
    rolled = [item for item in begun_here if "/" not in item[0]]
    assert await listed(store, limit, delimiter="/") == [rolled[0], ("a/", ""), *rolled[1:]]


async def test_a_marker_without_an_id_skips_its_key(store: MultipartStore) -> None:
    ids = {key: await begun(store, key) for key in ("a", "b/1", "c")}
    for marker, delimiter, expected in [
        (UploadMarker("a"), "", ["b/1", "c"]),
        (UploadMarker("a", "0"), "", ["a", "b/1", "c"]),
        (UploadMarker("a", ids["a"]), "", ["b/1", "c"]),
        (UploadMarker("b/", "0"), "/", ["c"]),
        (UploadMarker("", "F" * 32), "", ["a", "b/1", "c"]),
    ]:
        page = await store.list_uploads("bucket", after=marker, delimiter=delimiter)
        assert [upload.key for upload in page.uploads] == expected, marker
