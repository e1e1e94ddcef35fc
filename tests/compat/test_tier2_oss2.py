"""The second tier with oss2 as it is, V1 and V4: every call is taken, and every answer can be read."""

from __future__ import annotations

import oss2
import pytest
from live_server import KEY, REGION, SECRET, Server
from oss2 import models


@pytest.fixture(params=["V1", "V4"])
def auth(request: pytest.FixtureRequest) -> oss2.AuthBase:
    return oss2.Auth(KEY, SECRET) if request.param == "V1" else oss2.AuthV4(KEY, SECRET)


@pytest.fixture
def bucket(auth: oss2.AuthBase, server: Server, names: tuple[str, str]) -> oss2.Bucket:
    bucket = oss2.Bucket(auth, server.endpoint, names[0], region=REGION)
    bucket.create_bucket()
    return bucket


@pytest.fixture
def service(auth: oss2.AuthBase, server: Server) -> oss2.Service:
    return oss2.Service(auth, server.endpoint, region=REGION)


def refused(call: object, *given: object) -> tuple[int, str]:
    with pytest.raises(oss2.exceptions.ServerError) as raised:
        call(*given)
    return raised.value.status, raised.value.code


def test_logging(bucket: oss2.Bucket) -> None:
    assert bucket.get_bucket_logging().target_bucket == ""
    bucket.put_bucket_logging(models.BucketLogging(bucket.bucket_name, "log/"))
    told = bucket.get_bucket_logging()
    assert (told.target_bucket, told.target_prefix) == (bucket.bucket_name, "log/")
    bucket.delete_bucket_logging()
    elsewhere = models.BucketLogging("nowhere-at-all", "")
    assert refused(bucket.put_bucket_logging, elsewhere) == (400, "InvalidTargetBucketForLogging")


def test_tags(bucket: oss2.Bucket, service: oss2.Service) -> None:
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {}
    rule = models.TaggingRule()
    rule.add("colour", bucket.bucket_name)
    rule.add("size", "b g")
    bucket.put_bucket_tagging(models.Tagging(rule))
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {"colour": bucket.bucket_name, "size": "b g"}
    wanted = {"tag-key": "colour", "tag-value": bucket.bucket_name}
    assert [one.name for one in service.list_buckets(params=wanted).buckets] == [bucket.bucket_name]
    bucket.delete_bucket_tagging({"tagging": "size"})
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {"colour": bucket.bucket_name}
    bucket.delete_bucket_tagging()


def test_encryption(bucket: oss2.Bucket) -> None:
    assert refused(bucket.get_bucket_encryption) == (404, "NoSuchServerSideEncryptionRule")
    rule = models.ServerSideEncryptionRule()
    rule.sse_algorithm, rule.kms_master_keyid, rule.kms_data_encryption = "KMS", "a-key", "SM4"
    bucket.put_bucket_encryption(rule)
    told = bucket.get_bucket_encryption()
    assert (told.sse_algorithm, told.kms_master_keyid, told.kms_data_encryption) == ("KMS", "a-key", "SM4")
    assert bucket.get_bucket_info().bucket_encryption_rule.sse_algorithm == "KMS"
    bucket.delete_bucket_encryption()
    assert bucket.get_bucket_info().bucket_encryption_rule.sse_algorithm is None


