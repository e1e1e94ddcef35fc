"""PostObject: who may, what the fields mean, and what the answer says."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from oss_client import Client
from support_forms import ANY, FORM_HEADERS, body_of, policy_of, post, signed_v1, signed_v4, stored

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("sign", [signed_v1, None])
async def test_a_signed_form_uploads(client: Client, bucket: str, sign: Any) -> None:
    form = sign(ANY, key="a/b.jpg") if sign else signed_v4([["starts-with", "$key", "a/"]], key="a/b.jpg")
    answer = await post(client, bucket, body_of(form, b"hello world"))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["etag"] == '"5EB63BBBE01EEED093CB22BB8F5ACDC3"'
    assert answer.headers["x-oss-hash-crc64ecma"] == "5981764153023615706"
    assert answer.headers["content-md5"] == "XrY7u+Ae7tCTyyK7j1rNww=="
    assert (await client.get(f"/{bucket}/a/b.jpg")).body == b"hello world"


@pytest.mark.parametrize(
    ("acl", "status", "message"),
    [
        ("private", 403, "You have no right to access this object because of bucket acl."),
        ("public-read", 403, "You have no right to access this object because of bucket acl."),
        ("public-read-write", 204, None),
    ],
)
async def test_an_unsigned_form_needs_a_bucket_open_to_all(
    client: Client, acl: str, status: int, message: str | None
) -> None:
    await client.put("/open", headers={"x-oss-acl": acl})
    answer = await post(client, "open", body_of({"key": "k"}))
    assert answer.status == status
    assert (answer.field("Message") if message else None) == message
    assert await stored(client, "open") == ([] if message else ["k"])


async def test_header_signatures_count_for_nothing(client: Client, bucket: str) -> None:
    answer = await client.post(f"/{bucket}", body_of({"key": "k"}), headers=FORM_HEADERS)
    assert (answer.status, answer.code) == (403, "AccessDenied")


async def test_a_missing_bucket(client: Client) -> None:
    answer = await post(client, "nowhere", body_of(signed_v1(ANY, key="k")))
    assert (answer.status, answer.code) == (404, "NoSuchBucket")


# --- addresses and names


@pytest.mark.parametrize(
    ("target", "host", "location"),
    [
        ("/pictures", "127.0.0.1:8880", "http://127.0.0.1:8880/pictures/%E7%8C%AB%20%26/cat.jpg"),
        ("/pictures/", "localhost:8880", "http://localhost:8880/pictures/%E7%8C%AB%20%26/cat.jpg"),
        ("/", "pictures.localhost:8880", "http://pictures.localhost:8880/%E7%8C%AB%20%26/cat.jpg"),
        ("/", "pictures.oss-cn-hangzhou.aliyuncs.com", None),
    ],
)
async def test_201_tells_where_it_is_in_the_words_of_the_client(
    client: Client, bucket: str, target: str, host: str, location: str | None
) -> None:
    form = signed_v1(ANY, key="猫 &/${filename}", success_action_status="201")
    answer = await client.post(target, body_of(form, b"x"), headers=FORM_HEADERS, sign=False, host=host)
    location = location or f"http://{host}/%E7%8C%AB%20%26/cat.jpg"
    assert (answer.status, answer.xml.tag, answer.headers["location"]) == (201, "PostResponse", location)
    assert [(child.tag, child.text) for child in answer.xml] == [
        ("Bucket", bucket),
        ("ETag", '"9DD4E461268C8034F5C8564E155C67A6"'),
        ("Key", "猫 &/cat.jpg"),
        ("Location", location),
    ]
    assert (await client.get(f"/{bucket}/%E7%8C%AB%20%26/cat.jpg")).body == b"x"


@pytest.mark.parametrize(
    ("filename", "key"),
    [
        ("cat.jpg", "u/cat.jpg"),
        ("猫.jpg", "u/猫.jpg"),
        ("a %22b%22.jpg", 'u/a "b".jpg'),
        ("C:\\\\fakepath\\\\cat.jpg", "u/cat.jpg"),
        ("album/cat.jpg", "u/cat.jpg"),
        ("${filename}", "u/${filename}"),
    ],
)
async def test_the_name_of_the_file(client: Client, bucket: str, filename: str, key: str) -> None:
    form = signed_v1(policy_of([["eq", "$key", "u/${filename}"]]), key="u/${filename}")
    answer = await post(client, bucket, body_of(form, filename=filename))
    assert (answer.status, await stored(client, bucket)) == (204, [key])


# --- fields


async def test_fields_are_kept_as_put_object_keeps_headers(client: Client, bucket: str) -> None:
    form = signed_v1(
        ANY,
        key="k.jpg",
        **{
            "Cache-Control": "max-age=60",
            "Content-Disposition": "attachment",
            "content-encoding": "identity",
            "Expires": "Thu, 15 Jan 2026 08:30:45 GMT",
            "x-oss-meta-Author": " 猫 ",
            "x-oss-object-acl": "public-read",
            "x-oss-storage-class": "IA",
        },
    )
    answer = await post(client, bucket, body_of(form), headers={"x-oss-object-acl": "private"})
    assert answer.status == 204, answer.text
    head = await client.head(f"/{bucket}/k.jpg")
    wanted = {
        "cache-control": "max-age=60",
        "content-disposition": "attachment",
        "content-encoding": "identity",
        "expires": "Thu, 15 Jan 2026 08:30:45 GMT",
        "x-oss-meta-author": "猫",
        "x-oss-storage-class": "IA",
        "content-type": "image/jpeg",
    }
    assert {name: head.headers.get(name) for name in wanted} == wanted
    assert (await client.get(f"/{bucket}/k.jpg?acl")).field("AccessControlList/Grant") == "public-read"


async def test_tags_encryption_and_versions(client: Client, bucket: str) -> None:
    enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    assert (await client.put(f"/{bucket}?versioning", enabled)).status == 200
    fields = {"x-oss-tagging": "a=1&b=%E7%8C%AB", "x-oss-server-side-encryption": "AES256"}
    answers = [await post(client, bucket, body_of(signed_v1(ANY, key="k", **fields), text)) for text in (b"1", b"2")]
    first, second = (answer.headers["x-oss-version-id"] for answer in answers)
    assert first != second
    assert (await client.get(f"/{bucket}/k?versionId={first}")).body == b"1"
    assert answers[0].headers["x-oss-server-side-encryption"] == "AES256"
    tags = (await client.get(f"/{bucket}/k?tagging")).xml
    assert [(tag.findtext("Key"), tag.findtext("Value")) for tag in tags.iter("Tag")] == [("a", "1"), ("b", "猫")]


async def test_pages_of_other_origins_may_post(client: Client, bucket: str) -> None:
    rule = b"<AllowedOrigin>*</AllowedOrigin><AllowedMethod>POST</AllowedMethod><ExposeHeader>ETag</ExposeHeader>"
    document = b"<CORSConfiguration><CORSRule>" + rule + b"</CORSRule></CORSConfiguration>"
    assert (await client.put(f"/{bucket}?cors", document)).status == 200
    origin = {"Origin": "http://shop.example.com"}
    for key, status in (("k", 204), ("/k", 400)):
        answer = await post(client, bucket, body_of(signed_v1(ANY, key=key)), headers=origin)
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, "*")


async def test_the_acl_of_a_header_counts_where_the_form_has_none(client: Client, bucket: str) -> None:
    await post(client, bucket, body_of(signed_v1(ANY, key="k")), headers={"x-oss-object-acl": "public-read"})
    assert (await client.get(f"/{bucket}/k?acl")).field("AccessControlList/Grant") == "public-read"


@pytest.mark.parametrize(
    ("fields", "kind", "stored_type"),
    [
        ({"x-oss-content-type": "a/a", "Content-Type": "b/b"}, "c/c", "a/a"),
        ({"Content-Type": "b/b"}, "c/c", "b/b"),
        ({}, "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ({}, None, "image/png"),
    ],
)
async def test_which_type_counts(
    client: Client, bucket: str, fields: dict[str, str], kind: str | None, stored_type: str
) -> None:
    await post(client, bucket, body_of(signed_v1(ANY, key="k.png", **fields), kind=kind))
    assert (await client.head(f"/{bucket}/k.png")).headers["content-type"] == stored_type


@pytest.mark.parametrize(
    ("status", "wanted"), [("200", 200), ("201", 201), ("204", 204), ("400", 204), ("", 204), ("two", 204)]
)
async def test_success_action_status(client: Client, bucket: str, status: str, wanted: int) -> None:
    answer = await post(client, bucket, body_of(signed_v1(ANY, key="k", success_action_status=status)))
    assert answer.status == wanted
    assert bool(answer.body) is (wanted == 201)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("http://shop.example.com/done", "http://shop.example.com/done?bucket="),
        ("https://shop.example.com/done?a=%20b#top", "https://shop.example.com/done?a=%20b&bucket="),
        ("http://shop.example.com/完", "http://shop.example.com/%E5%AE%8C?bucket="),
    ],
)
async def test_success_action_redirect_wins(client: Client, bucket: str, url: str, start: str) -> None:
    form = signed_v1(ANY, key="a/猫&.jpg", success_action_redirect=url, success_action_status="201")
    answer = await post(client, bucket, body_of(form, b"x"))
    location = answer.headers["location"]
    assert (answer.status, answer.body, location.startswith(start)) == (303, b"", True)
    query = parse_qs(urlsplit(location).query)
    assert query["bucket"] + query["key"] + query["etag"] == [
        bucket,
        "a/猫&.jpg",
        '"9DD4E461268C8034F5C8564E155C67A6"',
    ]


async def test_forbid_overwrite(client: Client, bucket: str) -> None:
    body = body_of(signed_v1(ANY, key="k", **{"x-oss-forbid-overwrite": "true"}))
    assert (await post(client, bucket, body)).status == 204
    answer = await post(client, bucket, body)
    assert (answer.status, answer.code) == (409, "FileAlreadyExists")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww=="}, "InvalidDigest"),
        ({"Content-MD5": "no"}, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "1"}, "InvalidCRC64"),
        ({"x-oss-storage-class": "Gold"}, "InvalidArgument"),
        ({"x-oss-object-acl": "all"}, "InvalidArgument"),
        ({"x-oss-meta-a_b": "x"}, "InvalidArgument"),
        ({"x-oss-forbid-overwrite": "maybe"}, "InvalidArgument"),
        ({"x-oss-server-side-encryption": "ROT13"}, "InvalidEncryptionAlgorithmError"),
        ({"x-oss-tagging": "a=1&a=2"}, "InvalidTag"),
        ({"Content-Disposition": "a\r\nSet-Cookie: b"}, "InvalidArgument"),
        ({"x-oss-meta-a": "a\nb"}, "InvalidArgument"),
        ({"Content-Type": "a\x00b"}, "InvalidArgument"),
        ({"success_action_redirect": "javascript:alert(1)"}, "InvalidArgument"),
        ({"success_action_redirect": "http://[x"}, "InvalidArgument"),
        ({"success_action_redirect": "/done"}, "InvalidArgument"),
        ({"success_action_redirect": "http://a/\r\nb"}, "InvalidArgument"),
        ({"key": "/k"}, "InvalidObjectName"),
        ({"key": "k" * 1024}, "InvalidObjectName"),
        ({"key": ""}, "InvalidArgument"),
        ({"key": "${filename}"}, "InvalidObjectName"),
    ],
)
async def test_bad_fields_leave_nothing_behind(client: Client, bucket: str, fields: dict[str, str], code: str) -> None:
    answer = await post(client, bucket, body_of(signed_v1(ANY, **{"key": "k", **fields}), filename=""))
    assert (answer.status, answer.code, await stored(client, bucket)) == (400, code, [])


@pytest.mark.parametrize("kind", ["a/b\nX: y", "a/b\rX: y"])
async def test_a_line_break_in_the_type_of_the_file(client: Client, bucket: str, kind: str) -> None:
    answer = await post(client, bucket, body_of(signed_v1(ANY, key="k"), kind=kind))
    assert (answer.status, answer.code, await stored(client, bucket)) == (400, "InvalidArgument", [])
