"""Buckets with oss2 as it is: making, listing, asking and deleting them, their ACL and their tags."""

from __future__ import annotations

import oss2
import pytest
from live_server import REGION, Server
from support_oss2 import Connect, connector


@pytest.fixture
def service(connect: Connect, server: Server, names: tuple[str, str]) -> oss2.Service:
    return oss2.Service(connect(names[0]).auth, server.endpoint, region=REGION)


def test_life_of_a_bucket(connect: Connect, names: tuple[str, str]) -> None:
    bucket = connect(names[0])
    with pytest.raises(oss2.exceptions.NoSuchBucket) as caught:
        bucket.get_bucket_info()
    assert (caught.value.status, caught.value.details["BucketName"]) == (404, names[0])
    assert bucket.create_bucket().status == 200
    assert bucket.create_bucket().status == 200
    bucket.put_object("a", "x")
    with pytest.raises(oss2.exceptions.BucketNotEmpty):
        bucket.delete_bucket()
    bucket.delete_object("a")
    assert bucket.delete_bucket().status == 204
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        bucket.delete_bucket()


@pytest.mark.parametrize(
    ("permission", "config", "told"),
    [
        (None, None, ("private", "Standard", "LRS")),
        (oss2.BUCKET_ACL_PUBLIC_READ, None, ("public-read", "Standard", "LRS")),
        (
            oss2.BUCKET_ACL_PUBLIC_READ_WRITE,
            oss2.models.BucketCreateConfig(oss2.BUCKET_STORAGE_CLASS_IA, oss2.BUCKET_DATA_REDUNDANCY_TYPE_ZRS),
            ("public-read-write", "IA", "ZRS"),
        ),
        (
            oss2.BUCKET_ACL_PRIVATE,
            oss2.models.BucketCreateConfig(oss2.BUCKET_STORAGE_CLASS_ARCHIVE),
            ("private", "Archive", "LRS"),
        ),
    ],
)
def test_what_a_bucket_is_made_with(
    connect: Connect,
    names: tuple[str, str],
    permission: str | None,
    config: oss2.models.BucketCreateConfig | None,
    told: tuple[str, str, str],
) -> None:
    bucket = connect(names[0])
    bucket.create_bucket(permission, config)
    info = bucket.get_bucket_info()
    assert (info.acl.grant, info.storage_class, info.data_redundancy_type) == told
    assert bucket.get_bucket_acl().acl == told[0]
    bucket.put_object("a", "x")
    assert bucket.head_object("a").headers["x-oss-storage-class"] == told[1]


def test_what_is_told_about_a_bucket(bucket: oss2.Bucket, server: Server) -> None:
    info = bucket.get_bucket_info()
    assert (info.name, info.location) == (bucket.bucket_name, f"oss-{REGION}")
    assert info.extranet_endpoint == server.endpoint.removeprefix("http://")
    assert info.owner.id == info.owner.display_name
    assert (info.versioning_status, info.bucket_encryption_rule.sse_algorithm) == (None, None)
    assert (info.access_monitor, info.transfer_acceleration) == ("Disabled", "Disabled")
    assert bucket.get_bucket_location().location == f"oss-{REGION}"


def test_statistics(bucket: oss2.Bucket) -> None:
    empty = bucket.get_bucket_stat()
    assert (empty.storage_size_in_bytes, empty.object_count, empty.multi_part_upload_count) == (0, 0, 0)
    bucket.put_object("a", "x" * 1000)
    bucket.put_object("b", "x" * 500, headers={"x-oss-storage-class": "IA"})
    bucket.init_multipart_upload("c")
    stat = bucket.get_bucket_stat()
    assert (stat.storage_size_in_bytes, stat.object_count, stat.multi_part_upload_count) == (1500, 2, 1)
    assert (stat.standard_storage, stat.standard_object_count) == (1000, 1)
    assert (stat.infrequent_access_real_storage, stat.infrequent_access_object_count) == (500, 1)
    assert stat.last_modified_time > 0
    assert stat.live_channel_count == 0


@pytest.mark.parametrize("acl", ["public-read", "public-read-write", "private"])
def test_the_acl(bucket: oss2.Bucket, server: Server, acl: str) -> None:
    anonymous = connector(server, oss2.AnonymousAuth())(bucket.bucket_name)
    bucket.put_object("a", "x")
    bucket.put_bucket_acl(acl)
    assert bucket.get_bucket_acl().acl == acl
    may_read, may_write = acl != "private", acl == "public-read-write"
    for allowed, call in (
        (may_read, lambda: anonymous.get_object("a").read()),
        (may_read, lambda: anonymous.list_objects().object_list),
        (may_write, lambda: anonymous.put_object("b", "x")),
        (False, anonymous.get_bucket_info),
    ):
        if allowed:
            call()
        else:
            with pytest.raises(oss2.exceptions.AccessDenied):
                call()


def test_an_acl_that_is_none(bucket: oss2.Bucket) -> None:
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        bucket.put_bucket_acl("public")
    assert caught.value.name == "x-oss-acl"


def test_buckets_are_listed(bucket: oss2.Bucket, target: oss2.Bucket, service: oss2.Service) -> None:
    names = sorted((bucket.bucket_name, target.bucket_name))
    listed = [found.name for found in oss2.BucketIterator(service, max_keys=1, prefix=names[0])]
    assert listed == names[:1]
    every = [found.name for found in oss2.BucketIterator(service, max_keys=100)]
    assert every == sorted(every)
    assert set(names) <= set(every)
    page = service.list_buckets(marker=names[0], max_keys=1000)
    assert names[0] not in [found.name for found in page.buckets]
    found = next(one for one in page.buckets if one.name == names[1])
    assert (found.location, found.region, found.storage_class) == (f"oss-{REGION}", REGION, "Standard")
    assert (bool(page.owner.id), bool(found.resource_group_id), found.creation_date > 0) == (True, True, True)


def test_tags(bucket: oss2.Bucket, target: oss2.Bucket, service: oss2.Service) -> None:
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {}
    rule = oss2.models.TaggingRule()
    rule.add("owner", bucket.bucket_name)
    rule.add("用途 +-=._:/", "图 片")
    bucket.put_bucket_tagging(oss2.models.Tagging(rule))
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == rule.tagging_rule
    wanted = {"tag-key": "owner", "tag-value": bucket.bucket_name}
    assert [found.name for found in service.list_buckets(params=wanted).buckets] == [bucket.bucket_name]
    bucket.delete_bucket_tagging(params={"tagging": "owner"})
    assert list(bucket.get_bucket_tagging().tag_set.tagging_rule) == ["用途 +-=._:/"]
    bucket.delete_bucket_tagging()
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {}


def test_the_service(service: oss2.Service) -> None:
    regions = service.describe_regions().regions
    assert [(found.region, bool(found.internet_endpoint)) for found in regions] == [(f"oss-{REGION}", True)]
    assert service.describe_regions(f"oss-{REGION}").regions[0].region == f"oss-{REGION}"
    assert service.get_user_qos_info().region


@pytest.mark.parametrize("name", ["-ab", "ab", "Abc", "a_b", "a" * 64])
def test_a_name_that_is_none_does_not_leave_the_client(connect: Connect, name: str) -> None:
    with pytest.raises(oss2.exceptions.ClientError):
        connect(name)
