"""The second tier with alibabacloud-oss-v2 as it is: every call that it has is taken, and every answer can be read."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from live_server import KEY, REGION, SECRET, Server

API = tomllib.loads((Path(__file__).resolve().parents[2] / "docs" / "api.toml").read_text("utf-8"))

# What belongs to the tables and to data processing, which are services of their own; SQL over objects.
NOT_BUILT = {
    "CreateBucketMetadataConfiguration",
    "CreateSelectObjectMeta",
    "DeleteBucketMetadataConfiguration",
    "DoDataPipelineAction",
    "DoMetaQueryAction",
    "GetBucketMetadataConfiguration",
    "SelectObject",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
}

# Calls of the client that are several operations, or none, and what names its operation otherwise.
CONVENIENCES = {
    "copier", "downloader", "get_object_to_file", "invoke_operation", "is_bucket_exist", "is_object_exist", "open_file",
    "append_file", "presign", "put_object_from_file", "uploader", "put_object_acl", "get_object_acl",
}  # fmt: skip


@pytest.fixture(params=["v4", "v1"])
def client(request: pytest.FixtureRequest, server: Server) -> oss.Client:
    config = oss.config.load_default()
    config.credentials_provider = oss.credentials.StaticCredentialsProvider(KEY, SECRET)
    config.region, config.endpoint, config.signature_version = REGION, server.endpoint, request.param
    return oss.Client(config)


@pytest.fixture
def bucket(client: oss.Client, names: tuple[str, str]) -> str:
    client.put_bucket(oss.PutBucketRequest(bucket=names[0]))
    return names[0]


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(oss.exceptions.OperationError) as raised:
        call()
    error = raised.value.unwrap()
    assert isinstance(error, oss.exceptions.ServiceError)
    return error.code


def test_every_call_of_the_client_is_an_operation_that_has_a_route() -> None:
    calls = {
        camel(name)
        for name, _ in inspect.getmembers(oss.Client, inspect.isfunction)
        if not name.startswith("_") and not name.endswith("_paginator") and name not in CONVENIENCES
    }
    told = {operation: bool(test) for rows in API.values() for operation, test in rows.items()}
    assert calls - told.keys() == set()
    assert {operation for operation in calls if not told[operation]} == NOT_BUILT


# Name of the calls, argument of PUT and attribute of GET, its value, what is read of the answer, and whether there is a
# DELETE.
KEPT: list[tuple[str, str, Callable[[str], Any], Callable[[Any], object], object, bool]] = [
    (
        "bucket_logging",
        "bucket_logging_status",
        lambda bucket: oss.BucketLoggingStatus(
            logging_enabled=oss.LoggingEnabled(target_bucket=bucket, target_prefix="l/")
        ),
        lambda told: told.logging_enabled.target_prefix,
        "l/",
        True,
    ),
    (
        "user_defined_log_fields_config",
        "user_defined_log_fields_configuration",
        lambda _: oss.UserDefinedLogFieldsConfiguration(header_set=oss.LoggingHeaderSet(headers=["a", "b"])),
        lambda told: told.header_set.headers,
        ["a", "b"],
        True,
    ),
    (
        "bucket_encryption",
        "server_side_encryption_rule",
        lambda _: oss.ServerSideEncryptionRule(
            apply_server_side_encryption_by_default=oss.ApplyServerSideEncryptionByDefault(sse_algorithm="AES256")
        ),
        lambda told: told.apply_server_side_encryption_by_default.sse_algorithm,
        "AES256",
        True,
    ),
    (
        "bucket_transfer_acceleration",
        "transfer_acceleration_configuration",
        lambda _: oss.TransferAccelerationConfiguration(enabled=True),
        lambda told: told.enabled,
        True,
        False,
    ),
    (
        "bucket_request_payment",
        "request_payment_configuration",
        lambda _: oss.RequestPaymentConfiguration(payer="Requester"),
        lambda told: told.payer,
        "Requester",
        False,
    ),
    (
        "bucket_access_monitor",
        "access_monitor_configuration",
        lambda _: oss.AccessMonitorConfiguration(status="Enabled"),
        lambda told: told.status,
        "Enabled",
        False,
    ),
    (
        "bucket_resource_group",
        "bucket_resource_group_configuration",
        lambda _: oss.BucketResourceGroupConfiguration(resource_group_id="rg-1"),
        lambda told: told.resource_group_id,
        "rg-1",
        False,
    ),
    (
        "bucket_https_config",
        "https_configuration",
        lambda _: oss.HttpsConfiguration(tls=oss.TLS(enable=True, tls_versions=["TLSv1.2", "TLSv1.3"])),
        lambda told: (told.tls.enable, told.tls.tls_versions, told.cipher_suite.enable),
        (True, ["TLSv1.2", "TLSv1.3"], False),
        False,
    ),
    (
        "bucket_archive_direct_read",
        "archive_direct_read_configuration",
        lambda _: oss.ArchiveDirectReadConfiguration(enabled=True),
        lambda told: told.enabled,
        True,
        False,
    ),
    (
        "bucket_public_access_block",
        "public_access_block_configuration",
        lambda _: oss.PublicAccessBlockConfiguration(block_public_access=True),
        lambda told: told.block_public_access,
        True,
        True,
    ),
    (
        "bucket_storage_quota",
        "quota_configuration",
        lambda _: oss.QuotaConfiguration(storage_quota=100),
        lambda told: told.storage_quota,
        100,
        True,
    ),
    (
        "bucket_overwrite_config",
        "overwrite_configuration",
        lambda _: oss.OverwriteConfiguration(rules=[oss.OverwriteRule(id="r", action="forbid", prefix="a")]),
        lambda told: [(rule.id, rule.action, rule.prefix) for rule in told.rules],
        [("r", "forbid", "a")],
        True,
    ),
    (
        "bucket_object_worm_configuration",
        "object_worm_configuration",
        lambda _: oss.ObjectWormConfiguration(object_worm_enabled="Enabled"),
        lambda told: told.object_worm_enabled,
        "Enabled",
        False,
    ),
    (
        "bucket_tags",
        "tagging",
        lambda _: oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="k", value="v")])),
        lambda told: [(tag.key, tag.value) for tag in told.tag_set.tags],
        [("k", "v")],
        True,
    ),
]


@pytest.mark.parametrize(
    ("name", "field", "value", "read", "expected", "is_deletable"), KEPT, ids=[row[0] for row in KEPT]
)
def test_what_is_put_is_told(
    client: oss.Client,
    bucket: str,
    name: str,
    field: str,
    value: Callable[[str], Any],
    read: Callable[[Any], object],
    expected: object,
    is_deletable: bool,
) -> None:
    def called(verb: str, **fields: object) -> Any:
        request = getattr(oss, f"{verb}{camel(name)}Request")(bucket=bucket, **fields)
        return getattr(client, f"{verb.lower()}_{name}")(request)

    assert called("Put", **{field: value(bucket)}).status_code == 200
    assert read(getattr(called("Get"), field)) == expected
    if is_deletable:
        assert [called("Delete").status_code for _ in range(2)] == [204, 204]


def test_retention(client: oss.Client, bucket: str) -> None:
    days = oss.InitiateWormConfiguration(retention_period_in_days=1)
    begun = client.initiate_bucket_worm(oss.InitiateBucketWormRequest(bucket=bucket, initiate_worm_configuration=days))
    assert client.abort_bucket_worm(oss.AbortBucketWormRequest(bucket=bucket)).status_code == 204
    begun = client.initiate_bucket_worm(oss.InitiateBucketWormRequest(bucket=bucket, initiate_worm_configuration=days))
    client.complete_bucket_worm(oss.CompleteBucketWormRequest(bucket=bucket, worm_id=begun.worm_id))
    longer = oss.ExtendWormConfiguration(retention_period_in_days=2)
    client.extend_bucket_worm(
        oss.ExtendBucketWormRequest(bucket=bucket, worm_id=begun.worm_id, extend_worm_configuration=longer)
    )
    told = client.get_bucket_worm(oss.GetBucketWormRequest(bucket=bucket)).worm_configuration
    assert (told.worm_id, told.state, told.retention_period_in_days) == (begun.worm_id, "Locked", 2)


def test_inventories(client: oss.Client, bucket: str) -> None:
    inventory = oss.InventoryConfiguration(
        id="i1",
        is_enabled=True,
        included_object_versions="All",
        optional_fields=oss.OptionalFields(fields=["Size", "ETag"]),
        schedule=oss.InventorySchedule(frequency="Daily"),
        destination=oss.InventoryDestination(
            oss_bucket_destination=oss.InventoryOSSBucketDestination(
                format="CSV", account_id="1", role_arn="acs:ram::1:role/r", bucket=f"acs:oss:::{bucket}", prefix="p"
            )
        ),
    )
    client.put_bucket_inventory(
        oss.PutBucketInventoryRequest(bucket=bucket, inventory_id="i1", inventory_configuration=inventory)
    )
    told = client.get_bucket_inventory(oss.GetBucketInventoryRequest(bucket=bucket, inventory_id="i1"))
    assert (told.inventory_configuration.id, told.inventory_configuration.is_enabled) == ("i1", True)
    listed = client.list_bucket_inventory(oss.ListBucketInventoryRequest(bucket=bucket))
    found = listed.list_inventory_configurations_result
    assert ([one.id for one in found.inventory_configurations], found.is_truncated) == (["i1"], False)
    client.delete_bucket_inventory(oss.DeleteBucketInventoryRequest(bucket=bucket, inventory_id="i1"))
    missing = oss.GetBucketInventoryRequest(bucket=bucket, inventory_id="i1")
    assert refusal(lambda: client.get_bucket_inventory(missing)) == "NoSuchInventory"


def test_replication(client: oss.Client, bucket: str) -> None:
    rule = oss.ReplicationRule(
        destination=oss.ReplicationDestination(bucket="elsewhere", location="oss-cn-beijing"),
        prefix_set=oss.ReplicationPrefixSet(prefixs=["a/"]),
    )
    added = client.put_bucket_replication(
        oss.PutBucketReplicationRequest(
            bucket=bucket, replication_configuration=oss.ReplicationConfiguration(rules=[rule])
        )
    )
    # The SDK leaves `replication_rule_id` of the result empty.
    name = added.headers["x-oss-replication-rule-id"]
    time_control = oss.RtcConfiguration(rtc=oss.ReplicationTimeControl(status="enabled"), id=name)
    client.put_bucket_rtc(oss.PutBucketRtcRequest(bucket=bucket, rtc_configuration=time_control))
    (told,) = client.get_bucket_replication(
        oss.GetBucketReplicationRequest(bucket=bucket)
    ).replication_configuration.rules
    assert (told.id, told.status, told.prefix_set.prefixs, told.rtc.status) == (name, "doing", ["a/"], "enabled")
    client.get_bucket_replication_location(oss.GetBucketReplicationLocationRequest(bucket=bucket))
    progress = client.get_bucket_replication_progress(
        oss.GetBucketReplicationProgressRequest(bucket=bucket, rule_id=name)
    )
    assert [one.id for one in progress.replication_progress.rules] == [name]
    client.delete_bucket_replication(
        oss.DeleteBucketReplicationRequest(bucket=bucket, replication_rules=oss.ReplicationRules(ids=[name]))
    )
    unset = oss.GetBucketReplicationRequest(bucket=bucket)
    assert refusal(lambda: client.get_bucket_replication(unset)) == "NoSuchReplicationConfiguration"


def test_access_points(client: oss.Client, bucket: str) -> None:
    name = f"ap-{bucket[-8:]}"
    asked = oss.CreateAccessPointConfiguration(access_point_name=name, network_origin="internet")
    made = client.create_access_point(
        oss.CreateAccessPointRequest(bucket=bucket, create_access_point_configuration=asked)
    )
    told = client.get_access_point(oss.GetAccessPointRequest(bucket=bucket, access_point_name=name))
    assert (told.access_point_name, told.alias, told.endpoints.public_endpoint != "") == (name, made.alias, True)
    assert told.public_access_block_configuration.block_public_access is False
    for request in (oss.ListAccessPointsRequest(bucket=bucket), oss.ListAccessPointsRequest()):
        assert name in [point.access_point_name for point in client.list_access_points(request).access_points]
    client.put_access_point_policy(
        oss.PutAccessPointPolicyRequest(bucket=bucket, access_point_name=name, body='{"Version": "1"}')
    )
    policy = client.get_access_point_policy(oss.GetAccessPointPolicyRequest(bucket=bucket, access_point_name=name))
    assert policy.body == '{"Version": "1"}'
    client.delete_access_point_policy(oss.DeleteAccessPointPolicyRequest(bucket=bucket, access_point_name=name))
    block = oss.PublicAccessBlockConfiguration(block_public_access=True)
    client.put_access_point_public_access_block(
        oss.PutAccessPointPublicAccessBlockRequest(
            bucket=bucket, access_point_name=name, public_access_block_configuration=block
        )
    )
    found = client.get_access_point_public_access_block(
        oss.GetAccessPointPublicAccessBlockRequest(bucket=bucket, access_point_name=name)
    )
    assert found.public_access_block_configuration.block_public_access is True
    client.delete_access_point_public_access_block(
        oss.DeleteAccessPointPublicAccessBlockRequest(bucket=bucket, access_point_name=name)
    )
    client.delete_access_point(oss.DeleteAccessPointRequest(bucket=bucket, access_point_name=name))


def test_redundancy_transition(client: oss.Client, bucket: str) -> None:
    made = client.create_bucket_data_redundancy_transition(
        oss.CreateBucketDataRedundancyTransitionRequest(bucket=bucket, target_redundancy_type="ZRS")
    )
    task = made.bucket_data_redundancy_transition.task_id
    told = client.get_bucket_data_redundancy_transition(
        oss.GetBucketDataRedundancyTransitionRequest(bucket=bucket, redundancy_transition_taskid=task)
    )
    assert told.bucket_data_redundancy_transition.status == "Queueing"
    listed = client.list_bucket_data_redundancy_transition(
        oss.ListBucketDataRedundancyTransitionRequest(bucket=bucket)
    ).list_bucket_data_redundancy_transition
    assert [one.task_id for one in listed.bucket_data_redundancy_transition] == [task]
    client.list_user_data_redundancy_transition(oss.ListUserDataRedundancyTransitionRequest())
    client.delete_bucket_data_redundancy_transition(
        oss.DeleteBucketDataRedundancyTransitionRequest(bucket=bucket, redundancy_transition_taskid=task)
    )


def test_the_index_of_a_bucket(client: oss.Client, bucket: str) -> None:
    unset = oss.GetMetaQueryStatusRequest(bucket=bucket)
    assert refusal(lambda: client.get_meta_query_status(unset)) == "MetaQueryNotExist"
    client.open_meta_query(oss.OpenMetaQueryRequest(bucket=bucket))
    assert client.get_meta_query_status(unset).meta_query_status.state == "Running"
    asked = oss.MetaQuery(max_results=5, query='{"Field": "Size", "Value": "1", "Operation": "gt"}', sort="Size")
    found = client.do_meta_query(oss.DoMetaQueryRequest(bucket=bucket, meta_query=asked))
    assert not found.next_token and not found.files.file
    client.close_meta_query(oss.CloseMetaQueryRequest(bucket=bucket))


def test_the_account(client: oss.Client) -> None:
    block = oss.PublicAccessBlockConfiguration(block_public_access=True)
    client.put_public_access_block(oss.PutPublicAccessBlockRequest(public_access_block_configuration=block))
    told = client.get_public_access_block(oss.GetPublicAccessBlockRequest())
    assert told.public_access_block_configuration.block_public_access is True
    client.delete_public_access_block(oss.DeletePublicAccessBlockRequest())


def test_the_service(client: oss.Client) -> None:
    (region,) = client.describe_regions(oss.DescribeRegionsRequest(regions=f"oss-{REGION}")).region_info
    assert region.region == f"oss-{REGION}" and region.internet_endpoint
    unknown = oss.DescribeRegionsRequest(regions="oss-atlantis")
    assert refusal(lambda: client.describe_regions(unknown)) == "NoSuchRegion"
    boxes = client.list_cloud_boxes(oss.ListCloudBoxesRequest())
    assert (boxes.is_truncated, boxes.cloud_boxes) == (False, None)


def test_locks_of_an_object(client: oss.Client, bucket: str) -> None:
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"content"))
    retention = oss.models.object_worm.Retention(mode="GOVERNANCE", retain_until_date="2030-01-01T00:00:00.000Z")
    hold = oss.models.object_worm.LegalHold(status="ON")
    client.put_object_retention(oss.PutObjectRetentionRequest(bucket=bucket, key="a", retention=retention))
    client.put_object_legal_hold(oss.PutObjectLegalHoldRequest(bucket=bucket, key="a", legal_hold=hold))
    kept = client.get_object_retention(oss.GetObjectRetentionRequest(bucket=bucket, key="a")).retention
    assert kept is not None
    assert (kept.mode, kept.retain_until_date) == ("GOVERNANCE", "2030-01-01T00:00:00.000Z")
    told = client.get_object_legal_hold(oss.GetObjectLegalHoldRequest(bucket=bucket, key="a")).legal_hold
    assert told is not None and told.status == "ON"
