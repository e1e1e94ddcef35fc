"""Calls on the service beside ListBuckets."""

from __future__ import annotations

import pytest
from oss_client import Client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("query", ["regions", "regions=oss-cn-hangzhou", "regions=cn-hangzhou"])
async def test_the_region_that_is_here(client: Client, query: str) -> None:
    answer = await client.get(f"/?{query}")
    assert (answer.status, answer.xml.tag) == (200, "RegionInfoList")
    assert {element.tag: element.text for element in answer.xml[0]} == {
        "Region": "oss-cn-hangzhou",
        "InternetEndpoint": "127.0.0.1:8880",
        "InternalEndpoint": "127.0.0.1:8880",
        "AccelerateEndpoint": "127.0.0.1:8880",
    }


async def test_a_region_that_is_not_here(client: Client) -> None:
    answer = await client.get("/?regions=oss-atlantis")
    assert (answer.status, answer.code, answer.field("Region")) == (404, "NoSuchRegion", "oss-atlantis")


@pytest.mark.parametrize(
    ("query", "root", "items"),
    [
        ("cloudboxes", "ListCloudBoxResult", "CloudBoxes/CloudBox"),
        ("resourcePool", "ListResourcePoolsResult", "ResourcePool"),
        ("accessPoint", "ListAccessPointsResult", "AccessPoints/AccessPoint"),
        (
            "redundancyTransition",
            "ListBucketDataRedundancyTransition",
            "BucketDataRedundancyTransition",
        ),
    ],
)
async def test_lists_of_what_is_not_here_are_empty(client: Client, query: str, root: str, items: str) -> None:
    answer = await client.get(f"/?{query}")
    assert (answer.status, answer.xml.tag, answer.field("IsTruncated")) == (200, root, "false")
    assert answer.xml.findall(items) == []
    assert (await client.get(f"/?{query}", sign=False)).code == "AccessDenied"


async def test_the_user_has_no_limits(client: Client) -> None:
    answer = await client.get("/?qosInfo")
    assert [answer.xml.tag, answer.field("Region"), answer.field("TotalQps")] == [
        "QoSConfiguration",
        "cn-hangzhou",
        "-1",
    ]


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", "resourcePoolInfo&resourcePool=p"),
        ("GET", "resourcePoolBuckets&resourcePool=p"),
        ("PUT", "requesterQosInfo&resourcePool=p&qosRequester=1"),
        ("GET", "requesterQosInfo&resourcePool=p&qosRequester=1"),
        ("GET", "requesterQosInfo&resourcePool=p"),
        ("DELETE", "requesterQosInfo&resourcePool=p&qosRequester=1"),
    ],
)
async def test_there_is_no_resource_pool(client: Client, method: str, query: str) -> None:
    answer = await client.request(method, f"/?{query}")
    assert (answer.status, answer.code, answer.field("ResourcePool")) == (404, "NoSuchResourcePool", "p")


@pytest.mark.parametrize("query", ["dataPipeline&action=x", "dataAccelerator", "x-oss-write-get-object-response"])
async def test_calls_on_the_service_that_are_not_built(client: Client, query: str) -> None:
    answer = await client.request("POST", f"/?{query}", sign=False)
    assert (answer.status, answer.code) == (400, "NotImplemented")


async def test_the_block_of_public_access_of_the_account(client: Client, bucket: str) -> None:
    assert (await client.get("/?publicAccessBlock")).field("BlockPublicAccess") == "false"
    body = (
        b"<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>"
    )
    assert (await client.put("/?publicAccessBlock", body)).status == 200
    assert (await client.get("/?publicAccessBlock")).field("BlockPublicAccess") == "true"
    assert (await client.get(f"/{bucket}?publicAccessBlock")).field("BlockPublicAccess") == "false"
    assert (await client.put("/?publicAccessBlock", body.replace(b"true", b"maybe"))).code == "MalformedXML"
    assert (await client.put("/?publicAccessBlock", body, sign=False)).code == "AccessDenied"
    for _ in range(2):
        assert (await client.delete("/?publicAccessBlock")).status == 204
    assert (await client.get("/?publicAccessBlock")).field("BlockPublicAccess") == "false"
