"""What a bucket keeps several of by name: inventories, replication rules, access points, transitions, requesters."""

from __future__ import annotations

import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

INVENTORY = (
    "<InventoryConfiguration><Id>{id}</Id><IsEnabled>True</IsEnabled><Destination><OSSBucketDestination>"
    "<Format>CSV</Format><Bucket>acs:oss:::reports</Bucket></OSSBucketDestination></Destination>"
    "<Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions>"
    "<OptionalFields><Field>Size</Field><Field>ETag</Field></OptionalFields></InventoryConfiguration>"
)
RULE = (
    "<ReplicationConfiguration><Rule>{id}<Destination><Bucket>elsewhere</Bucket><Location>oss-cn-beijing</Location>"
    "</Destination><PrefixSet><Prefix>a/</Prefix><Prefix>b/</Prefix></PrefixSet></Rule></ReplicationConfiguration>"
)
POINT = (
    "<CreateAccessPointConfiguration><AccessPointName>{name}</AccessPointName><NetworkOrigin>{origin}</NetworkOrigin>"
    "</CreateAccessPointConfiguration>"
)


def texts(answer: Answer, path: str) -> list[str | None]:
    return [element.text for element in answer.xml.findall(path)]


async def put_inventory(client: Client, bucket: str, name: str) -> None:
    answer = await client.put(f"/{bucket}?inventory&inventoryId={name}", INVENTORY.format(id=name).encode())
    assert (answer.status, answer.body) == (200, b"")


async def test_life_of_an_inventory(client: Client, bucket: str) -> None:
    missing = await client.get(f"/{bucket}?inventory&inventoryId=first")
    assert (missing.status, missing.code) == (404, "NoSuchInventory")
    await put_inventory(client, bucket, "first")
    got = await client.get(f"/{bucket}?inventory&inventoryId=first")
    assert [got.xml.tag, got.field("Id"), got.field("IsEnabled")] == ["InventoryConfiguration", "first", "true"]
    assert texts(got, "OptionalFields/Field") == ["Size", "ETag"]
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?inventory&inventoryId=first")).status == 204
    assert (await client.get(f"/{bucket}?inventory&inventoryId=first")).status == 404


async def test_inventories_are_listed_in_pages_of_a_hundred(client: Client, bucket: str) -> None:
    empty = await client.get(f"/{bucket}?inventory")
    assert [empty.xml.tag, empty.field("IsTruncated")] == ["ListInventoryConfigurationsResult", "false"]
    for number in range(102):
        await put_inventory(client, bucket, f"i{number:03}")
    first = await client.get(f"/{bucket}?inventory")
    assert [len(texts(first, "InventoryConfiguration/Id")), first.field("IsTruncated")] == [100, "true"]
    token = first.field("NextContinuationToken")
    second = await client.get(f"/{bucket}?inventory&continuation-token={token}")
    assert texts(second, "InventoryConfiguration/Id") == ["i100", "i101"]
    assert [second.field("IsTruncated"), second.field("NextContinuationToken")] == ["false", None]


@pytest.mark.parametrize(
    ("query", "body", "code"),
    [
        ("inventoryId=a", INVENTORY.format(id="b"), "InvalidArgument"),
        ("inventoryId=a/b", INVENTORY.format(id="a/b"), "InvalidArgument"),
        ("inventoryId=", INVENTORY.format(id=""), "InvalidArgument"),
        ("inventoryId=a", INVENTORY.format(id="a").replace("True", "yes"), "MalformedXML"),
        ("inventoryId=a", INVENTORY.format(id="a").replace("Daily", "Hourly"), "MalformedXML"),
        ("inventoryId=a", INVENTORY.format(id="a").replace("acs:oss:::", ""), "MalformedXML"),
        ("inventoryId=a", "<Other/>", "MalformedXML"),
        ("inventoryId=a", "", "MalformedXML"),
    ],
)
async def test_inventories_that_are_refused(client: Client, bucket: str, query: str, body: str, code: str) -> None:
    answer = await client.put(f"/{bucket}?inventory&{query}", body.encode())
    assert (answer.status, answer.code) == (400, code)
    assert texts(await client.get(f"/{bucket}?inventory"), "InventoryConfiguration") == []


