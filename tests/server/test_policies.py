"""Bucket policies and the policies of RAM users: the calls, and who may do what by them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oss_client import Answer, Client, Pair

pytestmark = pytest.mark.anyio

READER, STRANGER = Pair("reader", "reader-secret"), Pair("stranger", "stranger-secret")
ADMIN = Pair("second-owner", "second-secret")
USER_ID = "20000001"

BUCKET_POLICY_REFUSES = ("Access denied by bucket policy.", "0003-00000201")
BUCKET_ACL_REFUSES = ("You have no right to access this object because of bucket acl.", "0003-00000001")


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


READER_POLICY = document(
    allow(["oss:Get*", "oss:ListObjects"], ["acs:oss:*:*:pictures", "acs:oss:*:*:pictures/public/*"]),
    allow("oss:PutObject", "acs:oss:*:*:pictures/inbox/*"),
    deny("oss:*", "acs:oss:*:*:pictures/inbox/locked*"),
    allow("oss:DeleteObject", "acs:oss:*:*:pictures/inbox/*"),
)


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    reader = {"access_key_id": READER.key, "access_key_secret": READER.secret, "policy": READER_POLICY}
    stranger = {"access_key_id": STRANGER.key, "access_key_secret": STRANGER.secret, "user_id": USER_ID}
    admin = {"access_key_id": ADMIN.key, "access_key_secret": ADMIN.secret}
    return {"credentials": [reader, stranger, admin]}


async def put_policy(client: Client, *statements: dict[str, Any], bucket: str = "pictures") -> None:
    answer = await client.put(f"/{bucket}?policy", json.dumps(document(*statements)).encode())
    assert (answer.status, answer.body) == (200, b""), answer.text


def refused(answer: Answer) -> tuple[str | None, str | None]:
    """Message and EC of an AccessDenied."""
    assert (answer.status, answer.code) == (403, "AccessDenied"), answer.text
    return answer.field("Message"), answer.ec


# The calls


async def test_a_policy_comes_back_as_it_was_put(client: Client, bucket: str) -> None:
    text = '{"Version":  "1", "Statement": [{"Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", '
    text += '"Resource": ["acs:oss:*:*:pictures/猫*"]}]}\n'
    assert (await client.put("/pictures?policy", text.encode())).status == 200
    answer = await client.get("/pictures?policy")
    assert (answer.status, answer.headers["content-type"], answer.text) == (200, "application/json", text)


async def test_no_policy(client: Client, bucket: str) -> None:
    answer = await client.get("/pictures?policy")
    assert (answer.status, answer.code) == (404, "NoSuchBucketPolicy")
    assert (await client.get("/pictures?policyStatus")).field("IsPublic") == "false"
    assert (await client.delete("/pictures?policy")).status == 204
    for method in ("GET", "PUT", "DELETE"):
        answer = await client.request(method, "/missing?policy", b"{}")
        assert (answer.status, answer.code) == (404, "NoSuchBucket")


async def test_a_deleted_policy_says_nothing(client: Client, bucket: str) -> None:
    await put_policy(client, allow("oss:ListObjects", "acs:oss:*:*:pictures", Principal=["*"]))
    assert (await client.get("/pictures", sign=False)).status == 200
    assert (await client.delete("/pictures?policy")).status == 204
    assert (await client.get("/pictures", sign=False)).status == 403
    assert (await client.get("/pictures?policy")).status == 404


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "it is not JSON"),
        (b"\xff", "it is not UTF-8"),
        (b"[" * 10_000, "it is not JSON"),
        (b"{}", 'Version must be "1"'),
        (b'{"Version": "1", "Statement": [{}]}', "statement 1: Effect must be Allow or Deny"),
        (json.dumps(document(allow("oss:*", "*"))).encode(), "statement 1: it must have either Principal or"),
        (
            json.dumps(document(allow("oss:*", "acs:oss:*:*:others/*", Principal=["*"]))).encode(),
            "statement 1: the resource acs:oss:*:*:others/* is not in the bucket pictures",
        ),
        (b" " * (16 * 1024 + 1), "it has more than 16384 bytes"),
    ],
)
async def test_what_is_no_bucket_policy(client: Client, bucket: str, body: bytes, complaint: str) -> None:
    answer = await client.put("/pictures?policy", body)
    assert (answer.status, answer.code) == (400, "InvalidPolicyDocument")
    assert (answer.field("Message") or "").startswith(f"Invalid Policy: {complaint}")
    assert (await client.get("/pictures?policy")).status == 404


SOURCE = {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}}


@pytest.mark.parametrize(
    ("statement", "is_public"),
    [
        (allow("oss:GetObject", "pictures/*", Principal=["*"]), "true"),
        (allow("oss:GetObject", "pictures/*", Principal=[]), "true"),
        (allow("oss:GetObject", "pictures/*", NotPrincipal=["1"]), "true"),
        (allow("oss:GetObject", "pictures/*", Principal=["20000001"]), "false"),
        (allow("oss:GetObject", "pictures/*", Principal=["*"], Condition=SOURCE), "false"),
        (deny("oss:GetObject", "pictures/*", Principal=["*"]), "false"),
    ],
)
async def test_policy_status(client: Client, bucket: str, statement: dict[str, Any], is_public: str) -> None:
    await put_policy(client, statement)
    answer = await client.get("/pictures?policyStatus")
    assert (answer.xml.tag, answer.field("IsPublic")) == ("PolicyStatus", is_public)


# The anonymous


async def test_a_policy_lets_the_anonymous_in(client: Client, bucket: str) -> None:
    for key in ("public/a", "private/a"):
        await client.put(f"/pictures/{key}", b"content")
    await put_policy(client, allow("oss:GetObject", "acs:oss:*:*:pictures/public/*", Principal=["*"]))
    assert (await client.get("/pictures/public/a", sign=False)).body == b"content"
    assert (await client.head("/pictures/public/a", sign=False)).status == 200
    assert refused(await client.get("/pictures/private/a", sign=False)) == BUCKET_ACL_REFUSES
    assert refused(await client.put("/pictures/public/a", b"", sign=False)) == BUCKET_ACL_REFUSES
    missing = await client.get("/pictures/public/missing", sign=False)
    assert (missing.status, missing.code) == (404, "NoSuchKey")
    answer = await client.get("/pictures/public/a?response-content-type=text/html", sign=False)
    assert (answer.status, answer.code) == (400, "InvalidRequest")


async def test_a_policy_denies_what_the_acl_opens(client: Client, bucket: str) -> None:
    await client.put("/pictures?acl", headers={"x-oss-acl": "public-read"})
    await client.put("/pictures/private/a", b"content", headers={"x-oss-object-acl": "public-read"})
    await put_policy(client, deny("oss:*", ["acs:oss:*:*:pictures/private/*"], Principal=["*"]))
    assert refused(await client.get("/pictures/private/a", sign=False)) == BUCKET_POLICY_REFUSES
    assert (await client.get("/pictures", sign=False)).status == 200


async def test_a_deny_does_not_concern_the_owner(client: Client, bucket: str) -> None:
    never = {"IpAddress": {"acs:SourceIp": "0.0.0.0/0"}}
    await put_policy(client, deny("oss:*", ["pictures", "pictures/*"], Principal=["*"], Condition=never))
    assert (await client.put("/pictures/a", b"content")).status == 200
    assert (await client.get("/pictures/a", by=ADMIN)).body == b"content"


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"acs:SourceIp": ["127.0.0.0/8"]}}, 200),
        ({"IpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}}, 403),
        ({"NotIpAddress": {"acs:SourceIp": ["127.0.0.1"]}}, 403),
        ({"Bool": {"acs:SecureTransport": "false"}}, 200),
        ({"Bool": {"acs:SecureTransport": "true"}}, 403),
        ({"DateLessThan": {"acs:CurrentTime": "2026-09-22T00:00:00Z"}}, 200),
        ({"DateGreaterThan": {"acs:CurrentTime": "2026-09-22T00:00:00Z"}}, 403),
        ({"StringLike": {"acs:UserAgent": "browser*"}}, 200),
        ({"StringEquals": {"acs:UserAgent": "browser"}}, 403),
        ({"StringEquals": {"acs:SourceVpc": "vpc-1"}}, 403),
    ],
)
async def test_conditions_see_the_request(client: Client, bucket: str, condition: dict[str, Any], status: int) -> None:
    await client.put("/pictures/a", b"content")
    await put_policy(client, allow("oss:GetObject", "pictures/*", Principal=["*"], Condition=condition))
    answer = await client.get("/pictures/a", sign=False, headers={"User-Agent": "browser/1"})
    assert answer.status == status


async def test_listing_by_prefix(client: Client, bucket: str) -> None:
    condition = {"StringLike": {"oss:Prefix": ["", "img/*"]}, "StringEquals": {"oss:Delimiter": ["", "/"]}}
    await put_policy(client, allow("oss:ListObjects", "pictures", Principal=["*"], Condition=condition))
    statuses = {
        query: (await client.get(f"/pictures?{query}", sign=False)).status
        for query in ("", "prefix=img/a", "prefix=", "list-type=2&prefix=img/", "prefix=doc/", "delimiter=x")
    }
    assert statuses == {
        "": 200, "prefix=img/a": 200, "prefix=": 200, "list-type=2&prefix=img/": 200, "prefix=doc/": 403,
        "delimiter=x": 403,
    }  # fmt: skip


# RAM users


async def test_a_user_may_what_the_policy_says(client: Client, bucket: str) -> None:
    await client.put("/pictures/public/a", b"content")
    await client.put("/pictures/private", b"content")
    assert (await client.get("/pictures/public/a", by=READER)).body == b"content"
    assert (await client.get("/pictures", by=READER)).status == 200
    assert (await client.get("/pictures?acl", by=READER)).status == 200
    assert (await client.put("/pictures/inbox/a", b"content", by=READER)).status == 200
    for answer in (
        await client.get("/pictures/private", by=READER),
        await client.get("/pictures/inbox/a", by=READER),
        await client.put("/pictures/public/a", b"", by=READER),
        await client.get("/pictures/missing", by=READER),
    ):
        assert refused(answer) == BUCKET_ACL_REFUSES
    assert refused(await client.put("/pictures/inbox/locked", b"", by=READER)) == BUCKET_POLICY_REFUSES


@pytest.mark.parametrize(
    ("method", "target", "message"),
    [
        ("GET", "/", "You are forbidden to list buckets."),
        ("PUT", "/another", "AccessDenied"),
        ("PUT", "/pictures?acl", "The bucket you access does not belong to you."),
        ("DELETE", "/pictures", "The bucket you access does not belong to you."),
        ("GET", "/pictures?uploads", BUCKET_ACL_REFUSES[0]),
        ("GET", "/pictures/a?acl", "You do not have read acl permission on this object."),
        ("PUT", "/pictures/a?acl", "You do not have write acl permission on this object."),
        ("POST", "/pictures/a?uploads", BUCKET_ACL_REFUSES[0]),
    ],
)
async def test_how_a_user_is_refused(client: Client, bucket: str, method: str, target: str, message: str) -> None:
    answer = await client.request(method, target, headers={"x-oss-acl": "private"}, by=STRANGER)
    assert refused(answer)[0] == message


async def test_an_acl_opens_to_users_what_policies_leave_open(client: Client, bucket: str) -> None:
    await client.put("/pictures/a", b"content", headers={"x-oss-object-acl": "public-read"})
    await client.put("/pictures/inbox/locked", b"", headers={"x-oss-object-acl": "public-read"})
    assert (await client.get("/pictures/a", by=STRANGER)).body == b"content"
    assert refused(await client.put("/pictures/a", b"", by=STRANGER))[0] == (
        "You do not have write permission on this object."
    )
    assert refused(await client.get("/pictures/inbox/locked", by=READER)) == BUCKET_POLICY_REFUSES


@pytest.mark.parametrize("name", [USER_ID, STRANGER.key])
async def test_a_bucket_policy_names_a_user(client: Client, bucket: str, name: str) -> None:
    await client.put("/pictures/a", b"content")
    everything = ["acs:oss:*:*:pictures", "acs:oss:*:*:pictures/*"]
    await put_policy(client, allow("oss:*", everything, Principal=[name]), deny("oss:Put*", "*", Principal=[name]))
    assert (await client.get("/pictures/a", by=STRANGER)).status == 200
    assert (await client.get("/pictures?policy", by=STRANGER)).status == 200
    assert refused(await client.put("/pictures/a", b"", by=STRANGER)) == BUCKET_POLICY_REFUSES
    assert (await client.get("/pictures/a", by=READER)).status == 403
    assert (await client.get("/pictures/a", sign=False)).status == 403


async def test_a_copy_needs_the_source_too(client: Client, bucket: str) -> None:
    for key in ("public/a", "private"):
        await client.put(f"/pictures/{key}", b"content")
    source = {"x-oss-copy-source": "/pictures/public/a"}
    assert (await client.put("/pictures/inbox/a", headers=source, by=READER)).status == 200
    source = {"x-oss-copy-source": "/pictures/private"}
    assert refused(await client.put("/pictures/inbox/a", headers=source, by=READER)) == BUCKET_ACL_REFUSES


async def test_tags_need_leave_of_their_own(client: Client, bucket: str) -> None:
    await put_policy(client, deny("oss:PutObjectTagging", "pictures/*", Principal=[READER.key]))
    assert (await client.put("/pictures/inbox/a", b"", by=READER)).status == 200
    tagged = await client.put("/pictures/inbox/b", b"", headers={"x-oss-tagging": "a=b"}, by=READER)
    assert refused(tagged) == BUCKET_POLICY_REFUSES


async def test_a_version_needs_another_action(client: Client, bucket: str) -> None:
    await client.put("/pictures/a", b"content")
    await put_policy(client, deny("oss:GetObjectVersion", "*", Principal=["*"]), allow("*", "*", Principal=["*"]))
    assert (await client.get("/pictures/a", sign=False)).status == 200
    assert refused(await client.get("/pictures/a?versionId=x", sign=False)) == BUCKET_POLICY_REFUSES


def deleting(*keys: str) -> bytes:
    return f"<Delete>{''.join(f'<Object><Key>{key}</Key></Object>' for key in keys)}</Delete>".encode()


async def test_many_are_deleted_only_if_all_may_be(client: Client, bucket: str) -> None:
    for key in ("inbox/a", "inbox/b", "inbox/locked", "public/a"):
        await client.put(f"/pictures/{key}", b"content")
    answer = await client.post("/pictures?delete", deleting("inbox/a", "inbox/locked"), by=READER)
    assert refused(answer) == BUCKET_POLICY_REFUSES
    answer = await client.post("/pictures?delete", deleting("inbox/a", "public/a"), by=READER)
    assert refused(answer) == BUCKET_ACL_REFUSES
    assert (await client.head("/pictures/inbox/a")).status == 200
    answer = await client.post("/pictures?delete", deleting("inbox/a", "inbox/b"), by=READER)
    assert answer.status == 200
    assert (await client.head("/pictures/inbox/a")).status == 404


async def test_the_anonymous_delete_what_acls_open(client: Client, bucket: str) -> None:
    await client.put("/pictures/a", b"content")
    await client.put("/pictures/mine", b"", headers={"x-oss-object-acl": "private"})
    assert refused(await client.post("/pictures?delete", deleting("a"), sign=False)) == BUCKET_ACL_REFUSES
    await client.put("/pictures?acl", headers={"x-oss-acl": "public-read-write"})
    assert (await client.post("/pictures?delete", deleting("a", "mine"), sign=False)).status == 403
    assert (await client.post("/pictures?delete", deleting("a"), sign=False)).status == 200
