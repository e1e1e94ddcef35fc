"""The five scripts of OSS's Python image guide, and the calls beside them, with oss2 as it is."""

from __future__ import annotations

import base64
import io
import urllib.error
import urllib.request
from pathlib import Path

import oss2
import pytest
from live_server import KEY, REGION, Server
from PIL import Image
from support_oss2 import AUTHS, Connect, connector


@pytest.fixture(params=["V1", "V4", "V1-STS", "V4-STS"])
def connect(request: pytest.FixtureRequest, server: Server) -> Connect:
    return connector(server, AUTHS[request.param]())


@pytest.fixture
def buckets(connect: Connect, names: tuple[str, str], picture: bytes) -> tuple[oss2.Bucket, oss2.Bucket]:
    source, target = connect(names[0]), connect(names[1])
    for bucket in (source, target):
        bucket.create_bucket(oss2.BUCKET_ACL_PRIVATE)
    source.put_object("example.jpg", picture)
    return source, target


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        image.load()
        return image.size


def test_script_1_resize(buckets: tuple[oss2.Bucket, oss2.Bucket], tmp_path: Path) -> None:
    new_pic = tmp_path / "new.jpg"
    buckets[0].get_object_to_file("example.jpg", str(new_pic), process="image/resize,m_fixed,w_100,h_100")
    assert size_of(new_pic) == (100, 100)


def test_script_2_resize_and_rotate(buckets: tuple[oss2.Bucket, oss2.Bucket], tmp_path: Path) -> None:
    new_pic = tmp_path / "new.jpg"
    buckets[0].get_object_to_file("example.jpg", str(new_pic), process="image/resize,m_fixed,w_100,h_50/rotate,90")
    assert size_of(new_pic) == (50, 100)


def test_script_3_style(buckets: tuple[oss2.Bucket, oss2.Bucket], tmp_path: Path) -> None:
    bucket, _ = buckets
    body = "<Style><Content>image/resize,w_100</Content></Style>"
    put = bucket._do("PUT", bucket.bucket_name, "", params={"style": "", "styleName": "oss-pic-style-w-100"}, data=body)
    assert put.status == 200
    new_pic = tmp_path / "new.jpg"
    bucket.get_object_to_file("example.jpg", str(new_pic), process="style/oss-pic-style-w-100")
    assert size_of(new_pic) == (100, 67)


def test_script_4_save_as(buckets: tuple[oss2.Bucket, oss2.Bucket]) -> None:
    source, target = buckets
    process = "image/resize,m_fixed,w_100,h_100|sys/saveas,o_{},b_{}".format(b64("new/图.jpg"), b64(target.bucket_name))
    result = source.process_object("example.jpg", process)
    assert (result.status, result.bucket, result.object, result.process_status) == (
        200,
        target.bucket_name,
        "new/图.jpg",
        "OK",
    )
    saved = target.get_object("new/图.jpg").read()
    assert result.fileSize == len(saved)
    assert Image.open(io.BytesIO(saved)).size == (100, 100)


def test_script_5_signed_url(buckets: tuple[oss2.Bucket, oss2.Bucket]) -> None:
    process = "image/resize,m_fixed,w_100,h_100/rotate,90"
    url = buckets[0].sign_url("GET", "example.jpg", 10 * 60, params={"x-oss-process": process})
    with urllib.request.urlopen(url) as answer:
        assert Image.open(io.BytesIO(answer.read())).size == (100, 100)


def test_a_signed_url_covers_every_byte_of_the_process_string(buckets: tuple[oss2.Bucket, oss2.Bucket]) -> None:
    process = "image/resize,w_100"
    url = buckets[0].sign_url("GET", "example.jpg", 600, params={"x-oss-process": process})
    encoded = "image%2Fresize%2Cw_100"
    assert url.count(encoded) == 1
    at = url.index(encoded)
    for offset in range(len(encoded)):
        changed = url[: at + offset] + ("2" if encoded[offset] != "2" else "3") + url[at + offset + 1 :]
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(changed)
        assert (caught.value.code, b"SignatureDoesNotMatch" in caught.value.read()) == (403, True), changed


def test_objects(buckets: tuple[oss2.Bucket, oss2.Bucket], picture: bytes) -> None:
    bucket, target = buckets
    key = "dir/猫 1+2.jpg"
    bucket.put_object(key, picture, headers={"x-oss-meta-author": "libai", "Content-Type": "image/jpeg"})
    head = bucket.head_object(key)
    assert (head.content_length, head.headers["x-oss-meta-author"]) == (len(picture), "libai")
    assert bucket.get_object(key, byte_range=(0, 1)).read() == b"\xff\xd8"
    assert bucket.get_object_meta(key).content_length == len(picture)
    assert target.copy_object(bucket.bucket_name, key, key).etag == head.etag
    assert target.object_exists(key)
    bucket.update_object_meta(key, {"x-oss-meta-author": "dufu"})
    assert bucket.head_object(key).headers["x-oss-meta-author"] == "dufu"
    bucket.put_object_acl(key, oss2.OBJECT_ACL_PUBLIC_READ)
    assert bucket.get_object_acl(key).acl == "public-read"
    assert [info.key for info in oss2.ObjectIterator(bucket, prefix="dir/")] == [key]
    assert [info.key for info in oss2.ObjectIteratorV2(bucket, delimiter="/", max_keys=1)] == ["dir/", "example.jpg"]
    assert bucket.batch_delete_objects([key, "example.jpg"]).deleted_keys == [key, "example.jpg"]
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.get_object(key)
    with pytest.raises(oss2.exceptions.NotFound):
        bucket.head_object(key)
    assert not bucket.object_exists(key)


