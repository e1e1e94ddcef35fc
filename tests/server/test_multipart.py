import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastcrc import crc64
from oss_client import Answer, Client

from pixoss.server.api import multipart

pytestmark = pytest.mark.anyio

FIRST = b"a" * 102_400
LAST = b"last"
NOWHERE = "0" * 32


def md5_of(content: bytes) -> str:
    return hashlib.md5(content).hexdigest().upper()


async def begin(client: Client, target: str = "/pictures/a", **headers: str) -> str:
    answer = await client.post(f"{target}?uploads", headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert answer.status == 200, answer.text
    upload_id = answer.field("UploadId")
    assert upload_id
    return upload_id


async def upload(client: Client, upload_id: str, number: int, body: bytes, **options: Any) -> Answer:
    return await client.put(f"/pictures/a?partNumber={number}&uploadId={upload_id}", body, **options)


def document(*parts: tuple[int, str]) -> bytes:
    members = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in parts)
    return f"<CompleteMultipartUpload>{members}</CompleteMultipartUpload>".encode()


async def finish(client: Client, upload_id: str, body: bytes, query: str = "", **options: Any) -> Answer:
    return await client.post(f"/pictures/a?uploadId={upload_id}{query}", body, **options)


async def two_parts(client: Client) -> str:
    upload_id = await begin(client)
    for number, body in ((1, FIRST), (2, LAST)):
        assert (await upload(client, upload_id, number, body)).status == 200
    return upload_id


async def test_parts_make_an_object(client: Client, bucket: str) -> None:
    begun = await client.post(
        "/pictures/a?uploads",
        headers={"content-type": "text/x", "x-oss-meta-author": "libai", "x-oss-storage-class": "IA"},
    )
    assert [(child.tag, child.text) for child in begun.xml][:2] == [("Bucket", "pictures"), ("Key", "a")]
    upload_id = begun.field("UploadId") or ""
    assert len(upload_id) == 32 and set(upload_id) <= set("0123456789ABCDEF")
    last = await upload(client, upload_id, 9, LAST)
    first = await upload(client, upload_id, 1, FIRST)
    assert first.headers["etag"] == f'"{md5_of(FIRST)}"'
    assert first.headers["x-oss-hash-crc64ecma"] == str(crc64.xz(FIRST))
    assert first.headers["content-md5"] == base64.b64encode(hashlib.md5(FIRST).digest()).decode()
    body = document((1, first.headers["etag"].replace('"', "&quot;")), (9, last.headers["etag"]))
    done = await finish(client, upload_id, body)
    etag = f'"{md5_of(hashlib.md5(FIRST).digest() + hashlib.md5(LAST).digest())}-2"'
    assert (done.status, done.headers["etag"]) == (200, etag)
    assert [(child.tag, child.text) for child in done.xml] == [
        ("Location", "http://127.0.0.1:8880/pictures/a"),
        ("Bucket", "pictures"),
        ("Key", "a"),
        ("ETag", etag),
    ]
    assert done.xml.tag == "CompleteMultipartUploadResult"
    crc = str(crc64.xz(FIRST + LAST))
    assert done.headers["x-oss-hash-crc64ecma"] == crc
    for got in (await client.get("/pictures/a"), await client.head("/pictures/a")):
        wanted = {
            "content-type": "text/x",
            "x-oss-meta-author": "libai",
            "x-oss-storage-class": "IA",
            "x-oss-object-type": "Multipart",
            "etag": etag,
            "x-oss-hash-crc64ecma": crc,
            "content-length": str(len(FIRST + LAST)),
        }
        assert {name: got.headers.get(name) for name in wanted} == wanted
        assert "content-md5" not in got.headers
    assert (await client.get("/pictures/a")).body == FIRST + LAST
    assert (await client.get("/pictures")).field("Contents/Type") == "Multipart"
    again = await finish(client, upload_id, body)
    assert (again.status, again.code, again.field("UploadId"), again.ec) == (
        404,
        "NoSuchUpload",
        upload_id,
        "0042-00000002",
    )


