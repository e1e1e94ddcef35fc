"""What each malformed, outdated or contradictory signature is told: code, EC, and where it matters the message."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest
from support_auth import (
    CREDENTIALS,
    KEY,
    NOW,
    NOW_HTTP,
    NOW_ISO,
    SECRET,
    check,
    request_of,
    v1_signature,
    v1_url,
    v2_signature,
    v4_signature,
    v4_url,
)

from pixoss.server.address import Resource
from pixoss.server.auth.credentials import ANONYMOUS, Credential, Credentials
from pixoss.server.auth.post_policy import authenticate_form
from pixoss.server.errors import OSSError
from pixoss.server.routing import SUBRESOURCES

HERE = "http://127.0.0.1/bkt/key"
SCOPE = f"{KEY}/20260115/cn-hangzhou/oss/aliyun_v4_request"
V4_HEADERS = {"x-oss-date": NOW_ISO, "x-oss-content-sha256": "UNSIGNED-PAYLOAD"}
V2_URL = f"{HERE}?x-oss-signature-version=OSS2"
V4_URL = f"{HERE}?x-oss-signature-version=OSS4-HMAC-SHA256"


def refusal(
    method: str, url: str, headers: dict[str, str] | None = None, now: float = NOW, **options: object
) -> OSSError:
    with pytest.raises(OSSError) as refused:
        check(request_of(method, url, headers, now), **options)
    return refused.value


@pytest.mark.parametrize(
    ("authorization", "ec"),
    [
        ("", "0002-00000061"),
        ("Basic dXNlcjpwYXNz", "0002-00000061"),
        ("OSSxxx ak:sig", "0002-00000061"),
        ("oss ak:sig", "0002-00000061"),
        ("OSS4-HMAC-SHA1 Credential=a,Signature=b", "0002-00000061"),
        ("AWS4-HMAC-SHA256 Credential=a,Signature=b", "0002-00000061"),
        ("OSS", "0002-00000062"),
        ("OSS aksig", "0002-00000062"),
        ("OSS\tak:sig", "0002-00000061"),
        ("OSS :sig", "0002-00000063"),
        ("OSS  :sig", "0002-00000063"),
        ("OSS  ak:sig", "0002-00000064"),
        ("OSS a k:sig", "0002-00000064"),
        ("OSS a\u00e9:sig", "0002-00000064"),
        ("OSS \u0661:sig", "0002-00000064"),
        (f"OSS {'a' * 129}:sig", "0002-00000064"),
        ("OSS ak:", "0002-00000065"),
        ("OSS2", "0002-00000103"),
        ("OSS2 AccessKeyId:ak,", "0002-00000103"),
        ("OSS2 AccessKeyId:ak,AdditionalHeadershost,Signature:s", "0002-00000103"),
        ("OSS2 AccessKeyId:ak,Signature:s,UnknownKey:ABC", "0002-00000104"),
        ("OSS2 AccessKeyId:ak,AccessKeyId:ak,Signature:s", "0002-00000104"),
        ("OSS2 AdditionalHeaders:host,Signature:s", "0002-00000105"),
        ("OSS2 AccessKeyId:,Signature:s", "0002-00000106"),
        ("OSS2 AccessKeyId:a=k,Signature:s", "0002-00000107"),
        ("OSS2 AccessKeyId:ak,AdditionalHeaders:host", "0002-00000108"),
        ("OSS2 AccessKeyId:ak,Signature:", "0002-00000109"),
        ("OSS2 AccessKeyId:ak,AdditionalHeaders:,Signature:s", "0002-00000110"),
        ("OSS2 AccessKeyId:ak,AdditionalHeaders:host;,Signature:s", "0002-00000111"),
        ("OSS2 AccessKeyId:ak,AdditionalHeaders:host;range,Signature:s", "0002-00000112"),
        ("OSS4-HMAC-SHA256", "0002-00000203"),
        ("OSS4-HMAC-SHA256 ,,,", "0002-00000203"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE},Signature=s,More=x", "0002-00000204"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE},Signature=s,Signature=t", "0002-00000204"),
        (f"OSS4-HMAC-SHA256 credential={SCOPE},signature=s", "0002-00000204"),
        ("OSS4-HMAC-SHA256 Signature=s", "0002-00000205"),
        ("OSS4-HMAC-SHA256 Credential=,Signature=s", "0002-00000205"),
        ("OSS4-HMAC-SHA256 Credential=a k/20260115/r/oss/aliyun_v4_request,Signature=s", "0002-00000206"),
        ("OSS4-HMAC-SHA256 Credential=/20260115/r/oss/aliyun_v4_request,Signature=s", "0002-00000206"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE}", "0002-00000207"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE},Signature=", "0002-00000208"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE},AdditionalHeaders=,Signature=s", "0002-00000209"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE},AdditionalHeaders=host;,Signature=s", "0002-00000210"),
        (f"OSS4-HMAC-SHA256 Credential={SCOPE},AdditionalHeaders=range,Signature=s", "0002-00000211"),
        ("OSS4-HMAC-SHA256 Credential=ak/2026-01-15/r/oss/aliyun_v4_request,Signature=s", "0002-00000212"),
        ("OSS4-HMAC-SHA256 Credential=ak/2026011\u0665/r/oss/aliyun_v4_request,Signature=s", "0002-00000212"),
        ("OSS4-HMAC-SHA256 Credential=ak/20260114/r/oss/aliyun_v4_request,Signature=s", "0002-00000212"),
        ("OSS4-HMAC-SHA256 Credential=ak/20260115/r/oss/abc,Signature=s", "0002-00000213"),
        ("OSS4-HMAC-SHA256 Credential=ak/20260115/r/s3/aliyun_v4_request,Signature=s", "0002-00000213"),
        ("OSS4-HMAC-SHA256 Credential=ak/20260115/r/oss,Signature=s", "0002-00000213"),
        ("OSS4-HMAC-SHA256 Credential=ak/20260115/r/oss/aliyun_v4_request/x,Signature=s", "0002-00000213"),
        (f"OSS4-HMAC-SHA256 Credential=ak/20260115/{'r' * 65}/oss/aliyun_v4_request,Signature=s", "0002-00000213"),
    ],
)
def test_malformed_authorization_is_invalid_argument(authorization: str, ec: str) -> None:
    refused = refusal("GET", HERE, {**V4_HEADERS, "authorization": authorization})
    assert (refused.status, refused.code, refused.ec) == (400, "InvalidArgument", ec)
    assert refused.details == {"ArgumentName": "Authorization", "ArgumentValue": authorization}


@pytest.mark.parametrize("value", [None, "", "unsigned-payload", "78a", "g" * 64, "a" * 63, "a" * 65, "STREAMING"])
def test_payload_line_must_be_there_and_readable(value: str | None) -> None:
    headers = {"x-oss-date": NOW_ISO, "authorization": f"OSS4-HMAC-SHA256 Credential={SCOPE},Signature=s"}
    if value is not None:
        headers["x-oss-content-sha256"] = value
    refused = refusal("GET", HERE, headers)
    assert (refused.code, refused.ec) == ("InvalidArgument", "0002-00000214")
    assert refused.details == {"ArgumentName": "x-oss-content-sha256", "ArgumentValue": value or ""}


V1_MISSING = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"
NOT_SECONDS = "Invalid date (should be seconds since epoch)."
LATER = NOW + 60
V2_KEY, V2_MARK, V2_UNTIL = "x-oss-access-key-id=ak", "x-oss-signature=s", f"x-oss-expires={LATER}"


@pytest.mark.parametrize(
    ("url", "ec", "message"),
    [
        (f"{HERE}?OSSAccessKeyId=ak&Signature=s", "0002-00000067", V1_MISSING),
        (f"{HERE}?OSSAccessKeyId=ak&Signature=s&Expires=", "0002-00000068", V1_MISSING),
        (f"{HERE}?Signature=s&Expires={LATER}", "0002-00000071", V1_MISSING),
        (f"{HERE}?OSSAccessKeyId&Signature=s&Expires={LATER}", "0002-00000072", V1_MISSING),
        (f"{HERE}?OSSAccessKeyId=a%09b&Signature=s&Expires={LATER}", "0002-00000073", None),
        (f"{HERE}?OSSAccessKeyId=ak&Expires={LATER}", "0002-00000074", V1_MISSING),
        (f"{HERE}?OSSAccessKeyId=ak&Expires={LATER}&Signature=+", "0002-00000075", V1_MISSING),
        (f"{V2_URL}&{V2_KEY}&{V2_MARK}", "0002-00000113", None),
        (f"{V2_URL}&{V2_KEY}&{V2_MARK}&x-oss-expires=", "0002-00000114", None),
        (f"{V2_URL}&{V2_KEY}&{V2_MARK}&x-oss-expires=abc", "0002-00000070", NOT_SECONDS),
        (f"{V2_URL}&{V2_MARK}&{V2_UNTIL}", "0002-00000115", None),
        (f"{V2_URL}&x-oss-access-key-id=&{V2_MARK}&{V2_UNTIL}", "0002-00000116", None),
        (f"{V2_URL}&x-oss-access-key-id=%0D&{V2_MARK}&{V2_UNTIL}", "0002-00000116", None),
        (f"{V2_URL}&x-oss-access-key-id=%0Dk&{V2_MARK}&{V2_UNTIL}", "0002-00000073", None),
        (f"{V2_URL}&{V2_KEY}&{V2_UNTIL}", "0002-00000117", None),
        (f"{V2_URL}&{V2_KEY}&{V2_UNTIL}&x-oss-signature=", "0002-00000118", None),
        (f"{V2_URL}&{V2_KEY}&{V2_UNTIL}&{V2_MARK}&x-oss-additional-headers=", "0002-00000076", None),
        (f"{V2_URL}&{V2_KEY}&{V2_UNTIL}&{V2_MARK}&x-oss-additional-headers=%20;host", "0002-00000077", None),
        (f"{V2_URL}&{V2_KEY}&{V2_UNTIL}&{V2_MARK}&x-oss-additional-headers=host;range", "0002-00000078", None),
    ],
)
def test_malformed_url_of_v1_and_v2_is_access_denied(url: str, ec: str, message: str | None) -> None:
    refused = refusal("GET", url)
    assert (refused.status, refused.code, refused.ec) == (403, "AccessDenied", ec)
    assert message is None or refused.message == message


@pytest.mark.parametrize(
    "text", ["abc", "-1", "%2B1", "1.5", "1_000", "1e9", "9" * 13, "9" * 5000, quote("\u0661\u0662"), "%201768465905"]
)
def test_an_expiry_is_ascii_digits(text: str) -> None:
    refused = refusal("GET", f"{HERE}?OSSAccessKeyId=ak&Signature=s&Expires={text}")
    assert (refused.status, refused.ec, refused.message) == (403, "0002-00000070", NOT_SECONDS)


def v4_parameters(**changes: str | None) -> str:
    parameters: dict[str, str | None] = {
        "credential": SCOPE,
        "date": NOW_ISO,
        "expires": "600",
        "signature": "0" * 64,
        **changes,
    }
    given = {name.replace("_", "-"): value for name, value in parameters.items() if value is not None}
    return V4_URL + "".join(f"&x-oss-{name}={quote(value, safe='')}" for name, value in given.items())


@pytest.mark.parametrize(
    ("changes", "ec"),
    [
        ({"expires": None}, "0002-00000215"),
        ({"expires": ""}, "0002-00000216"),
        ({"credential": None}, "0002-00000217"),
        ({"credential": ""}, "0002-00000218"),
        ({"signature": None}, "0002-00000219"),
        ({"signature": ""}, "0002-00000220"),
        ({"credential": "\rabc/20260115/cn-hangzhou/oss/aliyun_v4_request"}, "0002-00000222"),
        ({"credential": "ak/2026-01-15/cn-hangzhou/oss/aliyun_v4_request"}, "0002-00000223"),
        ({"credential": "ak/20260114/cn-hangzhou/oss/aliyun_v4_request"}, "0002-00000223"),
        ({"credential": "ak/20260115/cn-hangzhou/oss/abc"}, "0002-00000224"),
        ({"credential": "ak"}, "0002-00000224"),
        ({"expires": "0"}, "0002-00000232"),
        ({"expires": "604801"}, "0002-00000232"),
        ({"expires": "-1"}, "0002-00000232"),
        ({"expires": "1h"}, "0002-00000232"),
        ({"expires": "9" * 5000}, "0002-00000232"),
        ({"date": None}, "0002-00000503"),
        ({"date": ""}, "0002-00000503"),
        ({"date": "20260115"}, "0002-00000505"),
        ({"date": "20260115T083045"}, "0002-00000505"),
        ({"date": "20260115T250000Z"}, "0002-00000505"),
        ({"additional_headers": ""}, "0002-00000076"),
        ({"additional_headers": "host;"}, "0002-00000077"),
        ({"additional_headers": "host;range"}, "0002-00000078"),
    ],
)
def test_malformed_url_of_v4_is_access_denied(changes: dict[str, str | None], ec: str) -> None:
    refused = refusal("GET", v4_parameters(**changes))
    assert (refused.status, refused.code, refused.ec) == (403, "AccessDenied", ec)


def test_payload_header_of_a_v4_url_must_be_readable_too() -> None:
    assert refusal("GET", v4_parameters(), {"x-oss-content-sha256": "abc"}).ec == "0002-00000214"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (v4_parameters() + "&x-oss-expires=600", "x-oss-expires"),
        (v4_parameters() + "&x-oss-signature=abc", "x-oss-signature"),
        (v4_parameters() + "&x-oss-credential=x", "x-oss-credential"),
        (v4_parameters() + "&x-oss-security-token=a&x-oss-security-token=b", "x-oss-security-token"),
        (f"{V4_URL}&x-oss-signature-version=OSS2", "x-oss-signature-version"),
        (f"{V2_URL}&x-oss-access-key-id=ak&x-oss-access-key-id=ak", "x-oss-access-key-id"),
        (f"{v1_url('/key')}&Signature=x", "Signature"),
        (f"{v1_url('/key')}&Expires={LATER}", "Expires"),
        (f"{v1_url('/key')}&OSSAccessKeyId={KEY}", "OSSAccessKeyId"),
        (v1_url("/key", "security-token=a&security-token=a"), "security-token"),
        (v1_url("/key", "versionId=2&versionId=1", signed="versionId=1&versionId=2"), "versionId"),
        (v1_url("/key", "acl&acl=", signed="acl"), "acl"),
        (f"{v4_url('/key')}&x-oss-process=a&x-oss-process=b", "x-oss-process"),
        (f"{HERE}?x-oss-process=image/info&x-oss-process=image/resize,w_1", "x-oss-process"),
        (f"{HERE}?%61cl&acl", "acl"),
        (f"{HERE}?response-content-type=a&response-content-type=b", "response-content-type"),
    ],
)
def test_repeated_parameter_of_a_signature_or_sub_resource_is_invalid_argument(url: str, name: str) -> None:
    refused = refusal("GET", url)
    assert (refused.status, refused.code) == (400, "InvalidArgument")
    assert refused.details["ArgumentName"] == name
    assert name in refused.message


def test_no_sub_resource_that_chooses_a_call_may_come_twice() -> None:
    for name in {name for names in SUBRESOURCES.values() for name in names}:
        headers = {**v1_headers(NOW_HTTP), "Authorization": "OSS ak:sig"}
        assert refusal("GET", f"{HERE}?{name}&{name}", headers).details["ArgumentName"] == name


def test_a_parameter_that_only_filters_may_come_twice() -> None:
    assert check(request_of("GET", v1_url("/", "prefix=a&prefix=b&max-keys=1&max-keys=2"))).principal.access_key_id


@pytest.mark.parametrize("version", ["OSS4", "OSS1", "", "oss2", "ABC"])
def test_unknown_signature_version_is_invalid_argument(version: str) -> None:
    refused = refusal("GET", f"{HERE}?x-oss-signature-version={version}")
    assert (refused.code, refused.ec) == ("InvalidArgument", "0002-00000066")


@pytest.mark.parametrize("mark", ["OSSAccessKeyId=a", "Signature=a", "x-oss-signature-version=OSS2"])
@pytest.mark.parametrize("authorization", ["OSS ak:sig", "OSS2 x", "Basic y"])
def test_signature_in_both_places_is_invalid_argument(mark: str, authorization: str) -> None:
    refused = refusal("GET", f"{HERE}?{mark}", {"authorization": authorization})
    assert (refused.code, refused.ec) == ("InvalidArgument", "0002-00000039")


@pytest.mark.parametrize("query", ["", "?Expires=1", "?expires=1&signature=2", "?x-oss-expires=5", "?security-token=t"])
def test_nothing_signed_is_anonymous(query: str) -> None:
    found = check(request_of("GET", HERE + query))
    assert found.principal is ANONYMOUS
    assert found.resource == Resource("bkt", "key")


@pytest.mark.parametrize("url", ["http://127.0.0.1/bkt", "http://127.0.0.1/bkt/", "http://bkt.localhost/?Signature=x"])
def test_a_posted_form_is_left_to_its_handler(url: str) -> None:
    headers = {"content-type": "Multipart/Form-Data; boundary=x", "authorization": "Basic x"}
    assert check(request_of("POST", url, headers)).principal is ANONYMOUS


@pytest.mark.parametrize(
    ("method", "url", "content_type"),
    [
        ("PUT", "http://127.0.0.1/bkt/", "multipart/form-data"),
        ("POST", "http://127.0.0.1/bkt/key", "multipart/form-data"),
        ("POST", "http://127.0.0.1/", "multipart/form-data"),
        ("POST", "http://127.0.0.1/bkt/", "application/xml"),
    ],
)
def test_anything_else_is_not_a_form(method: str, url: str, content_type: str) -> None:
    headers = {"content-type": content_type, "authorization": "Basic x"}
    assert refusal(method, url, headers).code == "InvalidArgument"


# --- time


def v1_headers(date: str, name: str = "Date") -> dict[str, str]:
    signed = f"x-oss-date:{date}\n" if name == "x-oss-date" else ""
    mark = v1_signature(f"GET\n\n\n{date}\n{signed}/bkt/key")
    return {name: date, "Authorization": f"OSS {KEY}:{mark}"}


@pytest.mark.parametrize("name", ["Date", "x-oss-date"])
@pytest.mark.parametrize(
    "date",
    [
        NOW_HTTP,
        NOW_ISO,
        "Thu, 15 Jan 2026 08:30:45 +0000",
        "15 Jan 2026 08:30:45 GMT",
        "Thu, 15 Jan 2026 08:15:45 GMT",
        "20260115T084545Z",
    ],
)
def test_dates_that_are_understood(date: str, name: str) -> None:
    assert check(request_of("GET", HERE, v1_headers(date, name))).principal.access_key_id == KEY


@pytest.mark.parametrize("name", ["Date", "x-oss-date"])
@pytest.mark.parametrize(
    "date",
    [
        "now",
        "2026-01-15T08:30:45Z",
        "Thu, 15 Jan 2026 08:30:45",
        "Thu, 15 Jan 2026 08:30:45 +0800",
        "Thu, 15 Foo 2026 08:30:45 GMT",
        "Thu, 32 Jan 2026 08:30:45 GMT",
        "Thu, 15 Jan 0000 08:30:45 GMT",
        "1768465845",
        "20261301T000000Z",
        "Thu, 15 Jan 2026 08:30:45 GMT x",
        "\u0662\u0660\u0662\u0666\u0660\u0661\u0661\u0665T083045Z",
    ],
)
def test_dates_that_are_not_understood(date: str, name: str) -> None:
    refused = refusal("GET", HERE, v1_headers(date, name))
    assert (refused.status, refused.code, refused.ec) == (403, "AccessDenied", "0002-00000505")
    assert refused.message == "OSS authentication requires a valid Date."


@pytest.mark.parametrize(
    "authorization",
    ["OSS ak:sig", "OSS2 AccessKeyId:ak,Signature:s", f"OSS4-HMAC-SHA256 Credential={SCOPE},Signature=s"],
)
@pytest.mark.parametrize("headers", [{}, {"date": "", "x-oss-date": ""}])
def test_a_signed_header_needs_a_date(authorization: str, headers: dict[str, str]) -> None:
    headers = {**headers, "authorization": authorization, "x-oss-content-sha256": "UNSIGNED-PAYLOAD"}
    refused = refusal("GET", HERE, headers)
    assert (refused.code, refused.ec) == ("AccessDenied", "0002-00000503")


@pytest.mark.parametrize("late", [900, -900, 899.9])
def test_a_clock_within_15_minutes_is_right(late: float) -> None:
    check(request_of("GET", HERE, v1_headers(NOW_HTTP), NOW + late))


@pytest.mark.parametrize("late", [900.5, 901, -901, 10**9])
def test_a_clock_further_off_is_told_the_time(late: float) -> None:
    refused = refusal("GET", HERE, v1_headers(NOW_HTTP), NOW + late)
    assert (refused.status, refused.code, refused.ec) == (403, "RequestTimeTooSkewed", "0002-00000504")
    assert list(refused.details) == ["MaxAllowedSkewMilliseconds", "RequestTime", "ServerTime"]
    assert refused.details["MaxAllowedSkewMilliseconds"] == "900000"
    assert refused.details["RequestTime"] == "2026-01-15T08:30:45.000Z"


def test_server_time_is_iso_with_milliseconds() -> None:
    refused = refusal("GET", HERE, v1_headers(NOW_HTTP), NOW + 3600.25)
    assert refused.details["ServerTime"] == "2026-01-15T09:30:45.250Z"


def test_v1_and_v2_urls_live_until_their_expiry_and_no_longer() -> None:
    url = v1_url("/key", expires=NOW)
    check(request_of("GET", url, now=NOW))
    refused = refusal("GET", url, now=NOW + 0.5)
    assert (refused.status, refused.code, refused.ec) == (403, "AccessDenied", "0002-00000069")
    assert refused.message == "Request has expired."
    assert refused.details == {"Expires": "2026-01-15T08:30:45.000Z", "ServerTime": "2026-01-15T08:30:45.500Z"}
    check(request_of("GET", v1_url("/key", expires=10**11)))  # no longest life in V1
    v2 = f"{V2_URL}&x-oss-access-key-id={KEY}&x-oss-signature=s&x-oss-expires={NOW - 1}"
    assert refusal("GET", v2).ec == "0002-00000069"


def test_v4_urls_live_in_their_window() -> None:
    url = v4_url("/key", seconds=600)
    for moment in (NOW - 900, NOW, NOW + 600):
        check(request_of("GET", url, now=moment))
    early = refusal("GET", url, now=NOW - 901)
    assert (early.status, early.code, early.ec) == (403, "AccessDenied", "0002-00000235")
    late = refusal("GET", url, now=NOW + 601)
    assert (late.code, late.ec, late.message) == ("AccessDenied", "0002-00000236", "Request has expired.")
    assert late.details["Expires"] == "2026-01-15T08:40:45.000Z"
    check(request_of("GET", v4_url("/key", seconds=604800), now=NOW + 604800))


def test_expiry_is_told_before_a_wrong_signature() -> None:
    assert refusal("GET", v1_url("/key", expires=NOW - 1) + "x").message == "Request has expired."
    assert refusal("GET", v4_url("/key") + "0", now=NOW + 601).message == "Request has expired."
    headers = {**v1_headers(NOW_HTTP), "Authorization": f"OSS {KEY}:x"}
    assert refusal("GET", HERE, headers, NOW + 901).code == "RequestTimeTooSkewed"


def test_an_unknown_key_is_told_before_everything_that_needs_it() -> None:
    refused = refusal("GET", v1_url("/key", expires=NOW - 1).replace(KEY, "nobody"))
    assert (refused.status, refused.code, refused.ec) == (403, "InvalidAccessKeyId", "0002-00000902")
    assert refused.details == {"OSSAccessKeyId": "nobody"}


# --- V4 details


def v4_headers(canonical_headers: str, payload: str, more: dict[str, str], scope: str = SCOPE) -> dict[str, str]:
    canonical = f"GET\n/bkt/key\n\n{canonical_headers}\n\n{payload}"
    text = f"OSS4-HMAC-SHA256\n{NOW_ISO}\n{scope.partition('/')[2]}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    mark = v4_signature(text, scope=scope.partition("/")[2])
    return {**more, "Authorization": f"OSS4-HMAC-SHA256 Credential={scope},Signature={mark}"}


@pytest.mark.parametrize("payload", ["a1" * 32, "A1" * 32])
def test_a_signed_payload_is_handed_on(payload: str) -> None:
    headers = v4_headers(
        f"x-oss-content-sha256:{payload}\nx-oss-date:{NOW_ISO}\n",
        payload,
        {"x-oss-content-sha256": payload, "x-oss-date": NOW_ISO},
    )
    assert check(request_of("GET", HERE, headers)).payload_sha256 == "a1" * 32


@pytest.mark.parametrize("date", [NOW_HTTP, NOW_ISO])
def test_date_stands_in_for_x_oss_date_in_v4(date: str) -> None:
    headers = v4_headers(
        "x-oss-content-sha256:UNSIGNED-PAYLOAD\n",
        "UNSIGNED-PAYLOAD",
        {"x-oss-content-sha256": "UNSIGNED-PAYLOAD", "Date": date},
    )
    assert check(request_of("GET", HERE, headers)).principal.access_key_id == KEY


@pytest.mark.parametrize(
    ("signed", "required", "accepted"),
    [
        ("cn-hangzhou", None, True),
        ("cn-beijing", None, True),
        ("", None, True),
        ("cn-hangzhou", "cn-hangzhou", True),
        ("cn-beijing", "cn-hangzhou", False),
        ("", "cn-hangzhou", False),
    ],
)
def test_region_is_checked_only_when_asked_for(signed: str, required: str | None, accepted: bool) -> None:
    headers = v4_headers(
        f"x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:{NOW_ISO}\n",
        "UNSIGNED-PAYLOAD",
        V4_HEADERS,
        f"{KEY}/20260115/{signed}/oss/aliyun_v4_request",
    )
    if accepted:
        assert check(request_of("GET", HERE, headers), region=required).principal.access_key_id == KEY
    else:
        refused = refusal("GET", HERE, headers, region=required)
        assert (refused.code, refused.message) == (
            "InvalidArgument",
            "Invalid signing region in Authorization header",
        )


def test_a_cloud_box_signs_its_id_and_v1_no_region_at_all() -> None:
    headers = v4_headers(
        f"x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:{NOW_ISO}\n",
        "UNSIGNED-PAYLOAD",
        V4_HEADERS,
        f"{KEY}/20260115/cb-123/oss-cloudbox/aliyun_v4_request",
    )
    assert check(request_of("GET", HERE, headers), region="cn-hangzhou").principal.access_key_id == KEY
    assert check(request_of("GET", v1_url("/key")), region="cn-hangzhou").principal.access_key_id == KEY


def test_a_changed_secret_never_meets_a_remembered_key() -> None:
    url = v4_url("/key")
    check(request_of("GET", url))
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        check(request_of("GET", url), Credentials((Credential(KEY, SECRET + "x"),)))
    check(request_of("GET", url))


# --- V1 candidates


@pytest.mark.parametrize(
    ("query", "signed"),
    [
        ("x-oss-process=image/info", "x-oss-process=image/info"),
        ("prefix=a&max-keys=1", ""),
        ("acl=", "acl"),
        ("acl", "acl"),
        ("versionId=b&acl", "acl&versionId=b"),
        ("ACL", ""),
        ("x-oss-future=1&acl", "acl"),
        ("x-oss-future=1&acl", "acl&x-oss-future=1"),
        ("regions", ""),
        ("regions", "regions"),
        ("regions=oss-cn-hangzhou&acl", "acl&regions=oss-cn-hangzhou"),
        ("response-content-type=a%2Fb+c", "response-content-type=a/b c"),
    ],
)
def test_v1_signs_what_sdks_sign(query: str, signed: str) -> None:
    assert check(request_of("GET", v1_url("/key", query, signed=signed))).resource == Resource("bkt", "key")


def test_an_unsigned_process_string_needs_lenient() -> None:
    url = v1_url("/key", "x-oss-process=image/info&versionId=1", signed="versionId=1")
    assert refusal("GET", url).code == "SignatureDoesNotMatch"
    assert refusal("GET", url).details["StringToSign"].endswith("/bkt/key?versionId=1&x-oss-process=image/info")
    assert check(request_of("GET", url), lenient=True).principal.access_key_id == KEY
    assert refusal("GET", url.replace("versionId=1", "versionId=2"), lenient=True).code == "SignatureDoesNotMatch"


# --- which resource


@pytest.mark.parametrize(
    ("signed", "key"),
    [("/examplebucket/examplebucket/k.jpg", "examplebucket/k.jpg"), ("/examplebucket/k.jpg", "k.jpg")],
)
def test_the_signature_decides_between_two_resources(signed: str, key: str) -> None:
    """ali-oss with an IP endpoint and sldEnable forges the bucket's host and puts the bucket into the path as well."""
    headers = {"x-oss-date": NOW_HTTP, "host": "examplebucket.oss-cn-hangzhou.aliyuncs.com"}
    mark = v1_signature(f"GET\n\n\n{NOW_HTTP}\nx-oss-date:{NOW_HTTP}\n{signed}")
    request = request_of(
        "GET", "http://127.0.0.1:9000/examplebucket/k.jpg", {**headers, "authorization": f"OSS {KEY}:{mark}"}
    )
    assert check(request).resource == Resource("examplebucket", key)


