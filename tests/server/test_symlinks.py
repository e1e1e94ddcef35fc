"""Symbolic links on the wire: what they stand for, and who may follow them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from oss_client import Answer, Client
from support_images import picture

pytestmark = pytest.mark.anyio

TARGET = "目标/a b+c.txt"


async def link(client: Client, bucket: str, key: str, target: str, **headers: str) -> Answer:
    named = {"x-oss-symlink-target": quote(target)} | {name.replace("_", "-"): text for name, text in headers.items()}
    return await client.put(f"/{bucket}/{key}?symlink", headers=named)


async def test_a_link_is_followed(client: Client, bucket: str) -> None:
    made = await link(client, bucket, "link", TARGET, x_oss_meta_of="the link")
    assert (made.status, len(made.headers["etag"])) == (200, 34)
    got = await client.get(f"/{bucket}/link?symlink")
    assert got.headers["x-oss-symlink-target"] == quote(TARGET)
    assert got.headers["x-oss-meta-of"] == "the link"
    assert {"etag", "last-modified"} <= set(got.headers)
    missing = await client.get(f"/{bucket}/link")
    assert (missing.status, missing.code) == (404, "SymlinkTargetNotExist")
    assert (await client.head(f"/{bucket}/link")).status == 404
    put = await client.put(f"/{bucket}/{quote(TARGET)}", b"content", headers={"x-oss-meta-of": "the target"})
    for answer in (await client.get(f"/{bucket}/link"), await client.head(f"/{bucket}/link")):
        assert answer.status == 200
        assert answer.headers["x-oss-object-type"] == "Symlink"
        assert (answer.headers["content-length"], answer.headers["etag"]) == ("7", put.headers["etag"])
        assert answer.headers["x-oss-hash-crc64ecma"] == put.headers["x-oss-hash-crc64ecma"]
        assert answer.headers["x-oss-meta-of"] == "the link"
    assert (await client.get(f"/{bucket}/link")).body == b"content"
    assert (await client.get(f"/{bucket}/link", headers={"range": "bytes=1-3"})).body == b"ont"
    assert (await client.get(f"/{bucket}?prefix=link")).field("Contents/Type") == "Symlink"


async def test_a_link_to_a_picture_is_rendered(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a.png", picture(20, 10))
    await link(client, bucket, "link", "a.png")
    answer = await client.get(f"/{bucket}/link?x-oss-process=image/info")
    assert answer.status == 200
    assert '"ImageWidth": {"value": "20"}' in answer.text


async def test_a_link_to_a_link(client: Client, bucket: str) -> None:
    await link(client, bucket, "one", "two")
    await link(client, bucket, "two", "three")
    answer = await client.get(f"/{bucket}/one")
    assert (answer.status, answer.code, answer.ec) == (400, "InvalidTargetType", "0026-00000011")


async def test_what_is_no_link(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    answer = await client.get(f"/{bucket}/a?symlink")
    assert (answer.status, answer.code) == (400, "NotSymlink")
    assert (await client.get(f"/{bucket}/none?symlink")).code == "NoSuchKey"


@pytest.mark.parametrize("target", ["", "/a", "%FF", "x" * 1024])
async def test_a_bad_target_is_named(client: Client, bucket: str, target: str) -> None:
    answer = await client.put(f"/{bucket}/link?symlink", headers={"x-oss-symlink-target": target})
    assert (answer.status, answer.code) == (400, "InvalidArgument")
    assert answer.field("ArgumentName") == "x-oss-symlink-target"


async def test_forbid_overwrite(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    answer = await link(client, bucket, "a", "b", x_oss_forbid_overwrite="true")
    assert (answer.status, answer.code) == (409, "FileAlreadyExists")


async def test_a_copy_of_a_link_is_a_link(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    await link(client, bucket, "link", "a")
    await client.put(f"/{bucket}/copy", headers={"x-oss-copy-source": f"/{bucket}/link"})
    assert (await client.get(f"/{bucket}/copy?symlink")).headers["x-oss-symlink-target"] == "a"
    assert (await client.get(f"/{bucket}/copy")).body == b"content"


async def test_a_link_does_not_open_its_target(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/secret", b"content")
    await client.put(f"/{bucket}/shown", b"content", headers={"x-oss-object-acl": "public-read"})
    options: dict[str, Any] = {"sign": False}
    for target, status in (("secret", 403), ("shown", 200)):
        await link(client, bucket, "link", target, x_oss_object_acl="public-read")
        assert (await client.get(f"/{bucket}/link", **options)).status == status
        assert (await client.head(f"/{bucket}/link", **options)).status == status