async def test_the_acl_is_named_at_the_end(client: Client, bucket: str) -> None:
    upload_id = await begin(client, x_oss_object_acl="public-read")
    await upload(client, upload_id, 1, LAST)
    done = await finish(client, upload_id, b"", headers={"x-oss-complete-all": "yes"})
    assert done.status == 200, done.text
    assert (await client.get("/pictures/a?acl")).field("AccessControlList/Grant") == "default"


async def test_all_parts_without_naming_them(client: Client, bucket: str) -> None:
    upload_id = await two_parts(client)
    yes = {"x-oss-complete-all": "yes"}
    both = await finish(client, upload_id, document((1, "x")), headers=yes)
    message = "Should not speficy both complete all header and http body."
    assert (both.status, both.code, both.ec) == (400, "InvalidArgument", "0042-00000216")
    assert both.field("Message") == message
    odd = await finish(client, upload_id, b"", headers={"x-oss-complete-all": "no"})
    assert (odd.code, odd.field("ArgumentName")) == ("InvalidArgument", "x-oss-complete-all")
    done = await finish(client, upload_id, b"", headers=yes | {"x-oss-object-acl": "public-read"})
    assert done.status == 200, done.text
    assert (await client.get("/pictures/a", sign=False)).body == FIRST + LAST


@pytest.mark.parametrize(
    ("parts", "code", "fields"),
    [
        ([(2, LAST), (1, FIRST)], "InvalidPartOrder", {"Message": "The list of parts was not in ascending order."}),
        ([(1, FIRST), (1, FIRST)], "InvalidPartOrder", {}),
        (
            [(0, FIRST)],
            "InvalidPartOrder",
            {"Message": "Part number must be an integer between 1 and 10000, inclusive."},
        ),
        ([(10_001, FIRST)], "InvalidPartOrder", {}),
        ([(3, FIRST)], "InvalidPart", {"PartNumber": "3"}),
        ([(1, LAST)], "InvalidPart", {"PartNumber": "1"}),
        (
            [(2, LAST), (5, LAST)],
            "EntityTooSmall",
            {"ProposedSize": "4", "MinSizeAllowed": "102400", "PartNumber": "2", "ETag": md5_of(LAST)},
        ),
    ],
)
async def test_parts_that_make_no_object(
    client: Client, bucket: str, parts: list[tuple[int, bytes]], code: str, fields: dict[str, str]
) -> None:
    upload_id = await two_parts(client)
    await upload(client, upload_id, 5, LAST)
    answer = await finish(client, upload_id, document(*((number, md5_of(body)) for number, body in parts)))
    assert (answer.status, answer.code) == (400, code)
    assert {name: answer.field(name) for name in fields} == fields
    assert (await client.head("/pictures/a")).status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"<CompleteMultipartUpload/>",
        b"<Complete><Part/></Complete>",
        document((1, "x")).replace(b"ETag", b"Tag"),
        document((1, "x")).replace(b">1<", b">one<"),
        document((1, "x")).replace(b">1<", ">\u0661<".encode()),
        b"<CompleteMultipartUpload>" + b" " * (2 << 20) + b"</CompleteMultipartUpload>",
    ],
)
async def test_a_body_that_is_not_the_document(client: Client, bucket: str, body: bytes) -> None:
    upload_id = await two_parts(client)
    answer = await finish(client, upload_id, body)
    assert (answer.status, answer.code, answer.ec) == (400, "MalformedXML", "0042-00000205")
    assert answer.field("ErrorDetail")


