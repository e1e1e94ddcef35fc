"""STS: AssumeRole and GetCallerIdentity as SDKs call them, and what the credentials are good for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from oss_client import KEY, OWNER, SECRET, START, Answer, Client, Clock, Pair
from support_auth import v1_signature
from support_forms import ANY, body_of, post

from pixoss.server.app import create_app
from pixoss.server.config import Settings

pytestmark = pytest.mark.anyio

READER = "acs:ram::1234567890:role/reader"
WRITER = "acs:ram::1234567890:role/writer"
USER = Pair("user", "user-secret")
POWERLESS = Pair("powerless", "powerless-secret")


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    assuming = document(allow("sts:AssumeRole", "acs:ram::*:role/reader"))
    user = {"access_key_id": USER.key, "access_key_secret": USER.secret, "policy": assuming}
    powerless = {"access_key_id": POWERLESS.key, "access_key_secret": POWERLESS.secret, "user_id": "7"}
    reading = document(allow(["oss:Get*", "oss:List*"], "*"), deny("oss:*", "acs:oss:*:*:*/secret/*"))
    reader = {"name": "reader", "policy": reading}
    writer = {"name": WRITER, "max_duration": 7200}
    return {"credentials": [user, powerless], "roles": [reader, writer]}


def escaped(text: str) -> str:
    return quote(text, safe="-_.~")


def signed(client: Client, params: Mapping[str, str], by: Pair = OWNER, method: str = "GET") -> dict[str, str]:
    """An RPC call's parameters with their signature."""
    when = datetime.fromtimestamp(client.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    common = {"Version": "2015-04-01", "Format": "JSON", "AccessKeyId": by.key, "SignatureMethod": "HMAC-SHA1"}
    common |= {"SignatureVersion": "1.0", "SignatureNonce": "1", "Timestamp": when}
    if by.token:
        common["SecurityToken"] = by.token
    sent = {name: value for name, value in {**common, **params}.items() if value != ABSENT}
    query = "&".join(f"{escaped(name)}={escaped(sent[name])}" for name in sorted(sent))
    text = f"{method}&%2F&{escaped(query)}"
    code = hmac.new(f"{by.secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return {**sent, "Signature": base64.b64encode(code).decode()}


ABSENT = "\0"


async def call(client: Client, params: Mapping[str, str], by: Pair = OWNER, **options: Any) -> Answer:
    return await client.get(f"/?{urlencode(signed(client, params, by))}", sign=False, **options)


def assuming(role: str = READER, **more: str) -> dict[str, str]:
    return {"Action": "AssumeRole", "RoleArn": role, "RoleSessionName": "web.app@1-a_b", **more}


def told(answer: Answer) -> Any:
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def pair_of(answer: Answer) -> Pair:
    assert answer.status == 200, answer.text
    found = told(answer)["Credentials"]
    return Pair(found["AccessKeyId"], found["AccessKeySecret"], found["SecurityToken"])


async def assumed(client: Client, role: str = READER, by: Pair = OWNER, **more: str) -> Pair:
    return pair_of(await call(client, assuming(role, **more), by))


def refused(answer: Answer) -> tuple[int, str]:
    found = told(answer)
    assert set(found) == {"RequestId", "HostId", "Code", "Message"}
    return answer.status, found["Code"]


# The answer


async def test_a_role_is_assumed(client: Client) -> None:
    answer = await call(client, assuming())
    found = told(answer)
    assert set(found) == {"RequestId", "AssumedRoleUser", "Credentials"}
    assert found["RequestId"] == answer.headers["x-oss-request-id"]
    assert found["AssumedRoleUser"]["Arn"] == f"{READER}/web.app@1-a_b"
    assert found["AssumedRoleUser"]["AssumedRoleId"].endswith(":web.app@1-a_b")
    assert found["Credentials"]["AccessKeyId"].startswith("STS.")
    assert found["Credentials"]["Expiration"] == "2026-09-21T15:13:20Z"  # START and an hour
    assert pair_of(await call(client, assuming())) != pair_of(answer)


@pytest.mark.parametrize("form", ["Xml", ABSENT])
async def test_the_answer_is_xml_by_default(client: Client, form: str) -> None:
    answer = await call(client, assuming(Format=form))
    assert (answer.headers["content-type"], answer.xml.tag) == ("application/xml", "AssumeRoleResponse")
    assert (answer.field("Credentials/AccessKeyId") or "").startswith("STS.")
    answer = await call(client, assuming("acs:ram::1:role/none", Format=form))
    assert (answer.status, answer.xml.tag, answer.code) == (404, "Error", "EntityNotExist.Role")
    assert (answer.field("HostId"), answer.field("RequestId")) == (client.host, answer.headers["x-oss-request-id"])


async def test_parameters_in_a_form(client: Client) -> None:
    body = urlencode(signed(client, assuming(), method="POST")).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    assert pair_of(await client.post("/", body, headers=form, sign=False)).key.startswith("STS.")


async def test_parameters_of_a_post_in_the_query(client: Client) -> None:
    answer = await client.post(f"/?{urlencode(signed(client, assuming(), method='POST'))}", sign=False)
    assert pair_of(answer).key.startswith("STS.")


@pytest.mark.parametrize(
    "host", ["sts.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com", "sts-vpc.cn-hangzhou.aliyuncs.com", "sts.localhost:1"]
)
async def test_hosts(client: Client, host: str) -> None:
    assert pair_of(await call(client, assuming(), host=host)).key.startswith("STS.")


async def test_a_bucket_may_be_called_sts(client: Client) -> None:
    for host in ("sts.localhost", "sts.oss-cn-hangzhou.aliyuncs.com"):
        answer = await client.get("/", sign=False, host=host)
        assert (answer.status, answer.code) == (404, "NoSuchBucket")
    assert (await client.get("/sts?Action=AssumeRole", sign=False)).code == "NoSuchBucket"


# Refusals


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"RoleArn": "acs:ram::1234567890:role/none"}, 404, "EntityNotExist.Role"),
        ({"RoleArn": "acs:ram::99:role/writer"}, 404, "EntityNotExist.Role"),
        ({"RoleArn": "reader"}, 400, "InvalidParameter.RoleArn"),
        ({"RoleArn": "acs:ram::1234567890:user/reader"}, 400, "InvalidParameter.RoleArn"),
        ({"RoleArn": ABSENT}, 400, "MissingRoleArn"),
        ({"RoleArn": ""}, 400, "MissingRoleArn"),
        ({"RoleSessionName": ABSENT}, 400, "MissingRoleSessionName"),
        ({"RoleSessionName": "a"}, 400, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "a" * 65}, 400, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "猫猫"}, 400, "InvalidParameter.RoleSessionName"),
        ({"DurationSeconds": "899"}, 400, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "3601"}, 400, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "-900"}, 400, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "1e3"}, 400, "InvalidParameter.DurationSeconds"),
        ({"Policy": "{"}, 400, "InvalidParameter.PolicyGrammar"),
        ({"Policy": '{"Version": "1", "Statement": []}'}, 400, "InvalidParameter.PolicyGrammar"),
        ({"Policy": " " * 2049}, 400, "InvalidParameter.PolicySize"),
        ({"Action": "AssumeRoleWithSAML"}, 404, "InvalidAction.NotFound"),
        ({"Action": ""}, 400, "MissingAction"),
        ({"Version": "2014-05-26"}, 400, "InvalidVersion"),
        ({"Version": ABSENT}, 400, "MissingVersion"),
        ({"AccessKeyId": ABSENT}, 400, "MissingAccessKeyId"),
        ({"AccessKeyId": "nobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"AccessKeyId": "STS.nobody"}, 400, "MissingSecurityToken"),
        ({"AccessKeyId": "STS.nobody", "SecurityToken": "x"}, 400, "InvalidSecurityToken.Malformed"),
        ({"SecurityToken": "x"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"SignatureMethod": "HMAC-MD5"}, 400, "InvalidParameter"),
        ({"SignatureMethod": ABSENT}, 400, "MissingSignatureMethod"),
        ({"Timestamp": ABSENT}, 400, "MissingTimestamp"),
        ({"Timestamp": "now"}, 400, "InvalidTimeStamp.Format"),
        ({"Timestamp": "2026-09-21T13:58:19Z"}, 400, "InvalidTimeStamp.Expired"),
    ],
)
async def test_refusals(client: Client, change: dict[str, str], status: int, code: str) -> None:
    assert refused(await call(client, assuming() | change)) == (status, code)


