"""Configurations that are checked, kept and told: one table of what is put and what comes back."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from oss_client import Client

from pixoss.server.api.configurations import CONFIGURATIONS

pytestmark = pytest.mark.anyio

AES = b"<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"

# Sub-resource, root, what is put into the root.
KEPT = [
    ("logging", "BucketLoggingStatus", b"<LoggingEnabled><TargetBucket>pictures</TargetBucket></LoggingEnabled>"),
    ("logging", "BucketLoggingStatus", b""),
    (
        "userDefinedLogFieldsConfig",
        "UserDefinedLogFieldsConfiguration",
        b"<HeaderSet><header>a</header><header>b</header></HeaderSet><ParamSet><parameter>p_1</parameter></ParamSet>",
    ),
    ("encryption", "ServerSideEncryptionRule", AES),
    ("transferAcceleration", "TransferAccelerationConfiguration", b"<Enabled>true</Enabled>"),
    ("requestPayment", "RequestPaymentConfiguration", b"<Payer>Requester</Payer>"),
    ("accessmonitor", "AccessMonitorConfiguration", b"<Status>Enabled</Status>"),
    ("resourceGroup", "BucketResourceGroupConfiguration", b"<ResourceGroupId>rg-1</ResourceGroupId>"),
    (
        "httpsConfig",
        "HttpsConfiguration",
        b"<TLS><Enable>true</Enable><TLSVersion>TLSv1.2</TLSVersion><TLSVersion>TLSv1.3</TLSVersion></TLS>"
        b"<CipherSuite><Enable>false</Enable></CipherSuite>",
    ),
    ("bucketArchiveDirectRead", "ArchiveDirectReadConfiguration", b"<Enabled>true</Enabled>"),
    ("publicAccessBlock", "PublicAccessBlockConfiguration", b"<BlockPublicAccess>true</BlockPublicAccess>"),
    (
        "responseHeader",
        "ResponseHeaderConfiguration",
        b"<Rule><Name>r</Name><Filters><Operation>Put</Operation></Filters><HideHeaders><Header>Last-Modified</Header>"
        b"</HideHeaders></Rule>",
    ),
    ("overwriteConfig", "OverwriteConfiguration", b"<Rule><ID>1</ID><Action>forbid</Action><Prefix>a</Prefix></Rule>"),
    ("quota", "QuotaConfiguration", b"<StorageQuota>100</StorageQuota>"),
    ("qos", "BucketUserQos", b"<StorageCapacity>-1</StorageCapacity>"),
    (
        "objectWorm",
        "ObjectWormConfiguration",
        b"<ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days>"
        b"</DefaultRetention></Rule>",
    ),
    (
        "policy&comp=callback",
        "BucketCallbackPolicy",
        b"<PolicyItem><PolicyName>p</PolicyName><Callback>e30=</Callback><CallbackVar></CallbackVar></PolicyItem>",
    ),
]

# What GET answers where nothing was put: an error code, or the text of some element.
UNSET = [
    ("logging", "", ""),
    ("userDefinedLogFieldsConfig", "", "NoSuchUserDefinedLogFieldsConfig"),
    ("encryption", "", "NoSuchServerSideEncryptionRule"),
    ("transferAcceleration", "", "NoSuchTransferAccelerationConfiguration"),
    ("requestPayment", "Payer", "BucketOwner"),
    ("accessmonitor", "Status", "Disabled"),
    ("resourceGroup", "ResourceGroupId", "rg-default"),
    ("httpsConfig", "TLS/Enable", "false"),
    ("bucketArchiveDirectRead", "Enabled", "false"),
    ("publicAccessBlock", "BlockPublicAccess", "false"),
    ("responseHeader", "", ""),
    ("overwriteConfig", "", "NoSuchBucketOverwriteConfig"),
    ("quota", "StorageQuota", "-1"),
    ("qos", "StorageCapacity", "-1"),
    ("qosInfo", "TotalQps", "-1"),
    ("objectWorm", "", "NoSuchObjectWormConfiguration"),
    ("policy&comp=callback", "", "BucketCallbackPolicyNotExist"),
]

REFUSED = [
    ("logging", "BucketLoggingStatus", b"<LoggingEnabled><TargetPrefix>a</TargetPrefix></LoggingEnabled>", ""),
    (
        "logging",
        "BucketLoggingStatus",
        b"<LoggingEnabled><TargetBucket>nowhere</TargetBucket></LoggingEnabled>",
        "InvalidTargetBucketForLogging",
    ),
    (
        "userDefinedLogFieldsConfig",
        "UserDefinedLogFieldsConfiguration",
        b"<HeaderSet>" + 7 * b"<header>a</header>" + b"</HeaderSet>",
        "",
    ),
    (
        "userDefinedLogFieldsConfig",
        "UserDefinedLogFieldsConfiguration",
        b"<HeaderSet><header>a_b</header></HeaderSet>",
        "",
    ),
    ("encryption", "ServerSideEncryptionRule", b"", ""),
    ("encryption", "ServerSideEncryptionRule", AES.replace(b"AES256", b"DES"), "InvalidEncryptionAlgorithmError"),
    ("encryption", "ServerSideEncryptionRule", AES + AES, ""),
    (
        "encryption",
        "ServerSideEncryptionRule",
        AES.replace(b"</SSEAlgorithm>", b"</SSEAlgorithm><KMSMasterKeyID>a&#10;b</KMSMasterKeyID>"),
        "InvalidEncryptionAlgorithmError",
    ),
    ("logging", "BucketLoggingStatus", b"<LoggingEnabled><TargetBucket><a/></TargetBucket></LoggingEnabled>", ""),
    ("transferAcceleration", "TransferAccelerationConfiguration", b"<Enabled>true<a/></Enabled>", ""),
    ("transferAcceleration", "TransferAccelerationConfiguration", 2 * b"<Enabled>true</Enabled>", ""),
    ("resourceGroup", "BucketResourceGroupConfiguration", b"<ResourceGroupId><a/></ResourceGroupId>", ""),
    ("transferAcceleration", "TransferAccelerationConfiguration", b"<Enabled>yes</Enabled>", ""),
    ("requestPayment", "RequestPaymentConfiguration", b"<Payer>Nobody</Payer>", ""),
    ("accessmonitor", "AccessMonitorConfiguration", b"<Status>true</Status>", ""),
    ("resourceGroup", "BucketResourceGroupConfiguration", b"<ResourceGroupId>a b</ResourceGroupId>", ""),
    ("httpsConfig", "HttpsConfiguration", b"<TLS><Enable>true</Enable><TLSVersion>SSLv3</TLSVersion></TLS>", ""),
    ("quota", "QuotaConfiguration", b"<StorageQuota>1e9</StorageQuota>", ""),
    ("qosInfo", "QoSConfiguration", b"<TotalQps>\xd9\xa1</TotalQps>", ""),
    ("overwriteConfig", "OverwriteConfiguration", b"<Rule><Action>allow</Action></Rule>", ""),
    ("policy&comp=callback", "BucketCallbackPolicy", b"<PolicyItem><Callback>e30=</Callback></PolicyItem>", ""),
]


def document(root: str, inner: bytes) -> bytes:
    return f"<{root}>".encode() + inner + f"</{root}>".encode()


def flat(body: bytes) -> bytes:
    """XML without its declaration, and the one way to write an empty element."""
    return ElementTree.tostring(ElementTree.fromstring(body))


def deletable(subresource: str) -> bool:
    return next(one for one in CONFIGURATIONS if one.subresource == subresource).is_deletable


def test_every_configuration_is_in_the_tables() -> None:
    rows = {one.subresource for one in CONFIGURATIONS}
    assert {subresource for subresource, *_ in UNSET} == rows
    assert {subresource for subresource, *_ in KEPT} | {"qosInfo"} == rows


@pytest.mark.parametrize(("subresource", "root", "inner"), KEPT)
async def test_what_is_put_is_told(client: Client, bucket: str, subresource: str, root: str, inner: bytes) -> None:
    body = document(root, inner)
    put = await client.put(f"/{bucket}?{subresource}", b'<?xml version="1.0"?>\n' + body)
    assert (put.status, put.body) == (200, b"")
    got = await client.get(f"/{bucket}?{subresource}")
    assert (got.status, got.headers["content-type"], flat(got.body)) == (200, "application/xml", flat(body))


@pytest.mark.parametrize(("subresource", "path", "value"), UNSET)
async def test_what_was_never_put(client: Client, bucket: str, subresource: str, path: str, value: str) -> None:
    answer = await client.get(f"/{bucket}?{subresource}")
    if path or not value:
        assert answer.status == 200
        assert answer.field(path) == value if path else len(answer.xml) == 0
    else:
        assert (answer.status, answer.code) == (404, value)


@pytest.mark.parametrize(("subresource", "root", "inner"), [row for row in KEPT if deletable(row[0])])
async def test_what_is_deleted_is_as_if_never_put(
    client: Client, bucket: str, subresource: str, root: str, inner: bytes
) -> None:
    unset = await client.get(f"/{bucket}?{subresource}")
    await client.put(f"/{bucket}?{subresource}", document(root, inner))
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?{subresource}")).status == 204
    again = await client.get(f"/{bucket}?{subresource}")
    assert again.status == unset.status
    if unset.status == 200:
        assert again.body == unset.body


@pytest.mark.parametrize("subresource", sorted({row[0] for row in KEPT if not deletable(row[0])}))
async def test_what_cannot_be_deleted(client: Client, bucket: str, subresource: str) -> None:
    answer = await client.delete(f"/{bucket}?{subresource}")
    assert (answer.status, answer.headers["allow"]) == (405, "PUT, GET")


@pytest.mark.parametrize(("subresource", "root", "inner", "code"), REFUSED)
async def test_what_is_refused_changes_nothing(
    client: Client, bucket: str, subresource: str, root: str, inner: bytes, code: str
) -> None:
    before = await client.get(f"/{bucket}?{subresource}")
    answer = await client.put(f"/{bucket}?{subresource}", document(root, inner))
    assert (answer.status, answer.code) == (400, code or "MalformedXML")
    assert answer.field("ErrorDetail") or answer.field("TargetBucket")
    after = await client.get(f"/{bucket}?{subresource}")
    assert (after.status, after.code) == (before.status, before.code)


@pytest.mark.parametrize("one", CONFIGURATIONS, ids=lambda one: one.name)
async def test_no_document_at_all(client: Client, bucket: str, one: object) -> None:
    subresource, root = one.subresource, one.root
    deep = b"<a>" * 40 + b"</a>" * 40
    for body in (b"", b"{}", b"<Other/>", b"<!DOCTYPE a>" + document(root, b""), document(root, deep), b"x" * 70_000):
        answer = await client.put(f"/{bucket}?{subresource}", body)
        assert (answer.status, answer.code) == (400, "MalformedXML"), body[:40]
    for method in ("PUT", "GET", "DELETE"):
        assert (await client.request(method, f"/{bucket}?{subresource}", sign=False)).status in (403, 405)
    assert (await client.get(f"/nowhere?{subresource}")).code == "NoSuchBucket"


async def test_namespaces_attributes_and_spaces_are_left_out(client: Client, bucket: str) -> None:
    root = "x:AccessMonitorConfiguration"
    body = f'<{root} xmlns:x="urn:x" x:y="z"><x:Status> Enabled </x:Status></{root}>'.encode()
    assert (await client.put(f"/{bucket}?accessmonitor", body)).status == 200
    got = await client.get(f"/{bucket}?accessmonitor")
    assert b"<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>" in got.body


async def test_a_boolean_is_told_in_lower_case(client: Client, bucket: str) -> None:
    body = document("TransferAccelerationConfiguration", b"<Enabled>True</Enabled>")
    assert (await client.put(f"/{bucket}?transferAcceleration", body)).status == 200
    assert (await client.get(f"/{bucket}?transferAcceleration")).field("Enabled") == "true"


async def test_what_a_qos_leaves_out_has_no_limit(client: Client, bucket: str) -> None:
    assert (
        await client.put(f"/{bucket}?qosInfo", document("QoSConfiguration", b"<TotalQps>5</TotalQps>"))
    ).status == 200
    got = await client.get(f"/{bucket}?qosInfo")
    assert [element.text for element in got.xml] == ["-1"] * 6 + ["5", "-1", "-1"]
    assert (await client.delete(f"/{bucket}?qosInfo")).status == 204


async def test_an_empty_group_is_the_default_one(client: Client, bucket: str) -> None:
    body = document("BucketResourceGroupConfiguration", b"<ResourceGroupId/>")
    assert (await client.put(f"/{bucket}?resourceGroup", body)).status == 200
    assert (await client.get(f"/{bucket}?resourceGroup")).field("ResourceGroupId") == "rg-default"


async def test_the_callback_policy_is_not_the_bucket_policy(client: Client, bucket: str) -> None:
    body = document("BucketCallbackPolicy", KEPT[-1][2])
    assert (await client.put(f"/{bucket}?policy&comp=callback", body)).status == 200
    assert (await client.get(f"/{bucket}?policy")).code == "NoSuchBucketPolicy"


async def test_the_block_of_an_access_point_is_its_own(client: Client, bucket: str) -> None:
    body = document("PublicAccessBlockConfiguration", b"<BlockPublicAccess>true</BlockPublicAccess>")
    named = f"/{bucket}?publicAccessBlock&x-oss-access-point-name=ap-1"
    point = document(
        "CreateAccessPointConfiguration",
        b"<AccessPointName>ap-1</AccessPointName><NetworkOrigin>internet</NetworkOrigin>",
    )
    assert (await client.put(f"/{bucket}?accessPoint", point)).status == 200
    assert (await client.put(named, body)).status == 200
    assert (await client.get(named)).field("BlockPublicAccess") == "true"
    shown = await client.get(f"/{bucket}?accessPoint", headers={"x-oss-access-point-name": "ap-1"})
    assert shown.field("PublicAccessBlockConfiguration/BlockPublicAccess") == "true"
    assert (await client.get(f"/{bucket}?publicAccessBlock")).field("BlockPublicAccess") == "false"
    assert (await client.delete(named)).status == 204
    assert (await client.get(named)).field("BlockPublicAccess") == "false"
    assert (await client.get(f"{named.removesuffix('ap-1')}a/b")).field("ArgumentName") == "x-oss-access-point-name"


async def test_the_bucket_shows_its_configurations(client: Client, bucket: str) -> None:
    before = await client.get(f"/{bucket}?bucketInfo")
    shown = {
        "AccessMonitor": ("Disabled", "Enabled"),
        "TransferAcceleration": ("Disabled", "Enabled"),
        "ResourceGroupId": ("rg-default", "rg-1"),
        "BlockPublicAccess": ("false", "true"),
        "ServerSideEncryptionRule/SSEAlgorithm": ("None", "AES256"),
        "BucketPolicy/LogBucket": ("", "pictures"),
        "BucketPolicy/LogPrefix": ("", None),
    }
    assert {path: before.field(f"Bucket/{path}") for path in shown} == {path: pair[0] for path, pair in shown.items()}
    for subresource, root, inner in KEPT:
        if inner:
            await client.put(f"/{bucket}?{subresource}", document(root, inner))
    after = await client.get(f"/{bucket}?bucketInfo")
    wanted = {path: pair[1] or "" for path, pair in shown.items()}
    assert {path: after.field(f"Bucket/{path}") for path in shown} == wanted
