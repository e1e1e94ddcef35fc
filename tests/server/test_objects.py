import base64
import hashlib

import pytest
from fastcrc import crc64
from oss_client import Client

pytestmark = pytest.mark.anyio

CONTENT = b"hello world"


def md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content).digest()).decode()


async def test_put_and_get(client: Client, bucket: str) -> None:
    put = await client.put(
        f"/{bucket}/a.txt",
        CONTENT,
        headers={
            "content-type": "text/x",
            "cache-control": "no-cache",
            "x-oss-meta-Author": "李白",
            "content-md5": md5(CONTENT),
        },
    )
    assert put.status == 200
    assert put.headers["etag"] == '"5EB63BBBE01EEED093CB22BB8F5ACDC3"'
    assert put.headers["x-oss-hash-crc64ecma"] == "5981764153023615706" == str(crc64.xz(CONTENT))
    assert put.headers["content-md5"] == md5(CONTENT)
    got = await client.get(f"/{bucket}/a.txt")
    assert (got.status, got.body) == (200, CONTENT)
    wanted = {
        "content-type": "text/x",
        "content-length": "11",
        "cache-control": "no-cache",
        "x-oss-meta-author": "李白",
        "x-oss-object-type": "Normal",
        "x-oss-storage-class": "Standard",
        "accept-ranges": "bytes",
        "etag": put.headers["etag"],
        "x-oss-hash-crc64ecma": put.headers["x-oss-hash-crc64ecma"],
    }
    assert {name: got.headers.get(name) for name in wanted} == wanted
    head = await client.head(f"/{bucket}/a.txt")
    changing = ("x-oss-request-id", "x-oss-server-time")
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in got.headers.items() if k not in changing
    }
    assert head.body == b""
    meta = await client.head(f"/{bucket}/a.txt?objectMeta")
    assert (meta.headers["content-length"], meta.headers["etag"]) == ("11", put.headers["etag"])
    assert "x-oss-meta-author" not in meta.headers


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3 << 20])
async def test_sizes_come_back(client: Client, bucket: str, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    await client.put(f"/{bucket}/a", content[:size])
    got = await client.get(f"/{bucket}/a")
    assert (got.body == content[:size], got.headers["content-length"]) == (True, str(size))
    part = await client.get(f"/{bucket}/a", headers={"range": f"bytes=0-{max(size - 1, 0)}"})
    assert part.status == (206 if size else 200)
    assert part.body == content[:size]


async def test_range(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT)
    part = await client.get(f"/{bucket}/a", headers={"range": "bytes=6-8"})
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"wor", "bytes 6-8/11")
    assert part.headers["content-length"] == "3"
    whole = await client.get(f"/{bucket}/a", headers={"range": "bytes=6-100"})
    assert (whole.status, whole.body, "content-range" in whole.headers) == (200, CONTENT, False)
    clipped = await client.get(f"/{bucket}/a", headers={"range": "bytes=6-100", "x-oss-range-behavior": "standard"})
    assert (clipped.status, clipped.body) == (206, b"world")
    beyond = await client.get(f"/{bucket}/a", headers={"range": "bytes=11-", "x-oss-range-behavior": "standard"})
    assert (beyond.status, beyond.code) == (416, "InvalidRange")


async def test_conditions(client: Client, bucket: str) -> None:
    etag = (await client.put(f"/{bucket}/a", CONTENT)).headers["etag"]
    unchanged = await client.get(f"/{bucket}/a", headers={"if-none-match": etag})
    assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, b"", etag)
    unchanged = await client.head(f"/{bucket}/a", headers={"if-none-match": etag})
    assert (unchanged.status, "x-oss-err" in unchanged.headers) == (304, False)
    failed = await client.get(f"/{bucket}/a", headers={"if-match": '"X"'})
    assert (failed.status, failed.code, failed.field("Condition")) == (412, "PreconditionFailed", "If-Match")


async def test_missing_key_on_head_is_told_in_a_header(client: Client, bucket: str) -> None:
    got = await client.get(f"/{bucket}/none")
    assert (got.status, got.code, got.field("Key"), got.ec) == (404, "NoSuchKey", "none", "0026-00000001")
    head = await client.head(f"/{bucket}/none")
    assert (head.status, head.body) == (404, b"")
    assert b"<Code>NoSuchKey</Code>" in base64.b64decode(head.headers["x-oss-err"])


