"""The tags of buckets, on the wire and in ListBuckets."""

from __future__ import annotations

import pytest
from oss_client import Answer, Client

from pixoss.server.api import features

pytestmark = pytest.mark.anyio


def tagging(*pairs: tuple[str, str]) -> bytes:
    tags = "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in pairs)
    return f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode()


def told(answer: Answer) -> dict[str, str]:
    return {tag.findtext("Key", ""): tag.findtext("Value", "") for tag in answer.xml.findall("TagSet/Tag")}


def names(answer: Answer) -> list[str | None]:
    return [element.text for element in answer.xml.findall("Buckets/Bucket/Name")]


async def test_life_of_tags(client: Client, bucket: str) -> None:
    unset = await client.get(f"/{bucket}?tagging")
    assert (unset.status, unset.xml.find("TagSet") is not None, told(unset)) == (200, True, {})
    assert (await client.put(f"/{bucket}?tagging", tagging(("a", "1"), ("b", ""), ("c", "猫")))).status == 200
    assert told(await client.get(f"/{bucket}?tagging")) == {"a": "1", "b": "", "c": "猫"}
    assert (await client.delete(f"/{bucket}?tagging=a,x")).status == 204
    assert told(await client.get(f"/{bucket}?tagging")) == {"b": "", "c": "猫"}
    assert (await client.delete(f"/{bucket}?tagging=b,c")).status == 204
    await client.put(f"/{bucket}?tagging", tagging(("a", "1")))
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?tagging")).status == 204
    assert told(await client.get(f"/{bucket}?tagging")) == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (tagging(*((f"k{number}", "v") for number in range(21))), "InvalidTag"),
        (tagging(("a", "1"), ("a", "2")), "InvalidTag"),
        (tagging(("", "1")), "InvalidTag"),
        (tagging(("x" * 129, "1")), "InvalidTag"),
        (tagging(("a?", "1")), "InvalidTag"),
        (tagging(("a", "猫" * 86)), "InvalidTag"),
        (b"<Tagging/>", "MalformedXML"),
        (b"<Other/>", "MalformedXML"),
        (b"", "MalformedXML"),
    ],
)
async def test_tags_that_are_refused(client: Client, bucket: str, body: bytes, code: str) -> None:
    await client.put(f"/{bucket}?tagging", tagging(("kept", "1")))
    answer = await client.put(f"/{bucket}?tagging", body)
    assert (answer.status, answer.code) == (400, code)
    assert told(await client.get(f"/{bucket}?tagging")) == {"kept": "1"}


async def test_a_bucket_is_made_with_tags_and_group(client: Client) -> None:
    headers = {"x-oss-bucket-tagging": "a=1&b=%E7%8C%AB", "x-oss-resource-group-id": "rg-7"}
    assert (await client.put("/pictures", headers=headers)).status == 200
    assert told(await client.get("/pictures?tagging")) == {"a": "1", "b": "猫"}
    assert (await client.get("/pictures?resourceGroup")).field("ResourceGroupId") == "rg-7"
    assert (await client.get("/pictures?bucketInfo")).field("Bucket/ResourceGroupId") == "rg-7"
    assert (await client.put("/pictures", headers={"x-oss-bucket-tagging": "a=2"})).status == 200
    assert told(await client.get("/pictures?tagging"))["a"] == "1"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("x-oss-bucket-tagging", "a=1&a=2", "InvalidTag"),
        ("x-oss-bucket-tagging", "=1", "InvalidTag"),
        ("x-oss-resource-group-id", "rg 1", "InvalidArgument"),
        ("x-oss-resource-group-id", "r" * 65, "InvalidArgument"),
    ],
)
async def test_a_bucket_is_not_made_with_bad_tags_or_group(client: Client, name: str, value: str, code: str) -> None:
    answer = await client.put("/pictures", headers={name: value})
    assert (answer.status, answer.code) == (400, code)
    assert (await client.head("/pictures")).status == 404


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("tag-key=colour", {}, ["aaa", "bbb", "ccc"]),
        ("tag-key=colour&tag-value=red", {}, ["aaa", "ccc"]),
        ("tag-key=size", {}, ["ccc"]),
        ("tagging=%22colour%22:%22red%22,%22size%22:%22big%22", {}, ["ccc"]),
        ("tag-key=none", {}, []),
        ("", {"x-oss-resource-group-id": "rg-1"}, ["bbb"]),
        ("", {"x-oss-resource-group-id": "rg-default"}, ["aaa", "ccc", "ddd"]),
        ("tag-key=colour&prefix=b", {"x-oss-resource-group-id": "rg-1"}, ["bbb"]),
    ],
)
async def test_list_buckets_by_tag_and_group(
    client: Client, query: str, headers: dict[str, str], expected: list[str]
) -> None:
    await fill(client)
    answer = await client.get(f"/?{query}", headers=headers)
    assert (answer.status, names(answer)) == (200, expected)


async def test_list_buckets_by_tag_in_pages(client: Client) -> None:
    await fill(client)
    first = await client.get("/?tag-key=colour&max-keys=2")
    assert (names(first), first.field("IsTruncated"), first.field("NextMarker")) == (["aaa", "bbb"], "true", "bbb")
    second = await client.get("/?tag-key=colour&max-keys=2&marker=bbb")
    assert (names(second), second.field("IsTruncated"), second.field("NextMarker")) == (["ccc"], "false", None)


@pytest.mark.parametrize(
    ("query", "argument"), [("tag-value=red", "tag-value"), ("tagging=a", "tagging"), ("tagging=a:b:c", "tagging")]
)
async def test_bad_filters(client: Client, query: str, argument: str) -> None:
    answer = await client.get(f"/?{query}")
    assert (answer.status, answer.field("ArgumentName")) == (400, argument)


async def fill(client: Client) -> None:
    for name, tags, group in (
        ("aaa", "colour=red", ""),
        ("bbb", "colour=blue", "rg-1"),
        ("ccc", "colour=red&size=big", ""),
        ("ddd", "", ""),
    ):
        await client.put(f"/{name}", headers={"x-oss-bucket-tagging": tags, "x-oss-resource-group-id": group})


async def test_a_bucket_that_goes_while_it_is_listed(client: Client) -> None:
    store = client.state["services"].store
    assert await features.group(store, "gone") == "rg-default"
    for wanted in (features.Filter({}, "rg-default"), features.Filter({"a": None}, "")):
        assert not await wanted.passes(store, "gone")