async def test_life_of_a_replication_rule(client: Client, bucket: str) -> None:
    unset = await client.get(f"/{bucket}?replication")
    assert (unset.status, unset.code) == (404, "NoSuchReplicationConfiguration")
    added = await client.post(f"/{bucket}?replication&comp=add", RULE.format(id="<ID>r1</ID>").encode())
    assert (added.status, added.headers["x-oss-replication-rule-id"]) == (200, "r1")
    other = await client.post(f"/{bucket}?replication&comp=add", RULE.format(id="").encode())
    made = other.headers["x-oss-replication-rule-id"]
    got = await client.get(f"/{bucket}?replication")
    assert texts(got, "Rule/ID") == ["r1", made]
    wanted = {"Status": "doing", "Action": "ALL", "HistoricalObjectReplication": "enabled"}
    assert {name: got.field(f"Rule/{name}") for name in wanted} == wanted
    assert texts(got, "Rule/PrefixSet/Prefix") == ["a/", "b/", "a/", "b/"]
    assert (await client.get(f"/{bucket}?bucketInfo")).field("Bucket/CrossRegionReplication") == "Enabled"
    for name in ("r1", made):
        gone = f"<ReplicationRules><ID>{name}</ID></ReplicationRules>".encode()
        assert (await client.post(f"/{bucket}?replication&comp=delete", gone)).status == 200
        again = await client.post(f"/{bucket}?replication&comp=delete", gone)
        assert (again.status, again.code) == (404, "NoSuchReplicationRule")
    assert (await client.get(f"/{bucket}?replication")).status == 404
    assert (await client.get(f"/{bucket}?bucketInfo")).field("Bucket/CrossRegionReplication") == "Disabled"


async def test_progress_places_and_time_control_of_replication(client: Client, bucket: str) -> None:
    places = await client.get(f"/{bucket}?replicationLocation")
    assert (places.status, places.xml.tag, texts(places, "Location")) == (200, "ReplicationLocation", [])
    await client.post(f"/{bucket}?replication&comp=add", RULE.format(id="<ID>r1</ID>").encode())
    progress = await client.get(f"/{bucket}?replicationProgress&rule-id=r1")
    assert [progress.xml.tag, progress.field("Rule/ID"), progress.field("Rule/Progress")] == [
        "ReplicationProgress",
        "r1",
        None,
    ]
    for status in ("enabled", "disabled"):
        body = f"<ReplicationRule><RTC><Status>{status}</Status></RTC><ID>r1</ID></ReplicationRule>"
        assert (await client.put(f"/{bucket}?rtc", body.encode())).status == 200
        assert texts(await client.get(f"/{bucket}?replication"), "Rule/RTC/Status") == [status]
    missing = await client.put(f"/{bucket}?rtc", body.replace("r1", "r2").encode())
    unknown = await client.get(f"/{bucket}?replicationProgress&rule-id=r2")
    for answer in (missing, unknown):
        assert (answer.status, answer.code) == (404, "NoSuchReplicationRule")


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("comp=add", RULE.format(id="<ID>a b</ID>"), 400),
        ("comp=add", RULE.format(id="").replace("elsewhere", "Else where"), 400),
        ("comp=add", "<ReplicationConfiguration/>", 400),
        ("comp=add", "", 400),
        ("comp=delete", "<ReplicationRules/>", 400),
        ("comp=other", RULE.format(id=""), 405),
    ],
)
async def test_replication_that_is_refused(client: Client, bucket: str, query: str, body: str, status: int) -> None:
    assert (await client.post(f"/{bucket}?replication&{query}", body.encode())).status == status
    assert (await client.get(f"/{bucket}?replication")).status == 404


