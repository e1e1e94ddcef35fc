"""Multipart uploads with alibabacloud-oss-v2, call by call."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from support_oss_v2 import refusal

KIB = 1 << 10
KEY = "dir/猫 1+2&<>"
PART = bytes(range(256)) * 400  # 100 KiB, the least that a part other than the last may have


def begun(client: Any, bucket: str, key: str = KEY, **options: Any) -> dict[str, str]:
    result = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=bucket, key=key, **options))
    assert (result.bucket, result.key) == (bucket, key)
    return {"bucket": bucket, "key": key, "upload_id": result.upload_id}


def uploaded(client: Any, upload: dict[str, str], number: int, body: bytes) -> oss.UploadPart:
    result = client.upload_part(oss.UploadPartRequest(**upload, part_number=number, body=body))
    return oss.UploadPart(part_number=number, etag=result.etag)


def completed(client: Any, upload: dict[str, str], parts: list[oss.UploadPart]) -> Any:
    document = oss.CompleteMultipartUpload(parts=parts)
    return client.complete_multipart_upload(
        oss.CompleteMultipartUploadRequest(**upload, complete_multipart_upload=document)
    )


def test_parts_make_an_object(client: Any, bucket: str) -> None:
    upload = begun(client, bucket, content_type="text/x-poem", metadata={"author": "libai"}, tagging="k=v")
    parts = [uploaded(client, upload, number, body) for number, body in ((1, PART), (2, PART), (7, b"end"))]
    uploaded(client, upload, 9, b"left out")
    result = completed(client, upload, parts)
    assert (result.bucket, result.key, result.etag.strip('"').split("-")[1]) == (bucket, KEY, "3")
    found = client.get_object(oss.GetObjectRequest(bucket=bucket, key=KEY))
    assert (found.body.content, found.object_type, found.etag) == (PART + PART + b"end", "Multipart", result.etag)
    assert (found.content_type, found.metadata["author"], found.tagging_count) == ("text/x-poem", "libai", 1)
    assert found.hash_crc64 == result.hash_crc64


def test_copied_parts(client: Any, bucket: str) -> None:
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="source+ 猫", body=PART + b"0123456789"))
    upload = begun(client, bucket)
    source = {**upload, "source_bucket": bucket, "source_key": "source+ 猫"}
    parts = []
    for number, cut in ((1, None), (2, "bytes=102400-102404")):
        request = oss.UploadPartCopyRequest(**source, part_number=number, source_range=cut)
        parts.append(oss.UploadPart(part_number=number, etag=client.upload_part_copy(request).etag))
    completed(client, upload, parts)
    found = client.get_object(oss.GetObjectRequest(bucket=bucket, key=KEY))
    assert found.body.content == PART + b"0123456789" + b"01234"
    again = begun(client, bucket)
    request = oss.UploadPartCopyRequest(**{**source, **again}, part_number=1, if_match='"0"')
    assert refusal(lambda: client.upload_part_copy(request)) == (412, "PreconditionFailed")


def test_complete_all(client: Any, bucket: str) -> None:
    upload = begun(client, bucket)
    for number in (2, 1):
        uploaded(client, upload, number, PART)
    request = oss.CompleteMultipartUploadRequest(**upload, complete_all="yes", acl="public-read")
    client.complete_multipart_upload(request)
    assert client.head_object(oss.HeadObjectRequest(bucket=bucket, key=KEY)).content_length == 2 * len(PART)
    assert client.get_object_acl(oss.GetObjectAclRequest(bucket=bucket, key=KEY)).acl == "public-read"


def test_parts_in_pages(client: Any, bucket: str) -> None:
    upload = begun(client, bucket)
    parts = [uploaded(client, upload, number, b"x" * number) for number in (1, 2, 5)]
    pages = list(client.list_parts_paginator(limit=2).iter_page(oss.ListPartsRequest(**upload)))
    assert [[one.part_number for one in page.parts] for page in pages] == [[1, 2], [5]]
    assert [(one.etag, one.size) for page in pages for one in page.parts] == [
        (part.etag, part.part_number) for part in parts
    ]
    assert (pages[0].key, pages[0].upload_id, pages[0].is_truncated) == (KEY, upload["upload_id"], True)


def test_uploads_in_pages(client: Any, bucket: str) -> None:
    uploads = [begun(client, bucket, key) for key in ("a", "a", KEY, KEY)]
    pages = list(
        client.list_multipart_uploads_paginator(limit=1).iter_page(oss.ListMultipartUploadsRequest(bucket=bucket))
    )
    found = [(one.key, one.upload_id) for page in pages for one in page.uploads or []]
    assert sorted(found) == sorted((one["key"], one["upload_id"]) for one in uploads)
    request = oss.ListMultipartUploadsRequest(bucket=bucket, prefix="dir/", max_uploads=10)
    listed = client.list_multipart_uploads(request)
    assert ({one.key for one in listed.uploads}, listed.is_truncated) == ({KEY}, False)


def test_abort(client: Any, bucket: str) -> None:
    upload = begun(client, bucket)
    uploaded(client, upload, 1, PART)
    client.abort_multipart_upload(oss.AbortMultipartUploadRequest(**upload))
    assert not client.is_object_exist(bucket, KEY)
    assert refusal(lambda: client.list_parts(oss.ListPartsRequest(**upload))) == (404, "NoSuchUpload")


def test_what_cannot_be_completed(client: Any, bucket: str) -> None:
    upload = begun(client, bucket)
    small, last = uploaded(client, upload, 1, b"small"), uploaded(client, upload, 2, b"last")
    wrong = oss.UploadPart(part_number=1, etag='"0123456789ABCDEF0123456789ABCDEF"')
    cases: list[tuple[list[oss.UploadPart], str]] = [
        ([small, last], "EntityTooSmall"),
        ([last, small], "InvalidPartOrder"),
        ([wrong], "InvalidPart"),
        ([], "MalformedXML"),
    ]
    for parts, code in cases:
        assert refusal(lambda parts=parts: completed(client, upload, parts)) == (400, code), code
    completed(client, upload, [last])
    assert refusal(lambda: completed(client, upload, [last])) == (404, "NoSuchUpload")


@pytest.mark.parametrize("number", [0, 10001])
def test_numbers_of_parts(client: Any, bucket: str, number: int) -> None:
    upload = begun(client, bucket)
    assert refusal(lambda: uploaded(client, upload, number, b"x")) == (400, "InvalidArgument")
