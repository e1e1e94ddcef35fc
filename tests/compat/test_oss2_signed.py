"""Signed URLs and signed forms of oss2, used by programs that know nothing of OSS, with every signature version."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oss2
import pytest
import requests
from live_server import KEY, REGION, SECRET, TOKEN, Server
from PIL import Image
from support_listener import listening
from support_oss2 import AUTHS, Connect, connector

OBJECT = "dir/猫 1+2%.txt"


@pytest.fixture(params=[name for name in AUTHS if name != "anonymous"])
def connect(request: pytest.FixtureRequest, server: Server) -> Connect:
    """With temporary credentials as well."""
    return connector(server, AUTHS[request.param]())


def opened(
    url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes, Message]:
    """Status, body and headers of what urllib gets."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


@pytest.mark.parametrize("slash_safe", [False, True])
def test_a_url_to_get(bucket: oss2.Bucket, slash_safe: bool) -> None:
    bucket.put_object(OBJECT, "content")
    url = bucket.sign_url("GET", OBJECT, 60, slash_safe=slash_safe)
    assert opened(url)[:2] == (200, b"content")
    assert opened(url, headers={"Range": "bytes=1-3"})[:2] == (206, b"ont")
    status, body, _ = opened(url, "DELETE")
    assert (status, b"<Code>SignatureDoesNotMatch</Code>" in body) == (403, True)
    status, body, _ = opened(url.replace("Expires", "Expired").replace("expires", "expired"))
    assert (status, b"<Code>" in body) == (403, True)


def test_a_url_that_overrides_the_answer(bucket: oss2.Bucket) -> None:
    bucket.put_object(OBJECT, "content")
    params = {
        "response-content-type": "text/own",
        "response-content-disposition": 'attachment; filename="a b+c.txt"',
        "response-cache-control": "no-store",
    }
    status, _, headers = opened(bucket.sign_url("GET", OBJECT, 60, params=dict(params)))
    assert status == 200
    assert {name: headers[name.removeprefix("response-")] for name in params} == params