async def test_response_overrides(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT)
    target = f"/{bucket}/a?response-content-type=text%2Fhtml&response-content-disposition=attachment"
    got = await client.get(target)
    assert (got.headers["content-type"], got.headers["content-disposition"]) == ("text/html", "attachment")
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read"})
    refused = await client.get(target, sign=False)
    assert (refused.status, refused.code) == (400, "InvalidRequest")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content-md5": md5(b"other")}, "InvalidDigest"),
        ({"content-md5": "junk"}, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "1"}, "InvalidCRC64"),
        ({"content-length": "12"}, "IncompleteBody"),
        ({"x-oss-object-acl": "nobody"}, "InvalidArgument"),
        ({"content-length": str(6 << 30)}, "EntityTooLarge"),
        ({"x-oss-forbid-overwrite": "perhaps"}, "InvalidArgument"),
    ],
)
async def test_a_refused_upload_leaves_the_old_object(
    client: Client, bucket: str, headers: dict[str, str], code: str
) -> None:
    await client.put(f"/{bucket}/a", b"old")
    answer = await client.put(f"/{bucket}/a", CONTENT, headers=headers)
    assert (answer.status, answer.code) == (400, code)
    assert (await client.get(f"/{bucket}/a")).body == b"old"


async def test_an_upload_without_length_is_refused_and_a_chunked_one_taken(client: Client, bucket: str) -> None:
    async def chunks():
        yield b"hello "
        yield b"world"

    refused = await client.request("PUT", f"/{bucket}/a", chunks())
    assert (refused.status, refused.code) == (411, "MissingContentLength")
    assert (await client.put(f"/{bucket}/a", chunks(), headers={"transfer-encoding": "chunked"})).status == 200
    assert (await client.get(f"/{bucket}/a")).body == CONTENT


async def test_a_client_that_leaves_stores_nothing(client: Client, bucket: str) -> None:
    async def half():
        yield b"hello "
        yield None

    assert (await client.put(f"/{bucket}/a", half(), headers={"content-length": "11"})).status == 0
    assert (await client.head(f"/{bucket}/a")).status == 404


async def test_forbid_overwrite(client: Client, bucket: str) -> None:
    headers = {"x-oss-forbid-overwrite": "true"}
    assert (await client.put(f"/{bucket}/a", b"1", headers=headers)).status == 200
    answer = await client.put(f"/{bucket}/a", b"2", headers=headers)
    assert (answer.status, answer.code) == (409, "FileAlreadyExists")
    assert (await client.get(f"/{bucket}/a")).body == b"1"


@pytest.mark.parametrize(
    "target",
    [
        "a//b",
        "..",
        "../../etc/passwd",
        "a/./b",
        "a%00b",
        "a%0Ab",
        "a%2Fb%2F",
        "%F0%9F%98%80",
        "A",
        "a?",
        "k" * 1023,
        "_pixoss/health",
    ],
)
async def test_odd_keys_are_ordinary(client: Client, bucket: str, target: str) -> None:
    target = target.replace("?", "%3F")
    assert (await client.put(f"/{bucket}/{target}", target.encode())).status == 200
    assert (await client.get(f"/{bucket}/{target}")).body == target.encode()
    assert (await client.delete(f"/{bucket}/{target}")).status == 204
    assert (await client.get(f"/{bucket}/{target}")).status == 404


async def test_delete_is_idempotent(client: Client, bucket: str) -> None:
    assert (await client.delete(f"/{bucket}/none")).status == 204


async def delete_many(client: Client, bucket: str, body: bytes, query: str = "") -> object:
    return await client.post(f"/{bucket}?delete{query}", body, headers={"content-md5": md5(body)})


async def test_delete_multiple_objects(client: Client, bucket: str) -> None:
    for key in ("a", "b", "c", "d&e"):
        await client.put(f"/{bucket}/{key}".replace("&", "%26"), b"x")
    body = b"<Delete><Object><Key>a</Key></Object><Object><Key>none</Key></Object>"
    body += b"<Object><Key>d&amp;e</Key></Object></Delete>"
    answer = await delete_many(client, bucket, body)
    assert [element.text for element in answer.xml.findall("Deleted/Key")] == ["a", "none", "d&e"]
    quiet = await delete_many(client, bucket, b"<Delete><Quiet>true</Quiet><Object><Key>b</Key></Object></Delete>")
    assert (quiet.status, quiet.body) == (200, b"")
    left = await client.get(f"/{bucket}")
    assert [element.text for element in left.xml.findall("Contents/Key")] == ["c"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedXML"),
        (b"<Delete/>", "MalformedXML"),
        (b"<Delete><Object><Key/></Object></Delete>", "InvalidObjectName"),
        (b"<Delete>" + b"<Object><Key>a</Key></Object>" * 1001 + b"</Delete>", "MalformedXML"),
        (b"<Delete>" + b" " * (2 << 20) + b"</Delete>", "MalformedXML"),
    ],
)
async def test_delete_multiple_refuses_whole(client: Client, bucket: str, body: bytes, code: str) -> None:
    await client.put(f"/{bucket}/a", b"x")
    answer = await delete_many(client, bucket, body)
    assert (answer.status, answer.code) == (400, code)
    assert (await client.head(f"/{bucket}/a")).status == 200


