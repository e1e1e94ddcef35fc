"""Calls on buckets with alibabacloud-oss-v2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from live_server import REGION
from support_oss_v2 import refusal


def test_life_of_a_bucket(client: Any, names: tuple[str, str]) -> None:
    name = names[0]
    assert not client.is_bucket_exist(name)
    configuration = oss.CreateBucketConfiguration(storage_class="IA", data_redundancy_type="ZRS")
    request = oss.PutBucketRequest(bucket=name, acl="public-read", create_bucket_configuration=configuration)
    assert client.put_bucket(request).status_code == 200
    assert client.is_bucket_exist(name)
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=name)).bucket_info
    assert (info.name, info.acl, info.storage_class, info.data_redundancy_type) == (name, "public-read", "IA", "ZRS")
    assert (info.location, info.versioning, info.access_monitor) == (f"oss-{REGION}", None, "Disabled")
    assert abs(datetime.now(UTC) - info.creation_date) < timedelta(minutes=5)
    assert info.owner.id == info.owner.display_name
    assert client.get_bucket_location(oss.GetBucketLocationRequest(bucket=name)).location == f"oss-{REGION}"
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=name, acl="private"))
    assert client.get_bucket_acl(oss.GetBucketAclRequest(bucket=name)).acl == "private"
    client.delete_bucket(oss.DeleteBucketRequest(bucket=name))
    assert not client.is_bucket_exist(name)


def test_statistics(client: Any, bucket: str) -> None:
    for key in ("a", "b"):
        client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=b"12345"))
    client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=bucket, key="c"))
    stat = client.get_bucket_stat(oss.GetBucketStatRequest(bucket=bucket))
    assert (stat.object_count, stat.storage, stat.multi_part_upload_count) == (2, 10, 1)
    assert (stat.standard_object_count, stat.standard_storage, stat.archive_object_count) == (2, 10, 0)


def test_list_buckets_in_pages(client: Any, names: tuple[str, str]) -> None:
    found = [f"{names[0]}-{number}" for number in range(3)]
    for name in found:
        client.put_bucket(oss.PutBucketRequest(bucket=name))
    pages = list(client.list_buckets_paginator(limit=2).iter_page(oss.ListBucketsRequest(prefix=names[0])))
    assert [[one.name for one in page.buckets] for page in pages] == [found[:2], found[2:]]
    one = pages[0].buckets[0]
    assert (one.region, one.location, one.storage_class) == (REGION, f"oss-{REGION}", "Standard")
    listed = client.list_buckets(oss.ListBucketsRequest(marker=found[1], prefix=names[0]))
    assert ([one.name for one in listed.buckets], listed.is_truncated) == (found[2:], False)


def test_regions(client: Any) -> None:
    regions = client.describe_regions(oss.DescribeRegionsRequest(regions=f"oss-{REGION}")).region_info
    assert [one.region for one in regions] == [f"oss-{REGION}"]


@pytest.mark.parametrize(
    ("operation", "request_class", "options", "expected"),
    [
        ("put_bucket_acl", oss.PutBucketAclRequest, {"acl": "everyone"}, (400, "InvalidArgument")),
        ("get_bucket_info", oss.GetBucketInfoRequest, {"bucket": "nothing-here"}, (404, "NoSuchBucket")),
        ("get_bucket_stat", oss.GetBucketStatRequest, {"bucket": "nothing-here"}, (404, "NoSuchBucket")),
        ("list_objects_v2", oss.ListObjectsV2Request, {"bucket": "nothing-here"}, (404, "NoSuchBucket")),
        ("list_objects_v2", oss.ListObjectsV2Request, {"max_keys": 1001}, (400, "InvalidArgument")),
        ("delete_bucket", oss.DeleteBucketRequest, {}, (409, "BucketNotEmpty")),
    ],
)
def test_refusals(
    client: Any, bucket: str, operation: str, request_class: Any, options: Any, expected: tuple[int, str]
) -> None:
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b""))
    request = request_class(**{"bucket": bucket, **options})
    assert refusal(lambda: getattr(client, operation)(request)) == expected


def test_tags_of_a_bucket(sync: oss.Client, bucket: str) -> None:
    assert sync.get_bucket_tags(oss.GetBucketTagsRequest(bucket=bucket)).tagging.tag_set.tags is None
    tags = [oss.Tag(key="owner", value="libai"), oss.Tag(key="team", value="猫")]
    tagging = oss.Tagging(tag_set=oss.TagSet(tags=tags))
    sync.put_bucket_tags(oss.PutBucketTagsRequest(bucket=bucket, tagging=tagging))
    found = sync.get_bucket_tags(oss.GetBucketTagsRequest(bucket=bucket)).tagging.tag_set.tags
    assert [(tag.key, tag.value) for tag in found] == [("owner", "libai"), ("team", "猫")]
    listed = sync.list_buckets(oss.ListBucketsRequest(prefix=bucket, tag_key="owner", tag_value="libai"))
    assert [one.name for one in listed.buckets] == [bucket]
    assert not sync.list_buckets(oss.ListBucketsRequest(prefix=bucket, tag_key="owner", tag_value="dufu")).buckets
    sync.delete_bucket_tags(oss.DeleteBucketTagsRequest(bucket=bucket))
    assert sync.get_bucket_tags(oss.GetBucketTagsRequest(bucket=bucket)).tagging.tag_set.tags is None
