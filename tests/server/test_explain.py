"""The explainer: what a request says of its signature is read, and each known mistake is named, in every version."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from support_auth import (
    CASES,
    CREDENTIALS,
    HOSTS,
    KEY,
    NOW,
    NOW_HTTP,
    NOW_ISO,
    Case,
    v1_signature,
    v1_url,
    v2_signature,
    v4_signature,
    v4_url,
)

from pixoss.server.auth.credentials import Credential, Credentials
from pixoss.server.explaining.explanation import explain
from pixoss.server.explaining.given import from_url
from pixoss.server.explaining.hypotheses import HYPOTHESES
from pixoss.server.explaining.report import Explanation, Known
from pixoss.server.explaining.text import text_of

KNOWN = Known(HOSTS, CREDENTIALS, "cn-hangzhou")
LATER = NOW + 60
SCOPE = "20260115/cn-hangzhou/oss/aliyun_v4_request"


def explained(
    url: str, method: str = "GET", headers: dict[str, str] | None = None, *, now: float = NOW, known: Known = KNOWN
) -> Explanation:
    return explain(from_url(url, method, headers, now=now), known, reveal=True)


def names(explanation: Explanation) -> list[str]:
    return [cause.name for cause in explanation.causes]


def signed_v1(text: str, path: str = "/bkt/key", more: str = "") -> str:
    """A V1 URL whose signature is that of `text` after the line of the date."""
    head, _, rest = text.partition("EXPIRES")
    mark = quote(v1_signature(f"{head}{LATER}{rest}"), safe="")
    return f"http://127.0.0.1{path}?OSSAccessKeyId={KEY}&Expires={LATER}&Signature={mark}{more}"


def v4_request(
    canonical: str, headers: dict[str, str], *, scope: str = SCOPE, claimed: str = SCOPE, additional: str = ""
) -> dict[str, str]:
    """The headers of a V4 request whose signature is that of `canonical` in `scope`."""
    text = f"OSS4-HMAC-SHA256\n{NOW_ISO}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    mark = v4_signature(text, scope=scope)
    more = f",AdditionalHeaders={additional}" if additional else ""
    own = {"x-oss-date": NOW_ISO, "x-oss-content-sha256": "UNSIGNED-PAYLOAD"}
    authorization = f"OSS4-HMAC-SHA256 Credential={KEY}/{claimed}{more},Signature={mark}"
    return {**own, **headers, "authorization": authorization}


HERE = "http://127.0.0.1/bkt/key"
V4_LINES = f"x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:{NOW_ISO}\n"
V4_LINES_IN_TITLE_CASE = f"X-Oss-Content-Sha256:UNSIGNED-PAYLOAD\nX-Oss-Date:{NOW_ISO}\n"
PLUS = next(name for name in map("k{}".format, range(99)) if "+" in v1_signature(f"GET\n\n\n{LATER}\n/bkt/{name}"))


@pytest.mark.parametrize("case", [case for case in CASES if case.mode != "post"], ids=lambda case: case.name)
def test_every_recorded_request_verifies(case: Case) -> None:
    known = replace(KNOWN, credentials=case.credentials, lenient=case.lenient)
    found = explain(case.request, known, reveal=True)
    assert (found.verdict, found.refusal, list(found.causes)) == ("verifies", None, [])
    assert found.signature and found.computed and found.meaning
    assert (found.signature.version, found.signature.access_key_id) == (case.version, case.access_key_id)
    assert found.signature.carried_in == ("url" if case.mode == "query" else "header")
    assert found.computed.signature == found.signature.provided == case.signature
    assert found.computed.string_to_sign == case.string_to_sign
    assert found.computed.canonical_request == case.canonical_request
    assert (found.meaning.bucket, found.meaning.key) == (case.bucket, case.key)


MISTAKES: list[Any] = [
    ("process-appended", v1_url("/key") + "&x-oss-process=image/info", "GET", {}),
    ("process-appended", v4_url("/key") + "&x-oss-process=image/info", "GET", {}),
    ("signature-plus", v1_url(f"/{PLUS}").replace("%2B", "+"), "GET", {}),
    ("plus-as-space", v1_url("/a%2Bb").replace("a%2Bb", "a+b"), "GET", {}),
    (
        "plus-as-space",
        v1_url("/key", "x-oss-process=a+b", signed="x-oss-process=a+b"),
        "GET",
        {},
    ),
    ("plus-as-space", v4_url("/a%2Bb").replace("a%2Bb", "a+b"), "GET", {}),
    ("space-as-plus", v1_url("/a%20b").replace("a%20b", "a%2Bb"), "GET", {}),
    ("wrong-method", v1_url("/key"), "PUT", {}),
    ("wrong-method", v1_url("/key"), "HEAD", {}),
    ("wrong-method", v4_url("/key"), "DELETE", {}),
    ("content-type", v1_url("/key"), "GET", {"content-type": "anything/at-all"}),
    ("content-type", signed_v1("PUT\n\ntext/plain\nEXPIRES\n/bkt/key"), "PUT", {}),
    ("content-type", signed_v1("PUT\n\nimage/jpeg\nEXPIRES\n/bkt/a.jpg", "/bkt/a.jpg"), "PUT", {}),
    ("content-type", v4_url("/key"), "GET", {"content-type": "application/xml"}),
    ("header-added", v1_url("/key"), "GET", {"x-oss-meta-a": "1"}),
    ("header-added", v4_url("/key"), "GET", {"x-oss-meta-a": "1", "content-md5": "x"}),
    ("parameter-added", v1_url("/key") + "&versionId=1", "GET", {}),
    ("parameter-added", v4_url("/key") + "&a=1&b=2", "GET", {}),
    (
        "wrong-region",
        HERE,
        "GET",
        v4_request(f"GET\n/bkt/key\n\n{V4_LINES}\n\nUNSIGNED-PAYLOAD", {}, claimed=SCOPE.replace("cn-", "oss-cn-")),
    ),
    ("wrong-resource", signed_v1("GET\n\n\nEXPIRES\n/key"), "GET", {}),
    ("wrong-resource", signed_v1("GET\n\n\nEXPIRES\n/bkt", "/bkt"), "GET", {}),
    ("wrong-resource", signed_v1("GET\n\n\nEXPIRES\n/bkt/bkt/key"), "GET", {}),
    (
        "wrong-resource",
        "http://bkt.localhost/key",
        "GET",
        v4_request(f"GET\n/key\n\n{V4_LINES}\n\nUNSIGNED-PAYLOAD", {}),
    ),
    ("encoded-twice", v1_url("/a%20b").replace("a%20b", "a%2520b"), "GET", {}),
    ("encoded-twice", v1_url("/key").replace("%", "%25"), "GET", {}),
    ("encoded-resource", signed_v1("GET\n\n\nEXPIRES\n/bkt/a%20b", "/bkt/a%20b"), "GET", {}),
    (
        "wrong-host",
        "http://127.0.0.1:8880/bkt/key",
        "GET",
        v4_request(
            f"GET\n/bkt/key\n\nhost:127.0.0.1\n{V4_LINES}\nhost\nUNSIGNED-PAYLOAD", {}, additional="host"
        ),
    ),
    (
        "header-case",
        HERE,
        "GET",
        v4_request(f"GET\n/bkt/key\n\n{V4_LINES_IN_TITLE_CASE}\n\nUNSIGNED-PAYLOAD", {}),
    ),
    (
        "date-line",
        HERE,
        "GET",
        {
            "x-oss-date": NOW_ISO,
            "date": NOW_HTTP,
            "authorization": f"OSS {KEY}:" + v1_signature(f"GET\n\n\n{NOW_HTTP}\nx-oss-date:{NOW_ISO}\n/bkt/key"),
        },
    ),
    ("v1-parameters", signed_v1("GET\n\n\nEXPIRES\n/bkt/?prefix=a", "/bkt/", "&prefix=a"), "GET", {}),
    (
        "v1-parameters",
        signed_v1("GET\n\n\nEXPIRES\n/bkt/key?x-oss-process=a%2Fb", more="&x-oss-process=a/b"),
        "GET",
        {},
    ),
    (
        "payload-hash",
        HERE,
        "GET",
        v4_request(f"GET\n/bkt/key\n\n{V4_LINES}\n\n{hashlib.sha256().hexdigest()}", {}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "url", "method", "headers"), MISTAKES)
def test_a_known_mistake_is_named_with_what_differs(name: str, url: str, method: str, headers: dict[str, str]) -> None:
    found = explained(url, method, headers)
    assert (found.verdict, names(found)) == ("refused", [name])
    assert found.refusal and found.refusal.code == "SignatureDoesNotMatch"
    (cause,) = found.causes
    assert cause.received != cause.signed
    assert cause.part and "{" not in cause.sentence


def test_every_hypothesis_has_a_mistake_that_it_explains() -> None:
    assert {name for name, *_ in MISTAKES} == {hypothesis.name for hypothesis in HYPOTHESES}


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("PUT", {"content-type": "application/x-www-form-urlencoded"}, ["wrong-method", "content-type"]),
        ("PUT", {"x-oss-meta-a": "1"}, ["wrong-method", "header-added"]),
    ],
)
def test_two_mistakes_at_once(method: str, headers: dict[str, str], expected: list[str]) -> None:
    assert names(explained(v4_url("/key"), method, headers)) == expected
    assert names(explained(v1_url("/key"), method, headers)) == expected


def test_what_nothing_explains_is_a_wrong_secret() -> None:
    others = replace(KNOWN, credentials=Credentials((Credential(KEY, "another"),)))
    for url in (v1_url("/key"), v4_url("/key")):
        found = explained(url, known=others)
        assert names(found) == ["wrong-secret"]
        assert found.computed and found.signature and found.computed.signature != found.signature.provided


V2_URL = f"{HERE}?x-oss-signature-version=OSS2&x-oss-access-key-id={KEY}&x-oss-expires={LATER}"


def test_v2_is_explained_too() -> None:
    query = f"x-oss-access-key-id={KEY}&x-oss-expires={LATER}&x-oss-signature-version=OSS2"
    mark = quote(v2_signature(f"GET\n\n\n{LATER}\n\n%2Fbkt%2Fkey?{query}"), safe="")
    assert explained(f"{V2_URL}&x-oss-signature={mark}").verdict == "verifies"
    assert names(explained(f"{V2_URL}&x-oss-signature={mark}", "PUT")) == ["wrong-method"]
    assert names(explained(f"{V2_URL}&x-oss-process=a&x-oss-signature={mark}")) == ["process-appended"]


@pytest.mark.parametrize(
    ("url", "headers", "now", "amount"),
    [
        (v1_url("/key", expires=NOW), {}, NOW + 90, "1 minute 30 seconds"),
        (v4_url("/key", seconds=600), {}, NOW + 600 + 7260, "2 hours 1 minute"),
        (v4_url("/key"), {}, NOW - 900 - 86400, "1 day"),
        (
            HERE,
            {"date": NOW_HTTP, "authorization": f"OSS {KEY}:" + v1_signature(f"GET\n\n\n{NOW_HTTP}\n/bkt/key")},
            NOW + 900 + 3,
            "3 seconds",
        ),
    ],
)
def test_a_wrong_clock_is_told_with_the_amount(url: str, headers: dict[str, str], now: float, amount: str) -> None:
    found = explained(url, headers=headers, now=now)
    assert names(found) == ["clock"]
    assert f": {amount} off." in found.causes[0].sentence


def test_an_expired_url_with_another_mistake_tells_both() -> None:
    assert names(explained(v1_url("/key", expires=NOW - 1), "PUT")) == ["clock", "wrong-method"]


def test_an_expiry_that_no_calendar_has() -> None:
    found = explained(v1_url("/key", expires=999_999_999_999))
    assert found.verdict == "verifies"
    assert found.signature and found.signature.valid_until == "999999999999 s after 1970"


TEMPORARY = Credentials(
    (*CREDENTIALS.entries, Credential("STS.a", "sk", "token", expires_at=NOW - 1), Credential("STS.b", "sk", "other"))
)


@pytest.mark.parametrize(
    ("key", "token", "expected"),
    [
        ("nobody", None, ["unknown-access-key"]),
        (KEY, "token", ["unknown-access-key"]),
        ("STS.a", None, ["unknown-access-key"]),
        ("STS.a", "wrong", ["unknown-token"]),
        ("STS.a", "other", ["other-token"]),
    ],
)
def test_keys_and_tokens_that_are_refused(key: str, token: str | None, expected: list[str]) -> None:
    url = f"{HERE}?OSSAccessKeyId={key}&Expires={LATER}&Signature=x" + (f"&security-token={token}" if token else "")
    found = explained(url, known=replace(KNOWN, credentials=TEMPORARY))
    assert names(found) == expected
    assert found.computed and found.computed.signature is None
    assert found.computed.string_to_sign.startswith("GET\n")


def test_an_expired_token_and_what_else_is_wrong() -> None:
    url = f"{HERE}?OSSAccessKeyId=STS.a&Expires={LATER}&Signature=x&security-token=token"
    found = explained(url, known=replace(KNOWN, credentials=TEMPORARY))
    assert names(found) == ["expired-token", "wrong-secret"]


def test_a_region_that_the_server_does_not_take() -> None:
    found = explained(v4_url("/key"), known=replace(KNOWN, region="cn-beijing", require_region=True))
    assert names(found) == ["wrong-region"]
    assert (found.causes[0].received, found.causes[0].signed) == ("cn-hangzhou", "cn-beijing")


@pytest.mark.parametrize(
    ("url", "method", "headers", "part"),
    [
        (f"{HERE}?Signature=x", "GET", {}, "request"),
        (v1_url("/key") + "&Signature=x", "GET", {}, "Signature"),
        (v4_url("/key"), "GET", {"authorization": "OSS a:b"}, "Authorization"),
        (f"{HERE}?a=%FF", "GET", {"authorization": "Basic x"}, "request"),
        ("http://127.0.0.1/bkt/%zz", "GET", {}, "request"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    url: str, method: str, headers: dict[str, str], part: str
) -> None:
    found = explained(url, method, headers)
    assert (found.verdict, names(found), found.causes[0].part) == ("refused", ["malformed"], part)
    assert found.causes[0].sentence == (found.refusal and found.refusal.message)


@pytest.mark.parametrize(
    ("url", "addressing", "bucket", "key"),
    [
        ("http://127.0.0.1:8880/bkt/a%20b", "path style", "bkt", "a b"),
        ("https://bkt.localhost/key", "virtual hosted", "bkt", "key"),
        ("http://bkt.oss-cn-hangzhou.aliyuncs.com/k/l", "virtual hosted", "bkt", "k/l"),
        ("http://img.example.com/k", "own domain", "examplebucket", "k"),
        ("http://localhost", "path style", "", ""),
    ],
)
def test_an_unsigned_request_is_parsed(url: str, addressing: str, bucket: str, key: str) -> None:
    found = explained(f"{url}?acl&x-oss-process=a%2Fb")
    assert (found.verdict, found.signature, list(found.causes)) == ("unsigned", None, [])
    assert found.meaning
    assert (found.meaning.addressing, found.meaning.bucket, found.meaning.key) == (addressing, bucket, key)
    assert found.meaning.parameters == {"acl": "", "x-oss-process": "a/b"}


def test_the_text_does_nothing_to_a_terminal() -> None:
    text = text_of(explained(v1_url("/a%1B%5B2J%0Ab"), "PUT"))
    assert "\x1b" not in text
    assert "a\\x1b[2J\\nb" in text
