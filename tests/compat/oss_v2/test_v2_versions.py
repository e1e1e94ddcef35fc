"""Versioning with alibabacloud-oss-v2: the id of a version on every call that takes one."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from support_oss_v2 import failure, refusal


def set_versioning(client: Any, bucket: str, status: str) -> None:
    configuration = oss.VersioningConfiguration(status=status)
    client.put_bucket_versioning(oss.PutBucketVersioningRequest(bucket=bucket, versioning_configuration=configuration))


@pytest.fixture
def versioned(clients: dict[str, Any], bucket: str) -> str:
    set_versioning(clients["sync-v4"], bucket, "Enabled")
    return bucket


def put(client: Any, bucket: str, key: str, body: bytes) -> str:
    version: str = client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=body)).version_id
    return version


def got(client: Any, bucket: str, key: str, version: str | None = None) -> Any:
    return client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, version_id=version))


def test_the_state_of_a_bucket(client: Any, bucket: str) -> None:
    request = oss.GetBucketVersioningRequest(bucket=bucket)
    assert client.get_bucket_versioning(request).version_status is None
    for status in ("Enabled", "Suspended"):
        set_versioning(client, bucket, status)
        assert client.get_bucket_versioning(request).version_status == status
    assert client.get_bucket_info(oss.GetBucketInfoRequest(bucket=bucket)).bucket_info.versioning == "Suspended"


def test_versions_are_kept_and_read(client: Any, versioned: str) -> None:
    first, second = put(client, versioned, "a", b"1"), put(client, versioned, "a", b"22")
    assert first != second
    current = got(client, versioned, "a")
    assert (current.body.content, current.version_id) == (b"22", second)
    named = {"bucket": versioned, "key": "a", "version_id": first}
    assert got(client, versioned, "a", first).body.content == b"1"
    assert client.head_object(oss.HeadObjectRequest(**named)).content_length == 1
    assert client.get_object_meta(oss.GetObjectMetaRequest(**named)).version_id == first
    assert client.is_object_exist(versioned, "a", version_id=first)
    copied = client.copy_object(
        oss.CopyObjectRequest(bucket=versioned, key="b", source_key="a", source_version_id=first)
    )
    assert (copied.source_version_id, got(client, versioned, "b").body.content) == (first, b"1")
    assert refusal(lambda: got(client, versioned, "a", "CAEQ" + "0" * 20))[0] in (400, 404)


def test_acl_and_tags_of_one_version(client: Any, versioned: str) -> None:
    first, second = put(client, versioned, "a", b"1"), put(client, versioned, "a", b"2")
    for version, acl in ((first, "public-read"), (second, "private")):
        named = {"bucket": versioned, "key": "a", "version_id": version}
        answered = client.put_object_acl(oss.PutObjectAclRequest(**named, acl=acl))
        assert answered.version_id == version
        tagging = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="of", value=acl)]))
        client.put_object_tagging(oss.PutObjectTaggingRequest(**named, tagging=tagging))
        found = client.get_object_tagging(oss.GetObjectTaggingRequest(**named))
        assert ([tag.value for tag in found.tag_set.tags], found.version_id) == ([acl], version)
        assert client.get_object_acl(oss.GetObjectAclRequest(**named)).acl == acl
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(bucket=versioned, key="a", version_id=first))
    kept = client.get_object_tagging(oss.GetObjectTaggingRequest(bucket=versioned, key="a"))
    assert len(kept.tag_set.tags) == 1


def test_delete_markers(client: Any, versioned: str) -> None:
    version = put(client, versioned, "a", b"1")
    deleted = client.delete_object(oss.DeleteObjectRequest(bucket=versioned, key="a"))
    assert deleted.delete_marker and deleted.version_id
    error = failure(lambda: got(client, versioned, "a"))
    assert (error.status_code, error.code, error.headers["x-oss-delete-marker"]) == (404, "NoSuchKey", "true")
    assert not client.is_object_exist(versioned, "a")
    assert refusal(lambda: got(client, versioned, "a", deleted.version_id)) == (405, "MethodNotAllowed")
    assert got(client, versioned, "a", version).body.content == b"1"
    removed = client.delete_object(oss.DeleteObjectRequest(bucket=versioned, key="a", version_id=deleted.version_id))
    assert (removed.delete_marker, removed.version_id) == (True, deleted.version_id)
    assert got(client, versioned, "a").body.content == b"1"


def test_many_versions_are_deleted_at_once(client: Any, versioned: str) -> None:
    versions = [put(client, versioned, "a b+猫", body) for body in (b"1", b"2")]
    objects = [oss.DeleteObject(key="a b+猫"), oss.DeleteObject(key="a b+猫", version_id=versions[0])]
    request = oss.DeleteMultipleObjectsRequest(bucket=versioned, objects=objects)
    marked, removed = client.delete_multiple_objects(request).deleted_objects
    assert (marked.key, marked.delete_marker, bool(marked.delete_marker_version_id)) == ("a b+猫", True, True)
    assert (removed.version_id, bool(removed.delete_marker)) == (versions[0], False)
    listed = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=versioned))
    assert [one.version_id for one in listed.version] == versions[1:]
    assert [one.version_id for one in listed.delete_marker] == [marked.delete_marker_version_id]


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_versions_in_pages(client: Any, versioned: str, limit: int) -> None:
    keys = ["a", "dir/1 +", "dir/2", "猫"]
    versions = [(key, put(client, versioned, key, b"x")) for _ in range(2) for key in keys]
    marker = client.delete_object(oss.DeleteObjectRequest(bucket=versioned, key="a")).version_id
    request = oss.ListObjectVersionsRequest(bucket=versioned)
    pages = list(client.list_object_versions_paginator(limit=limit).iter_page(request))
    found = [one for page in pages for one in page.version or []]
    assert [(one.key, one.version_id) for one in found] == [
        (key, version) for key in keys for name, version in reversed(versions) if name == key
    ]
    assert [one.is_latest for one in found] == [False, False, True, False, True, False, True, False]
    markers = [(one.key, one.version_id, one.is_latest) for page in pages for one in page.delete_marker or []]
    assert markers == [("a", marker, True)]
    folders = oss.ListObjectVersionsRequest(bucket=versioned, delimiter="/", prefix="d")
    assert [one.prefix for one in client.list_object_versions(folders).common_prefixes] == ["dir/"]


def test_suspension(client: Any, versioned: str) -> None:
    kept = put(client, versioned, "a", b"1")
    set_versioning(client, versioned, "Suspended")
    assert put(client, versioned, "a", b"2") == "null"
    assert put(client, versioned, "a", b"3") == "null"
    assert (got(client, versioned, "a").body.content, got(client, versioned, "a", kept).body.content) == (b"3", b"1")
    listed = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=versioned))
    assert {one.version_id for one in listed.version} == {"null", kept}
    assert refusal(lambda: client.delete_bucket(oss.DeleteBucketRequest(bucket=versioned))) == (409, "BucketNotEmpty")


def test_uploads_links_and_appends_have_versions(client: Any, versioned: str) -> None:
    begun = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=versioned, key="parts"))
    upload = {"bucket": versioned, "key": "parts", "upload_id": begun.upload_id}
    source = put(client, versioned, "source", b"old")
    put(client, versioned, "source", b"new")
    copying = oss.UploadPartCopyRequest(
        **upload, part_number=1, source_bucket=versioned, source_key="source", source_version_id=source
    )
    assert client.upload_part_copy(copying).source_version_id == source
    done = client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(**upload, complete_all="yes"))
    assert got(client, versioned, "parts", done.version_id).body.content == b"old"
    linked = client.put_symlink(oss.PutSymlinkRequest(bucket=versioned, key="link", target="parts"))
    found = client.get_symlink(oss.GetSymlinkRequest(bucket=versioned, key="link", version_id=linked.version_id))
    assert (found.target, found.version_id) == ("parts", linked.version_id)
    added = client.append_object(oss.AppendObjectRequest(bucket=versioned, key="log", position=0, body=b"x"))
    assert added.version_id