async def test_a_rule_is_added_once_and_alone(client: Client, bucket: str) -> None:
    body = RULE.format(id="<ID>r1</ID>")
    two = body.replace("</Rule>", "</Rule>" + body[body.index("<Rule>") : body.index("</ReplicationC")])
    assert (await client.post(f"/{bucket}?replication&comp=add", two.encode())).code == "MalformedXML"
    assert (await client.post(f"/{bucket}?replication&comp=add", body.encode())).status == 200
    assert (await client.post(f"/{bucket}?replication&comp=add", body.encode())).code == "InvalidArgument"


async def test_life_of_an_access_point(client: Client, bucket: str) -> None:
    named = {"x-oss-access-point-name": "ap-01"}
    made = await client.put(f"/{bucket}?accessPoint", POINT.format(name="ap-01", origin="internet").encode())
    assert made.field("AccessPointArn") == "acs:oss:cn-hangzhou:1000000000000001:accesspoint/ap-01"
    assert (made.field("Alias") or "").startswith("ap-01-")
    again = await client.put(f"/{bucket}?accessPoint", POINT.format(name="ap-01", origin="internet").encode())
    assert (again.status, again.code) == (409, "AccessPointAlreadyExists")
    got = await client.get(f"/{bucket}?accessPoint", headers=named)
    wanted = {
        "AccessPointName": "ap-01",
        "Bucket": bucket,
        "NetworkOrigin": "internet",
        "Status": "enable",
        "Alias": made.field("Alias"),
        "AccountId": "1000000000000001",
    }
    assert {name: got.field(name) for name in wanted} == wanted
    for target in ("/?accessPoint", f"/{bucket}?accessPoint"):
        listed = await client.get(target)
        assert (listed.status, texts(listed, "AccessPoints/AccessPoint/AccessPointName")) == (200, ["ap-01"])
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?accessPoint", headers=named)).status == 204
    missing = await client.get(f"/{bucket}?accessPoint", headers=named)
    assert (missing.status, missing.code) == (404, "NoSuchAccessPoint")
    assert texts(await client.get("/?accessPoint"), "AccessPoints/AccessPoint") == []


async def test_access_points_in_pages(client: Client, bucket: str) -> None:
    for name in ("ap-01", "ap-02", "ap-03"):
        await client.put(f"/{bucket}?accessPoint", POINT.format(name=name, origin="internet").encode())
    first = await client.get("/?accessPoint&max-keys=2")
    assert texts(first, "AccessPoints/AccessPoint/AccessPointName") == ["ap-01", "ap-02"]
    assert [first.field("IsTruncated"), first.field("NextContinuationToken")] == ["true", "ap-02"]
    second = await client.get("/?accessPoint&max-keys=2&continuation-token=ap-02")
    assert texts(second, "AccessPoints/AccessPoint/AccessPointName") == ["ap-03"]
    assert second.field("IsTruncated") == "false"


async def test_the_policy_of_an_access_point(client: Client, bucket: str) -> None:
    target, named = f"/{bucket}?accessPointPolicy", {"x-oss-access-point-name": "ap-01"}
    assert (await client.put(target, b"{}", headers=named)).code == "NoSuchAccessPoint"
    await client.put(f"/{bucket}?accessPoint", POINT.format(name="ap-01", origin="internet").encode())
    assert (await client.get(target, headers=named)).code == "NoSuchAccessPointPolicy"
    policy = b'{"Version": "1", "Statement": []}'
    assert (await client.put(target, policy, headers=named)).status == 200
    got = await client.get(target, headers=named)
    assert (got.headers["content-type"], got.body) == ("application/json", policy)
    for bad in (b"", b"[]", b"{", b"[" * 50_000):
        assert (await client.put(target, bad, headers=named)).code == "InvalidPolicyDocument"
    for _ in range(2):
        assert (await client.delete(target, headers=named)).status == 204
    assert (await client.get(target, headers=named)).status == 404


@pytest.mark.parametrize(("name", "origin"), [("A", "internet"), ("ap", "internet"), ("ap-01", "moon"), ("", "vpc")])
async def test_access_points_that_are_refused(client: Client, bucket: str, name: str, origin: str) -> None:
    answer = await client.put(f"/{bucket}?accessPoint", POINT.format(name=name, origin=origin).encode())
    assert (answer.status, answer.code) == (400, "MalformedXML")
    assert (await client.get(f"/{bucket}?accessPoint", headers={"x-oss-access-point-name": "a/b"})).status == 400


