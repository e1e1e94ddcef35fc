"""What a client is told about a signature that does not match, as it comes over HTTP."""

from __future__ import annotations

import base64
from email.utils import formatdate
from typing import Any
from xml.etree import ElementTree

import pytest
from oss_client import KEY, START, Client
from support_auth import v4_signature

from pixoss.server.auth.validity import iso_basic

pytestmark = pytest.mark.anyio

DAY = iso_basic(int(START))[:8]
SCOPE = f"{KEY}/{DAY}/cn-hangzhou/oss/aliyun_v4_request"
URL_V1 = f"/pictures/a.jpg?OSSAccessKeyId={KEY}&Expires={int(START) + 60}&Signature=x"
URL_V2 = (
    f"/pictures/a.jpg?x-oss-signature-version=OSS2&x-oss-access-key-id={KEY}&x-oss-expires={int(START) + 60}"
    "&x-oss-signature=x"
)
URL_V4 = (
    f"/pictures/a.jpg?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential={SCOPE}&x-oss-expires=60"
    f"&x-oss-date={iso_basic(int(START))}&x-oss-signature=x"
)
DATE = {"date": formatdate(START, usegmt=True)}
OF_V4 = {"x-oss-date": iso_basic(int(START)), "x-oss-content-sha256": "UNSIGNED-PAYLOAD"}

WRONG: list[Any] = [
    pytest.param("/pictures/a.jpg", {**DATE, "authorization": f"OSS {KEY}:x"}, "0002-00000040", id="v1-header"),
    pytest.param(
        "/pictures/a.jpg",
        {**DATE, "authorization": f"OSS2 AccessKeyId:{KEY},Signature:x"},
        "0002-00000101",
        id="v2-header",
    ),
    pytest.param(
        "/pictures/a.jpg",
        {**OF_V4, "authorization": f"OSS4-HMAC-SHA256 Credential={SCOPE},Signature=x"},
        "0002-00000201",
        id="v4-header",
    ),
    pytest.param(URL_V1, {}, "0002-00000040", id="v1-url"),
    pytest.param(URL_V2, {}, "0002-00000101", id="v2-url"),
    pytest.param(URL_V4, {}, "0002-00000201", id="v4-url"),
]


def hexadecimal(text: str) -> str:
    return "".join(f"{byte:02X} " for byte in text.encode())


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
@pytest.mark.parametrize(("target", "headers", "ec"), WRONG)
async def test_a_mismatch_shows_all_that_was_signed(
    client: Client, method: str, target: str, headers: dict[str, str], ec: str
) -> None:
    answer = await client.request(method, target, headers=headers, sign=False)
    assert (answer.status, answer.headers["x-oss-ec"]) == (403, ec)
    document = base64.b64decode(answer.headers["x-oss-err"]) if method == "HEAD" else answer.body
    found = {element.tag: element.text or "" for element in ElementTree.fromstring(document)}
    assert (found["Code"], found["EC"]) == ("SignatureDoesNotMatch", ec)
    assert (found["OSSAccessKeyId"], found["SignatureProvided"]) == (KEY, "x")
    is_v4 = ec == "0002-00000201"
    assert found["StringToSign"].startswith("OSS4-HMAC-SHA256\n" if is_v4 else f"{method}\n")
    assert found["StringToSignBytes"] == hexadecimal(found["StringToSign"])
    assert ("CanonicalRequest" in found) == ("CanonicalRequestBytes" in found) == is_v4
    if is_v4:
        assert found["CanonicalRequest"].startswith(f"{method}\n/pictures/a.jpg\n")
        assert found["CanonicalRequestBytes"] == hexadecimal(found["CanonicalRequest"])


@pytest.mark.parametrize(
    ("length", "shown"),
    [(200, True), (1_500, True), (9_000, False), (60_000, False)],
)
async def test_the_headers_of_a_refused_head_stay_below_what_node_takes(
    client: Client, length: int, shown: bool
) -> None:
    answer = await client.head(f"{URL_V1}&x-oss-process=image/{'a' * length}", sign=False)
    assert sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) < 16_384
    found = ElementTree.fromstring(base64.b64decode(answer.headers["x-oss-err"]))
    assert (found.findtext("Code"), found.findtext("EC")) == ("SignatureDoesNotMatch", "0002-00000040")
    assert (found.findtext("StringToSign") is not None) == shown


async def test_a_long_argument_is_not_quoted_to_a_head(client: Client) -> None:
    answer = await client.head(f"/pictures/a.jpg?x-oss-signature-version={'a' * 20_000}", sign=False)
    found = ElementTree.fromstring(base64.b64decode(answer.headers["x-oss-err"]))
    assert (found.findtext("Code"), found.findtext("EC")) == ("InvalidArgument", "0002-00000066")


async def test_a_repeated_parameter_is_named_to_the_anonymous_too(client: Client) -> None:
    answer = await client.get("/pictures/a.jpg?x-oss-process=image/info&x-oss-process=image/info", sign=False)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", "x-oss-process")


@pytest.mark.parametrize("extra_settings", [{"require_region": True}, {"require_region": False}])
async def test_another_region_is_refused_where_that_is_wanted(
    client: Client, bucket: str, extra_settings: dict[str, Any]
) -> None:
    scope = SCOPE.replace("hangzhou", "beijing")
    authorization = f"OSS4-HMAC-SHA256 Credential={scope},Signature={v4_signature('x')}"
    answer = await client.get(f"/{bucket}", headers={**OF_V4, "authorization": authorization}, sign=False)
    assert answer.code == ("InvalidArgument" if extra_settings["require_region"] else "SignatureDoesNotMatch")
    own = await client.get(f"/{bucket}")
    assert own.status == 200