@pytest.mark.parametrize("number", ["0", "10001", "", "1_0", "-1", "%2B1", "%D9%A1", "9" * 30])
async def test_a_part_number_is_1_to_10000(client: Client, bucket: str, number: str) -> None:
    upload_id = await begin(client)
    await client.put("/pictures?acl", headers={"x-oss-acl": "public-read-write"})
    target = f"/pictures/a?uploadId={upload_id}&partNumber={number}"
    answer = await client.put(target, LAST, sign=False)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", "partNumber")
    assert (await client.put(f"/pictures/a?uploadId={upload_id}", LAST)).code == "InvalidArgument"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content-md5": base64.b64encode(b"0" * 16).decode()}, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "1"}, "InvalidCRC64"),
        ({"content-length": "12"}, "IncompleteBody"),
        ({"content-length": str(6 << 30)}, "EntityTooLarge"),
    ],
)
async def test_a_part_that_is_not_what_was_announced(
    client: Client, bucket: str, headers: dict[str, str], code: str
) -> None:
    upload_id = await begin(client)
    answer = await upload(client, upload_id, 1, LAST, headers=headers)
    assert (answer.status, answer.code) == (400, code)
    assert (await client.get(f"/pictures/a?uploadId={upload_id}")).xml.findall("Part") == []


async def test_an_upload_that_is_not_there(client: Client, bucket: str) -> None:
    upload_id = await begin(client, "/pictures/b")
    for wrong in (NOWHERE, upload_id, "x", ""):
        target = f"/pictures/a?uploadId={wrong}"
        answers = [
            await client.put(f"/pictures/a?partNumber=1&uploadId={wrong}", LAST),
            await client.post(target, document((1, md5_of(LAST)))),
            await client.get(target),
            await client.delete(target),
        ]
        for answer in answers:
            assert (answer.status, answer.code, answer.field("UploadId")) == (404, "NoSuchUpload", wrong)


async def test_abort(client: Client, bucket: str, settings: Any) -> None:
    upload_id = await two_parts(client)
    kept = await client.delete("/pictures")
    assert (kept.status, kept.code) == (409, "BucketNotEmpty")
    gone = await client.delete(f"/pictures/a?uploadId={upload_id}")
    assert (gone.status, gone.body) == (204, b"")
    assert [path for path in Path(settings.data, "blobs").rglob("*") if path.is_file()] == []
    assert (await client.delete("/pictures")).status == 204


async def test_forbidding_to_overwrite(client: Client, bucket: str) -> None:
    forbid = {"x-oss-forbid-overwrite": "true"}
    upload_id = await two_parts(client)
    await client.put("/pictures/a", b"old")
    begun = await client.post("/pictures/a?uploads", headers=forbid)
    assert (begun.status, begun.code) == (409, "FileAlreadyExists")
    named = document((1, md5_of(FIRST)))
    refused = await finish(client, upload_id, named, headers=forbid)
    assert (refused.status, refused.code) == (409, "FileAlreadyExists")
    assert (await finish(client, upload_id, named)).status == 200
    assert (await client.get("/pictures/a")).body == FIRST


@pytest.mark.parametrize(
    ("headers", "query", "code"),
    [
        ({"x-oss-object-acl": "nobody"}, "", "InvalidArgument"),
        ({"x-oss-forbid-overwrite": "perhaps"}, "", "InvalidArgument"),
        ({"x-oss-callback": "?"}, "", "InvalidArgument"),
        ({}, "&callback=%3F", "InvalidArgument"),
        ({}, "&encoding-type=base64", "InvalidArgument"),
    ],
)
async def test_completing_with_what_is_not_taken(
    client: Client, bucket: str, headers: dict[str, str], query: str, code: str
) -> None:
    upload_id = await two_parts(client)
    await client.put("/pictures?acl", headers={"x-oss-acl": "public-read-write"})
    answer = await finish(client, upload_id, document((1, md5_of(FIRST))), query, headers=headers, sign=False)
    assert answer.code == code
    assert (await client.get(f"/pictures/a?uploadId={upload_id}")).status == 200


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, b"0123456789"),
        ("bytes=2-4", b"234"),
        ("bytes=7-", b"789"),
        ("bytes=2-100", b"0123456789"),
        ("bytes=4-2", b"0123456789"),
        ("nonsense", b"0123456789"),
    ],
)
async def test_a_part_copied_from_an_object(client: Client, bucket: str, wanted: str | None, expected: bytes) -> None:
    await client.put("/pictures/source%201", b"0123456789")
    upload_id = await begin(client)
    headers = {"x-oss-copy-source": "/pictures/source%201"}
    if wanted:
        headers["x-oss-copy-source-range"] = wanted
    part = await upload(client, upload_id, 1, b"", headers=headers)
    assert (part.status, part.xml.tag, part.field("ETag")) == (200, "CopyPartResult", f'"{md5_of(expected)}"')
    assert (part.field("LastModified") or "").endswith(".000Z")
    assert (await finish(client, upload_id, document((1, part.field("ETag") or "")))).status == 200
    assert (await client.get("/pictures/a")).body == expected


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-oss-copy-source": "/pictures/none"}, 404, "NoSuchKey"),
        ({"x-oss-copy-source": "/nowhere/none"}, 404, "NoSuchBucket"),
        ({"x-oss-copy-source": "pictures"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/pictures/s", "x-oss-copy-source-if-match": "x"}, 412, "PreconditionFailed"),
    ],
)
async def test_a_source_that_cannot_be_copied(
    client: Client, bucket: str, headers: dict[str, str], status: int, code: str
) -> None:
    await client.put("/pictures/s", LAST)
    answer = await upload(client, await begin(client), 1, b"", headers=headers)
    assert (answer.status, answer.code) == (status, code)