def test_a_refusal_shows_the_likeliest_resource() -> None:
    headers = {"x-oss-date": NOW_HTTP, "host": "examplebucket.oss-cn-hangzhou.aliyuncs.com"}
    refused = refusal("GET", "http://127.0.0.1/examplebucket/k.jpg", {**headers, "authorization": f"OSS {KEY}:x"})
    assert refused.details["StringToSign"].endswith("\n/examplebucket/examplebucket/k.jpg")


# --- V2


def test_v2_sorts_additional_headers_and_takes_x_oss_date_where_there_is_no_date() -> None:
    text = f"GET\n\n\n{NOW_HTTP}\nhost:127.0.0.1\nrange:bytes=0-1\nx-oss-date:{NOW_HTTP}\nhost;range\n%2Fbkt%2Fkey"
    headers = {
        "x-oss-date": NOW_HTTP,
        "range": "bytes=0-1",
        "authorization": f"OSS2 AccessKeyId:{KEY}, Signature:{v2_signature(text)}, AdditionalHeaders:Range;host",
    }
    assert check(request_of("GET", HERE, headers)).principal.access_key_id == KEY


def test_v2_signs_the_date_header_where_both_dates_came() -> None:
    text = f"GET\n\n\n{NOW_HTTP}\nx-oss-date:{NOW_ISO}\n\n%2Fbkt%2Fkey"
    authorization = f"OSS2 AccessKeyId:{KEY},Signature:{v2_signature(text)}"
    headers = {"date": NOW_HTTP, "x-oss-date": NOW_ISO, "authorization": authorization}
    assert check(request_of("GET", HERE, headers)).principal.access_key_id == KEY