def test_generators_are_streamed(buckets: tuple[oss2.Bucket, oss2.Bucket]) -> None:
    bucket, _ = buckets
    bucket.put_object("streamed", (bytes([number]) * 100_000 for number in range(30)))
    got = b"".join(bucket.get_object("streamed"))
    assert (len(got), got[-1]) == (3_000_000, 29)


def test_buckets(buckets: tuple[oss2.Bucket, oss2.Bucket], connect: Connect, server: Server) -> None:
    bucket, target = buckets
    service = oss2.Service(bucket.auth, server.endpoint, region=REGION)
    assert {bucket.bucket_name, target.bucket_name} <= {found.name for found in oss2.BucketIterator(service)}
    info = bucket.get_bucket_info()
    assert (info.name, info.location, info.acl.grant) == (bucket.bucket_name, "oss-cn-hangzhou", "private")
    assert bucket.get_bucket_location().location == "oss-cn-hangzhou"
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    assert bucket.get_bucket_acl().acl == "public-read"
    with urllib.request.urlopen(
        f"{server.endpoint}/{bucket.bucket_name}/example.jpg?x-oss-process=image/info"
    ) as answer:
        assert b'"ImageWidth": {"value": "400"}' in answer.read()
    with pytest.raises(oss2.exceptions.BucketNotEmpty):
        bucket.delete_bucket()
    target.delete_bucket()
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        target.get_bucket_info()


def test_wrong_secret(server: Server, names: tuple[str, str]) -> None:
    bucket = oss2.Bucket(oss2.AuthV4(KEY, "wrong"), server.endpoint, names[0], region=REGION)
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch) as caught:
        bucket.create_bucket()
    assert caught.value.details["StringToSign"].startswith("OSS4-HMAC-SHA256\n")


def test_image_errors_reach_the_caller(buckets: tuple[oss2.Bucket, oss2.Bucket]) -> None:
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        buckets[0].get_object("example.jpg", process="image/resize,w_99999999")
    assert caught.value.details["Message"] == "The value: 99999999 of parameter: w is invalid."
    assert caught.value.details["EC"] == "0040-00000312"


def test_multipart(buckets: tuple[oss2.Bucket, oss2.Bucket], picture: bytes) -> None:
    bucket, target = buckets
    key = "parts/猫 1+2.jpg"
    first = bytes(range(256)) * 400
    upload_id = bucket.init_multipart_upload(key, headers={"x-oss-meta-author": "libai"}).upload_id
    parts = [
        oss2.models.PartInfo(1, bucket.upload_part(key, upload_id, 1, first).etag, size=len(first)),
        oss2.models.PartInfo(
            2, bucket.upload_part_copy(bucket.bucket_name, "example.jpg", (0, 9), key, upload_id, 2).etag
        ),
    ]
    assert [(part.part_number, part.size) for part in oss2.PartIterator(bucket, key, upload_id, max_parts=1)] == [
        (1, len(first)),
        (2, 10),
    ]
    assert [(found.key, found.upload_id) for found in oss2.MultipartUploadIterator(bucket)] == [(key, upload_id)]
    assert [found.upload_id for found in oss2.ObjectUploadIterator(bucket, key, max_uploads=1)] == [upload_id]
    done = bucket.complete_multipart_upload(key, upload_id, parts)
    assert done.etag.endswith("-2")
    head = bucket.head_object(key)
    assert (head.etag, head.object_type, head.headers["x-oss-meta-author"]) == (done.etag, "Multipart", "libai")
    assert bucket.get_object(key).read() == first + picture[:10]
    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.abort_multipart_upload(key, upload_id)
    aborted = target.init_multipart_upload(key).upload_id
    target.upload_part(key, aborted, 1, b"x")
    target.abort_multipart_upload(key, aborted)
    assert list(oss2.MultipartUploadIterator(target)) == []


def test_resumable_upload(buckets: tuple[oss2.Bucket, oss2.Bucket], tmp_path: Path) -> None:
    bucket, _ = buckets
    content = bytes(range(256)) * 1500
    source = tmp_path / "large"
    source.write_bytes(content)
    result = oss2.resumable_upload(
        bucket,
        "large",
        str(source),
        store=oss2.ResumableStore(root=str(tmp_path)),
        multipart_threshold=100 << 10,
        part_size=100 << 10,
        num_threads=3,
    )
    assert result.etag.endswith("-4")
    assert bucket.get_object("large").read() == content