async def test_list_parts(client: Client, bucket: str) -> None:
    upload_id = await begin(client, x_oss_storage_class="IA")
    empty = await client.get(f"/pictures/a?uploadId={upload_id}")
    assert (empty.field("NextPartNumberMarker"), empty.field("IsTruncated")) == ("0", "false")
    for number in (10, 2, 1):
        await upload(client, upload_id, number, LAST)
    page = await client.get(f"/pictures/a?uploadId={upload_id}&max-parts=2")
    assert page.xml.tag == "ListPartsResult"
    assert [(child.tag, child.text) for child in page.xml if child.tag != "Part"] == [
        ("Bucket", "pictures"),
        ("Key", "a"),
        ("UploadId", upload_id),
        ("StorageClass", "IA"),
        ("PartNumberMarker", "0"),
        ("NextPartNumberMarker", "2"),
        ("MaxParts", "2"),
        ("IsTruncated", "true"),
    ]
    part = {child.tag: child.text for child in page.xml.findall("Part")[1]}
    assert (part.pop("LastModified") or "").endswith("Z")
    assert part == {
        "PartNumber": "2",
        "ETag": f'"{md5_of(LAST)}"',
        "HashCrc64ecma": str(crc64.xz(LAST)),
        "Size": "4",
    }
    rest = await client.get(f"/pictures/a?uploadId={upload_id}&part-number-marker=2")
    assert [found.text for found in rest.xml.findall("Part/PartNumber")] == ["10"]
    assert (rest.field("NextPartNumberMarker"), rest.field("IsTruncated")) == ("10", "false")


async def test_list_uploads(client: Client, bucket: str) -> None:
    ids = {key: await begin(client, f"/pictures/{key}") for key in ("a%20b", "d/1", "d/2", "%E7%8C%AB")}
    whole = await client.get("/pictures?uploads")
    assert whole.xml.tag == "ListMultipartUploadsResult"
    assert [found.text for found in whole.xml.findall("Upload/Key")] == ["a b", "d/1", "d/2", "猫"]
    assert [found.text for found in whole.xml.findall("Upload/UploadId")] == list(ids.values())
    assert {child.tag for child in whole.xml.findall("Upload")[0]} == {"Key", "UploadId", "StorageClass", "Initiated"}
    wanted = {
        "Bucket": "pictures",
        "KeyMarker": "",
        "UploadIdMarker": "",
        "NextKeyMarker": "",
        "NextUploadIdMarker": "",
        "Delimiter": "",
        "Prefix": "",
        "MaxUploads": "1000",
        "IsTruncated": "false",
    }
    assert {name: whole.field(name) for name in wanted} == wanted
    page = await client.get("/pictures?uploads&max-uploads=1&encoding-type=url")
    assert (page.field("EncodingType"), page.field("Upload/Key"), page.field("NextKeyMarker")) == (
        "url",
        "a%20b",
        "a%20b",
    )
    assert (page.field("NextUploadIdMarker"), page.field("IsTruncated")) == (ids["a%20b"], "true")
    target = f"/pictures?uploads&delimiter=/&key-marker=a%20b&upload-id-marker={ids['a%20b']}"
    rest = await client.get(target)
    assert [found.text for found in rest.xml.findall("CommonPrefixes/Prefix")] == ["d/"]
    assert [found.text for found in rest.xml.findall("Upload/Key")] == ["猫"]
    under = await client.get("/pictures?uploads&prefix=d/")
    assert [found.text for found in under.xml.findall("Upload/Key")] == ["d/1", "d/2"]


