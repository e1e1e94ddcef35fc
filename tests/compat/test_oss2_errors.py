"""Every exception class of oss2, raised for its own cause; and what an exception tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oss2
import pytest
from live_server import KEY, REGION, SECRET, TOKEN, Server
from oss2 import exceptions as errors
from oss2 import models
from support_oss2 import AUTHS, connector

Cause = Callable[[oss2.Bucket], Any]


def missing(bucket: oss2.Bucket) -> oss2.Bucket:
    """A bucket that is not there."""
    return oss2.Bucket(bucket.auth, bucket.endpoint, "no-such-bucket-here", region=REGION)


def out_of_order(bucket: oss2.Bucket) -> Any:
    upload_id = bucket.init_multipart_upload("a", params={"sequential": ""}).upload_id
    return bucket.upload_part("a", upload_id, 2, "x")


def replication(bucket: oss2.Bucket) -> Any:
    rule = models.ReplicationRule(rule_id="r1", target_bucket_name="elsewhere", target_bucket_location="oss-cn-beijing")
    bucket.put_bucket_replication(rule)
    return bucket.delete_bucket_replication("r2")


# Without a row: RestoreAlreadyInProgress (tests/server/test_restore.py: the live server restores at once), and what
# this server has no case of: ChannelStillLive, LiveChannelDisabled, ObjectAlreadyExists, InvalidEncryptionRequest,
# BucketReplicationAlreadyExist, WORMConfigurationLocked, InvalidWORMConfiguration.
CAUSES: dict[type[errors.ServerError], Cause] = {
    errors.NoSuchBucket: lambda bucket: missing(bucket).get_object("a"),
    errors.NoSuchKey: lambda bucket: bucket.get_object("missing"),
    errors.NoSuchUpload: lambda bucket: bucket.list_parts("a", "0" * 32),
    errors.NoSuchWebsite: lambda bucket: bucket.get_bucket_website(),
    errors.NoSuchLifecycle: lambda bucket: bucket.get_bucket_lifecycle(),
    errors.NoSuchCors: lambda bucket: bucket.get_bucket_cors(),
    errors.NoSuchLiveChannel: lambda bucket: bucket.get_live_channel("none"),
    errors.NoSuchBucketPolicy: lambda bucket: bucket.get_bucket_policy(),
    errors.NoSuchInventory: lambda bucket: bucket.get_bucket_inventory_configuration("none"),
    errors.NoSuchReplicationRule: replication,
    errors.NoSuchServerSideEncryptionRule: lambda bucket: bucket.get_bucket_encryption(),
    errors.NoSuchWORMConfiguration: lambda bucket: bucket.get_bucket_worm(),
    errors.NoSuchTransferAccelerationConfiguration: lambda bucket: bucket.get_bucket_transfer_acceleration(),
    errors.BucketNotEmpty: lambda bucket: bucket.delete_bucket(),
    errors.PositionNotEqualToLength: lambda bucket: bucket.append_object("new", 5, "x"),
    errors.ObjectNotAppendable: lambda bucket: bucket.append_object("a", 1, "x"),
    errors.PreconditionFailed: lambda bucket: bucket.get_object("a", headers={"If-Match": "x"}),
    errors.NotModified: lambda bucket: bucket.get_object("a", headers={"If-None-Match": "*"}),
    errors.AccessDenied: lambda bucket: oss2.Bucket(
        oss2.AnonymousAuth(), bucket.endpoint, bucket.bucket_name
    ).get_object("a"),
    errors.SignatureDoesNotMatch: lambda bucket: oss2.Bucket(
        oss2.Auth(KEY, "wrong"), bucket.endpoint, bucket.bucket_name
    ).get_object("a"),
    errors.InvalidArgument: lambda bucket: bucket.put_bucket_acl("x"),
    errors.InvalidDigest: lambda bucket: bucket.put_object("b", "x", headers={"Content-MD5": "x"}),
    errors.InvalidObjectName: lambda bucket: bucket.put_object("\\a", "x"),
    errors.MalformedXml: lambda bucket: bucket.put_bucket_cors("<not XML"),
    errors.InvalidRequest: lambda bucket: oss2.Bucket(
        oss2.AnonymousAuth(), bucket.endpoint, bucket.bucket_name
    ).get_object("a", params={"response-content-type": "a/b"}),
    errors.OperationNotSupported: lambda bucket: bucket.restore_object("a"),
    errors.NotImplemented: lambda bucket: bucket.select_object("a", "select 1"),
    errors.PartNotSequential: out_of_order,
    errors.InvalidEncryptionAlgorithmError: lambda bucket: bucket.put_bucket_encryption(
        models.ServerSideEncryptionRule("ROT13")
    ),
}


@pytest.mark.parametrize("raised", CAUSES, ids=lambda raised: raised.__name__)
def test_every_class_has_its_cause(bucket: oss2.Bucket, raised: type[errors.ServerError]) -> None:
    bucket.put_object("a", "x")
    with pytest.raises(errors.ServerError) as caught:
        CAUSES[raised](bucket)
    error = caught.value
    assert (type(error), error.status, error.code) == (raised, raised.status, raised.code)
    assert error.request_id == error.headers["x-oss-request-id"]
    if error.status != 304:
        assert (error.details["RequestId"], error.details["HostId"]) == (
            error.request_id,
            bucket.endpoint.removeprefix("http://"),
        )
        assert error.message
        assert error.ec == error.headers.get("x-oss-ec", "")


@pytest.mark.parametrize("call", ["head_object", "get_object_meta", "object_exists"])
def test_head_tells_what_is_wrong(bucket: oss2.Bucket, call: str) -> None:
    with pytest.raises(errors.NoSuchBucket) as caught:
        getattr(missing(bucket), call)("a")
    assert caught.value.details["BucketName"] == "no-such-bucket-here"
    wrong = oss2.Bucket(oss2.Auth(KEY, "wrong"), bucket.endpoint, bucket.bucket_name)
    with pytest.raises(errors.SignatureDoesNotMatch) as refused:
        getattr(wrong, call)("a")
    assert refused.value.details["StringToSign"].startswith("HEAD\n")
    if call == "object_exists":
        assert bucket.object_exists("a") is False
    else:
        with pytest.raises(errors.NoSuchKey) as unknown:
            getattr(bucket, call)("猫 1+2")
        assert (unknown.value.details["Key"], unknown.value.ec) == ("猫 1+2", "0026-00000001")


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        (oss2.Auth("nobody", SECRET), "InvalidAccessKeyId"),
        (oss2.AuthV4("nobody", SECRET), "InvalidAccessKeyId"),
        (oss2.StsAuth(f"STS.{KEY}", SECRET, "wrong"), "InvalidSecurityToken"),
        (oss2.StsAuth(f"STS.{KEY}", SECRET, "wrong", oss2.AUTH_VERSION_4), "InvalidSecurityToken"),
        (oss2.Auth(f"STS.{KEY}", SECRET), "InvalidAccessKeyId"),
        (oss2.StsAuth(KEY, SECRET, TOKEN), "InvalidAccessKeyId"),
    ],
)
def test_credentials_that_are_wrong(server: Server, names: tuple[str, str], auth: Any, code: str) -> None:
    bucket = connector(server, auth)(names[0])
    with pytest.raises(errors.ServerError) as caught:
        bucket.list_objects()
    assert (caught.value.status, caught.value.code) == (403, code)


@pytest.mark.parametrize("version", ["V1-STS", "V2-STS", "V4-STS"])
def test_temporary_credentials_do_everything(server: Server, names: tuple[str, str], version: str) -> None:
    bucket = connector(server, AUTHS[version]())(names[0])
    bucket.create_bucket()
    bucket.put_object("a", "x")
    upload_id = bucket.init_multipart_upload("b").upload_id
    part = bucket.upload_part("b", upload_id, 1, "x")
    bucket.complete_multipart_upload("b", upload_id, [models.PartInfo(1, part.etag, size=1, part_crc=part.crc)])
    assert [found.key for found in oss2.ObjectIteratorV2(bucket)] == ["a", "b"]
    bucket.batch_delete_objects(["a", "b"])
    bucket.delete_bucket()
