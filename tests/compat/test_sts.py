"""The credential flows of the SDKs: each asks for a role as its guide shows, and works with what it gets."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import alibabacloud_oss_v2 as oss
import oss2
import pytest
from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_credentials.models import Config
from alibabacloud_credentials.providers import RamRoleArnCredentialProvider
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdksts.request.v20150401.AssumeRoleRequest import AssumeRoleRequest
from aliyunsdksts.request.v20150401.GetCallerIdentityRequest import GetCallerIdentityRequest
from live_server import KEY, REGION, SECRET, Server

NODE = Path(__file__).parent / "node"
ROLE = "acs:ram::1234567890:role/uploader"


@dataclass(frozen=True)
class Temporary:
    """A temporary credential."""

    key: str
    secret: str
    token: str


def reading(bucket: str) -> str:
    statement = {"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": [f"acs:oss:*:*:{bucket}/public/*"]}
    return json.dumps({"Version": "1", "Statement": [statement]}, separators=(",", ":"))


@pytest.fixture
def bucket(server: Server, names: tuple[str, str]) -> str:
    found = oss2.Bucket(oss2.Auth(KEY, SECRET), server.endpoint, names[0])
    found.create_bucket()
    for key in ("public/a", "private/a"):
        found.put_object(key, b"content")
    return names[0]


def core_client(server: Server, secret: str = SECRET) -> AcsClient:
    return AcsClient(KEY, secret, REGION, port=server.port, auto_retry=False)


def sent(client: AcsClient, request: Any) -> Any:
    request.set_endpoint("127.0.0.1")
    request.set_protocol_type("http")
    return json.loads(client.do_action_with_exception(request))


def by_core_sdk(server: Server, policy: str) -> Temporary:
    request = AssumeRoleRequest()
    request.set_RoleArn(ROLE)
    request.set_RoleSessionName("session")
    request.set_DurationSeconds(900)
    request.set_Policy(policy)
    found = sent(core_client(server), request)["Credentials"]
    return Temporary(found["AccessKeyId"], found["AccessKeySecret"], found["SecurityToken"])


def by_credentials_package(server: Server, policy: str) -> Temporary:
    # The package speaks HTTPS, except where its endpoint names another scheme; from a Config it takes no policy.
    config = Config(
        type="ram_role_arn",
        access_key_id=KEY,
        access_key_secret=SECRET,
        role_arn=ROLE,
        role_session_name="session",
        sts_endpoint=server.endpoint,
    )
    found = RamRoleArnCredentialProvider(policy=policy, config=config).get_credentials()
    return Temporary(found.access_key_id, found.access_key_secret, found.security_token)


WAYS = {"aliyunsdksts": by_core_sdk, "alibabacloud_credentials": by_credentials_package}


@pytest.mark.parametrize("way", WAYS)
def test_oss2_with_a_temporary_credential(server: Server, bucket: str, way: str) -> None:
    found = WAYS[way](server, reading(bucket))
    assert found.key.startswith("STS.")
    client = oss2.Bucket(oss2.StsAuth(found.key, found.secret, found.token), server.endpoint, bucket)
    assert client.get_object("public/a").read() == b"content"
    url = client.sign_url("GET", "public/a", 60, slash_safe=True)
    assert urllib.request.urlopen(url).read() == b"content"
    for attempt in (
        lambda: client.get_object("private/a"),
        lambda: client.put_object("public/a", b""),
        lambda: client.batch_delete_objects(["public/a"]),
    ):
        with pytest.raises(oss2.exceptions.AccessDenied) as caught:
            attempt()
        assert caught.value.message == "Access denied by authorizer's policy."


def test_oss_v2_renews_its_credential_itself(server: Server, bucket: str) -> None:
    config = Config(
        type="ram_role_arn",
        access_key_id=KEY,
        access_key_secret=SECRET,
        role_arn=ROLE,
        role_session_name="session",
        sts_endpoint=server.endpoint,
    )
    source = CredentialClient(config)

    def current() -> oss.credentials.Credentials:
        found = source.get_credential()
        return oss.credentials.Credentials(found.access_key_id, found.access_key_secret, found.security_token)

    settings = oss.config.load_default()
    settings.credentials_provider = oss.credentials.CredentialsProviderFunc(current)
    settings.region, settings.endpoint = REGION, server.endpoint
    client = oss.Client(settings)
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="b", body=b"new"))
    result = client.get_object(oss.GetObjectRequest(bucket=bucket, key="b"))
    assert result.body is not None
    assert result.body.content == b"new"


def test_how_the_core_sdk_reads_refusals(server: Server) -> None:
    request = GetCallerIdentityRequest()
    assert sent(core_client(server), request)["IdentityType"] == "Account"
    with pytest.raises(ServerException) as caught:
        sent(core_client(server, "wrong"), GetCallerIdentityRequest())
    # It says so only if the string to sign that it is told is its own.
    assert caught.value.get_error_code() == "InvalidAccessKeySecret"
    request = AssumeRoleRequest()
    request.set_RoleArn("uploader")
    request.set_RoleSessionName("session")
    with pytest.raises(ServerException) as caught:
        sent(core_client(server), request)
    assert caught.value.get_error_code() == "InvalidParameter.RoleArn"
    assert caught.value.get_request_id()


def public(bucket: str) -> str:
    resource = f"acs:oss:*:*:{bucket}/*"
    statement = {"Effect": "Allow", "Action": "oss:GetObject", "Principal": ["*"], "Resource": resource}
    return json.dumps({"Version": "1", "Statement": [statement]})


def test_bucket_policy_of_oss2(server: Server, bucket: str) -> None:
    owner = oss2.Bucket(oss2.Auth(KEY, SECRET), server.endpoint, bucket)
    owner.put_bucket_policy(public(bucket))
    assert owner.get_bucket_policy().policy == public(bucket)
    anonymous = oss2.Bucket(oss2.AnonymousAuth(), server.endpoint, bucket)
    assert anonymous.get_object("private/a").read() == b"content"
    owner.delete_bucket_policy()
    with pytest.raises(oss2.exceptions.NoSuchBucketPolicy):
        owner.get_bucket_policy()


def test_bucket_policy_of_oss_v2(server: Server, bucket: str) -> None:
    settings = oss.config.load_default()
    settings.credentials_provider = oss.credentials.StaticCredentialsProvider(KEY, SECRET)
    settings.region, settings.endpoint = REGION, server.endpoint
    owner = oss.Client(settings)
    owner.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=bucket, body=public(bucket)))
    assert owner.get_bucket_policy(oss.GetBucketPolicyRequest(bucket=bucket)).body == public(bucket)
    status = owner.get_bucket_policy_status(oss.GetBucketPolicyStatusRequest(bucket=bucket)).policy_status
    assert status is not None
    assert status.is_public is True
    owner.delete_bucket_policy(oss.DeleteBucketPolicyRequest(bucket=bucket))
    assert owner.get_bucket_policy_status(oss.GetBucketPolicyStatusRequest(bucket=bucket)).status_code == 200


@pytest.mark.skipif(
    not shutil.which("node") or not (NODE / "node_modules" / "ali-oss").is_dir(),
    reason="ali-oss needs Node and `npm ci` in tests/compat/node",
)
@pytest.mark.parametrize("v4", [False, True], ids=["V1", "V4"])
def test_ali_oss(server: Server, bucket: str, v4: bool) -> None:
    settings = {
        "endpoint": server.endpoint,
        "region": f"oss-{REGION}",
        "accessKeyId": KEY,
        "accessKeySecret": SECRET,
        "authorizationV4": v4,
        "bucket": bucket,
        "role": ROLE,
        "policy": json.loads(reading(bucket)),
    }
    done = subprocess.run(
        ["node", "sts.mjs", json.dumps(settings)], cwd=NODE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "content": "content",
        "refused": "AccessDenied: Access denied by authorizer's policy.",
        "deleting": "AccessDenied: Access denied by authorizer's policy.",
        "wrongRole": "InvalidParameter.RoleArn: The parameter RoleArn is wrongly formed.",
    }
