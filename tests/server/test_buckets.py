from urllib.parse import quote

import pytest
from oss_client import Client

pytestmark = pytest.mark.anyio


async def test_life_of_a_bucket(client: Client) -> None:
    created = await client.put("/pictures")
    assert (created.status, created.headers["location"], created.body) == (200, "/pictures", b"")
    assert (await client.put("/pictures")).status == 200
    listed = await client.get("/")
    assert [listed.field("Buckets/Bucket/Name"), listed.field("Buckets/Bucket/Location")] == [
        "pictures",
        "oss-cn-hangzhou",
    ]
    assert listed.field("IsTruncated") is None
    assert (await client.delete("/pictures")).status == 204
    gone = await client.delete("/pictures")
    assert (gone.status, gone.code, gone.field("BucketName"), gone.ec) == (
        404,
        "NoSuchBucket",
        "pictures",
        "0015-00000101",
    )


async def test_every_answer_carries_the_common_headers(client: Client) -> None:
    for answer in (await client.get("/"), await client.get("/nothing-here"), await client.get("/", sign=False)):
        assert answer.headers["server"] == "AliyunOSS"
        assert len(answer.headers["x-oss-request-id"]) == 24
        assert answer.headers["x-oss-server-time"].isdigit()
        if answer.status >= 400:
            assert answer.field("RequestId") == answer.headers["x-oss-request-id"]
            assert answer.headers.get("x-oss-ec") == answer.ec


async def test_a_bucket_with_objects_stays(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"1")
    answer = await client.delete(f"/{bucket}")
    assert (answer.status, answer.code) == (409, "BucketNotEmpty")


async def test_configuration_of_a_bucket(client: Client) -> None:
    body = (
        b"<CreateBucketConfiguration><StorageClass>IA</StorageClass>"
        b"<DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>"
    )
    assert (await client.put("/archive", body, headers={"x-oss-acl": "public-read"})).status == 200
    info = await client.get("/archive?bucketInfo")
    wanted = {
        "StorageClass": "IA",
        "DataRedundancyType": "ZRS",
        "AccessControlList/Grant": "public-read",
        "Name": "archive",
        "Location": "oss-cn-hangzhou",
        "ExtranetEndpoint": "127.0.0.1:8880",
        "Owner/ID": "1000000000000001",
    }
    assert {path: info.field(f"Bucket/{path}") for path in wanted} == wanted
    conflict = await client.put("/archive")
    assert (conflict.status, conflict.code) == (409, "BucketAlreadyExists")
    assert (await client.get("/archive?location")).xml.text == "oss-cn-hangzhou"
    assert (await client.head("/archive")).status == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            b"<CreateBucketConfiguration><StorageClass>Gold</StorageClass></CreateBucketConfiguration>",
            "InvalidStorageClass",
        ),
        (
            b"<CreateBucketConfiguration><DataRedundancyType>X</DataRedundancyType></CreateBucketConfiguration>",
            "InvalidArgument",
        ),
        (b"<Other/>", "MalformedXML"),
        (b"<!DOCTYPE a><CreateBucketConfiguration/>", "MalformedXML"),
        (b"nonsense", "MalformedXML"),
        (b"x" * (1 << 21), "MalformedXML"),
    ],
)
async def test_a_bad_configuration_creates_nothing(client: Client, body: bytes, code: str) -> None:
    answer = await client.put("/archive", body)
    assert (answer.status, answer.code) == (400, code)
    assert (await client.head("/archive")).status == 404


