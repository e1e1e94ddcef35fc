"""Versioning on the wire: its states, and `versionId` and `x-oss-version-id` on every call."""

from __future__ import annotations

from typing import Any

import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

ENABLE = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
SUSPEND = b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"


@pytest.fixture
async def versioned(client: Client, bucket: str) -> str:
    assert (await client.put(f"/{bucket}?versioning", ENABLE)).status == 200
    return bucket


def version_of(answer: Answer) -> str:
    assert answer.status in (200, 204), answer.text
    return answer.headers["x-oss-version-id"]


async def listed(client: Client, target: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """Element, key, version id and whether it is the latest."""
    answer = await client.get(target)
    members = [element for element in answer.xml if element.tag in ("Version", "DeleteMarker")]
    return [(m.tag, m.findtext("Key"), m.findtext("VersionId"), m.findtext("IsLatest")) for m in members]


async def test_states(client: Client, bucket: str) -> None:
    unset = await client.get(f"/{bucket}?versioning")
    assert (unset.status, unset.field("Status")) == (200, None)
    assert (await client.get(f"/{bucket}?bucketInfo")).field("Bucket/Versioning") is None
    for body, status in ((ENABLE, "Enabled"), (SUSPEND, "Suspended"), (ENABLE, "Enabled")):
        assert (await client.put(f"/{bucket}?versioning", body)).status == 200
        assert (await client.get(f"/{bucket}?versioning")).field("Status") == status
        assert (await client.get(f"/{bucket}?bucketInfo")).field("Bucket/Versioning") == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<VersioningConfiguration/>",
        b"<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>",
        b"<Versioning><Status>Enabled</Status></Versioning>",
        b"<!DOCTYPE a><VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    ],
)
async def test_a_bad_state_is_refused(client: Client, bucket: str, body: bytes) -> None:
    answer = await client.put(f"/{bucket}?versioning", body)
    assert (answer.status, answer.code) == (400, "MalformedXML")
    assert (await client.get(f"/{bucket}?versioning")).field("Status") is None


async def test_without_versioning_no_version_is_told(client: Client, bucket: str) -> None:
    answers = [
        await client.put(f"/{bucket}/a", b"one"),
        await client.get(f"/{bucket}/a"),
        await client.head(f"/{bucket}/a?versionId=null"),
        await client.delete(f"/{bucket}/a?versionId=null"),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200, 204]
    assert not any("x-oss-version-id" in answer.headers for answer in answers)
    assert (await client.get(f"/{bucket}/a")).code == "NoSuchKey"


async def test_every_version_is_read_by_its_id(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"one"))
    two = version_of(await client.put(f"/{versioned}/a", b"two"))
    got = await client.get(f"/{versioned}/a")
    assert (got.body, version_of(got)) == (b"two", two)
    for version_id, body in ((one, b"one"), (two, b"two")):
        got = await client.get(f"/{versioned}/a?versionId={version_id}")
        assert (got.body, version_of(got)) == (body, version_id)
        assert version_of(await client.head(f"/{versioned}/a?versionId={version_id}")) == version_id
        assert version_of(await client.head(f"/{versioned}/a?objectMeta&versionId={version_id}")) == version_id


@pytest.mark.parametrize(
    "target",
    [
        "/a?versionId=CAEQ",
        "/a?acl&versionId=CAEQ",
        "/a?tagging&versionId=CAEQ",
        "/a?versionId=CAEQ&x-oss-process=image/info",
    ],
)
async def test_a_missing_version(client: Client, versioned: str, target: str) -> None:
    await client.put(f"/{versioned}/a", b"one")
    answer = await client.get(f"/{versioned}{target}")
    assert (answer.status, answer.code, answer.field("VersionId")) == (404, "NoSuchVersion", "CAEQ")
    head = await client.head(f"/{versioned}/a?versionId=CAEQ")
    assert head.status == 404
    assert "x-oss-err" in head.headers