async def test_copy(client: Client, bucket: str) -> None:
    await client.put("/other", b"")
    await client.put(
        f"/{bucket}/a%20b",
        CONTENT,
        headers={"x-oss-meta-m": "1", "content-type": "text/x", "x-oss-object-acl": "public-read"},
    )
    answer = await client.put("/other/copy", headers={"x-oss-copy-source": f"/{bucket}/a%20b"})
    assert (answer.status, answer.field("ETag")) == (200, '"5EB63BBBE01EEED093CB22BB8F5ACDC3"')
    assert answer.field("LastModified").endswith("Z")
    got = await client.get("/other/copy")
    assert (got.body, got.headers["x-oss-meta-m"], got.headers["content-type"]) == (CONTENT, "1", "text/x")
    assert (await client.get("/other/copy", sign=False)).status == 403
    replaced = {"x-oss-copy-source": f"{bucket}/a%20b", "x-oss-metadata-directive": "REPLACE", "x-oss-meta-n": "2"}
    await client.put("/other/copy", headers=replaced)
    got = await client.get("/other/copy")
    assert (got.body, got.headers.get("x-oss-meta-m"), got.headers["x-oss-meta-n"]) == (CONTENT, None, "2")


async def test_copy_onto_itself_changes_the_metadata_only(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT, headers={"x-oss-meta-m": "1"})
    await client.put(f"/{bucket}/a", headers={"x-oss-copy-source": f"/{bucket}/a", "x-oss-meta-n": "2"})
    got = await client.get(f"/{bucket}/a")
    assert (got.body, got.headers.get("x-oss-meta-m"), got.headers.get("x-oss-meta-n")) == (CONTENT, None, "2")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-oss-copy-source": "/pictures/none"}, 404, "NoSuchKey"),
        ({"x-oss-copy-source": "/nowhere/a"}, 404, "NoSuchBucket"),
        ({"x-oss-copy-source": "/pictures"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/pictures/%FF"}, 400, "InvalidObjectName"),
        ({"x-oss-copy-source": "/PICTURES/a"}, 400, "InvalidBucketName"),
        ({"x-oss-copy-source": "/pictures/a?versionId=1"}, 404, "NoSuchVersion"),
        ({"x-oss-copy-source": "/pictures/a?version=1"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/pictures/a", "x-oss-tagging-directive": "MERGE"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/pictures/a", "x-oss-metadata-directive": "MERGE"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/pictures/a", "x-oss-copy-source-if-match": "X"}, 412, "PreconditionFailed"),
        ({"x-oss-copy-source": "/pictures/a", "x-oss-copy-source-if-none-match": "*"}, 304, None),
        ({"x-oss-copy-source": "/pictures/a", "x-oss-forbid-overwrite": "true"}, 409, "FileAlreadyExists"),
    ],
)
async def test_copy_refused(
    client: Client, bucket: str, headers: dict[str, str], status: int, code: str | None
) -> None:
    await client.put(f"/{bucket}/a", CONTENT)
    await client.put(f"/{bucket}/b", b"old")
    answer = await client.put(f"/{bucket}/b", headers=headers)
    assert (answer.status, answer.code if answer.body else None) == (status, code)
    assert (await client.get(f"/{bucket}/b")).body == b"old"


async def test_anonymous_access_follows_the_acls(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT)
    refused = await client.get(f"/{bucket}/a", sign=False)
    assert (refused.status, refused.code, refused.ec) == (403, "AccessDenied", "0003-00000001")
    assert (await client.get(f"/{bucket}/none", sign=False)).status == 403
    await client.put(f"/{bucket}/open", CONTENT, headers={"x-oss-object-acl": "public-read"})
    assert (await client.get(f"/{bucket}/open", sign=False)).body == CONTENT
    assert (await client.put(f"/{bucket}/open", b"x", sign=False)).status == 403
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read-write"})
    assert (await client.put(f"/{bucket}/new", b"x", sign=False)).status == 200
    assert (await client.get(f"/{bucket}", sign=False)).status == 200
    await client.put(f"/{bucket}/shut", CONTENT, headers={"x-oss-object-acl": "private"})
    assert (await client.get(f"/{bucket}/shut", sign=False)).status == 403
    assert (await client.put(f"/{bucket}?acl", sign=False, headers={"x-oss-acl": "private"})).status == 403
    assert (await client.get("/", sign=False)).status == 403
    assert (await client.get("/nowhere/a", sign=False)).code == "NoSuchBucket"


async def test_the_acl_of_an_object(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT, headers={"x-oss-meta-m": "1"})
    before = await client.head(f"/{bucket}/a")
    assert (await client.get(f"/{bucket}/a?acl")).field("AccessControlList/Grant") == "default"
    assert (await client.put(f"/{bucket}/a?acl", headers={"x-oss-object-acl": "public-read"})).status == 200
    answer = await client.get(f"/{bucket}/a?acl")
    assert [answer.field("AccessControlList/Grant"), bool(answer.field("Owner/ID"))] == ["public-read", True]
    got = await client.get(f"/{bucket}/a", sign=False)
    assert (got.status, got.body, got.headers["x-oss-meta-m"]) == (200, CONTENT, "1")
    assert got.headers["last-modified"] == before.headers["last-modified"]
    await client.put(f"/{bucket}/a?acl", headers={"x-oss-object-acl": "default"})
    assert (await client.get(f"/{bucket}/a", sign=False)).status == 403


async def test_the_acl_of_an_object_refused(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT, headers={"x-oss-object-acl": "public-read-write"})
    for headers in ({}, {"x-oss-object-acl": "public"}):
        answer = await client.put(f"/{bucket}/a?acl", headers=headers)
        assert (answer.status, answer.field("ArgumentName")) == (400, "x-oss-object-acl")
    for method in ("GET", "PUT"):
        missing = await client.request(method, f"/{bucket}/none?acl", headers={"x-oss-object-acl": "private"})
        assert (missing.status, missing.code) == (404, "NoSuchKey")
        anonymous = await client.request(method, f"/{bucket}/a?acl", sign=False)
        assert (anonymous.status, anonymous.code) == (403, "AccessDenied")


@pytest.mark.parametrize("host", ["pictures.localhost:8880", "pictures.oss-cn-hangzhou.aliyuncs.com"])
async def test_virtual_hosts(client: Client, bucket: str, host: str) -> None:
    put = await client.put("/_pixoss/health", CONTENT, host=host, resource=f"/{bucket}/_pixoss/health")
    assert put.status == 200, put.text
    assert (await client.get(f"/{bucket}/_pixoss/health")).body == CONTENT
    got = await client.get("/_pixoss/health", host=host, resource=f"/{bucket}/_pixoss/health")
    assert got.body == CONTENT
    listed = await client.get("/", host=host, resource=f"/{bucket}/")
    assert listed.field("Contents/Key") == "_pixoss/health"


async def test_forged_host_with_bucket_in_the_path_is_settled_by_the_signature(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT)
    host = f"{bucket}.oss-cn-hangzhou.aliyuncs.com"
    assert (await client.get(f"/{bucket}/a", host=host)).body == CONTENT
    assert (await client.get(f"/{bucket}/a", host=host, resource=f"/{bucket}/{bucket}/a")).code == "NoSuchKey"


@pytest.mark.parametrize("limit", ["819199", "838860801", "", "fast", "-1", "1e6"])
async def test_a_bandwidth_that_is_not_granted(client: Client, bucket: str, limit: str) -> None:
    await client.put(f"/{bucket}/a", CONTENT)
    for answer in (
        await client.get(f"/{bucket}/a?x-oss-traffic-limit={limit}"),
        await client.put(f"/{bucket}/a", b"new", headers={"x-oss-traffic-limit": limit}),
    ):
        assert (answer.status, answer.code) == (400, "InvalidArgument")
        assert answer.field("ArgumentName") == "x-oss-traffic-limit"
    granted = {"x-oss-traffic-limit": "819200", "x-oss-request-payer": "requester"}
    assert (await client.get(f"/{bucket}/a", headers=granted)).body == CONTENT


async def test_a_condition_on_putting(client: Client, bucket: str) -> None:
    since = "Thu, 01 Jan 2026 00:00:00 GMT"
    answer = await client.put(f"/{bucket}/a", CONTENT, headers={"if-modified-since": since})
    assert (answer.status, answer.code, answer.field("Header")) == (400, "NotImplemented", "if-modified-since")
    ignored = {"if-unmodified-since": since, "if-match": "x", "if-none-match": "*"}
    assert (await client.put(f"/{bucket}/a", CONTENT, headers=ignored)).status == 200
