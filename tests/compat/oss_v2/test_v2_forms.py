"""PostObject as the guide of alibabacloud-oss-v2 does it: a V4 policy signed by hand, the body built by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import httpx
import pytest
from live_server import KEY, REGION, SECRET, TOKEN, Server
from support_oss_v2 import settings_of

BOUNDARY = "9431149156168"


def fields_of(
    provider: oss.credentials.CredentialsProvider, bucket: str, key: str, *conditions: Any, hours: int = 1
) -> dict[str, str]:
    """The fields of a signed form that puts `key`."""
    credential, now = provider.get_credentials(), datetime.now(UTC)
    scope = [f"{now:%Y%m%d}", REGION, "oss", "aliyun_v4_request"]
    fields = {
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": "/".join([credential.access_key_id, *scope]),
        "x-oss-date": f"{now:%Y%m%dT%H%M%SZ}",
    }
    if credential.security_token:
        fields["x-oss-security-token"] = credential.security_token
    policy = {
        "expiration": f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S.000Z}",
        "conditions": [{"bucket": bucket}, *({name: value} for name, value in fields.items()), *conditions],
    }
    encoded = base64.b64encode(json.dumps(policy).encode()).decode()
    secret = f"aliyun_v4{credential.access_key_secret}".encode()
    for part in scope:
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, encoded.encode(), hashlib.sha256).hexdigest()
    return {"key": key, "policy": encoded, **fields, "x-oss-signature": signature}


def posted(server: Server, bucket: str, fields: Mapping[str, str], content: str = "hi oss") -> httpx.Response:
    """The form, the content as a field without a file name, as in the SDK's sample."""
    parts = [*fields.items(), ("file", content)]
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return httpx.post(f"{server.endpoint}/{bucket}", content=f"{body}--{BOUNDARY}--\r\n".encode(), headers=headers)


PROVIDERS = {
    "key": oss.credentials.StaticCredentialsProvider(KEY, SECRET),
    "sts": oss.credentials.StaticCredentialsProvider(f"STS.{KEY}", SECRET, TOKEN),
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_form_puts_an_object(server: Server, bucket: str, provider: str) -> None:
    fields = fields_of(PROVIDERS[provider], bucket, "dir/猫 1+2", ["content-length-range", 1, 1024])
    more = {"success_action_status": "201", "x-oss-meta-author": "libai", "x-oss-content-type": "text/x-poem"}
    answer = posted(server, bucket, {**fields, **more})
    assert (answer.status_code, "<Key>dir/猫 1+2</Key>" in answer.text) == (201, True)
    client = oss.Client(settings_of(server, provider=PROVIDERS[provider]))
    found = client.get_object(oss.GetObjectRequest(bucket=bucket, key="dir/猫 1+2"))
    assert found.body is not None and found.metadata is not None
    assert (found.body.content, found.content_type, found.metadata["author"]) == (b"hi oss", "text/x-poem", "libai")


@pytest.mark.parametrize(
    ("conditions", "key", "status"),
    [
        ([["starts-with", "$key", "user/"]], "user/a", 204),
        ([["starts-with", "$key", "user/"]], "other/a", 403),
        ([["eq", "$key", "a"]], "b", 403),
        ([["in", "$key", ["a", "b"]]], "b", 204),
        ([["not-in", "$key", ["a", "b"]]], "b", 403),
        ([["content-length-range", 1, 5]], "a", 400),
        ([["content-length-range", 7, 10]], "a", 400),
    ],
)
def test_conditions(server: Server, bucket: str, conditions: list[Any], key: str, status: int) -> None:
    answer = posted(server, bucket, fields_of(PROVIDERS["key"], bucket, key, *conditions))
    assert answer.status_code == status, answer.text


def test_refusals(server: Server, bucket: str) -> None:
    fields = fields_of(PROVIDERS["key"], bucket, "a")
    changed = {**fields, "x-oss-signature": "0" * 64}
    expired = fields_of(PROVIDERS["key"], bucket, "a", hours=-1)
    for form, code in ((changed, "SignatureDoesNotMatch"), (expired, "Policy expired"), ({"key": "a"}, "AccessDenied")):
        answer = posted(server, bucket, form)
        assert (answer.status_code, code in answer.text) == (403, True)