# --- tokens

STS = Credential("STS.temp", "sts-secret", "the/token+==", expires_at=NOW + 100)
OTHER = Credential("STS.other", "other-secret", "other-token")
ALL = Credentials((*CREDENTIALS.entries, STS, OTHER, Credential("STS.temp", "second-secret", "second-token")))


def sts_headers(name: str, token: str, secret: str = "sts-secret", key: str = "STS.temp") -> dict[str, str]:
    signed = f"{name}:{token}\n" if name.startswith("x-oss-") else ""
    mark = v1_signature(f"GET\n\n\n{NOW_HTTP}\n{signed}/bkt/key", secret)
    return {"date": NOW_HTTP, name: token, "authorization": f"OSS {key}:{mark}"}


@pytest.mark.parametrize("name", ["x-oss-security-token", "security-token"])
def test_a_token_travels_in_a_header(name: str) -> None:
    found = check(request_of("GET", HERE, sts_headers(name, "the/token+==")), ALL)
    assert found.principal.access_key_id == "STS.temp"
    found = check(request_of("GET", HERE, sts_headers(name, "second-token", "second-secret")), ALL)
    assert found.principal.access_key_id == "STS.temp"


def sts_url(token: str = "the/token+==", key: str = "STS.temp", secret: str = "sts-secret") -> str:
    mark = v1_signature(f"GET\n\n\n{LATER}\n/bkt/key?security-token={token}", secret)
    return (
        f"{HERE}?OSSAccessKeyId={key}&Expires={LATER}&Signature={quote(mark, safe='')}"
        f"&security-token={quote(token, safe='')}"
    )


