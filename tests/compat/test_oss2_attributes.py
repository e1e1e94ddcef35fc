"""What hangs on an object, with oss2 as it is: links, tags, ACL, storage class, restoring, encryption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oss2
import pytest
from live_server import Server
from support_oss2 import connector


def tagging(**tags: str) -> oss2.models.Tagging:
    rule = oss2.models.TaggingRule()
    for key, value in tags.items():
        rule.add(key, value)
    return oss2.models.Tagging(rule)


def test_symbolic_links(bucket: oss2.Bucket) -> None:
    bucket.put_object("dir/猫 1+2.jpg", "content")
    headers = {"x-oss-meta-author": "libai", "x-oss-object-acl": "public-read"}
    bucket.put_symlink("dir/猫 1+2.jpg", "链 接", headers=headers)
    link = bucket.get_symlink("链 接")
    assert (link.target_key, link.headers["x-oss-meta-author"]) == ("dir/猫 1+2.jpg", "libai")
    got = bucket.get_object("链 接")
    assert (got.read(), got.object_type) == (b"content", "Symlink")
    assert bucket.head_object("链 接").content_length == len("content")
    assert [found.type for found in oss2.ObjectIterator(bucket, prefix="链")] == ["Symlink"]
    assert bucket.get_object_acl("链 接").acl == "public-read"


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [("missing", 404, "SymlinkTargetNotExist"), ("link", 400, "InvalidTargetType")],
)
def test_links_to_nothing_good(bucket: oss2.Bucket, target: str, status: int, code: str) -> None:
    bucket.put_object("a", "x")
    bucket.put_symlink("a", "link")
    bucket.put_symlink(target, "bad")
    assert bucket.get_symlink("bad").target_key == target
    for call in (bucket.get_object, bucket.head_object):
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            call("bad")
        assert (caught.value.status, caught.value.code) == (status, code)


def test_what_is_no_link(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", "x")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_symlink("a")
    assert (caught.value.status, caught.value.code) == (400, "NotSymlink")
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.get_symlink("missing")


def test_tags(bucket: oss2.Bucket) -> None:
    tags = {"key +-=._:/": "value +-=._:/", "空": "值", "empty": ""}
    bucket.put_object("a", "x", headers={"x-oss-tagging": tagging(**tags).tag_set.to_query_string()})
    modified = bucket.head_object("a").last_modified
    assert bucket.get_object_tagging("a").tag_set.tagging_rule == tags
    assert bucket.get_object("a").headers["x-oss-tagging-count"] == "3"
    bucket.put_object_tagging("a", tagging(one="1"))
    assert bucket.get_object_tagging("a").tag_set.tagging_rule == {"one": "1"}
    bucket.copy_object(bucket.bucket_name, "a", "copy")
    assert bucket.get_object_tagging("copy").tag_set.tagging_rule == {"one": "1"}
    new = {"x-oss-tagging-directive": "Replace", "x-oss-tagging": "two=2"}
    bucket.copy_object(bucket.bucket_name, "a", "copy", headers=new)
    assert bucket.get_object_tagging("copy").tag_set.tagging_rule == {"two": "2"}
    assert bucket.delete_object_tagging("a").status == 204
    assert bucket.get_object_tagging("a").tag_set.tagging_rule == {}
    assert bucket.head_object("a").last_modified == modified
    for call in (bucket.get_object_tagging, bucket.delete_object_tagging):
        with pytest.raises(oss2.exceptions.NoSuchKey):
            call("missing")


@pytest.mark.parametrize("make", ["append_object", "put_symlink", "multipart"])
def test_tags_from_the_beginning(bucket: oss2.Bucket, make: str) -> None:
    headers = {"x-oss-tagging": "a=b"}
    if make == "append_object":
        bucket.append_object("a", 0, "x", headers=headers)
    elif make == "put_symlink":
        bucket.put_symlink("target", "a", headers=headers)
    else:
        upload_id = bucket.init_multipart_upload("a", headers=headers).upload_id
        part = bucket.upload_part("a", upload_id, 1, "x")
        bucket.complete_multipart_upload("a", upload_id, [oss2.models.PartInfo(1, part.etag)])
    assert bucket.get_object_tagging("a").tag_set.tagging_rule == {"a": "b"}


def test_too_many_tags(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", "x")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object_tagging("a", tagging(**{f"key{number}": "x" for number in range(11)}))
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("of_bucket", "of_object", "readable", "writable"),
    [
        ("private", "default", False, False),
        ("private", "public-read", True, False),
        ("private", "public-read-write", True, True),
        ("public-read-write", "default", True, True),
        ("public-read-write", "private", False, False),
    ],
)
def test_the_acl_of_an_object(
    bucket: oss2.Bucket, server: Server, of_bucket: str, of_object: str, readable: bool, writable: bool
) -> None:
    anonymous = connector(server, oss2.AnonymousAuth())(bucket.bucket_name)
    bucket.put_bucket_acl(of_bucket)
    bucket.put_object("a", "x")
    assert bucket.get_object_acl("a").acl == "default"
    bucket.put_object_acl("a", of_object)
    assert bucket.get_object_acl("a").acl == of_object
    for allowed, call in (
        (readable, lambda: anonymous.get_object("a").read()),
        (writable, lambda: anonymous.put_object("a", "y")),
        (False, lambda: anonymous.get_object_acl("a")),
    ):
        if allowed:
            call()
        else:
            with pytest.raises(oss2.exceptions.AccessDenied):
                call()


def test_an_acl_that_is_none(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", "x")
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        bucket.put_object_acl("a", "public")
    assert caught.value.name == "x-oss-object-acl"


@pytest.mark.parametrize("storage_class", ["Archive", "ColdArchive", "DeepColdArchive"])
def test_restoring_an_archived_object(bucket: oss2.Bucket, storage_class: str) -> None:
    bucket.put_object("a", "x", headers={"x-oss-storage-class": storage_class})
    head = bucket.head_object("a")
    assert (head.headers["x-oss-storage-class"], head.headers.get("x-oss-restore")) == (storage_class, None)
    reads: list[Callable[[], Any]] = [
        lambda: bucket.get_object("a"),
        lambda: bucket.copy_object(bucket.bucket_name, "a", "b"),
    ]
    for read in reads:
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            read()
        assert (caught.value.status, caught.value.code) == (403, "InvalidObjectState")
    config = None
    if storage_class != "Archive":
        tier = oss2.models.RestoreJobParameters(oss2.models.RESTORE_TIER_EXPEDITED)
        config = oss2.models.RestoreConfiguration(days=5, job_parameters=tier)
    assert bucket.restore_object("a", input=config).status == 202
    assert bucket.head_object("a").headers["x-oss-restore"].startswith('ongoing-request="false", expiry-date="')
    (listed,) = oss2.ObjectIterator(bucket)
    assert listed.restore_info == bucket.head_object("a").headers["x-oss-restore"]
    assert bucket.get_object("a").read() == b"x"
    assert bucket.restore_object("a", input=config).status == 200
    bucket.copy_object(bucket.bucket_name, "a", "a", headers={"x-oss-storage-class": "Standard"})
    assert bucket.head_object("a").headers["x-oss-storage-class"] == "Standard"


def test_what_cannot_be_restored(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", "x")
    with pytest.raises(oss2.exceptions.OperationNotSupported):
        bucket.restore_object("a")
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.restore_object("missing")


@pytest.mark.parametrize("make", ["put", "append", "multipart", "copy"])
@pytest.mark.parametrize(("algorithm", "key_id"), [("AES256", None), ("KMS", "9468da86-3509-4f8d-a61e-6eab1eac0000")])
def test_encryption_is_echoed(bucket: oss2.Bucket, make: str, algorithm: str, key_id: str | None) -> None:
    wanted = {"x-oss-server-side-encryption": algorithm}
    if key_id:
        wanted["x-oss-server-side-encryption-key-id"] = key_id
    bucket.put_object("source", "x")
    if make == "multipart":
        upload_id = bucket.init_multipart_upload("a", headers=dict(wanted)).upload_id
        part = bucket.upload_part("a", upload_id, 1, "x")
        made = bucket.complete_multipart_upload("a", upload_id, [oss2.models.PartInfo(1, part.etag)])
    else:
        made = {
            "put": lambda: bucket.put_object("a", "x", headers=dict(wanted)),
            "append": lambda: bucket.append_object("a", 0, "x", headers=dict(wanted)),
            "copy": lambda: bucket.copy_object(bucket.bucket_name, "source", "a", headers=dict(wanted)),
        }[make]()
    for answer in (made, bucket.head_object("a"), bucket.get_object("a")):
        assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert bucket.get_object("a").read() == b"x"


def test_encryption_of_no_known_kind(bucket: oss2.Bucket) -> None:
    with pytest.raises(oss2.exceptions.InvalidEncryptionAlgorithmError):
        bucket.put_object("a", "x", headers={"x-oss-server-side-encryption": "ROT13"})


@pytest.fixture(scope="module")
def provider() -> oss2.RsaProvider:
    pair = oss2.crypto.RSA.generate(2048)
    return oss2.RsaProvider({"private_key": pair.export_key(), "public_key": pair.publickey().export_key()})


def test_encryption_by_the_client(bucket: oss2.Bucket, server: Server, provider: oss2.RsaProvider) -> None:
    crypto = oss2.CryptoBucket(bucket.auth, server.endpoint, bucket.bucket_name, provider, region=bucket.region)
    content = bytes(range(256)) * 40
    crypto.put_object("a", content)
    assert bucket.get_object("a").read() != content
    assert crypto.get_object("a").read() == content
    assert crypto.get_object("a", byte_range=(1000, 1999)).read() == content[1000:2000]
    part = 102_400
    large = bytes(range(256)) * 1000
    context = oss2.models.MultipartUploadCryptoContext(len(large), part)
    upload_id = crypto.init_multipart_upload("b", upload_context=context).upload_id
    parts = []
    for number, start in enumerate(range(0, len(large), part), 1):
        sent = crypto.upload_part("b", upload_id, number, large[start : start + part], upload_context=context)
        parts.append(oss2.models.PartInfo(number, sent.etag, size=min(part, len(large) - start), part_crc=sent.crc))
    crypto.complete_multipart_upload("b", upload_id, parts)
    assert crypto.get_object("b").read() == large
