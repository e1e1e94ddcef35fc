"""Presigned URLs of alibabacloud-oss-v2, used by a client that knows nothing of OSS."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import httpx
import pytest
from live_server import KEY, SECRET, TOKEN, Server
from PIL import Image
from support_oss_v2 import Waiting, settings_of

OBJECT = "dir/猫 1+2.jpg"


def used(signed: Any, content: bytes | None = None) -> httpx.Response:
    return httpx.request(signed.method, signed.url, headers=signed.signed_headers, content=content)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_put_get_and_head(client: Any, bucket: str) -> None:
    named = {"bucket": bucket, "key": OBJECT}
    typed = {"content_type": "text/x-poem", "metadata": {"author": "libai"}, "storage_class": "IA"}
    putting = client.presign(oss.PutObjectRequest(**named, **typed), expires=timedelta(minutes=5))
    assert {name.lower() for name in putting.signed_headers} >= {"content-type"}
    assert used(putting, b"content").status_code == 200
    getting = client.presign(oss.GetObjectRequest(**named, response_content_type="text/csv"))
    assert datetime.now(UTC) < getting.expiration.astimezone(UTC) < datetime.now(UTC) + timedelta(minutes=16)
    answer = used(getting)
    assert (answer.content, answer.headers["content-type"]) == (b"content", "text/csv")
    head = used(client.presign(oss.HeadObjectRequest(**named)))
    assert (head.headers["x-oss-meta-author"], head.headers["x-oss-storage-class"]) == ("libai", "IA")
    assert code_of(httpx.put(getting.url, content=b"")) == (403, "SignatureDoesNotMatch")


def test_a_signed_header_must_be_sent(client: Any, bucket: str) -> None:
    signed = client.presign(oss.PutObjectRequest(bucket=bucket, key="a", content_type="text/x-poem"))
    assert code_of(httpx.put(signed.url, content=b"")) == (403, "SignatureDoesNotMatch")
    other = httpx.put(signed.url, content=b"", headers={**signed.signed_headers, "x-oss-object-acl": "public-read"})
    assert code_of(other) == (403, "SignatureDoesNotMatch")


def test_an_upload_in_parts(client: Any, bucket: str) -> None:
    named = {"bucket": bucket, "key": OBJECT}
    begun = used(client.presign(oss.InitiateMultipartUploadRequest(**named)))
    upload = begun.text.partition("<UploadId>")[2].partition("</UploadId>")[0]
    part = used(client.presign(oss.UploadPartRequest(**named, upload_id=upload, part_number=1)), b"content")
    document = f"<Part><PartNumber>1</PartNumber><ETag>{part.headers['etag']}</ETag></Part>"
    completing = client.presign(oss.CompleteMultipartUploadRequest(**named, upload_id=upload))
    done = used(completing, f"<CompleteMultipartUpload>{document}</CompleteMultipartUpload>".encode())
    assert done.status_code == 200, done.text
    assert client.get_object(oss.GetObjectRequest(**named)).body.content == b"content"
    aborting = client.presign(oss.AbortMultipartUploadRequest(**named, upload_id=upload))
    assert code_of(used(aborting)) == (404, "NoSuchUpload")


@pytest.mark.parametrize("name", ["sync-v4", "aio-v4"])
def test_a_picture(clients: dict[str, Any], bucket: str, picture: bytes, name: str) -> None:
    client = clients[name]
    client.put_object(oss.PutObjectRequest(bucket=bucket, key=OBJECT, body=picture))
    request = oss.GetObjectRequest(bucket=bucket, key=OBJECT, process="image/resize,w_100/rotate,90")
    answer = used(client.presign(request, expiration=datetime.now(UTC) + timedelta(hours=1)))
    assert Image.open(io.BytesIO(answer.content)).size == (67, 100)
    changed = answer.request.url.copy_set_param("x-oss-process", "image/resize,w_101")
    assert code_of(httpx.get(changed)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_what_has_expired(server: Server, bucket: str, version: str) -> None:
    client = oss.Client(settings_of(server, version))
    past = datetime.now(UTC) - timedelta(seconds=5)
    answer = used(client.presign(oss.GetObjectRequest(bucket=bucket, key="a"), expiration=past))
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("kind", [oss.Client, Waiting])
def test_temporary_credentials(server: Server, bucket: str, version: str, kind: Any) -> None:
    provider = oss.credentials.StaticCredentialsProvider(f"STS.{KEY}", SECRET, TOKEN)
    client = kind(settings_of(server, version, provider))
    assert used(client.presign(oss.PutObjectRequest(bucket=bucket, key=OBJECT)), b"content").status_code == 200
    signed = client.presign(oss.GetObjectRequest(bucket=bucket, key=OBJECT))
    assert used(signed).content == b"content"
    assert code_of(httpx.get(signed.url.replace(TOKEN, "other"))) == (403, "InvalidSecurityToken")