def test_a_token_travels_in_a_url() -> None:
    assert check(request_of("GET", sts_url()), ALL).principal.access_key_id == "STS.temp"


@pytest.mark.parametrize(
    ("headers", "code", "ec"),
    [
        (sts_headers("x-oss-security-token", "the/token+==", key=KEY), "InvalidAccessKeyId", "0002-00000002"),
        (sts_headers("x-oss-security-token", "the/token+==", key="nobody"), "InvalidAccessKeyId", "0002-00000902"),
        (sts_headers("x-oss-security-token", ""), "InvalidAccessKeyId", "0002-00000902"),
        (sts_headers("x-other", ""), "InvalidAccessKeyId", "0002-00000902"),
        (sts_headers("x-oss-security-token", "no-token"), "InvalidSecurityToken", "0002-00000006"),
        (sts_headers("x-oss-security-token", "töken"), "InvalidSecurityToken", "0002-00000006"),
        (sts_headers("x-oss-security-token", "other-token"), "AccessKeyIdAndSecurityTokenNotMatch", "0002-00000004"),
        (sts_headers("x-oss-security-token", "second-token"), "SignatureDoesNotMatch", "0002-00000040"),
    ],
)
def test_key_and_token_must_belong_together(headers: dict[str, str], code: str, ec: str) -> None:
    refused = refusal("GET", HERE, headers, credentials=ALL)
    assert (refused.status, refused.code, refused.ec) == (403, code, ec)