async def test_how_long_a_session_may_last(client: Client) -> None:
    for role, longest in ((READER, 3600), (WRITER, 7200)):
        await assumed(client, role, DurationSeconds=str(longest))
        answer = await call(client, assuming(role, DurationSeconds=str(longest + 1)))
        assert f"15min/{longest // 3600}hr" in told(answer)["Message"]


async def test_a_wrong_signature_is_told_the_string_that_was_meant(client: Client) -> None:
    sent = signed(client, assuming(), Pair(KEY, "wrong"))
    answer = await client.get(f"/?{urlencode(sent)}", sign=False)
    assert refused(answer) == (400, "SignatureDoesNotMatch")
    told_text = told(answer)["Message"].split(":")[1]
    code = hmac.new(b"wrong&", told_text.encode(), hashlib.sha1).digest()
    assert base64.b64encode(code).decode() == sent["Signature"]


async def test_what_is_signed_can_not_be_changed(client: Client) -> None:
    sent = signed(client, assuming())
    for change in ({"RoleArn": WRITER}, {"Policy": ""}, {"DurationSeconds": "900"}):
        answer = await client.get(f"/?{urlencode({**sent, **change})}", sign=False)
        assert refused(answer) == (400, "SignatureDoesNotMatch")


async def test_hostile_requests(client: Client) -> None:
    sent = urlencode(signed(client, assuming()))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert refused(await client.get(f"/?{sent}&RoleArn=x", sign=False)) == (400, "InvalidParameter")
    assert refused(await client.put(f"/?{sent}", sign=False)) == (405, "UnsupportedHTTPMethod")
    answers = [
        await client.get("/?Action=AssumeRole&RoleArn=%FF", sign=False),
        await client.post("/", b"a" * (64 * 1024 + 1), headers=form, sign=False),
        await client.post("/", b"Action=%FF", headers=form, sign=False),
        await client.get("/", host="sts.aliyuncs.com", sign=False),
    ]
    assert [(answer.status, answer.code) for answer in answers] == [
        *[(400, "InvalidParameter")] * 3,
        (400, "MissingSignatureMethod"),
    ]


