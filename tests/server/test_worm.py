"""The retention policy of a bucket, and what is said of single objects, on the wire."""

from __future__ import annotations

import pytest
from oss_client import Client, Clock

pytestmark = pytest.mark.anyio

DAY = 24 * 3600


def asked(verb: str, days: object) -> bytes:
    root = f"{verb}WormConfiguration"
    return f"<{root}><RetentionPeriodInDays>{days}</RetentionPeriodInDays></{root}>".encode()


async def begun(client: Client, bucket: str, days: int = 3) -> str:
    answer = await client.post(f"/{bucket}?worm", asked("Initiate", days))
    assert (answer.status, answer.body) == (200, b"")
    return answer.headers["x-oss-worm-id"]


async def test_life_of_a_policy(client: Client, bucket: str) -> None:
    unset = await client.get(f"/{bucket}?worm")
    assert (unset.status, unset.code) == (404, "NoSuchWORMConfiguration")
    worm = await begun(client, bucket)
    got = await client.get(f"/{bucket}?worm")
    assert [got.field(name) for name in ("WormId", "State", "RetentionPeriodInDays")] == [worm, "InProgress", "3"]
    assert got.field("CreationDate") == "2026-09-21T14:13:20.000Z"
    assert (await client.post(f"/{bucket}?wormId={worm}")).status == 200
    assert (await client.get(f"/{bucket}?worm")).field("State") == "Locked"
    assert (await client.post(f"/{bucket}?wormId={worm}&wormExtend", asked("Extend", 4))).status == 200
    assert (await client.get(f"/{bucket}?worm")).field("RetentionPeriodInDays") == "4"


async def test_abort_and_begin_anew(client: Client, bucket: str) -> None:
    first = await begun(client, bucket)
    again = await client.post(f"/{bucket}?worm", asked("Initiate", 3))
    assert (again.status, again.code) == (409, "WORMConfigurationAlreadyExists")
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?worm")).status == 204
    assert await begun(client, bucket) != first


async def test_a_policy_that_is_not_locked_within_a_day(client: Client, bucket: str, clock: Clock) -> None:
    worm = await begun(client, bucket)
    clock.now += DAY
    assert (await client.get(f"/{bucket}?worm")).field("State") == "Expired"
    late = await client.post(f"/{bucket}?wormId={worm}")
    assert (late.status, late.code) == (400, "InvalidWORMConfiguration")
    assert await begun(client, bucket) != worm


async def test_a_locked_policy_stays(client: Client, bucket: str, clock: Clock) -> None:
    worm = await begun(client, bucket)
    await client.post(f"/{bucket}?wormId={worm}")
    clock.now += DAY
    for answer in (await client.delete(f"/{bucket}?worm"), await client.post(f"/{bucket}?wormId={worm}")):
        assert (answer.status, answer.code) == (403, "WORMConfigurationLocked")
    shorter = await client.post(f"/{bucket}?wormId={worm}&wormExtend", asked("Extend", 3))
    assert (shorter.status, shorter.code) == (400, "InvalidWORMConfiguration")


@pytest.mark.parametrize("days", ["0", "25551", "-1", "1.5", "", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 30])
async def test_days_that_are_refused(client: Client, bucket: str, days: str) -> None:
    answer = await client.post(f"/{bucket}?worm", asked("Initiate", days))
    assert (answer.status, answer.code) == (400, "InvalidWORMConfiguration")
    assert (await client.get(f"/{bucket}?worm")).status == 404


async def test_another_policy_or_none(client: Client, bucket: str) -> None:
    for _ in range(2):
        for query, body in (("wormId=X", b""), ("wormId=X&wormExtend", asked("Extend", 9))):
            answer = await client.post(f"/{bucket}?{query}", body)
            assert (answer.status, answer.code) == (404, "NoSuchWORMConfiguration")
        if (await client.get(f"/{bucket}?worm")).status == 404:
            worm = await begun(client, bucket)
    unlocked = await client.post(f"/{bucket}?wormId={worm}&wormExtend", asked("Extend", 9))
    assert (unlocked.status, unlocked.code) == (400, "InvalidWORMConfiguration")


def retention(mode: str = "COMPLIANCE", until: str = "2030-01-01T00:00:00.000Z") -> bytes:
    return f"<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>".encode()


async def test_retention_of_an_object(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    unset = await client.get(f"/{bucket}/a?retention")
    assert (unset.status, unset.code) == (404, "NoSuchWORMConfiguration")
    assert (await client.put(f"/{bucket}/a?retention", retention())).status == 200
    told = await client.get(f"/{bucket}/a?retention")
    assert (told.field("Mode"), told.field("RetainUntilDate")) == ("COMPLIANCE", "2030-01-01T00:00:00.000Z")
    assert (await client.put(f"/{bucket}/none?retention", retention())).code == "NoSuchKey"
    assert (await client.get(f"/{bucket}/a?retention", sign=False)).status == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (retention(mode="FOREVER"), "InvalidArgument"),
        (retention(until="tomorrow"), "InvalidArgument"),
        (retention(mode=""), "MalformedXML"),
        (retention(until=""), "MalformedXML"),
        (b"<Hold/>", "MalformedXML"),
    ],
)
async def test_a_bad_retention(client: Client, bucket: str, body: bytes, code: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    answer = await client.put(f"/{bucket}/a?retention", body)
    assert (answer.status, answer.code) == (400, code)


async def test_legal_hold_of_an_object(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a", b"content")
    assert (await client.get(f"/{bucket}/a?legalHold")).code == "NoSuchWORMConfiguration"
    for status in ("ON", "OFF"):
        body = f"<LegalHold><Status>{status}</Status></LegalHold>".encode()
        assert (await client.put(f"/{bucket}/a?legalHold", body)).status == 200
        assert (await client.get(f"/{bucket}/a?legalHold")).field("Status") == status
    for body, code in (
        (b"<LegalHold><Status>on</Status></LegalHold>", "InvalidArgument"),
        (b"<LegalHold/>", "MalformedXML"),
    ):
        assert (await client.put(f"/{bucket}/a?legalHold", body)).code == code