def test_an_expired_token_is_told_so_even_with_a_wrong_signature() -> None:
    headers = sts_headers("security-token", "the/token+==")
    check(request_of("GET", HERE, headers, NOW + 99), ALL)
    for changed in (headers, {**headers, "authorization": "OSS STS.temp:wrong"}):
        refused = refusal("GET", HERE, changed, NOW + 100, credentials=ALL)
        assert (refused.status, refused.code, refused.ec) == (403, "SecurityTokenExpired", "0002-00000007")


@pytest.mark.parametrize("name", ["security-token", "x-oss-security-token"])
def test_a_token_in_both_places_is_invalid_argument(name: str) -> None:
    headers = sts_headers("x-oss-security-token", "the/token+==")
    refused = refusal("GET", f"{HERE}?{name}=x", headers, credentials=ALL)
    assert (refused.code, refused.ec) == ("InvalidArgument", "0002-00000010")
    refused = refusal("GET", sts_url(), {"x-oss-security-token": "x"}, credentials=ALL)
    assert (refused.code, refused.ec) == ("InvalidArgument", "0002-00000010")


@pytest.mark.parametrize("url", [v1_url("/key"), v4_url("/key")])
def test_a_url_wants_its_token_in_the_url(url: str) -> None:
    refused = refusal("GET", url, {"x-oss-security-token": "x"})
    assert (refused.status, refused.code) == (400, "InvalidRequest")
    assert refused.message == "Security-token must be provided by query string parameter."