def test_small_settings(bucket: oss2.Bucket) -> None:
    with pytest.raises(oss2.exceptions.NoSuchTransferAccelerationConfiguration):
        bucket.get_bucket_transfer_acceleration()
    bucket.put_bucket_transfer_acceleration("true")
    assert bucket.get_bucket_transfer_acceleration().enabled == "true"
    assert bucket.get_bucket_request_payment().payer == "BucketOwner"
    bucket.put_bucket_request_payment("Requester")
    assert bucket.get_bucket_request_payment().payer == "Requester"
    assert bucket.get_bucket_access_monitor().access_monitor.status == "Disabled"
    bucket.put_bucket_access_monitor("Enabled")
    assert bucket.get_bucket_access_monitor().access_monitor.status == "Enabled"
    bucket.put_bucket_resource_group("rg-1")
    assert bucket.get_bucket_resource_group().resource_group_id == "rg-1"
    info = bucket.get_bucket_info()
    assert (info.transfer_acceleration, info.access_monitor, info.resource_group_id) == ("Enabled", "Enabled", "rg-1")
    assert bucket.get_bucket_storage_capacity().storage_capacity == -1
    bucket.set_bucket_storage_capacity(models.BucketUserQos(100))
    assert bucket.get_bucket_storage_capacity().storage_capacity == 100


def test_limits(bucket: oss2.Bucket, service: oss2.Service) -> None:
    assert bucket.get_bucket_qos_info().total_qps == -1
    bucket.put_bucket_qos_info(models.BucketQosInfo(total_upload_bw=10, total_qps=5))
    told = bucket.get_bucket_qos_info()
    assert (told.total_upload_bw, told.total_qps, told.extranet_qps) == (10, 5, -1)
    bucket.delete_bucket_qos_info()
    assert (service.get_user_qos_info().region, service.get_user_qos_info().total_qps) == (REGION, -1)


def test_callback_policy(bucket: oss2.Bucket) -> None:
    assert refused(bucket.get_bucket_callback_policy) == (404, "BucketCallbackPolicyNotExist")
    bucket.put_bucket_callback_policy([models.CallbackPolicyInfo("p", "e30=", "e30=")])
    (told,) = bucket.get_bucket_callback_policy().callback_policies
    assert (told.policy_name, told.callback, told.callback_var) == ("p", "e30=", "e30=")
    bucket.delete_bucket_callback_policy()


def test_retention(bucket: oss2.Bucket) -> None:
    assert refused(bucket.get_bucket_worm) == (404, "NoSuchWORMConfiguration")
    first = bucket.init_bucket_worm(1).worm_id
    bucket.abort_bucket_worm()
    worm = bucket.init_bucket_worm(1).worm_id
    assert worm != first
    bucket.complete_bucket_worm(worm)
    bucket.extend_bucket_worm(worm, 2)
    told = bucket.get_bucket_worm()
    assert (told.worm_id, told.state, told.retention_period_days) == (worm, "Locked", 2)


def test_inventories(bucket: oss2.Bucket) -> None:
    assert bucket.list_bucket_inventory_configurations().inventory_configurations == []
    target = models.InventoryBucketDestination("1", "acs:ram::1:role/r", bucket.bucket_name, "CSV", "p")
    inventory = models.InventoryConfiguration(
        inventory_id="i1",
        is_enabled=True,
        inventory_schedule=models.InventorySchedule(frequency="Daily"),
        included_object_versions="Current",
        inventory_filter=models.InventoryFilter(prefix="a/"),
        optional_fields=["Size", "ETag"],
        inventory_destination=models.InventoryDestination(bucket_destination=target),
    )
    bucket.put_bucket_inventory_configuration(inventory)
    told = bucket.get_bucket_inventory_configuration("i1")
    assert (told.is_enabled, told.optional_fields, told.inventory_filter.prefix) == (True, ["Size", "ETag"], "a/")
    assert told.inventory_destination.bucket_destination.bucket == bucket.bucket_name
    listed = bucket.list_bucket_inventory_configurations()
    assert ([one.inventory_id for one in listed.inventory_configurations], listed.is_truncated) == (["i1"], False)
    bucket.delete_bucket_inventory_configuration("i1")
    assert refused(bucket.get_bucket_inventory_configuration, "i1") == (404, "NoSuchInventory")


