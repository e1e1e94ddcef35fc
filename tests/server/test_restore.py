"""Archived objects on the wire: what may not be read, and how it comes back."""

from __future__ import annotations

from typing import Any

import pytest
from oss_client import Client, Clock

pytestmark = pytest.mark.anyio

DAY = 86_400


async def archived(client: Client, bucket: str, storage_class: str = "Archive") -> str:
    target = f"/{bucket}/cold"
    answer = await client.put(target, b"content", headers={"x-oss-storage-class": storage_class})
    assert answer.status == 200
    return target


def days(number: int | str, tier: str = "Standard") -> bytes:
    parameters = f"<JobParameters><Tier>{tier}</Tier></JobParameters>"
    return f"<RestoreRequest><Days>{number}</Days>{parameters}</RestoreRequest>".encode()


@pytest.mark.parametrize("storage_class", ["Archive", "ColdArchive", "DeepColdArchive"])
async def test_an_archived_object_is_restored_for_some_days(
    client: Client, bucket: str, clock: Clock, storage_class: str
) -> None:
    target = await archived(client, bucket, storage_class)
    for answer in (
        await client.get(target),
        await client.get(f"{target}?x-oss-process=image/info"),
        await client.put(f"/{bucket}/copy", headers={"x-oss-copy-source": target}),
    ):
        assert (answer.status, answer.code) == (403, "InvalidObjectState")
    head = await client.head(target)
    assert (head.status, head.headers["x-oss-storage-class"]) == (200, storage_class)
    assert "x-oss-restore" not in head.headers
    assert (await client.post(f"{target}?restore", days(2))).status == 202
    assert (await client.post(f"{target}?restore", days(3))).status == 200
    head = await client.head(target)
    assert head.headers["x-oss-restore"].startswith('ongoing-request="false", expiry-date="')
    assert (await client.get(target)).body == b"content"
    for query, path in (("", "Contents"), ("?list-type=2", "Contents"), ("?versions", "Version")):
        listed = await client.get(f"/{bucket}{query}")
        assert listed.field(f"{path}/RestoreInfo") == head.headers["x-oss-restore"]
    clock.now += 3 * DAY + 1
    assert (await client.get(f"/{bucket}")).field("Contents/RestoreInfo") is None
    assert (await client.get(target)).code == "InvalidObjectState"
    assert "x-oss-restore" not in (await client.head(target)).headers
    assert (await client.post(f"{target}?restore")).status == 202


async def test_a_restored_object_is_given_back(client: Client, bucket: str) -> None:
    target = await archived(client, bucket)
    await client.post(f"{target}?restore")
    assert (await client.get(target)).status == 200
    assert (await client.post(f"{target}?cleanRestoredObject")).status == 204
    assert (await client.get(target)).code == "InvalidObjectState"


@pytest.mark.parametrize("storage_class", ["Standard", "IA"])
async def test_what_is_not_archived(client: Client, bucket: str, storage_class: str) -> None:
    target = await archived(client, bucket, storage_class)
    answer = await client.post(f"{target}?restore")
    assert (answer.status, answer.code, answer.ec) == (400, "OperationNotSupported", "0016-00000702")
    assert (await client.get(target)).status == 200


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (days(0), "Days"),
        (days(8), "Days"),
        (days("x"), "Days"),
        (days(""), "Days"),
        (days(1, "Slow"), "Tier"),
    ],
)
async def test_a_bad_request_names_what_is_wrong(client: Client, bucket: str, body: bytes, name: str) -> None:
    target = await archived(client, bucket)
    answer = await client.post(f"{target}?restore", body)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", name)
    assert (await client.post(f"{target}?restore", b"<Restore/>")).code == "MalformedXML"
    assert (await client.post(f"/{bucket}/none?restore")).code == "NoSuchKey"


async def test_an_archive_is_copied_to_another_class_once_restored(client: Client, bucket: str) -> None:
    target = await archived(client, bucket)
    await client.post(f"{target}?restore")
    copied = await client.put(target, headers={"x-oss-copy-source": target, "x-oss-storage-class": "Standard"})
    assert copied.status == 200
    head = await client.head(target)
    assert head.headers["x-oss-storage-class"] == "Standard"
    assert "x-oss-restore" not in head.headers


class TestSlowly:
    """With a setting the restoration takes its time."""

    @pytest.fixture
    def extra_settings(self) -> dict[str, Any]:
        return {"restore_seconds": 60}

    async def test_a_restoration_under_way(self, client: Client, bucket: str, clock: Clock) -> None:
        target = await archived(client, bucket)
        assert (await client.post(f"{target}?restore", days(1))).status == 202
        again = await client.post(f"{target}?restore", days(1))
        assert (again.status, again.code) == (409, "RestoreAlreadyInProgress")
        assert (await client.head(target)).headers["x-oss-restore"] == 'ongoing-request="true"'
        assert (await client.get(target)).code == "InvalidObjectState"
        clock.now += 61
        assert (await client.get(target)).body == b"content"
        assert (await client.post(f"{target}?restore", days(2))).status == 200