# Signed in a header


def acs3(
    client: Client, params: Mapping[str, str], body: bytes = b"", method: str = "POST", **more: str
) -> dict[str, str]:
    when = datetime.fromtimestamp(client.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": client.host, "x-acs-action": "AssumeRole", "x-acs-version": "2015-04-01", "x-acs-date": when}
    headers |= {"x-acs-signature-nonce": "1", "x-acs-content-sha256": digest, **more}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    query = "&".join(f"{escaped(name)}={escaped(params[name])}" for name in sorted(params))
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{digest}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    mark = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={mark}"
    return headers


ROLE = {"RoleArn": READER, "RoleSessionName": "web", "Policy": ""}


async def test_a_call_signed_in_a_header(client: Client) -> None:
    answer = await client.post(f"/?{urlencode(ROLE)}", headers=acs3(client, ROLE), sign=False)
    assert pair_of(answer).key.startswith("STS.")
    body = urlencode(ROLE).encode()
    headers = acs3(client, {}, body, **{"content-type": "application/x-www-form-urlencoded"})
    assert pair_of(await client.post("/", body, headers=headers, sign=False)).key.startswith("STS.")
    answer = await client.post("/", body + b"&DurationSeconds=900", headers=headers, sign=False)
    assert refused(answer) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"authorization": "ACS3-HMAC-SHA256 "}, "MissingSignedHeaders"),
        ({"authorization": "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host"}, "InvalidParameter"),
        ({"x-acs-action": "GetCallerIdentity"}, "SignatureDoesNotMatch"),
        ({"x-acs-security-token": "x"}, "InvalidParameter"),
        ({"x-acs-version": ""}, "Missingx-acs-version"),
    ],
)
async def test_refusals_of_a_header(client: Client, change: dict[str, str], code: str) -> None:
    answer = await client.post(f"/?{urlencode(ROLE)}", headers=acs3(client, ROLE) | change, sign=False)
    assert refused(answer) == (400, code)


async def test_a_header_may_ask_for_xml(client: Client) -> None:
    headers = acs3(client, ROLE) | {"accept": "application/xml"}
    answer = await client.post(f"/?{urlencode(ROLE)}", headers=headers, sign=False)
    assert answer.xml.tag == "AssumeRoleResponse"


# Who may


async def test_who_may_assume_a_role(client: Client) -> None:
    assert (await assumed(client, READER, USER)).key.startswith("STS.")
    assert refused(await call(client, assuming(WRITER), USER)) == (403, "NoPermission")
    assert refused(await call(client, assuming(), POWERLESS)) == (403, "NoPermission")
    assert refused(await call(client, assuming(), await assumed(client, WRITER))) == (403, "NoPermission")