def test_replication(bucket: oss2.Bucket) -> None:
    assert refused(bucket.get_bucket_replication) == (404, "NoSuchReplicationConfiguration")
    rule = models.ReplicationRule(
        rule_id="r1",
        target_bucket_name="elsewhere",
        target_bucket_location="oss-cn-beijing",
        prefix_list=["a/"],
        action_list=[models.ReplicationRule.PUT],
    )
    bucket.put_bucket_replication(rule)
    (told,) = bucket.get_bucket_replication().rule_list
    assert (told.rule_id, told.target_bucket_name, told.prefix_list) == ("r1", "elsewhere", ["a/"])
    assert (told.action_list, told.is_enable_historical_object_replication) == (["PUT"], True)
    assert bucket.get_bucket_replication_location().location_list == []
    assert bucket.get_bucket_replication_progress("r1").progress.rule_id == "r1"
    bucket.delete_bucket_replication("r1")


def test_the_index_of_a_bucket(bucket: oss2.Bucket) -> None:
    assert refused(bucket.get_bucket_meta_query_status) == (404, "MetaQueryNotExist")
    bucket.open_bucket_meta_query()
    assert bucket.get_bucket_meta_query_status().state == "Running"
    asked = models.MetaQuery(max_results=5, query='{"Field": "Size", "Value": "1", "Operation": "gt"}')
    found = bucket.do_bucket_meta_query(asked)
    assert (found.files, found.aggregations, found.next_token) == ([], [], "")
    bucket.close_bucket_meta_query()


def test_live_channels(bucket: oss2.Bucket) -> None:
    assert list(oss2.LiveChannelIterator(bucket)) == []
    made = bucket.create_live_channel("c1", models.LiveChannelInfo(description="d"))
    assert made.publish_url.startswith("rtmp://") and made.play_url.endswith(".m3u8")
    told = bucket.get_live_channel("c1")
    assert (told.status, told.description, told.target.type) == ("enabled", "d", "HLS")
    assert [one.name for one in bucket.list_live_channel().channels] == ["c1"]
    assert bucket.get_live_channel_stat("c1").status == "Idle"
    bucket.put_live_channel_status("c1", "disabled")
    assert bucket.get_live_channel_stat("c1").status == "Disabled"
    assert bucket.get_live_channel_history("c1").records == []
    assert refused(bucket.post_vod_playlist, "c1", "p.m3u8", 1, 2) == (400, "InvalidArgument")
    assert refused(bucket.get_vod_playlist, "c1", 1, 2) == (400, "InvalidArgument")
    bucket.delete_live_channel("c1")
    assert refused(bucket.get_live_channel, "c1") == (404, "NoSuchLiveChannel")


def test_what_is_not_built_says_so(bucket: oss2.Bucket) -> None:
    task = models.AsyncFetchTaskConfiguration("http://127.0.0.1/", "a")
    bucket.put_object("a.csv", b"1,2\n")
    with pytest.raises(oss2.exceptions.NotImplemented):
        bucket.put_async_fetch_task(task)
    with pytest.raises(oss2.exceptions.NotImplemented):
        bucket.select_object("a.csv", "select * from ossobject").read()
    with pytest.raises(oss2.exceptions.NotImplemented):
        bucket.create_select_object_meta("a.csv", {"RecordDelimiter": "\n"})


def test_the_service(service: oss2.Service) -> None:
    for asked in ("", f"oss-{REGION}"):
        (region,) = service.describe_regions(asked).regions
        assert region.region == f"oss-{REGION}"
        assert region.internet_endpoint
    assert refused(service.describe_regions, "oss-atlantis") == (404, "NoSuchRegion")


def test_a_clean_up_as_the_tests_of_oss2_do_it(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", b"1")
    for upload in oss2.MultipartUploadIterator(bucket):
        bucket.abort_multipart_upload(upload.key, upload.upload_id)
    for channel in oss2.LiveChannelIterator(bucket):
        bucket.delete_live_channel(channel.name)
    for one in oss2.ObjectIterator(bucket):
        bucket.delete_object(one.key)
    bucket.delete_bucket()
