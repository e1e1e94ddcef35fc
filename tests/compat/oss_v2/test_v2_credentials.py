"""Where alibabacloud-oss-v2 gets its credentials from, and how it addresses buckets."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from live_server import KEY, SECRET, TOKEN, Server
from support_oss_v2 import Waiting, failure, refusal, settings_of

KINDS = pytest.mark.parametrize("kind", [oss.Client, Waiting])
VERSIONS = pytest.mark.parametrize("version", ["v4", "v1"])


@KINDS
@VERSIONS
@pytest.mark.parametrize("token", [None, TOKEN])
def test_from_the_environment(
    server: Server, bucket: str, kind: Any, version: str, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", f"STS.{KEY}" if token else KEY)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    monkeypatch.setenv("OSS_SESSION_TOKEN", token or "")
    provider = oss.credentials.EnvironmentVariableCredentialsProvider()
    client = kind(settings_of(server, version, provider))
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="a b+猫", body=b"content"))
    assert client.get_object(oss.GetObjectRequest(bucket=bucket, key="a b+猫")).body.content == b"content"


@KINDS
@VERSIONS
def test_a_provider_is_asked_every_time(server: Server, bucket: str, kind: Any, version: str) -> None:
    given = iter([oss.credentials.Credentials("nobody", SECRET), oss.credentials.Credentials(KEY, SECRET)])
    client = kind(settings_of(server, version, oss.credentials.CredentialsProviderFunc(lambda: next(given))))
    request = oss.GetBucketAclRequest(bucket=bucket)
    assert refusal(lambda: client.get_bucket_acl(request)) == (403, "InvalidAccessKeyId")
    assert client.get_bucket_acl(request).acl == "private"


@KINDS
def test_nobody(server: Server, clients: dict[str, Any], bucket: str, kind: Any) -> None:
    owner = clients["sync-v4"]
    for key, acl in (("open", "public-read"), ("closed", "default")):
        owner.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=b"content", acl=acl))
    client = kind(settings_of(server, provider=oss.credentials.AnonymousCredentialsProvider()))
    assert client.get_object(oss.GetObjectRequest(bucket=bucket, key="open")).body.content == b"content"
    error = failure(lambda: client.get_object(oss.GetObjectRequest(bucket=bucket, key="closed")))
    assert (error.status_code, error.code, error.ec) == (403, "AccessDenied", "0003-00000001")
    assert "bucket acl" in error.message
    putting = oss.PutObjectRequest(bucket=bucket, key="open", body=b"")
    assert refusal(lambda: client.put_object(putting)) == (403, "AccessDenied")


@VERSIONS
@pytest.mark.parametrize(
    ("key", "token", "code"),
    [(f"STS.{KEY}", None, "InvalidAccessKeyId"), (f"STS.{KEY}", "other", "InvalidSecurityToken")],
)
def test_wrong_tokens(server: Server, bucket: str, version: str, key: str, token: str | None, code: str) -> None:
    provider = oss.credentials.StaticCredentialsProvider(key, SECRET, token)
    client = oss.Client(settings_of(server, version, provider))
    assert refusal(lambda: client.get_bucket_acl(oss.GetBucketAclRequest(bucket=bucket))) == (403, code)


@KINDS
@VERSIONS
def test_path_style_with_a_name(server: Server, bucket: str, kind: Any, version: str) -> None:
    settings = settings_of(server, version)
    settings.endpoint, settings.use_path_style = server.named_endpoint, True
    client = kind(settings)
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="dir/猫", body=b"content"))
    assert client.get_object(oss.GetObjectRequest(bucket=bucket, key="dir/猫")).body.content == b"content"
