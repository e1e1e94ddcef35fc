"""Tags of objects on the wire."""

from __future__ import annotations

import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio


def document(tags: list[tuple[str, str]]) -> bytes:
    members = "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in tags)
    return f"<Tagging><TagSet>{members}</TagSet></Tagging>".encode()


def tags_of(answer: Answer) -> dict[str | None, str | None]:
    return {tag.findtext("Key"): tag.findtext("Value") for tag in answer.xml.iterfind("TagSet/Tag")}


async def test_life_of_tags(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    before = await client.head(f"/{bucket}/a")
    assert "x-oss-tagging-count" not in before.headers
    assert tags_of(await client.get(f"/{bucket}/a?tagging")) == {}
    assert (await client.put(f"/{bucket}/a?tagging", document([("age", "1"), ("颜色", "")]))).status == 200
    assert tags_of(await client.get(f"/{bucket}/a?tagging")) == {"age": "1", "颜色": ""}
    after = await client.head(f"/{bucket}/a")
    assert after.headers["x-oss-tagging-count"] == "2"
    assert after.headers["last-modified"] == before.headers["last-modified"]
    assert (await client.put(f"/{bucket}/a?tagging", document([("x", "y")]))).status == 200
    assert tags_of(await client.get(f"/{bucket}/a?tagging")) == {"x": "y"}
    assert (await client.delete(f"/{bucket}/a?tagging")).status == 204
    assert tags_of(await client.get(f"/{bucket}/a?tagging")) == {}


async def test_tags_of_an_upload(client: Client, bucket: str) -> None:
    tagged = {"x-oss-tagging": "a=1&b%20c=d%2Be&empty"}
    expected = {"a": "1", "b c": "d+e", "empty": ""}
    await client.put(f"/{bucket}/put", b"x", headers=tagged)
    await client.post(f"/{bucket}/append?append&position=0", b"x", headers=tagged)
    await client.put(f"/{bucket}/link?symlink", headers={**tagged, "x-oss-symlink-target": "put"})
    upload = (await client.post(f"/{bucket}/parts?uploads", headers=tagged)).field("UploadId")
    await client.put(f"/{bucket}/parts?partNumber=1&uploadId={upload}", b"x")
    await client.post(f"/{bucket}/parts?uploadId={upload}", headers={"x-oss-complete-all": "yes"})
    for key in ("put", "append", "link", "parts"):
        assert tags_of(await client.get(f"/{bucket}/{key}?tagging")) == expected


async def test_tags_of_a_copy(client: Client, bucket: str) -> None:
    source = {"x-oss-copy-source": f"/{bucket}/a", "x-oss-tagging": "new=2"}
    await client.put(f"/{bucket}/a", b"x", headers={"x-oss-tagging": "old=1"})
    await client.put(f"/{bucket}/kept", headers=source)
    await client.put(f"/{bucket}/changed", headers={**source, "x-oss-tagging-directive": "Replace"})
    assert tags_of(await client.get(f"/{bucket}/kept?tagging")) == {"old": "1"}
    assert tags_of(await client.get(f"/{bucket}/changed?tagging")) == {"new": "2"}


BAD = [
    [("", "x")],
    [("k" * 129, "x")],
    [("k", "v" * 257)],
    [("k", "a"), ("k", "b")],
    [("k?", "x")],
    [("k", "x!")],
    [(f"k{number}", "") for number in range(11)],
]


@pytest.mark.parametrize("tags", BAD)
async def test_bad_tags(client: Client, bucket: str, tags: list[tuple[str, str]]) -> None:
    await client.put(f"/{bucket}/a", b"x")
    answer = await client.put(f"/{bucket}/a?tagging", document(tags))
    assert (answer.status, answer.code) == (400, "InvalidTag")
    header = "&".join(f"{key}={value}" for key, value in tags)
    answer = await client.put(f"/{bucket}/a", b"new", headers={"x-oss-tagging": header})
    assert (answer.status, answer.code) == (400, "InvalidTag")
    assert (await client.get(f"/{bucket}/a")).body == b"x"


@pytest.mark.parametrize("body", [b"", b"<Tagging/>", b"<TagSet/>", b"<Tagging>"])
async def test_a_malformed_document(client: Client, bucket: str, body: bytes) -> None:
    await client.put(f"/{bucket}/a", b"x")
    answer = await client.put(f"/{bucket}/a?tagging", body)
    assert (answer.status, answer.code) == (400, "MalformedXML")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_tags_of_nothing(client: Client, bucket: str, method: str) -> None:
    answer = await client.request(method, f"/{bucket}/none?tagging", document([]) if method == "PUT" else b"")
    assert (answer.status, answer.code) == (404, "NoSuchKey")


async def test_encryption_is_told_back(client: Client, bucket: str) -> None:
    headers = {"x-oss-server-side-encryption": "KMS", "x-oss-server-side-encryption-key-id": "key"}
    put = await client.put(f"/{bucket}/a", b"x", headers=headers)
    for answer in (put, await client.get(f"/{bucket}/a"), await client.head(f"/{bucket}/a")):
        assert {name: answer.headers.get(name) for name in headers} == headers
    bad = await client.put(f"/{bucket}/a", b"y", headers={"x-oss-server-side-encryption": "ROT13"})
    assert (bad.status, bad.code) == (400, "InvalidEncryptionAlgorithmError")
