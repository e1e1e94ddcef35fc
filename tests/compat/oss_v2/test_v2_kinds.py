"""Objects that grow, links, tags and archives with alibabacloud-oss-v2."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

import alibabacloud_oss_v2 as oss
import pytest
from support_oss_v2 import failure, refusal


def head_of(client: Any, bucket: str, key: str) -> Any:
    return client.head_object(oss.HeadObjectRequest(bucket=bucket, key=key))


def test_an_object_grows(client: Any, bucket: str) -> None:
    def append(position: int, body: bytes, **options: Any) -> Any:
        request = oss.AppendObjectRequest(bucket=bucket, key="log 猫", position=position, body=body, **options)
        return client.append_object(request)

    first = append(0, b"one,", metadata={"author": "libai"}, content_type="text/x-log")
    assert first.next_position == 4
    second = append(4, b"two")
    assert second.next_position == 7
    found = client.get_object(oss.GetObjectRequest(bucket=bucket, key="log 猫"))
    assert (found.body.content, found.object_type, found.next_append_position) == (b"one,two", "Appendable", 7)
    assert (found.content_type, found.metadata["author"]) == ("text/x-log", "libai")
    assert found.hash_crc64 == second.hash_crc64
    error = failure(lambda: append(3, b"x"))
    assert (error.status_code, error.code, error.headers["x-oss-next-append-position"]) == (
        409,
        "PositionNotEqualToLength",
        "7",
    )
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="log 猫", body=b"0"))
    assert refusal(lambda: append(1, b"x")) == (409, "ObjectNotAppendable")


@pytest.mark.parametrize("target", ["dir/猫 1+2", "a%2Fb"])
def test_links(client: Any, bucket: str, target: str) -> None:
    # The SDK leaves it to its user to encode the target, and to decode it.
    request = oss.PutSymlinkRequest(bucket=bucket, key="link", target=quote(target), metadata={"author": "libai"})
    client.put_symlink(request)
    found = client.get_symlink(oss.GetSymlinkRequest(bucket=bucket, key="link"))
    assert (unquote(found.target), found.metadata["author"]) == (target, "libai")
    reading = oss.GetObjectRequest(bucket=bucket, key="link")
    assert refusal(lambda: client.get_object(reading)) == (404, "SymlinkTargetNotExist")
    client.put_object(oss.PutObjectRequest(bucket=bucket, key=target, body=b"miao"))
    result = client.get_object(reading)
    assert (result.body.content, result.object_type) == (b"miao", "Symlink")
    not_a_link = oss.GetSymlinkRequest(bucket=bucket, key=target)
    assert refusal(lambda: client.get_symlink(not_a_link)) == (400, "NotSymlink")


def test_tags(client: Any, bucket: str) -> None:
    def tags() -> list[tuple[str, str]]:
        found = client.get_object_tagging(oss.GetObjectTaggingRequest(bucket=bucket, key="a"))
        return [(tag.key, tag.value) for tag in found.tag_set.tags or []]

    client.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"", tagging="one=1&two="))
    assert tags() == [("one", "1"), ("two", None)]
    tagging = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="a+b", value="c:/d")]))
    client.put_object_tagging(oss.PutObjectTaggingRequest(bucket=bucket, key="a", tagging=tagging))
    assert tags() == [("a+b", "c:/d")]
    assert head_of(client, bucket, "a").tagging_count == 1
    many = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key=str(number), value="") for number in range(11)]))
    request = oss.PutObjectTaggingRequest(bucket=bucket, key="a", tagging=many)
    assert refusal(lambda: client.put_object_tagging(request))[0] == 400
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(bucket=bucket, key="a"))
    assert tags() == []


@pytest.mark.parametrize("storage_class", ["Archive", "ColdArchive", "DeepColdArchive"])
def test_archives(client: Any, bucket: str, storage_class: str) -> None:
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"old", storage_class=storage_class))
    reading = oss.GetObjectRequest(bucket=bucket, key="a")
    assert refusal(lambda: client.get_object(reading)) == (403, "InvalidObjectState")
    wanted = oss.RestoreRequest(days=2, tier=None if storage_class == "Archive" else "Expedited")
    restoring = oss.RestoreObjectRequest(bucket=bucket, key="a", restore_request=wanted)
    assert client.restore_object(restoring).status_code == 202
    assert client.get_object(reading).body.content == b"old"
    found = head_of(client, bucket, "a")
    assert found.storage_class == storage_class
    assert found.restore.startswith('ongoing-request="false", expiry-date="')
    assert client.restore_object(restoring).status_code == 200


def test_what_is_no_archive_is_not_restored(client: Any, bucket: str) -> None:
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"", storage_class="IA"))
    request = oss.RestoreObjectRequest(bucket=bucket, key="a")
    assert refusal(lambda: client.restore_object(request)) == (400, "OperationNotSupported")


def test_a_restored_object_is_given_back(sync: oss.Client, bucket: str) -> None:
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"old", storage_class="ColdArchive"))
    sync.restore_object(oss.RestoreObjectRequest(bucket=bucket, key="a"))
    sync.clean_restored_object(oss.CleanRestoredObjectRequest(bucket=bucket, key="a"))
    reading = oss.GetObjectRequest(bucket=bucket, key="a")
    assert refusal(lambda: sync.get_object(reading)) == (403, "InvalidObjectState")
