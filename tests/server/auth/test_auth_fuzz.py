"""Whatever arrives, authentication ends in a principal or in an OSSError; and only the right secret opens."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support_auth import KEY, NOW, NOW_HTTP, NOW_ISO, v4_url

from pixoss.server.address import Resource
from pixoss.server.auth.authenticate import authenticate
from pixoss.server.auth.canonical import encoded
from pixoss.server.auth.credentials import Credential, Credentials
from pixoss.server.auth.post_policy import authenticate_form
from pixoss.server.errors import OSSError
from pixoss.server.request import Request, Scope

CREDENTIALS = Credentials((Credential("ak", "sk"), Credential("STS.a", "sk", "token")))

WORDS = st.sampled_from(
    [
        "OSS", "OSS2", "OSS4-HMAC-SHA256", " ", ",", ":", "=", ";", "/", "ak", "STS.a", "nobody", "Credential",
        "AccessKeyId", "Signature", "AdditionalHeaders", "20260115", "cn-hangzhou", "oss", "oss-cloudbox",
        "aliyun_v4_request", "ak/20260115/cn-hangzhou/oss/aliyun_v4_request", "host", "range", "0" * 64, "AAAA=", "",
        "é", "\x00", "\ud7ff", "٣", NOW_ISO, NOW_HTTP, str(NOW), "600", "604800", "-1", "9" * 4400, "token",
        "UNSIGNED-PAYLOAD", "%", "%E4", "%zz", "+", "&", "?",
    ]
)  # fmt: skip
TEXT = st.lists(WORDS | st.text(max_size=8), max_size=10).map("".join)

AUTHORIZATION = (
    TEXT
    | st.builds("OSS {}:{}".format, WORDS, TEXT)
    | st.builds("OSS2 AccessKeyId:{},AdditionalHeaders:{},Signature:{}".format, WORDS, TEXT, TEXT)
    | st.builds("OSS4-HMAC-SHA256 Credential={},AdditionalHeaders={},Signature={}".format, TEXT, TEXT, TEXT)
    | st.builds(
        "OSS4-HMAC-SHA256 Credential={}/{}/{}/{}/{},Signature={}".format, WORDS, WORDS, WORDS, WORDS, WORDS, TEXT
    )
)
HEADER_NAMES = st.sampled_from(
    [
        "date", "x-oss-date", "x-oss-content-sha256", "content-type", "content-md5", "host", "range", "x-oss-meta-a",
        "x-oss-security-token", "security-token", "x-oss-",
    ]
)  # fmt: skip
PARAMETER_NAMES = st.sampled_from(
    [
        "OSSAccessKeyId", "Signature", "Expires", "security-token", "x-oss-signature-version", "x-oss-credential",
        "x-oss-date", "x-oss-expires", "x-oss-signature", "x-oss-access-key-id", "x-oss-additional-headers",
        "x-oss-security-token", "acl", "x-oss-process", "x-oss-more", "", "é",
    ]
)  # fmt: skip
PARAMETERS = st.lists(st.tuples(PARAMETER_NAMES, TEXT), max_size=8)
VERSION = st.sampled_from(["", "&x-oss-signature-version=OSS2", "&x-oss-signature-version=OSS4-HMAC-SHA256"])
METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "get", "X"])
RESOURCE = st.sampled_from([Resource(), Resource("bkt"), Resource("bkt", "k"), Resource("bkt", "é/\n\x00")])
RESOURCES = st.lists(RESOURCE, min_size=1, max_size=3)


def scope_of(method: str, query: bytes, headers: dict[str, bytes]) -> Scope:
    return {
        "method": method,
        "raw_path": b"/bkt/k",
        "query_string": query,
        "headers": [(name.encode(), value) for name, value in headers.items()],
        "scheme": "http",
    }


async def nothing() -> dict[str, Any]:
    return {"type": "http.disconnect"}


def outcome(scope: Scope, resources: list[Resource], **options: Any) -> str | None:
    """The access key id that was believed, or None for anonymous and for every refusal OSS knows."""
    request = Request.from_scope(scope, nothing, request_id="0" * 24, now=NOW)
    try:
        found = authenticate(request, resources, CREDENTIALS, **options)
    except OSSError as error:
        assert error.status in (400, 403)
        assert error.xml("0" * 24, request.host)
        assert "sk" not in json.dumps(sorted(set(error.details) - {"ArgumentValue"}))
        return None
    assert found.resource in resources
    return found.principal.access_key_id


@settings(max_examples=600, deadline=None)
@given(METHODS, AUTHORIZATION, st.dictionaries(HEADER_NAMES, TEXT, max_size=6), st.booleans(), RESOURCES)
def test_any_authorization_header(
    method: str, authorization: str, headers: dict[str, str], lenient: bool, resources: list[Resource]
) -> None:
    sent = {"date": NOW_HTTP, "x-oss-content-sha256": "UNSIGNED-PAYLOAD", **headers, "authorization": authorization}
    scope = scope_of(method, b"", {name: value.encode() for name, value in sent.items()})
    assert outcome(scope, resources, lenient=lenient, region="cn-hangzhou" if lenient else None) is None


@settings(max_examples=600, deadline=None)
@given(METHODS, VERSION, PARAMETERS, st.dictionaries(HEADER_NAMES, TEXT, max_size=4), st.booleans(), RESOURCES)
def test_any_query(
    method: str,
    version: str,
    parameters: list[tuple[str, str]],
    headers: dict[str, str],
    lenient: bool,
    resources: list[Resource],
) -> None:
    query = ("&".join(f"{encoded(name)}={encoded(value)}" for name, value in parameters) + version).encode()
    scope = scope_of(method, query, {name: value.encode() for name, value in headers.items()})
    assert outcome(scope, resources, lenient=lenient) is None


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=30))
def test_any_bytes(query: bytes, authorization: bytes, date: bytes) -> None:
    for prefix in (b"", b"OSS ", b"OSS2 AccessKeyId:ak,Signature:", b"OSS4-HMAC-SHA256 "):
        headers = {"authorization": prefix + authorization, "x-oss-date": date}
        assert outcome(scope_of("GET", query, headers), [Resource("bkt", "k")]) is None
    assert outcome(scope_of("GET", b"Signature=" + query, {"x-oss-meta": date}), [Resource("bkt", "k")]) is None


FIELD_NAMES = st.sampled_from(
    [
        "policy", "signature", "ossaccesskeyid", "x-oss-signature-version", "x-oss-credential", "x-oss-date",
        "x-oss-signature", "x-oss-security-token", "key",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(FIELD_NAMES, TEXT), st.sampled_from([None, "OSS4-HMAC-SHA256"]))
def test_any_form(form: dict[str, str], version: str | None) -> None:
    if version:
        form = {**form, "x-oss-signature-version": version}
    try:
        assert authenticate_form(form, CREDENTIALS, now=NOW).is_anonymous
    except OSSError as error:
        assert error.status in (400, 403)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_any_signed_parameter_survives_the_way_over_the_wire(name: str, value: str) -> None:
    """V4 signs what the client meant; however it was written on the wire, decoding and encoding anew finds it."""
    url = v4_url("/key", more=f"&x-oss-z{encoded(name)}={encoded(value)}")
    query = url.partition("?")[2].encode()
    request = Request.from_scope(scope_of("GET", query, {}), nothing, request_id="0" * 24, now=NOW)
    credentials = Credentials((Credential(KEY, "TestSecret0123456789"),))
    assert authenticate(request, [Resource("bkt", "key")], credentials).principal.access_key_id == KEY