def test_urls_to_put(bucket: oss2.Bucket, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"from a file")
    headers = {"Content-Type": "text/own", "x-oss-meta-author": "libai", "x-oss-object-acl": "public-read"}
    url = bucket.sign_url("PUT", OBJECT, 60, headers=dict(headers))
    status, body, told = opened(url, "PUT", b"content", headers)
    assert (status, body, told["ETag"]) == (200, b"", f'"{hashlib.md5(b"content").hexdigest().upper()}"')
    assert bucket.head_object(OBJECT).headers["x-oss-meta-author"] == "libai"
    assert bucket.get_object_acl(OBJECT).acl == "public-read"
    status, body, _ = opened(url, "PUT", b"other", {**headers, "Content-Type": "text/changed"})
    assert (status, b"<Code>SignatureDoesNotMatch</Code>" in body) == (403, True)
    assert bucket.put_object_with_url_from_file(url, str(source), headers=headers).crc
    assert bucket.get_object_with_url(bucket.sign_url("GET", OBJECT, 60)).read() == b"from a file"
    bucket.get_object_with_url_to_file(bucket.sign_url("GET", OBJECT, 60), str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == b"from a file"


def test_urls_for_other_methods(bucket: oss2.Bucket) -> None:
    bucket.put_object(OBJECT, "content")
    status, _, headers = opened(bucket.sign_url("HEAD", OBJECT, 60), "HEAD")
    assert (status, headers["Content-Length"]) == (200, "7")
    status, body, _ = opened(bucket.sign_url("POST", "log", 60, params={"append": "", "position": "0"}), "POST", b"x")
    # urllib declares a form where it is told nothing, and what is declared is part of every signature.
    assert (status, b"<Code>SignatureDoesNotMatch</Code>" in body) == (403, True)
    typed = {"Content-Type": "text/own"}
    url = bucket.sign_url("POST", "log", 60, headers=dict(typed), params={"append": "", "position": "0"})
    assert opened(url, "POST", b"one", typed)[2]["x-oss-next-append-position"] == "3"
    assert opened(bucket.sign_url("DELETE", OBJECT, 60), "DELETE")[0] == 204
    assert not bucket.object_exists(OBJECT)


def test_parts_by_url(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload(OBJECT).upload_id
    typed = {"Content-Type": "application/octet-stream"}
    url = bucket.sign_url("PUT", OBJECT, 60, headers=dict(typed), params={"uploadId": upload_id, "partNumber": "1"})
    assert opened(url, "PUT", b"content", typed)[0] == 200
    url = bucket.sign_url("GET", OBJECT, 60, params={"uploadId": upload_id})
    assert b"<PartNumber>1</PartNumber>" in opened(url)[1]
    bucket.complete_multipart_upload(OBJECT, upload_id, None, headers={"x-oss-complete-all": "yes"})
    assert bucket.get_object(OBJECT).read() == b"content"


@pytest.mark.parametrize("process", ["image/resize,w_100", "style/small"])
def test_a_processed_url(bucket: oss2.Bucket, picture: bytes, process: str) -> None:
    bucket.put_bucket_style("small", "image/resize,w_100")
    bucket.put_object("example.jpg", picture)
    url = bucket.sign_url("GET", "example.jpg", 60, params={"x-oss-process": process})
    status, body, _ = opened(url)
    assert (status, Image.open(io.BytesIO(body)).size) == (200, (100, 67))
    status, body, _ = opened(url + "%2Frotate%2C90")
    assert status == 403


def test_a_url_that_is_over(bucket: oss2.Bucket) -> None:
    bucket.put_object(OBJECT, "content")
    if bucket.auth.auth_version() == oss2.AUTH_VERSION_4:
        with pytest.raises(oss2.exceptions.AccessDenied):
            bucket.get_object_with_url(bucket.sign_url("GET", OBJECT, 604_801))
    status, body, _ = opened(bucket.sign_url("GET", OBJECT, -60))
    assert (status, b"<Code>AccessDenied</Code>" in body) == (403, True)


def test_credentials_of_a_machine(server: Server, names: tuple[str, str]) -> None:
    """The provider of ECS fetches a temporary credential by itself."""
    until = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {
        "Code": "Success",
        "AccessKeyId": f"STS.{KEY}",
        "AccessKeySecret": SECRET,
        "SecurityToken": TOKEN,
        "Expiration": until,
        "LastUpdated": until,
    }
    with listening() as metadata:
        metadata.answers["/role"] = (200, {}, json.dumps(told).encode())
        provider = oss2.EcsRamRoleCredentialsProvider(f"{metadata.url}/role")
        for auth in (oss2.ProviderAuth(provider), oss2.ProviderAuthV2(provider), oss2.ProviderAuthV4(provider)):
            bucket = oss2.Bucket(auth, server.endpoint, names[0], region=REGION)
            bucket.create_bucket()
            bucket.put_object("a", "content")
            assert opened(bucket.sign_url("GET", "a", 60))[1] == b"content"
        assert len(metadata.asked) == 1


def form_v1(conditions: list[Any], *, sts: bool) -> dict[str, str]:
    """The form of the guide "Form upload" for signature V1."""
    policy = policy_of(conditions)
    signature = base64.b64encode(hmac.new(SECRET.encode(), policy.encode(), hashlib.sha1).digest()).decode()
    token = {"x-oss-security-token": TOKEN} if sts else {}
    return {"OSSAccessKeyId": f"STS.{KEY}" if sts else KEY, "policy": policy, "Signature": signature, **token}


def form_v4(conditions: list[Any], *, sts: bool) -> dict[str, str]:
    """The form of the guide "Post object with signature V4"."""
    now = datetime.now(UTC)
    day = now.strftime("%Y%m%d")
    fields = {
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": f"{f'STS.{KEY}' if sts else KEY}/{day}/{REGION}/oss/aliyun_v4_request",
        "x-oss-date": now.strftime("%Y%m%dT%H%M%SZ"),
        **({"x-oss-security-token": TOKEN} if sts else {}),
    }
    policy = policy_of([*conditions, *({name: value} for name, value in fields.items())])
    key = b"aliyun_v4" + SECRET.encode()
    for part in (day, REGION, "oss", "aliyun_v4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return {**fields, "policy": policy, "x-oss-signature": hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()}


def policy_of(conditions: list[Any]) -> str:
    until = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return base64.b64encode(json.dumps({"expiration": until, "conditions": conditions}).encode()).decode()


@pytest.fixture
def owned(server: Server, names: tuple[str, str]) -> oss2.Bucket:
    bucket = connector(server, AUTHS["V4"]())(names[0])
    bucket.create_bucket()
    return bucket


@pytest.mark.parametrize("sts", [False, True], ids=["owner", "STS"])
@pytest.mark.parametrize("form", [form_v1, form_v4], ids=["V1", "V4"])
def test_a_form(server: Server, owned: oss2.Bucket, form: Any, sts: bool) -> None:
    address = f"{server.endpoint}/{owned.bucket_name}"
    conditions = [
        {"bucket": owned.bucket_name},
        ["starts-with", "$key", "user/"],
        ["content-length-range", 1, 1024],
        ["in", "$content-type", ["image/jpg", "text/own"]],
    ]
    fields = {**form(conditions, sts=sts), "Content-Type": "text/own", "x-oss-meta-author": "libai"}
    file = {"file": ("猫 1.jpg", b"content")}
    posted = requests.post(address, {"key": "user/${filename}", **fields}, files=file, timeout=10)
    assert (posted.status_code, posted.content) == (204, b"")
    head = owned.head_object("user/猫 1.jpg")
    assert (head.etag, head.content_type) == (posted.headers["ETag"].strip('"'), "text/own")
    assert head.headers["x-oss-meta-author"] == "libai"
    told = requests.post(address, {"key": "user/b", "success_action_status": "201", **fields}, files=file, timeout=10)
    assert (told.status_code, b"<Key>user/b</Key>" in told.content) == (201, True)
    sent = requests.post(
        address,
        {"key": "user/c", "success_action_redirect": "http://shop.example/done?a=b", **fields},
        files=file,
        timeout=10,
        allow_redirects=False,
    )
    query = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert (sent.status_code, query["key"], query["bucket"]) == (303, ["user/c"], [owned.bucket_name])
    for changed, status, code in (
        ({"key": "other/a"}, 403, "AccessDenied"),
        ({"key": "user/a", "Content-Type": "text/html"}, 403, "AccessDenied"),
        ({"key": "user/a", "policy": policy_of([])}, 403, "SignatureDoesNotMatch"),
    ):
        refused = requests.post(address, {**fields, **changed}, files=file, timeout=10)
        assert (refused.status_code, f"<Code>{code}</Code>" in refused.text) == (status, True), refused.text
    large = requests.post(address, {"key": "user/a", **fields}, files={"file": b"x" * 1025}, timeout=10)
    assert (large.status_code, "<Code>EntityTooLarge</Code>" in large.text) == (400, True)
