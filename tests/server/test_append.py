"""AppendObject on the wire."""

from __future__ import annotations

import base64
import hashlib

import pytest
from fastcrc import crc64
from oss_client import Client, Clock
from support_images import picture

pytestmark = pytest.mark.anyio


async def test_an_object_grows(client: Client, bucket: str) -> None:
    whole = b""
    for number, piece in enumerate((b"one", b"two", b"x" * 70_000)):
        headers = {"x-oss-meta-number": str(number), "content-type": f"text/{number}"}
        answer = await client.post(f"/{bucket}/log?append&position={len(whole)}", piece, headers=headers)
        whole += piece
        assert answer.status == 200, answer.text
        assert answer.headers["x-oss-next-append-position"] == str(len(whole))
        assert answer.headers["x-oss-hash-crc64ecma"] == str(crc64.xz(whole))
        assert "content-md5" not in answer.headers
    got = await client.get(f"/{bucket}/log")
    assert got.body == whole
    assert got.headers["etag"] == answer.headers["etag"]
    assert (got.headers["x-oss-object-type"], got.headers["x-oss-meta-number"]) == ("Appendable", "0")
    assert got.headers["content-type"] == "text/0"
    assert got.headers["x-oss-next-append-position"] == str(len(whole))
    assert (await client.get(f"/{bucket}")).field("Contents/Type") == "Appendable"


async def test_a_later_append_may_set_the_acl(client: Client, bucket: str) -> None:
    for position, acl, granted in (
        (0, "private", "private"),
        (3, "public-read", "public-read"),
        (6, "", "public-read"),
    ):
        headers = {"x-oss-object-acl": acl} if acl else {}
        answer = await client.post(f"/{bucket}/log?append&position={position}", b"one", headers=headers)
        assert answer.status == 200, answer.text
        found = await client.get(f"/{bucket}/log?acl")
        assert found.field("AccessControlList/Grant") == granted


@pytest.mark.parametrize("position", ["0", "2", "999999999999999999"])
async def test_a_wrong_position_tells_the_right_one(client: Client, bucket: str, position: str) -> None:
    await client.post(f"/{bucket}/log?append&position=0", b"one")
    answer = await client.post(f"/{bucket}/log?append&position={position}", b"")
    assert (answer.status, answer.code) == (409, "PositionNotEqualToLength")
    assert answer.headers["x-oss-next-append-position"] == "3"


@pytest.mark.parametrize("call", ["append", "seal"])
@pytest.mark.parametrize(
    ("query", "code", "ec"),
    [
        ("", "MissingArgument", "0016-00000501"),
        ("&position=", "MissingArgument", "0016-00000501"),
        ("&position=-1", "InvalidArgument", "0016-00000502"),
        ("&position=x", "InvalidArgument", "0016-00000502"),
        ("&position=1e3", "InvalidArgument", "0016-00000502"),
    ],
)
async def test_a_bad_position(client: Client, bucket: str, call: str, query: str, code: str, ec: str) -> None:
    answer = await client.post(f"/{bucket}/log?{call}{query}", b"one")
    assert (answer.status, answer.code, answer.ec, answer.field("ArgumentName")) == (400, code, ec, "position")


async def test_no_version_grows(client: Client, bucket: str) -> None:
    answer = await client.post(f"/{bucket}/log?append&position=0&versionId=null", b"one")
    assert (answer.status, answer.code, answer.ec) == (400, "InvalidArgument", "0016-00000504")


async def test_nothing_added_changes_nothing(client: Client, bucket: str) -> None:
    first = await client.post(f"/{bucket}/log?append&position=0", b"one")
    again = await client.post(f"/{bucket}/log?append&position=3", b"")
    assert (again.status, again.headers["etag"]) == (200, first.headers["etag"])
    assert again.headers["x-oss-next-append-position"] == "3"


async def test_a_sealed_object_grows_no_more(client: Client, bucket: str, clock: Clock) -> None:
    await client.post(f"/{bucket}/log?append&position=0", b"one")
    wrong = await client.post(f"/{bucket}/log?seal&position=2")
    assert (wrong.status, wrong.code) == (409, "PositionNotEqualToLength")
    sealed = await client.post(f"/{bucket}/log?seal&position=3")
    assert sealed.status == 200
    clock.now += 60
    again = await client.post(f"/{bucket}/log?seal&position=3")
    assert again.headers["x-oss-sealed-time"] == sealed.headers["x-oss-sealed-time"]
    assert (await client.post(f"/{bucket}/log?append&position=3", b"two")).code == "ObjectNotAppendable"
    for answer in (await client.get(f"/{bucket}/log"), await client.head(f"/{bucket}/log")):
        assert answer.headers["x-oss-sealed-time"] == sealed.headers["x-oss-sealed-time"]
        assert "x-oss-next-append-position" not in answer.headers
    await client.put(f"/{bucket}/normal", b"one")
    assert (await client.post(f"/{bucket}/normal?seal&position=3")).code == "ObjectNotAppendable"
    assert (await client.post(f"/{bucket}/none?seal&position=0")).code == "NoSuchKey"


async def test_only_an_appendable_object_grows(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/log", b"one")
    for position in (0, 3):
        answer = await client.post(f"/{bucket}/log?append&position={position}", b"two")
        assert (answer.status, answer.code, answer.field("Key")) == (409, "ObjectNotAppendable", "log")


async def test_a_body_that_is_not_as_announced(client: Client, bucket: str) -> None:
    await client.post(f"/{bucket}/log?append&position=0", b"one")
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    for headers, code in (
        ({"content-md5": wrong}, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "1"}, "InvalidCRC64"),
        ({"content-length": str(6 << 30)}, "EntityTooLarge"),
    ):
        answer = await client.post(f"/{bucket}/log?append&position=3", b"two", headers=headers)
        assert (answer.status, answer.code) == (400, code)
    assert (await client.get(f"/{bucket}/log")).body == b"one"


async def test_five_gigabytes_in_all(client: Client, bucket: str) -> None:
    answer = await client.post(f"/{bucket}/log?append&position={5 << 30}", b"x")
    assert (answer.status, answer.code) == (400, "EntityTooLarge")


async def test_a_picture_that_grew_is_rendered(client: Client, bucket: str) -> None:
    content = picture(20, 10)
    await client.post(f"/{bucket}/a.png?append&position=0", content[:20])
    await client.post(f"/{bucket}/a.png?append&position=20", content[20:])
    answer = await client.get(f"/{bucket}/a.png?x-oss-process=image/info")
    assert answer.status == 200, answer.text


async def test_the_copy_of_an_appendable_object_is_normal(client: Client, bucket: str) -> None:
    await client.post(f"/{bucket}/log?append&position=0", b"one")
    await client.put(f"/{bucket}/copy", headers={"x-oss-copy-source": f"/{bucket}/log"})
    await client.post(f"/{bucket}/log?append&position=3", b"two")
    copy = await client.get(f"/{bucket}/copy")
    assert (copy.body, copy.headers["x-oss-object-type"]) == (b"one", "Normal")