# --- forms

FORM_V1 = {"policy": "e30=", "ossaccesskeyid": KEY, "signature": v1_signature("e30=")}
FORM_V4 = {
    "policy": "e30=",
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": SCOPE,
    "x-oss-date": NOW_ISO,
    "x-oss-signature": v4_signature("e30="),
}


@pytest.mark.parametrize("form", [FORM_V1, FORM_V4])
def test_a_form_says_who_posts_it(form: dict[str, str]) -> None:
    assert authenticate_form({**form, "key": "k"}, CREDENTIALS, now=NOW).access_key_id == KEY
    assert authenticate_form(form, CREDENTIALS, now=NOW + 604_800).access_key_id == KEY


def test_a_form_of_v4_counts_for_seven_days_and_one_of_v1_until_its_policy_expires() -> None:
    assert authenticate_form(FORM_V1, CREDENTIALS, now=NOW + 10**6).access_key_id == KEY
    for now, ec in ((NOW + 604_801, "0002-00000236"), (NOW - 901, "0002-00000235")):
        with pytest.raises(OSSError, match="AccessDenied") as refused:
            authenticate_form(FORM_V4, CREDENTIALS, now=now)
        assert refused.value.ec == ec


def test_a_form_without_signature_is_anonymous() -> None:
    assert authenticate_form({"key": "k"}, CREDENTIALS, now=NOW) is ANONYMOUS