@pytest.mark.parametrize("value", ["0", "1001", "x"])
@pytest.mark.parametrize(
    ("target", "name"), [("/pictures?uploads", "max-uploads"), ("/pictures/a?uploadId=x", "max-parts")]
)
async def test_page_sizes(client: Client, bucket: str, target: str, name: str, value: str) -> None:
    answer = await client.get(f"{target}&{name}={value}")
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", name)


async def test_the_location_is_addressed_as_the_request_was(client: Client, bucket: str) -> None:
    target, host = "/dir/a%20%E7%8C%AB", "pictures.localhost:8880"

    begun = await client.post(f"{target}?uploads&encoding-type=url", host=host, resource="/pictures/dir/a 猫")
    assert begun.field("Key") == "dir%2Fa%20%E7%8C%AB"
    upload_id = begun.field("UploadId")
    query = f"partNumber=1&uploadId={upload_id}"
    assert (await client.put(f"{target}?{query}", LAST, host=host, resource="/pictures/dir/a 猫")).status == 200
    done = await client.post(
        f"{target}?uploadId={upload_id}",
        b"",
        headers={"x-oss-complete-all": "yes"},
        host=host,
        resource="/pictures/dir/a 猫",
    )
    assert done.field("Location") == f"http://{host}{target}"


async def test_a_stranger_may_not_upload(client: Client, bucket: str) -> None:
    upload_id = await two_parts(client)
    target = f"/pictures/a?uploadId={upload_id}"
    for answer in (
        await client.post("/pictures/a?uploads", sign=False),
        await client.put(f"{target}&partNumber=1", LAST, sign=False),
        await client.post(target, document((1, md5_of(FIRST))), sign=False),
        await client.get(target, sign=False),
        await client.delete(target, sign=False),
        await client.get("/pictures?uploads", sign=False),
    ):
        assert (answer.status, answer.code) == (403, "AccessDenied")


async def test_a_part_is_copied_only_up_to_the_size_of_a_part(
    client: Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.put("/pictures/s", b"0123456789")
    upload_id = await begin(client)
    monkeypatch.setattr(multipart, "MAX_OBJECT_BYTES", 5)
    source = {"x-oss-copy-source": "/pictures/s"}
    refused = await upload(client, upload_id, 1, b"", headers=source)
    assert (refused.status, refused.code) == (400, "EntityTooLarge")
    taken = await upload(client, upload_id, 1, b"", headers=source | {"x-oss-copy-source-range": "bytes=0-4"})
    assert taken.status == 200


async def test_parts_that_must_come_in_order(client: Client, bucket: str) -> None:
    upload = (await client.post(f"/{bucket}/a?uploads&sequential")).field("UploadId")
    target = f"/{bucket}/a?uploadId={upload}&partNumber="
    assert (await client.put(f"{target}2", b"two")).code == "PartNotSequential"
    for number in (1, 1, 2):
        assert (await client.put(f"{target}{number}", b"x" * 102_400)).status == 200
    for number in (1, 4):
        refused = await client.put(f"{target}{number}", b"x")
        assert (refused.status, refused.code) == (400, "PartNotSequential")
    completed = await client.post(f"/{bucket}/a?uploadId={upload}", headers={"x-oss-complete-all": "yes"})
    assert completed.status == 200
    assert (await client.head(f"/{bucket}/a")).headers["content-length"] == "204800"