async def test_life_of_a_redundancy_transition(client: Client, bucket: str) -> None:
    target = f"/{bucket}?redundancyTransition"
    assert texts(await client.get(target), "BucketDataRedundancyTransition") == []
    made = await client.post(f"{target}&x-oss-target-redundancy-type=ZRS")
    task = made.field("TaskId")
    again = await client.post(f"{target}&x-oss-target-redundancy-type=ZRS")
    assert (again.status, again.code) == (409, "RedundancyTransitionAlreadyExists")
    got = await client.get(f"{target}&x-oss-redundancy-transition-taskid={task}")
    assert [got.field(name) for name in ("TaskId", "Bucket", "Status")] == [task, bucket, "Queueing"]
    assert texts(await client.get(target), "BucketDataRedundancyTransition/TaskId") == [task]
    for _ in range(2):
        assert (await client.delete(f"{target}&x-oss-redundancy-transition-taskid={task}")).status == 204
    gone = await client.get(f"{target}&x-oss-redundancy-transition-taskid={task}")
    assert (gone.status, gone.code) == (404, "NoSuchRedundancyTransition")
    for bad in ("LRS", ""):
        answer = await client.post(f"{target}&x-oss-target-redundancy-type={bad}")
        assert (answer.status, answer.field("ArgumentName")) == (400, "x-oss-target-redundancy-type")


async def test_life_of_a_requesters_limits(client: Client, bucket: str) -> None:
    target = f"/{bucket}?requesterQosInfo"
    missing = await client.get(f"{target}&qosRequester=2001")
    assert (missing.status, missing.code) == (404, "NoSuchRequesterQoSInfo")
    body = b"<QoSConfiguration><TotalQps>5</TotalQps></QoSConfiguration>"
    assert (await client.put(f"{target}&qosRequester=2001", body)).status == 200
    got = await client.get(f"{target}&qosRequester=2001")
    assert [got.field("Requester"), got.field("QoSConfiguration/TotalQps")] == ["2001", "5"]
    assert got.field("QoSConfiguration/IntranetQps") == "-1"
    listed = await client.get(target)
    assert [listed.field("Bucket"), listed.field("RequesterQoSInfo/Requester")] == [bucket, "2001"]
    for _ in range(2):
        assert (await client.delete(f"{target}&qosRequester=2001")).status == 204
    assert texts(await client.get(target), "RequesterQoSInfo") == []
    assert (await client.put(target, body)).field("ArgumentName") == "qosRequester"
    assert (await client.put(f"{target}&qosRequester=1", body.replace(b"5", b"x"))).code == "MalformedXML"


async def test_an_index_is_opened_asked_and_closed(client: Client, bucket: str) -> None:
    target, asked = f"/{bucket}?metaQuery", b"<MetaQuery><MaxResults>5</MaxResults><Query>{}</Query></MetaQuery>"
    for answer in (await client.get(target), await client.post(f"{target}&comp=query", asked)):
        assert (answer.status, answer.code) == (404, "MetaQueryNotExist")
    for mode in ("basic", "semantic"):
        assert (await client.post(f"{target}&comp=add&mode={mode}")).status == 200
        status = await client.get(target)
        assert [status.field("State"), status.field("MetaQueryMode")] == ["Running", mode]
    found = await client.post(f"{target}&comp=query", asked)
    assert [found.xml.tag, found.field("NextToken"), texts(found, "Files/File")] == ["MetaQuery", "", []]
    assert (await client.post(f"{target}&comp=add&mode=clever")).field("ArgumentName") == "mode"
    assert (await client.post(f"{target}&comp=query", b"<Other/>")).code == "MalformedXML"
    for _ in range(2):
        assert (await client.post(f"{target}&comp=delete")).status == 200
    assert (await client.get(target)).status == 404