async def test_who_one_is(client: Client) -> None:
    role = await assumed(client)
    identities = [told(await call(client, {"Action": "GetCallerIdentity"}, by)) for by in (OWNER, POWERLESS, role)]
    assert [(found["IdentityType"], found["Arn"]) for found in identities] == [
        ("Account", "acs:ram::1000000000000001:root"),
        ("RAMUser", "acs:ram::1000000000000001:user/powerless"),
        ("AssumedRoleUser", "acs:ram::1234567890:assumed-role/reader/web.app@1-a_b"),
    ]
    assert [found["UserId"] for found in identities[:2]] == ["1000000000000001", "7"]


# What the credentials are good for


async def test_the_rights_of_a_role(client: Client, bucket: str) -> None:
    for key in ("a", "secret/a"):
        await client.put(f"/pictures/{key}", b"content")
    role = await assumed(client)
    assert (await client.get("/pictures/a", by=role)).body == b"content"
    assert (await client.get("/", by=role)).status == 200
    answer = await client.put("/pictures/a", b"", by=role)
    assert (answer.status, answer.ec) == (403, "0003-00000001")
    answer = await client.get("/pictures/secret/a", by=role)
    assert (answer.field("Message"), answer.ec) == ("Access denied by bucket policy.", "0003-00000201")
    assert (await client.put("/pictures/b", b"", by=await assumed(client, WRITER))).status == 200


async def test_a_session_policy_only_takes_away(client: Client, bucket: str) -> None:
    for key in ("public/a", "secret/a", "b"):
        await client.put(f"/pictures/{key}", b"content", headers={"x-oss-object-acl": "public-read"})
    everything = [allow("oss:*", ["acs:oss:*:*:pictures/public/*", "acs:oss:*:*:*/secret/*"])]
    role = await assumed(client, Policy=json.dumps(document(*everything)))
    assert (await client.get("/pictures/public/a", by=role)).status == 200
    denied = {
        "not by the session": await client.get("/pictures/b", by=role),
        "nor the bucket": await client.get("/pictures", by=role),
        "nor the service": await client.get("/", by=role),
        "denied by the role": await client.get("/pictures/secret/a", by=role),
        "not by the role": await client.put("/pictures/public/a", b"", by=role),
    }
    assert {name: (answer.status, answer.field("Message")) for name, answer in denied.items()} == {
        "not by the session": (403, "Access denied by authorizer's policy."),
        "nor the bucket": (403, "Access denied by authorizer's policy."),
        "nor the service": (403, "Access denied by authorizer's policy."),
        "denied by the role": (403, "Access denied by bucket policy."),
        "not by the role": (403, "You do not have write permission on this object."),
    }
    assert denied["nor the bucket"].ec == "0003-00000301"


async def test_a_bucket_policy_names_a_role(client: Client, bucket: str) -> None:
    await client.put("/pictures/a", b"content")
    reader, writer = "arn:sts::*:assumed-role/reader/*", "arn:sts::1234567890:assumed-role/writer/web.app@1-a_b"
    policy = document(allow("oss:PutObject", "*", Principal=[reader]), deny("oss:Put*", "*", Principal=[writer]))
    assert (await client.put("/pictures?policy", json.dumps(policy).encode())).status == 200
    assert (await client.put("/pictures/b", b"", by=await assumed(client))).status == 200
    assert (await client.put("/pictures/b", b"", by=await assumed(client, WRITER))).status == 403
    assert (await client.get("/pictures/b", by=await assumed(client, WRITER))).status == 200


async def test_a_form_signed_with_a_temporary_credential(client: Client, bucket: str) -> None:
    session = document(allow("oss:PutObject", "acs:oss:*:*:pictures/inbox/*"))
    role = await assumed(client, WRITER, Policy=json.dumps(session))
    outcomes = {}
    for key, more in (("inbox/a", {}), ("outbox/a", {}), ("inbox/b", {"x-oss-tagging": "a=b"})):
        form = {"key": key, "policy": ANY, "OSSAccessKeyId": role.key, "Signature": v1_signature(ANY, role.secret)}
        answer = await post(client, bucket, body_of({**form, "x-oss-security-token": role.token or "", **more}))
        outcomes[key] = (answer.status, answer.status == 403 and answer.field("Message"))
    assert outcomes == {
        "inbox/a": (204, False),
        "outbox/a": (403, "Access denied by authorizer's policy."),
        "inbox/b": (403, "Access denied by authorizer's policy."),
    }
    answer = await post(client, bucket, body_of(form))
    assert (answer.status, answer.code) == (403, "InvalidAccessKeyId")


