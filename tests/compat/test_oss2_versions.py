"""Versioning in full with oss2 as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import oss2
import pytest

Versions = oss2.models.BatchDeleteObjectVersionList
Version = oss2.models.BatchDeleteObjectVersion


def switched(bucket: oss2.Bucket, status: str) -> None:
    config = oss2.models.BucketVersioningConfig()
    config.status = status
    assert bucket.put_bucket_versioning(config).status == 200


@pytest.fixture
def versioned(bucket: oss2.Bucket) -> oss2.Bucket:
    switched(bucket, oss2.BUCKET_VERSIONING_ENABLE)
    return bucket


def all_versions(bucket: oss2.Bucket, page: int = 1000, **options: str) -> Iterator[Any]:
    """Every version and delete marker in the order of OSS, as its guide pages through them."""
    key_marker = version_marker = ""
    while True:
        result = bucket.list_object_versions(
            key_marker=key_marker, versionid_marker=version_marker, max_keys=page, **options
        )
        yield from sorted([*result.versions, *result.delete_marker], key=lambda one: one.key)
        if not result.is_truncated:
            return
        key_marker, version_marker = result.next_key_marker, result.next_versionid_marker


def test_switching(bucket: oss2.Bucket) -> None:
    assert bucket.get_bucket_versioning().status is None
    for status in (oss2.BUCKET_VERSIONING_ENABLE, oss2.BUCKET_VERSIONING_SUSPEND):
        switched(bucket, status)
        assert bucket.get_bucket_versioning().status == status
        assert bucket.get_bucket_info().versioning_status == status
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        switched(bucket, "On")
    assert caught.value.status == 400


def test_every_read_of_a_version(versioned: oss2.Bucket, tmp_path: Path) -> None:
    first = versioned.put_object("a", "first", headers={"x-oss-meta-number": "1"})
    second = versioned.put_object("a", "second one", headers={"x-oss-meta-number": "2"})
    assert first.versionid
    assert first.versionid != second.versionid
    for put, content, number in ((first, b"first", "1"), (second, b"second one", "2")):
        params = {"versionId": put.versionid}
        got = versioned.get_object("a", params=dict(params))
        assert (got.read(), got.versionid, got.etag) == (content, put.versionid, put.etag)
        head = versioned.head_object("a", params=dict(params))
        assert (head.content_length, head.versionid, head.headers["x-oss-meta-number"]) == (
            len(content),
            put.versionid,
            number,
        )
        assert versioned.get_object_meta("a", params=dict(params)).content_length == len(content)
        versioned.get_object_to_file("a", str(tmp_path / number), params=dict(params))
        assert (tmp_path / number).read_bytes() == content
        url = versioned.sign_url("GET", "a", 60, params=dict(params))
        assert versioned.get_object_with_url(url).read() == content
    assert versioned.get_object("a").versionid == second.versionid
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        versioned.get_object("a", params={"versionId": first.versionid[:-1] + "x"})
    assert (caught.value.status, caught.value.code) == (404, "NoSuchVersion")


def test_acl_tags_and_links_of_a_version(versioned: oss2.Bucket) -> None:
    first, second = (versioned.put_object("a", content).versionid for content in ("first", "second"))
    old = {"versionId": first}
    versioned.put_object_acl("a", "public-read", params=dict(old))
    assert versioned.get_object_acl("a", params=dict(old)).acl == "public-read"
    assert versioned.get_object_acl("a").acl == "default"
    rule = oss2.models.TaggingRule()
    rule.add("of", "first")
    assert versioned.put_object_tagging("a", oss2.models.Tagging(rule), params=dict(old)).versionid == first
    assert versioned.get_object_tagging("a", params=dict(old)).tag_set.tagging_rule == {"of": "first"}
    assert versioned.get_object_tagging("a").tag_set.tagging_rule == {}
    versioned.delete_object_tagging("a", params=dict(old))
    assert versioned.get_object_tagging("a", params=dict(old)).tag_set.tagging_rule == {}
    links = [versioned.put_symlink("a", "link").versionid, versioned.put_symlink("b", "link").versionid]
    told = [versioned.get_symlink("link", params={"versionId": link}).target_key for link in links]
    assert (told, versioned.get_symlink("link").versionid) == (["a", "b"], links[1])
    assert versioned.head_object("a").versionid == second


def test_delete_markers(versioned: oss2.Bucket) -> None:
    put = versioned.put_object("a", "first")
    deleted = versioned.delete_object("a")
    assert (deleted.status, deleted.delete_marker, deleted.versionid != put.versionid) == (204, True, True)
    calls: list[Callable[[], Any]] = [
        lambda: versioned.get_object("a"),
        lambda: versioned.head_object("a"),
        lambda: versioned.get_object_meta("a"),
        lambda: versioned.copy_object(versioned.bucket_name, "a", "b"),
    ]
    for call in calls:
        with pytest.raises(oss2.exceptions.NoSuchKey) as caught:
            call()
        assert caught.value.headers.get("x-oss-delete-marker") == "true"
    assert not versioned.object_exists("a")
    with pytest.raises(oss2.exceptions.ServerError) as refused:
        versioned.get_object("a", params={"versionId": deleted.versionid})
    assert (refused.value.status, refused.value.code) == (405, "MethodNotAllowed")
    assert versioned.get_object("a", params={"versionId": put.versionid}).read() == b"first"
    # Deleting the marker brings the object back.
    gone = versioned.delete_object("a", params={"versionId": deleted.versionid})
    assert (gone.delete_marker, gone.versionid) == (True, deleted.versionid)
    assert versioned.get_object("a").read() == b"first"
    versioned.delete_object("a", params={"versionId": put.versionid})
    assert list(all_versions(versioned)) == []


def test_an_old_version_is_copied_back(versioned: oss2.Bucket, target: oss2.Bucket) -> None:
    first = versioned.put_object("a", "first").versionid
    versioned.put_object("a", "second")
    copied = versioned.copy_object(versioned.bucket_name, "a", "a", params={"versionId": first})
    assert copied.headers["x-oss-copy-source-version-id"] == first
    assert versioned.get_object("a").versionid == copied.versionid
    assert versioned.get_object("a").read() == b"first"
    assert len(list(all_versions(versioned))) == 3
    target.copy_object(versioned.bucket_name, "a", "b", params={"versionId": first})
    assert target.get_object("b").read() == b"first"
    upload_id = target.init_multipart_upload("c").upload_id
    part = target.upload_part_copy(versioned.bucket_name, "a", None, "c", upload_id, 1, params={"versionId": first})
    target.complete_multipart_upload("c", upload_id, [oss2.models.PartInfo(1, part.etag)])
    assert target.get_object("c").read() == b"first"


def test_a_suspended_bucket_writes_the_null_version(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", "before")
    switched(bucket, "Enabled")
    enabled = bucket.put_object("a", "enabled").versionid
    switched(bucket, "Suspended")
    assert bucket.get_object("a", params={"versionId": "null"}).read() == b"before"
    assert bucket.put_object("a", "suspended").versionid == "null"
    assert bucket.get_object("a", params={"versionId": "null"}).read() == b"suspended"
    assert bucket.get_object("a", params={"versionId": enabled}).read() == b"enabled"
    deleted = bucket.delete_object("a")
    assert (deleted.delete_marker, deleted.versionid) == (True, "null")
    assert [one.versionid for one in all_versions(bucket)] == [enabled, "null"]
    switched(bucket, "Enabled")
    assert bucket.put_object("a", "again").versionid not in (enabled, "null")


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_lists(versioned: oss2.Bucket, page: int) -> None:
    wanted = []
    for key in ("dir/猫 1+2\x01", "dir2/a", "z"):
        for content in ("first", "second"):
            wanted.append((key, versioned.put_object(key, content).versionid))
    wanted.append(("z", versioned.delete_object("z").versionid))
    found = list(all_versions(versioned, page))
    assert sorted((one.key, one.versionid) for one in found) == sorted(wanted)
    latest = [(one.key, one.versionid) for one in found if one.is_latest]
    assert latest == [wanted[1], wanted[3], wanted[6]]
    assert [one.key for one in all_versions(versioned, page, prefix="dir2")] == ["dir2/a", "dir2/a"]
    assert all(one.last_modified and one.owner.id for one in found)


def test_a_page_tells_all(versioned: oss2.Bucket) -> None:
    put = versioned.put_object("dir/a", "first")
    versioned.delete_object("b")
    page = versioned.list_object_versions(delimiter="/")
    assert (page.common_prefix, [one.key for one in page.delete_marker]) == (["dir/"], ["b"])
    assert (page.name, page.max_keys, page.delimiter, page.is_truncated) == (
        versioned.bucket_name,
        100,
        "/",
        False,
    )
    (one,) = versioned.list_object_versions(prefix="dir/").versions
    assert (one.etag, one.size, one.type, one.storage_class) == (put.etag, 5, "Normal", "Standard")


def test_objects_without_versions_are_listed_as_null(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", "x")
    assert [(one.versionid, one.is_latest) for one in all_versions(bucket)] == [("null", True)]
    assert bucket.get_object("a").versionid is None
    assert bucket.get_object("a", params={"versionId": "null"}).read() == b"x"


def test_versions_are_deleted_in_batches(versioned: oss2.Bucket) -> None:
    first, second = (versioned.put_object("a", content).versionid for content in ("first", "second"))
    other = versioned.put_object("猫 1+2", "x").versionid
    plain = versioned.batch_delete_objects(["a"])
    (made,) = plain.delete_versions
    assert (made.key, made.delete_marker, bool(made.delete_marker_versionid)) == ("a", True, True)
    deleted = versioned.delete_object_versions(
        Versions([Version("a", first), Version("a", made.delete_marker_versionid), Version("猫 1+2")])
    )
    told = {(one.key, one.versionid, one.delete_marker) for one in deleted.delete_versions}
    assert ("a", first, False) in told
    assert ("a", made.delete_marker_versionid, True) in told
    assert ("猫 1+2", "", True) in told
    left = {(one.key, one.versionid) for one in all_versions(versioned)}
    assert left >= {("a", second), ("猫 1+2", other)}
    assert len(left) == 3
    versioned.delete_object_versions(Versions([Version(*one) for one in left]))
    assert list(all_versions(versioned)) == []
    assert versioned.delete_bucket().status == 204


def test_a_bucket_with_old_versions_stays(versioned: oss2.Bucket) -> None:
    versioned.put_object("a", "x")
    versioned.delete_object("a")
    with pytest.raises(oss2.exceptions.BucketNotEmpty):
        versioned.delete_bucket()
    stat = versioned.get_bucket_stat()
    assert (stat.delete_marker_count, stat.storage_size_in_bytes) == (1, 1)


def test_writes_of_every_kind_make_versions(versioned: oss2.Bucket, tmp_path: Path) -> None:
    upload_id = versioned.init_multipart_upload("multipart").upload_id
    part = versioned.upload_part("multipart", upload_id, 1, "x")
    done = versioned.complete_multipart_upload("multipart", upload_id, [oss2.models.PartInfo(1, part.etag)])
    assert done.versionid == versioned.head_object("multipart").versionid
    appended = versioned.append_object("log", 0, "one")
    again = versioned.append_object("log", 3, "two")
    assert appended.versionid == again.versionid
    assert versioned.get_object("log").read() == b"onetwo"
    (tmp_path / "new").write_bytes(b"from a file" * 20_000)
    stored = oss2.resumable_upload(
        versioned, "file", str(tmp_path / "new"), oss2.ResumableStore(str(tmp_path)), multipart_threshold=1
    )
    versioned.put_object("file", "newer")
    target = tmp_path / "back"
    oss2.resumable_download(
        versioned,
        "file",
        str(target),
        multiget_threshold=1,
        part_size=102_400,
        store=oss2.ResumableDownloadStore(str(tmp_path)),
        params={"versionId": stored.versionid},
    )
    assert target.read_bytes() == (tmp_path / "new").read_bytes()
