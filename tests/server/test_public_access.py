"""Block Public Access on the wire: what it closes, what it refuses, and whom it does not concern."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
from oss_client import Answer, Client
from support_forms import ANY, body_of, post, signed_v1

pytestmark = pytest.mark.anyio

REFUSED = "You have no right to access this object because of bucket acl."


def block(is_on: bool) -> bytes:
    root, value = "PublicAccessBlockConfiguration", str(is_on).lower()
    return f"<{root}><BlockPublicAccess>{value}</BlockPublicAccess></{root}>".encode()


def policy(bucket: str, principal: str, effect: str = "Allow") -> bytes:
    statement = {
        "Effect": effect,
        "Principal": [principal],
        "Action": ["oss:GetObject"],
        "Resource": [f"acs:oss:*:*:{bucket}/*"],
    }
    return json.dumps({"Version": "1", "Statement": [statement]}).encode()


@pytest.fixture(params=["bucket", "account"])
def switch(request: pytest.FixtureRequest, client: Client, bucket: str) -> Callable[[bool], Awaitable[Answer]]:
    target = f"/{bucket}?publicAccessBlock" if request.param == "bucket" else "/?publicAccessBlock"
    return lambda is_on: client.put(target, block(is_on))


async def test_what_was_open_is_closed_until_the_block_is_off(
    client: Client, bucket: str, switch: Callable[[bool], Awaitable[Answer]]
) -> None:
    await client.put(f"/{bucket}/shown", b"content", headers={"x-oss-object-acl": "public-read"})
    await client.put(f"/{bucket}/inherits", b"content")
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read-write"})
    assert (await switch(True)).status == 200
    for key in ("shown", "inherits"):
        answer = await client.get(f"/{bucket}/{key}", sign=False)
        assert (answer.status, answer.field("Message"), answer.ec) == (403, REFUSED, "0003-00000001")
        assert (await client.get(f"/{bucket}/{key}")).status == 200
    assert (await client.get(f"/{bucket}", sign=False)).status == 403
    assert (await client.put(f"/{bucket}/new", b"x", sign=False)).status == 403
    assert (await client.get(f"/{bucket}?acl")).field("AccessControlList/Grant") == "public-read-write"
    assert (await switch(False)).status == 200
    assert (await client.get(f"/{bucket}/shown", sign=False)).body == b"content"
    assert (await client.get(f"/{bucket}", sign=False)).status == 200


async def test_a_public_policy_is_ignored_and_its_denies_are_not(
    client: Client, bucket: str, switch: Callable[[bool], Awaitable[Answer]]
) -> None:
    await client.put(f"/{bucket}/a", b"content")
    assert (await client.put(f"/{bucket}?policy", policy(bucket, "*"))).status == 200
    assert (await client.get(f"/{bucket}/a", sign=False)).status == 200
    await switch(True)
    assert (await client.get(f"/{bucket}/a", sign=False)).field("Message") == REFUSED
    await client.delete(f"/{bucket}?policy")
    assert (await client.put(f"/{bucket}?policy", policy(bucket, "*", "Deny"))).status == 200
    assert (await client.get(f"/{bucket}/a", sign=False)).field("Message") == "Access denied by bucket policy."


@pytest.mark.parametrize("acl", ["public-read", "public-read-write"])
async def test_nothing_more_is_opened(
    client: Client, bucket: str, switch: Callable[[bool], Awaitable[Answer]], acl: str
) -> None:
    await client.put(f"/{bucket}/a", b"content")
    await switch(True)
    opened = {"x-oss-object-acl": acl}
    upload = (await client.post(f"/{bucket}/parts?uploads")).field("UploadId")
    answers = [
        await client.put(f"/{bucket}?acl", headers={"x-oss-acl": acl}),
        await client.put(f"/{bucket}/a?acl", headers=opened),
        await client.put(f"/{bucket}/b", b"content", headers=opened),
        await client.put(f"/{bucket}/b?symlink", headers={**opened, "x-oss-symlink-target": "a"}),
        await client.put(f"/{bucket}/b", headers={**opened, "x-oss-copy-source": f"/{bucket}/a"}),
        await client.post(f"/{bucket}/b?append&position=0", b"content", headers=opened),
        await client.post(f"/{bucket}/parts?uploadId={upload}", headers={**opened, "x-oss-complete-all": "yes"}),
        await client.put(f"/{bucket}?policy", policy(bucket, "*")),
        await post(client, bucket, body_of(signed_v1(ANY, key="b", **opened))),
    ]
    assert [answer.status for answer in answers] == [403] * len(answers)
    assert {answer.code for answer in answers} == {"AccessDenied"}
    assert (await client.get(f"/{bucket}/b")).code == "NoSuchKey"
    assert (await client.put(f"/{bucket}/b", b"x", headers={"x-oss-object-acl": "private"})).status == 200
    assert (await client.put(f"/{bucket}?policy", policy(bucket, "20214760404935xxxx"))).status == 200


async def test_a_block_of_the_account_is_one_of_buckets_to_come(client: Client) -> None:
    await client.put("/?publicAccessBlock", block(True))
    refused = await client.put("/another", headers={"x-oss-acl": "public-read"})
    assert (refused.status, refused.code) == (403, "AccessDenied")
    assert (await client.put("/another")).status == 200
    assert (await client.delete("/?publicAccessBlock")).status == 204
    assert (await client.put("/another?acl", headers={"x-oss-acl": "public-read"})).status == 200