def test_a_form_of_a_temporary_key_needs_its_token() -> None:
    form = {"policy": "e30=", "ossaccesskeyid": "STS.temp", "signature": v1_signature("e30=", "sts-secret")}
    assert authenticate_form({**form, "x-oss-security-token": "the/token+=="}, ALL, now=NOW).access_key_id == "STS.temp"
    with pytest.raises(OSSError, match="InvalidAccessKeyId"):
        authenticate_form(form, ALL, now=NOW)


@pytest.mark.parametrize("form", [FORM_V1, FORM_V4])
def test_a_form_with_some_of_the_fields_is_invalid_argument(form: dict[str, str]) -> None:
    for left_out in form:
        rest = {name: value for name, value in form.items() if name != left_out}
        with pytest.raises(OSSError, match="InvalidArgument"):
            authenticate_form(rest, CREDENTIALS, now=NOW)


@pytest.mark.parametrize(
    ("form", "code", "ec"),
    [
        ({**FORM_V4, "x-oss-signature-version": "2"}, "InvalidArgument", "0002-00000701"),
        ({**FORM_V1, "ossaccesskeyid": ""}, "InvalidArgument", "0002-00000707"),
        ({**FORM_V1, "ossaccesskeyid": "a\tb"}, "InvalidArgument", "0002-00000708"),
        ({**FORM_V4, "x-oss-credential": "a\tb/20260115/r/oss/aliyun_v4_request"}, "InvalidArgument", "0002-00000708"),
        ({**FORM_V4, "x-oss-credential": "a/20260116/r/oss/aliyun_v4_request"}, "InvalidArgument", "0002-00000709"),
        ({**FORM_V4, "x-oss-date": NOW_HTTP}, "AccessDenied", "0002-00000505"),
        ({**FORM_V1, "ossaccesskeyid": "nobody"}, "InvalidAccessKeyId", "0002-00000902"),
    ],
)
def test_a_malformed_form_is_told_why(form: dict[str, str], code: str, ec: str) -> None:
    with pytest.raises(OSSError) as refused:
        authenticate_form(form, CREDENTIALS, now=NOW)
    assert (refused.value.code, refused.value.ec) == (code, ec)
