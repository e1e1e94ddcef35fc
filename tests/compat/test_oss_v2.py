"""The same scripts with alibabacloud-oss-v2 as it is, V4 and V1."""

from __future__ import annotations

import base64
import io
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import alibabacloud_oss_v2 as oss
import pytest
from live_server import KEY, REGION, SECRET, TOKEN, Server
from PIL import Image

PROCESS = "image/resize,m_fixed,w_100,h_100"


def client_of(server: Server, version: str, *, sts: bool = False) -> oss.Client:
    config = oss.config.load_default()
    key = f"STS.{KEY}" if sts else KEY
    config.credentials_provider = oss.credentials.StaticCredentialsProvider(key, SECRET, TOKEN if sts else None)
    config.region, config.endpoint = REGION, server.endpoint
    config.signature_version = version
    return oss.Client(config)


@pytest.fixture(params=["v4", "v1", "v4-sts", "v1-sts"])
def client(request: pytest.FixtureRequest, server: Server) -> oss.Client:
    version, _, sts = request.param.partition("-")
    return client_of(server, version, sts=bool(sts))


@pytest.fixture
def v4(server: Server) -> oss.Client:
    return client_of(server, "v4")


@pytest.fixture
def buckets(v4: oss.Client, names: tuple[str, str], picture: bytes) -> tuple[str, str]:
    for name in names:
        v4.put_bucket(oss.PutBucketRequest(bucket=name))
    v4.put_object(oss.PutObjectRequest(bucket=names[0], key="example.jpg", body=picture))
    return names


def size_of(content: bytes) -> tuple[int, int]:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image.size


def got(client: oss.Client, bucket: str, key: str, process: str | None = None) -> bytes:
    result = client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, process=process))
    assert result.body is not None
    return bytes(result.body.content)


def test_scripts_1_and_2(v4: oss.Client, buckets: tuple[str, str]) -> None:
    assert size_of(got(v4, buckets[0], "example.jpg", PROCESS)) == (100, 100)
    assert size_of(got(v4, buckets[0], "example.jpg", "image/resize,m_fixed,w_100,h_50/rotate,90")) == (50, 100)


def test_script_3_style(v4: oss.Client, buckets: tuple[str, str]) -> None:
    content = oss.StyleContent(content="image/resize,w_100")
    v4.put_style(oss.PutStyleRequest(bucket=buckets[0], style_name="oss-pic-style-w-100", style=content))
    assert size_of(got(v4, buckets[0], "example.jpg", "style/oss-pic-style-w-100")) == (100, 67)
    style = v4.get_style(oss.GetStyleRequest(bucket=buckets[0], style_name="oss-pic-style-w-100")).style
    assert (style.name, style.content) == ("oss-pic-style-w-100", "image/resize,w_100")
    assert len(v4.list_style(oss.ListStyleRequest(bucket=buckets[0])).style_list.styles) == 1
    v4.delete_style(oss.DeleteStyleRequest(bucket=buckets[0], style_name="oss-pic-style-w-100"))


def test_script_4_save_as(v4: oss.Client, buckets: tuple[str, str]) -> None:
    source, target = buckets
    names = [base64.urlsafe_b64encode(name.encode()).decode().rstrip("=") for name in ("new.jpg", target)]
    result = v4.process_object(
        oss.ProcessObjectRequest(
            bucket=source, key="example.jpg", process="{}|sys/saveas,o_{},b_{}".format(PROCESS, *names)
        )
    )
    saved = got(v4, target, "new.jpg")
    assert (result.bucket, result.key, result.file_size, result.process_status) == (
        target,
        "new.jpg",
        len(saved),
        "OK",
    )
    assert size_of(saved) == (100, 100)


def test_script_5_signed_url(v4: oss.Client, buckets: tuple[str, str]) -> None:
    request = oss.GetObjectRequest(bucket=buckets[0], key="example.jpg", process="image/resize,w_100")
    url = v4.presign(request, expires=timedelta(seconds=600)).url
    with urllib.request.urlopen(url) as answer:
        assert size_of(answer.read()) == (100, 67)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url.replace("w_100", "w_101"))
    assert (caught.value.code, b"SignatureDoesNotMatch" in caught.value.read()) == (403, True)


def test_v1_leaves_the_process_string_unsigned_and_is_refused(server: Server, buckets: tuple[str, str]) -> None:
    """In V1 this SDK does not sign x-oss-process, which the real service refuses; --signatures lenient takes it."""
    with pytest.raises(oss.exceptions.OperationError, match="SignatureDoesNotMatch"):
        got(client_of(server, "v1"), buckets[0], "example.jpg", PROCESS)


def test_objects_and_buckets(client: oss.Client, buckets: tuple[str, str], picture: bytes) -> None:
    bucket, key = buckets[0], "dir/猫 1+2.jpg"
    client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=picture, metadata={"author": "libai"}))
    head = client.head_object(oss.HeadObjectRequest(bucket=bucket, key=key))
    assert (head.content_length, head.metadata["author"]) == (len(picture), "libai")
    assert got(client, bucket, key) == picture
    client.copy_object(oss.CopyObjectRequest(bucket=buckets[1], key=key, source_bucket=bucket, source_key=key))
    pages = client.list_objects_v2_paginator().iter_page(oss.ListObjectsV2Request(bucket=bucket, max_keys=1))
    assert [found.key for page in pages for found in page.contents] == [key, "example.jpg"]
    objects = [oss.DeleteObject(key=key), oss.DeleteObject(key="example.jpg")]
    deleted = client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(bucket=bucket, objects=objects))
    assert [found.key for found in deleted.deleted_objects] == [key, "example.jpg"]
    assert not client.is_object_exist(bucket, key)
    assert client.is_bucket_exist(bucket)
    assert not client.is_bucket_exist("nothing-of-this-name")
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=bucket)).bucket_info
    assert (info.name, info.acl, info.location) == (bucket, "private", "oss-cn-hangzhou")
    with pytest.raises(oss.exceptions.OperationError, match="NoSuchKey"):
        got(client, bucket, key)


def test_multipart(client: oss.Client, buckets: tuple[str, str], tmp_path: Path) -> None:
    bucket, key, content = buckets[0], "parts/猫 1+2", bytes(range(256)) * 1500
    source = tmp_path / "large"
    source.write_bytes(content)
    uploader = client.uploader(part_size=100 << 10, parallel_num=3)
    result = uploader.upload_file(oss.PutObjectRequest(bucket=bucket, key=key), str(source))
    assert result.etag.strip('"').endswith("-4")
    assert got(client, bucket, key) == content
    begun = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=bucket, key=key))
    named = {"bucket": bucket, "key": key, "upload_id": begun.upload_id}
    client.upload_part(oss.UploadPartRequest(**named, part_number=1, body=content[: 100 << 10]))
    client.upload_part_copy(
        oss.UploadPartCopyRequest(
            **named, part_number=2, source_bucket=bucket, source_key="example.jpg", source_range="bytes=0-9"
        )
    )
    listed = client.list_parts(oss.ListPartsRequest(**named))
    assert [(part.part_number, part.size) for part in listed.parts] == [(1, 100 << 10), (2, 10)]
    uploads = client.list_multipart_uploads(oss.ListMultipartUploadsRequest(bucket=bucket)).uploads
    assert [(found.key, found.upload_id) for found in uploads] == [(key, begun.upload_id)]
    client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(**named, complete_all="yes"))
    assert len(got(client, bucket, key)) == (100 << 10) + 10
    with pytest.raises(oss.exceptions.OperationError, match="NoSuchUpload"):
        client.abort_multipart_upload(oss.AbortMultipartUploadRequest(**named))