async def test_a_delete_marker_hides_and_is_told(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"one"))
    deleted = await client.delete(f"/{versioned}/a")
    marker = version_of(deleted)
    assert deleted.headers["x-oss-delete-marker"] == "true"
    for answer in (await client.get(f"/{versioned}/a"), await client.head(f"/{versioned}/a")):
        assert answer.status == 404
        assert (answer.headers["x-oss-delete-marker"], answer.headers["x-oss-version-id"]) == ("true", marker)
    by_id = await client.get(f"/{versioned}/a?versionId={marker}")
    assert (by_id.status, by_id.code, by_id.headers["allow"]) == (405, "MethodNotAllowed", "DELETE")
    assert by_id.headers["x-oss-delete-marker"] == "true"
    assert (await client.get(f"/{versioned}/a?versionId={one}")).body == b"one"
    assert (await client.get(f"/{versioned}/a?acl&versionId={marker}")).status == 405
    back = await client.delete(f"/{versioned}/a?versionId={marker}")
    assert (back.headers["x-oss-delete-marker"], version_of(back)) == ("true", marker)
    assert (await client.get(f"/{versioned}/a")).body == b"one"
    gone = await client.delete(f"/{versioned}/a?versionId={one}")
    assert "x-oss-delete-marker" not in gone.headers
    assert version_of(gone) == one
    assert (await client.delete(f"/{versioned}/a?versionId={one}")).status == 204


async def test_acl_and_tags_belong_to_a_version(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"one"))
    two = version_of(await client.put(f"/{versioned}/a", b"two"))
    tags = b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"
    at_one = f"/{versioned}/a?versionId={one}"
    put = await client.put(f"{at_one}&acl", headers={"x-oss-object-acl": "public-read"})
    assert version_of(put) == one
    assert version_of(await client.put(f"{at_one}&tagging", tags)) == one
    assert (await client.get(f"{at_one}&acl")).field("AccessControlList/Grant") == "public-read"
    assert (await client.get(f"{at_one}&tagging")).field("TagSet/Tag/Value") == "v"
    assert (await client.get(f"/{versioned}/a?acl")).field("AccessControlList/Grant") == "default"
    current = await client.get(f"/{versioned}/a?tagging")
    assert (current.field("TagSet/Tag"), version_of(current)) == (None, two)
    assert version_of(await client.delete(f"{at_one}&tagging")) == one
    assert (await client.get(f"{at_one}&tagging")).field("TagSet/Tag") is None


async def test_the_acl_of_a_version_decides_about_it(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"one", headers={"x-oss-object-acl": "public-read"}))
    await client.put(f"/{versioned}/a", b"two", headers={"x-oss-object-acl": "private"})
    assert (await client.get(f"/{versioned}/a", sign=False)).status == 403
    assert (await client.get(f"/{versioned}/a?versionId={one}", sign=False)).body == b"one"


async def test_copies(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"one"))
    two = version_of(await client.put(f"/{versioned}/a", b"two"))
    copied = await client.put(f"/{versioned}/b", headers={"x-oss-copy-source": f"/{versioned}/a?versionId={one}"})
    assert copied.headers["x-oss-copy-source-version-id"] == one
    assert (await client.get(f"/{versioned}/b?versionId={version_of(copied)}")).body == b"one"
    restored = await client.put(f"/{versioned}/a", headers={"x-oss-copy-source": f"/{versioned}/a?versionId={one}"})
    assert version_of(restored) not in (one, two)
    assert (await client.get(f"/{versioned}/a")).body == b"one"
    await client.delete(f"/{versioned}/a")
    hidden = await client.put(f"/{versioned}/c", headers={"x-oss-copy-source": f"/{versioned}/a"})
    assert (hidden.status, hidden.code) == (404, "NoSuchKey")
    upload = (await client.post(f"/{versioned}/d?uploads")).field("UploadId")
    part = await client.put(
        f"/{versioned}/d?partNumber=1&uploadId={upload}",
        headers={"x-oss-copy-source": f"/{versioned}/a?versionId={two}"},
    )
    assert part.headers["x-oss-copy-source-version-id"] == two
    completed = await client.post(f"/{versioned}/d?uploadId={upload}", headers={"x-oss-complete-all": "yes"})
    assert (await client.get(f"/{versioned}/d?versionId={version_of(completed)}")).body == b"two"


async def test_many_versions_are_deleted_at_once(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"one"))
    await client.put(f"/{versioned}/b", b"b")
    marker = version_of(await client.delete(f"/{versioned}/c"))
    body = (
        f"<Delete><Object><Key>a</Key><VersionId>{one}</VersionId></Object><Object><Key>b</Key></Object>"
        f"<Object><Key>c</Key><VersionId>{marker}</VersionId></Object><Object><Key>none</Key></Object></Delete>"
    )
    answer = await client.post(f"/{versioned}?delete", body.encode())
    told: list[dict[str, Any]] = [{child.tag: child.text for child in element} for element in answer.xml]
    assert told[0] == {"Key": "a", "VersionId": one}
    assert told[1]["DeleteMarker"] == "true"
    assert told[2] == {"Key": "c", "VersionId": marker, "DeleteMarker": "true", "DeleteMarkerVersionId": marker}
    assert set(told[3]) == {"Key", "DeleteMarker", "DeleteMarkerVersionId"}
    assert [member[:2] for member in await listed(client, f"/{versioned}?versions")] == [
        ("Version", "b"),
        ("DeleteMarker", "b"),
        ("DeleteMarker", "none"),
    ]


