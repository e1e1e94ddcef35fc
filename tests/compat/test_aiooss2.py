"""aiooss2 as it is: every call that it has. It knows no signature V4, for its requests have no region."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiooss2
import oss2
import pytest
from aiooss2.iterators import AioPartIterator
from live_server import Server
from oss2 import exceptions as errors
from support_oss2 import AUTHS

pytestmark = pytest.mark.anyio

CONTENT = bytes(range(256)) * 4
KEY = "dir/猫 1+2%.txt"
PART = 102_400


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["V1", "V2", "V1-STS", "V2-STS"])
async def bucket(
    request: pytest.FixtureRequest, server: Server, names: tuple[str, str]
) -> AsyncIterator[aiooss2.AioBucket]:
    """A new bucket; aiooss2 cannot make one, and its guide takes oss2 for that."""
    auth = AUTHS[request.param]()
    oss2.Bucket(auth, server.endpoint, names[0]).create_bucket()
    async with aiooss2.AioBucket(auth, server.endpoint, names[0]) as opened:
        yield opened


async def content_of(bucket: aiooss2.AioBucket, key: str, **options: Any) -> bytes:
    async with await bucket.get_object(key, **options) as result:
        return bytes(await result.read())


async def test_the_scripts_of_the_guide(bucket: aiooss2.AioBucket) -> None:
    await bucket.put_object("object1", "hello world")
    assert await content_of(bucket, "object1") == b"hello world"
    assert await bucket.object_exists("object1")
    result = await bucket.get_object_meta("object1")
    assert (result.content_length, result.etag) == (11, hashlib.md5(b"hello world").hexdigest().upper())
    listed = [found.key async for found in aiooss2.AioObjectIterator(bucket)]
    assert listed == ["object1"]
    await bucket.delete_object("object1")
    assert [found.key async for found in aiooss2.AioObjectIterator(bucket)] == []
    assert not await bucket.object_exists("object1")


@pytest.mark.parametrize(
    ("data", "expected"),
    [(CONTENT, CONTENT), ("图片", "图片".encode()), (b"", b""), (io.BytesIO(CONTENT), CONTENT)],
    ids=["bytes", "text", "empty", "file"],
)
async def test_whatever_can_be_put(bucket: aiooss2.AioBucket, data: Any, expected: bytes) -> None:
    if isinstance(data, io.BytesIO):
        data.seek(0)
    seen: list[int] = []
    headers = {"x-oss-meta-author": "libai", "x-oss-storage-class": "IA"}
    put = await bucket.put_object(KEY, data, headers=headers, progress_callback=lambda done, total: seen.append(done))
    assert put.etag == hashlib.md5(expected).hexdigest().upper()
    assert await content_of(bucket, KEY) == expected
    head = await bucket.head_object(KEY)
    assert (head.content_type, head.content_length, head.server_crc) == ("text/plain", len(expected), put.crc)
    assert {name: head.headers[name] for name in headers} == headers


async def test_files(bucket: aiooss2.AioBucket, tmp_path: Path) -> None:
    source, back = tmp_path / "source.css", tmp_path / "back.css"
    source.write_bytes(CONTENT * 300)
    await bucket.put_object_from_file(KEY, str(source))
    seen: list[tuple[int, int]] = []
    await bucket.get_object_to_file(KEY, str(back), progress_callback=lambda *progress: seen.append(progress))
    assert back.read_bytes() == source.read_bytes()
    assert seen[-1] == (source.stat().st_size, source.stat().st_size)


async def test_ranges_and_conditions(bucket: aiooss2.AioBucket) -> None:
    await bucket.put_object(KEY, CONTENT)
    assert await content_of(bucket, KEY, byte_range=(0, 9)) == CONTENT[:10]
    assert await content_of(bucket, KEY, byte_range=(None, 24)) == CONTENT[-24:]
    assert await content_of(bucket, KEY, byte_range=(1000, 5000)) == CONTENT
    overriding = {"response-content-type": "text/own"}
    result = await bucket.get_object(KEY, params=dict(overriding))
    assert result.headers["Content-Type"] == "text/own"
    assert await result.read() == CONTENT
    for headers, raised in (
        ({"If-Match": "x"}, errors.PreconditionFailed),
        ({"If-None-Match": "*"}, errors.NotModified),
    ):
        with pytest.raises(raised):
            await bucket.get_object(KEY, headers=headers)


async def test_appending(bucket: aiooss2.AioBucket) -> None:
    first = await bucket.append_object("log", 0, "hello ")
    second = await bucket.append_object("log", first.next_position, "world")
    assert (second.next_position, await content_of(bucket, "log")) == (11, b"hello world")
    with pytest.raises(errors.PositionNotEqualToLength) as caught:
        await bucket.append_object("log", 3, "x")
    assert caught.value.next_position == 11


async def test_copying_and_deleting(bucket: aiooss2.AioBucket) -> None:
    put = await bucket.put_object(KEY, CONTENT, headers={"x-oss-meta-author": "libai"})
    copied = await bucket.copy_object(bucket.bucket_name, KEY, "copy")
    assert copied.etag == put.etag
    assert (await bucket.head_object("copy")).headers["x-oss-meta-author"] == "libai"
    with pytest.raises(errors.NoSuchKey):
        await bucket.copy_object(bucket.bucket_name, "missing", "copy")
    deleted = await bucket.batch_delete_objects([KEY, "copy", "never there"])
    assert sorted(deleted.deleted_keys) == sorted([KEY, "copy", "never there"])
    assert [found.key async for found in aiooss2.AioObjectIterator(bucket)] == []


@pytest.mark.parametrize("page", [1, 2, 100])
async def test_lists(bucket: aiooss2.AioBucket, page: int) -> None:
    keys = ["a", "b/1", "b/猫 1+2\x01%", "c//d", "z"]
    for key in keys:
        await bucket.put_object(key, key)

    async def listed(**options: str) -> list[str]:
        return [found.key async for found in aiooss2.AioObjectIterator(bucket, max_keys=page, **options)]

    assert await listed() == keys
    assert await listed(delimiter="/") == ["a", "b/", "c/", "z"]
    assert await listed(prefix="b/") == keys[1:3]
    assert await listed(marker="b/1") == keys[2:]
    assert await content_of(bucket, keys[2]) == keys[2].encode()


async def test_parts(bucket: aiooss2.AioBucket) -> None:
    await bucket.put_object("source", CONTENT)
    upload_id = (await bucket.init_multipart_upload(KEY)).upload_id
    first = b"x" * PART
    sent = await bucket.upload_part(KEY, upload_id, 1, first)
    copied = await bucket.upload_part_copy(bucket.bucket_name, "source", (0, 9), KEY, upload_id, 2)
    listed = [(part.part_number, part.size) async for part in AioPartIterator(bucket, KEY, upload_id, max_parts=1)]
    assert listed == [(1, PART), (2, 10)]
    assert [one.key for one in (await bucket.list_multipart_uploads()).upload_list] == [KEY]
    parts = [oss2.models.PartInfo(1, sent.etag), oss2.models.PartInfo(2, copied.etag)]
    await bucket.complete_multipart_upload(KEY, upload_id, parts)
    assert await content_of(bucket, KEY) == first + CONTENT[:10]
    given_up = (await bucket.init_multipart_upload(KEY)).upload_id
    await bucket.abort_multipart_upload(KEY, given_up)
    with pytest.raises(errors.NoSuchUpload):
        await bucket.list_parts(KEY, given_up)


async def test_files_in_parts(bucket: aiooss2.AioBucket, tmp_path: Path) -> None:
    source, back = tmp_path / "source", tmp_path / "back"
    source.write_bytes(bytes(range(256)) * 2000)
    await aiooss2.resumable_upload(
        bucket,
        KEY,
        str(source),
        store=oss2.ResumableStore(str(tmp_path)),
        multipart_threshold=PART,
        part_size=PART,
        num_threads=2,
    )
    assert (await bucket.head_object(KEY)).object_type == "Multipart"
    await aiooss2.resumable_download(
        bucket,
        KEY,
        str(back),
        store=oss2.ResumableDownloadStore(str(tmp_path)),
        multiget_threshold=PART,
        part_size=PART,
        num_threads=2,
    )
    assert back.read_bytes() == source.read_bytes()


async def test_the_bucket_and_the_service(bucket: aiooss2.AioBucket, server: Server) -> None:
    info = await bucket.get_bucket_info()
    assert (info.name, info.acl.grant) == (bucket.bucket_name, "private")
    async with aiooss2.AioService(bucket.auth, server.endpoint) as service:
        page = await service.list_buckets(prefix=bucket.bucket_name)
        assert [found.name for found in page.buckets] == [bucket.bucket_name]
        names = [found.name async for found in aiooss2.AioBucketIterator(service, max_keys=50)]
        assert bucket.bucket_name in names


async def test_errors(bucket: aiooss2.AioBucket, server: Server) -> None:
    with pytest.raises(errors.NoSuchKey) as caught:
        await bucket.get_object("missing")
    assert (caught.value.status, caught.value.details["Key"]) == (404, "missing")
    with pytest.raises(errors.NotFound):
        await bucket.head_object("missing")
    async with aiooss2.AioBucket(bucket.auth, server.endpoint, "no-such-bucket-here") as other:
        with pytest.raises(errors.NoSuchBucket):
            await other.get_bucket_info()
    async with aiooss2.AioBucket(oss2.AnonymousAuth(), server.endpoint, bucket.bucket_name) as stranger:
        with pytest.raises(errors.AccessDenied):
            await stranger.put_object("a", "x")


async def test_pictures(bucket: aiooss2.AioBucket, picture: bytes) -> None:
    await bucket.put_object("example.jpg", picture)
    info = await content_of(bucket, "example.jpg", process="image/info")
    assert b'"ImageWidth": {"value": "400"}' in info