async def test_urls_signed_with_a_temporary_credential(client: Client, bucket: str) -> None:
    await client.put("/pictures/a", b"content")
    role = await assumed(client)
    expires, token = int(START) + 60, role.token or ""
    mark = v1_signature(f"GET\n\n\n{expires}\n/pictures/a?security-token={token}", role.secret)
    sent = {"OSSAccessKeyId": role.key, "Expires": str(expires), "Signature": mark}
    answer = await client.get(f"/pictures/a?{urlencode({**sent, 'security-token': token})}", sign=False)
    assert answer.body == b"content"
    answer = await client.get(f"/pictures/a?{urlencode(sent)}", sign=False)
    assert (answer.status, answer.code) == (403, "InvalidAccessKeyId")


async def test_a_session_ends(client: Client, bucket: str, clock: Clock) -> None:
    role = await assumed(client, DurationSeconds="900")
    clock.now = START + 899
    assert (await client.get("/pictures", by=role)).status == 200
    clock.now = START + 900
    answer = await client.get("/pictures", by=role)
    assert (answer.status, answer.code, answer.ec) == (403, "SecurityTokenExpired", "0002-00000007")
    answer = await call(client, {"Action": "GetCallerIdentity"}, role)
    assert refused(answer) == (400, "InvalidSecurityToken.Expired")


async def test_keys_and_tokens_belong_together(client: Client, bucket: str) -> None:
    one, other = await assumed(client), await assumed(client)
    token = one.token or ""
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    attempts = {
        "no token": Pair(one.key, one.secret),
        "another's": Pair(one.key, one.secret, other.token),
        "changed": Pair(one.key, one.secret, changed),
        "cut": Pair(one.key, one.secret, token[:-4]),
        "long": Pair(one.key, one.secret, token + "A" * 20_000),
        "invented": Pair("STS.NONE", "secret", "CAIS+x"),
        "with the owner's key": Pair(KEY, SECRET, token),
        "unknown key": Pair("nobody", "secret", token),
        "wrong secret": Pair(one.key, other.secret, token),
    }
    answers = {name: await client.get("/pictures", by=pair) for name, pair in attempts.items()}
    assert {name: (answer.status, answer.code) for name, answer in answers.items()} == {
        "no token": (403, "InvalidAccessKeyId"),
        "another's": (403, "AccessKeyIdAndSecurityTokenNotMatch"),
        "changed": (403, "InvalidSecurityToken"),
        "cut": (403, "InvalidSecurityToken"),
        "long": (403, "InvalidSecurityToken"),
        "invented": (403, "InvalidSecurityToken"),
        "with the owner's key": (403, "InvalidAccessKeyId"),
        "unknown key": (403, "InvalidAccessKeyId"),
        "wrong secret": (403, "SignatureDoesNotMatch"),
    }
    assert one.secret not in answers["wrong secret"].text


async def visited(settings: Settings, clock: Clock, by: Pair) -> int:
    """The status that another process with these settings answers."""
    app = create_app(settings, clock)
    async with app.router.lifespan_context(app) as state:
        return (await Client(app, state, clock).get("/pictures", by=by)).status


async def test_another_process_honours_a_token(client: Client, bucket: str, settings: Settings, clock: Clock) -> None:
    role = await assumed(client)
    assert await visited(settings, clock, role) == 200
    for change in ({"access_key_secret": "another"}, {"roles": ({"name": "writer"},)}):
        assert await visited(Settings(**{**dict(settings), **change}), clock, role) == 403


class TestWithoutRoles:
    @pytest.fixture
    def extra_settings(self) -> dict[str, Any]:
        return {}

    async def test_every_role_exists_and_may_everything(self, client: Client, bucket: str) -> None:
        role = await assumed(client, "acs:ram::1:role/any.thing", DurationSeconds="43200")
        assert (await client.put("/pictures/a", b"content", by=role)).status == 200
        assert (await client.delete("/pictures/a", by=role)).status == 204
        assert (await client.put("/another", by=role)).status == 200
        reading = json.dumps(document(allow("oss:GetObject", "acs:oss:*:*:pictures/*")))
        restricted = await assumed(client, "acs:ram::1:role/any.thing", Policy=reading)
        assert (await client.put("/pictures/a", b"content", by=restricted)).status == 403