async def test_list_object_versions(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a/1", b"null")
    assert await listed(client, f"/{bucket}?versions") == [("Version", "a/1", "null", "true")]
    await client.put(f"/{bucket}?versioning", ENABLE)
    two = version_of(await client.put(f"/{bucket}/a/1", b"two"))
    marker = version_of(await client.delete(f"/{bucket}/b c"))
    assert await listed(client, f"/{bucket}?versions") == [
        ("Version", "a/1", two, "true"),
        ("Version", "a/1", "null", "false"),
        ("DeleteMarker", "b c", marker, "true"),
    ]
    rolled = await client.get(f"/{bucket}?versions&delimiter=/&encoding-type=url&prefix=")
    assert rolled.field("CommonPrefixes/Prefix") == "a%2F"
    assert rolled.field("DeleteMarker/Key") == "b%20c"
    whole = (await client.get(f"/{bucket}?versions")).xml.find("Version")
    assert whole is not None
    fields = {"Key", "VersionId", "IsLatest", "LastModified", "ETag", "Type", "Size", "StorageClass", "Owner"}
    assert {child.tag for child in whole} == fields


async def test_pages_of_versions(client: Client, versioned: str) -> None:
    for body in (b"1", b"2", b"3"):
        await client.put(f"/{versioned}/a", body)
    await client.put(f"/{versioned}/b", b"1")
    whole = await listed(client, f"/{versioned}?versions")
    seen, marker = [], ""
    while True:
        answer = await client.get(f"/{versioned}?versions&max-keys=1{marker}")
        seen += await listed(client, f"/{versioned}?versions&max-keys=1{marker}")
        if answer.field("IsTruncated") == "false":
            break
        marker = f"&key-marker={answer.field('NextKeyMarker')}&version-id-marker={answer.field('NextVersionIdMarker')}"
    assert seen == whole
    assert len(whole) == 4
    assert [member[1] for member in await listed(client, f"/{versioned}?versions&key-marker=a")] == ["b"]


@pytest.mark.parametrize(
    ("query", "name"),
    [("max-keys=0", "max-keys"), ("max-keys=1001", "max-keys"), ("version-id-marker=x", "version-id-marker")],
)
async def test_a_bad_listing_names_its_parameter(client: Client, versioned: str, query: str, name: str) -> None:
    answer = await client.get(f"/{versioned}?versions&{query}")
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", name)


async def test_forbid_overwrite_is_ignored(client: Client, versioned: str) -> None:
    await client.put(f"/{versioned}/a", b"one")
    assert (await client.put(f"/{versioned}/a", b"two", headers={"x-oss-forbid-overwrite": "true"})).status == 200


async def test_a_version_is_rendered(client: Client, versioned: str) -> None:
    one = version_of(await client.put(f"/{versioned}/a", b"no picture"))
    answer = await client.get(f"/{versioned}/a?versionId={one}&x-oss-process=image/info")
    assert answer.status == 400
    assert answer.code != "NoSuchVersion"


async def test_statistics(client: Client, versioned: str) -> None:
    await client.put(f"/{versioned}/a", b"12345")
    await client.put(f"/{versioned}/a", b"123")
    await client.put(f"/{versioned}/cold", b"1", headers={"x-oss-storage-class": "Archive"})
    await client.delete(f"/{versioned}/a")
    await client.post(f"/{versioned}/u?uploads")
    stat = await client.get(f"/{versioned}?stat")
    counted = {
        "Storage": "9",
        "ObjectCount": "3",
        "MultipartUploadCount": "1",
        "LiveChannelCount": "0",
        "StandardStorage": "8",
        "StandardObjectCount": "2",
        "ArchiveStorage": "1",
        "ArchiveRealStorage": "1",
        "InfrequentAccessObjectCount": "0",
        "DeleteMarkerCount": "1",
    }
    assert {name: stat.field(name) for name in counted} == counted


async def test_a_bucket_with_versions_stays(client: Client, versioned: str) -> None:
    marker = version_of(await client.delete(f"/{versioned}/a"))
    assert (await client.delete(f"/{versioned}")).code == "BucketNotEmpty"
    await client.delete(f"/{versioned}/a?versionId={marker}")
    assert (await client.delete(f"/{versioned}")).status == 204
