"""Calls on objects with alibabacloud-oss-v2: contents, headers, ranges, conditions, copies, ACLs, deletion."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from support_oss_v2 import failure, refusal

# What a path, a query, an XML document or a header would change if it were not escaped.
ODD_KEYS = [
    "a b+c",
    "猫/+.txt",
    "%2F",
    "a//b",
    "..a/.b",
    "tail/",
    "!'()*~",
    "&<>\"'",
    "tab\tand\rreturn",
    "?x=1#y",
    "é",
]
CONTENT = b"0123456789"


def put(client: Any, bucket: str, key: str, body: Any = CONTENT, **options: Any) -> Any:
    return client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=body, **options))


def got(client: Any, bucket: str, key: str, **options: Any) -> Any:
    return client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, **options))


@pytest.mark.parametrize("key", ODD_KEYS)
def test_put_get_and_delete(client: Any, bucket: str, key: str) -> None:
    answer = put(client, bucket, key)
    md5 = hashlib.md5(CONTENT)
    assert (answer.etag, answer.content_md5) == (
        f'"{md5.hexdigest().upper()}"',
        base64.b64encode(md5.digest()).decode(),
    )
    result = got(client, bucket, key)
    assert (result.body.content, result.etag, result.hash_crc64) == (CONTENT, answer.etag, answer.hash_crc64)
    assert client.is_object_exist(bucket, key)
    assert client.delete_object(oss.DeleteObjectRequest(bucket=bucket, key=key)).status_code == 204
    assert not client.is_object_exist(bucket, key)


@pytest.mark.parametrize("body", [CONTENT.decode, lambda: io.BytesIO(CONTENT)], ids=["text", "file"])
def test_bodies(client: Any, bucket: str, body: Callable[[], Any]) -> None:
    put(client, bucket, "a", body())
    assert got(client, bucket, "a").body.content == CONTENT


@pytest.mark.parametrize("body", [list, iter], ids=["list", "iterator"])
def test_bodies_in_pieces(sync: oss.Client, bucket: str, body: Callable[[list[bytes]], Any]) -> None:
    put(sync, bucket, "a", body([b"01234", b"56789"]))
    assert got(sync, bucket, "a").body.content == CONTENT


def test_headers_and_metadata(client: Any, bucket: str) -> None:
    kept = {
        "cache_control": "no-cache",
        "content_disposition": "attachment",
        "content_encoding": "deflate",
        "content_type": "text/x-poem",
        "expires": "Thu, 15 Jan 2099 08:30:45 GMT",
    }
    sent = {**kept, "metadata": {"author": "libai", "Dynasty": "tang"}, "storage_class": "IA", "tagging": "k=v&b=%2B"}
    put(client, bucket, "a", **sent)
    found = client.head_object(oss.HeadObjectRequest(bucket=bucket, key="a"))
    assert {name: getattr(found, name) for name in kept} == kept
    assert (found.metadata["author"], found.metadata["dynasty"]) == ("libai", "tang")
    assert (found.content_length, found.object_type, found.storage_class) == (10, "Normal", "IA")
    assert found.tagging_count == 2
    assert abs(datetime.now(UTC) - found.last_modified) < timedelta(minutes=5)
    meta = client.get_object_meta(oss.GetObjectMetaRequest(bucket=bucket, key="a"))
    assert (meta.content_length, meta.etag, meta.last_modified) == (10, found.etag, found.last_modified)


def test_the_type_is_guessed_from_the_name(client: Any, bucket: str) -> None:
    put(client, bucket, "a.png")
    assert client.head_object(oss.HeadObjectRequest(bucket=bucket, key="a.png")).content_type == "image/png"


@pytest.mark.parametrize(
    ("header", "behaviour", "expected"),
    [
        ("bytes=2-4", None, (206, b"234", "bytes 2-4/10")),
        ("bytes=7-", None, (206, b"789", "bytes 7-9/10")),
        ("bytes=-2", None, (206, b"89", "bytes 8-9/10")),
        ("bytes=5-100", "standard", (206, b"56789", "bytes 5-9/10")),
        ("bytes=5-100", None, (200, CONTENT, None)),
        ("bytes=10-", None, (200, CONTENT, None)),
    ],
)
def test_ranges(client: Any, bucket: str, header: str, behaviour: str | None, expected: tuple[Any, ...]) -> None:
    put(client, bucket, "a")
    found = got(client, bucket, "a", range_header=header, range_behavior=behaviour)
    assert (found.status_code, found.body.content, found.content_range) == expected


def test_a_range_outside_of_the_object(client: Any, bucket: str) -> None:
    put(client, bucket, "a")
    asked = {"range_header": "bytes=10-", "range_behavior": "standard"}
    assert refusal(lambda: got(client, bucket, "a", **asked)) == (416, "InvalidRange")


PAST, FUTURE = "Thu, 15 Jan 2015 08:30:45 GMT", "Thu, 15 Jan 2099 08:30:45 GMT"


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ({"if_match": "same"}, None),
        ({"if_match": '"other"'}, 412),
        ({"if_none_match": "same"}, 304),
        ({"if_none_match": '"other"'}, None),
        ({"if_modified_since": PAST}, None),
        ({"if_modified_since": FUTURE}, 304),
        ({"if_unmodified_since": PAST}, 412),
        ({"if_unmodified_since": FUTURE}, None),
    ],
)
def test_conditions(client: Any, bucket: str, condition: dict[str, str], refused: int | None) -> None:
    etag = put(client, bucket, "a").etag
    options = {name: etag if value == "same" else value for name, value in condition.items()}
    calls = [
        lambda: got(client, bucket, "a", **options),
        lambda: client.head_object(oss.HeadObjectRequest(bucket=bucket, key="a", **options)),
        lambda: client.copy_object(oss.CopyObjectRequest(bucket=bucket, key="b", source_key="a", **options)),
    ]
    found = [failure(call).status_code if refused else call().status_code for call in calls]
    assert found == [refused or 200] * 3


def test_response_headers(client: Any, bucket: str) -> None:
    put(client, bucket, "a")
    wanted = {"content_type": "text/csv", "content_disposition": "attachment; filename=猫.csv", "expires": FUTURE}
    found = got(client, bucket, "a", **{f"response_{name}": value for name, value in wanted.items()})
    assert (found.content_type, found.expires) == ("text/csv", FUTURE)
    assert found.headers["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize("key", ODD_KEYS)
def test_copies(client: Any, bucket: str, names: tuple[str, str], key: str) -> None:
    client.put_bucket(oss.PutBucketRequest(bucket=names[1]))
    put(client, bucket, key, metadata={"author": "libai"}, tagging="k=v")
    copied = {"bucket": names[1], "key": f"new {key}", "source_bucket": bucket, "source_key": key}
    answer = client.copy_object(oss.CopyObjectRequest(**copied))
    found = got(client, names[1], f"new {key}")
    assert (found.body.content, found.etag, found.metadata["author"]) == (CONTENT, answer.etag, "libai")
    assert found.tagging_count == 1
    replaced = {"metadata_directive": "REPLACE", "metadata": {"author": "dufu"}, "content_type": "text/x-poem"}
    retagged = {"tagging_directive": "Replace", "tagging": "a=b&c=d"}
    client.copy_object(oss.CopyObjectRequest(**copied, **replaced, **retagged))
    found = client.head_object(oss.HeadObjectRequest(bucket=names[1], key=f"new {key}"))
    assert (found.metadata["author"], found.content_type, found.tagging_count) == ("dufu", "text/x-poem", 2)


def test_nothing_is_overwritten_where_it_is_forbidden(client: Any, bucket: str) -> None:
    put(client, bucket, "a")
    expected = (409, "FileAlreadyExists")
    assert refusal(lambda: put(client, bucket, "a", b"", forbid_overwrite="true")) == expected
    copying = oss.CopyObjectRequest(bucket=bucket, key="a", source_key="a", forbid_overwrite="true")
    assert refusal(lambda: client.copy_object(copying)) == expected
    assert got(client, bucket, "a").body.content == CONTENT


@pytest.mark.parametrize("quiet", [False, True])
def test_deleting_many(client: Any, bucket: str, quiet: bool) -> None:
    for key in ODD_KEYS:
        put(client, bucket, key)
    objects = [oss.DeleteObject(key=key) for key in [*ODD_KEYS, "missing"]]
    request = oss.DeleteMultipleObjectsRequest(bucket=bucket, objects=objects, quiet=quiet)
    deleted = client.delete_multiple_objects(request).deleted_objects or []
    assert [one.key for one in deleted] == ([] if quiet else [*ODD_KEYS, "missing"])
    listed = client.list_objects_v2(oss.ListObjectsV2Request(bucket=bucket))
    assert not listed.contents


def test_acl_of_an_object(client: Any, bucket: str) -> None:
    put(client, bucket, "a", acl="public-read")
    assert client.get_object_acl(oss.GetObjectAclRequest(bucket=bucket, key="a")).acl == "public-read"
    client.put_object_acl(oss.PutObjectAclRequest(bucket=bucket, key="a", acl="default"))
    found = client.get_object_acl(oss.GetObjectAclRequest(bucket=bucket, key="a"))
    assert (found.acl, bool(found.owner.id)) == ("default", True)
    request = oss.PutObjectAclRequest(bucket=bucket, key="a", acl="everyone")
    assert refusal(lambda: client.put_object_acl(request)) == (400, "InvalidArgument")


def test_a_wrong_digest_is_refused(client: Any, bucket: str) -> None:
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    assert refusal(lambda: put(client, bucket, "a", content_md5=wrong)) == (400, "InvalidDigest")
    assert not client.is_object_exist(bucket, "a")


def test_encryption_is_echoed(client: Any, bucket: str) -> None:
    put(client, bucket, "a", server_side_encryption="AES256")
    assert client.head_object(oss.HeadObjectRequest(bucket=bucket, key="a")).server_side_encryption == "AES256"


def test_limits_of_traffic_and_payers_are_taken(client: Any, bucket: str) -> None:
    put(client, bucket, "a", traffic_limit=819200, request_payer="requester")
    found = got(client, bucket, "a", traffic_limit=819200, request_payer="requester")
    assert found.body.content == CONTENT