async def test_acl(client: Client, bucket: str) -> None:
    assert (await client.get(f"/{bucket}?acl")).field("AccessControlList/Grant") == "private"
    assert (await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read-write"})).status == 200
    assert (await client.get(f"/{bucket}?acl")).field("AccessControlList/Grant") == "public-read-write"
    for acl in ("public", "default", ""):
        answer = await client.put(f"/{bucket}?acl", headers={"x-oss-acl": acl})
        assert (answer.status, answer.field("ArgumentName")) == (400, "x-oss-acl")
    assert (await client.put(f"/{bucket}?acl")).status == 400


async def test_list_buckets_in_pages(client: Client) -> None:
    for name in ("aaa", "bbb", "bbc", "ccc"):
        await client.put(f"/{name}")
    page = await client.get("/?prefix=b&max-keys=1")
    assert [page.field("Buckets/Bucket/Name"), page.field("IsTruncated"), page.field("NextMarker")] == [
        "bbb",
        "true",
        "bbb",
    ]
    page = await client.get("/?prefix=b&max-keys=1&marker=bbb")
    assert [page.field("Buckets/Bucket/Name"), page.field("IsTruncated"), page.field("NextMarker")] == [
        "bbc",
        "false",
        None,
    ]


@pytest.mark.parametrize("prefix", ["BucketNameInvalid", "a_b", "猫", "a" * 64])
async def test_a_prefix_that_no_bucket_can_have(client: Client, prefix: str) -> None:
    answer = await client.get(f"/?prefix={quote(prefix)}")
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", "prefix")


@pytest.mark.parametrize("value", ["0", "1001", "-1", "x", "1_0"])
async def test_bad_max_keys(client: Client, bucket: str, value: str) -> None:
    for target in (f"/?max-keys={value}", f"/{bucket}?max-keys={value}"):
        answer = await client.get(target)
        assert (answer.status, answer.field("ArgumentName"), answer.field("ArgumentValue")) == (400, "max-keys", value)


async def fill(client: Client, bucket: str, *keys: str) -> None:
    for key in keys:
        assert (await client.put(f"/{bucket}/{key}", b"x")).status == 200


def keys_of(answer: object) -> list[str | None]:
    return [element.text for element in answer.xml.findall("Contents/Key")]


def prefixes_of(answer: object) -> list[str | None]:
    return [element.text for element in answer.xml.findall("CommonPrefixes/Prefix")]


async def test_list_objects_pages_through_keys_and_prefixes(client: Client, bucket: str) -> None:
    await fill(client, bucket, "a", "b/1", "b/2", "b/3", "c", "%E4%B8%AD")
    whole = await client.get(f"/{bucket}?delimiter=%2F")
    assert (keys_of(whole), prefixes_of(whole), whole.field("IsTruncated")) == (["a", "c", "中"], ["b/"], "false")
    assert whole.field("Contents/Type") == "Normal"
    assert whole.field("Contents/ETag") == '"9DD4E461268C8034F5C8564E155C67A6"'
    assert whole.field("Contents/Owner/ID")
    first = await client.get(f"/{bucket}?delimiter=%2F&max-keys=2")
    assert (keys_of(first), prefixes_of(first), first.field("NextMarker")) == (["a"], ["b/"], "b/")
    rest = await client.get(f"/{bucket}?delimiter=%2F&max-keys=2&marker=b%2F")
    assert (keys_of(rest), prefixes_of(rest), rest.field("IsTruncated")) == (["c", "中"], [], "false")
    assert keys_of(await client.get(f"/{bucket}?prefix=b%2F&marker=b%2F1")) == ["b/2", "b/3"]


async def test_list_objects_with_encoding(client: Client, bucket: str) -> None:
    await fill(client, bucket, "a+b%20c%0A%2F1", "%E4%B8%AD")
    answer = await client.get(f"/{bucket}?encoding-type=url&prefix=a+b")
    assert (keys_of(answer), answer.field("Prefix")) == (["a%20b%20c%0A%2F1"], "a%20b")
    answer = await client.get(f"/{bucket}?encoding-type=url&delimiter=%2F")
    assert prefixes_of(answer) == ["a%20b%20c%0A%2F"]
    assert (keys_of(answer), answer.field("EncodingType"), answer.field("Delimiter")) == (["%E4%B8%AD"], "url", "%2F")
    assert (await client.get(f"/{bucket}?encoding-type=base64")).status == 400


async def test_list_objects_v2(client: Client, bucket: str) -> None:
    await fill(client, bucket, "a", "b", "c", "d")
    first = await client.get(f"/{bucket}?list-type=2&max-keys=2&start-after=a")
    assert (keys_of(first), first.field("KeyCount"), first.field("Contents/Owner/ID")) == (["b", "c"], "2", None)
    token = first.field("NextContinuationToken")
    second = await client.get(f"/{bucket}?list-type=2&continuation-token={token}&fetch-owner=true&start-after=a")
    assert (keys_of(second), second.field("IsTruncated"), second.field("ContinuationToken")) == (["d"], "false", token)
    assert second.field("Contents/Owner/ID")
    for wrong in ("%00", "a", "===", "%E4%B8%AD", "_w"):
        answer = await client.get(f"/{bucket}?list-type=2&continuation-token={wrong}")
        assert (answer.status, answer.field("ArgumentName")) == (400, "continuation-token")


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("POST", "/pictures/a?asyncFetch", 400, "NotImplemented"),
        ("PUT", "/pictures/a?x-oss-rename", 400, "NotImplemented"),
        ("POST", "/pictures/a", 405, "MethodNotAllowed"),
        ("PATCH", "/pictures", 405, "MethodNotAllowed"),
        ("DELETE", "/", 405, "MethodNotAllowed"),
        ("DELETE", "/pictures?location", 405, "MethodNotAllowed"),
    ],
)
async def test_calls_that_are_not_there(
    client: Client, bucket: str, method: str, target: str, status: int, code: str
) -> None:
    # The V1 test client signs only the sub-resources that are built: an anonymous call is routed before it is judged.
    answer = await client.request(method, target, sign=False)
    assert (answer.status, answer.code) == (status, code)
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize("subresource", ["dataAccelerator", "newerThanPixoss"])
async def test_a_sub_resource_that_is_not_built_neither_makes_nor_deletes_a_bucket(
    client: Client, bucket: str, subresource: str
) -> None:
    for method, name in (("PUT", "unmade"), ("DELETE", bucket)):
        for parameter in (subresource, f"{subresource}="):
            answer = await client.request(method, f"/{name}?{parameter}", sign=False)
            assert (answer.status, answer.code) == (400, "NotImplemented")
            assert subresource in (answer.field("Message") or "")
    assert (await client.head("/unmade")).status == 404
    assert (await client.head(f"/{bucket}")).status == 200
