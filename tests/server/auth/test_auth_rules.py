"""Rules about what V2 and V4 sign, each by requests signed here with independent code."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest
from support_auth import KEY, NOW_HTTP, NOW_ISO, check, request_of, v2_signature, v4_signature

from pixoss.server.address import Resource
from pixoss.server.errors import OSSError

OWN = f"x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:{NOW_ISO}\n"
SCOPE = "20260115/cn-hangzhou/oss/aliyun_v4_request"


def mark_of(canonical: str, scope: str = SCOPE) -> str:
    return v4_signature(
        f"OSS4-HMAC-SHA256\n{NOW_ISO}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}", scope=scope
    )


def v4(
    url: str, canonical: str, headers: dict[str, str], form: str = "Credential={c},AdditionalHeaders={a},Signature={s}",
    *, additional: str = "", scope: str = SCOPE,
) -> Resource:  # fmt: skip
    """The resource of a V4 request signed over `canonical`; `form` is how its Authorization header is written."""
    authorization = form.format(c=f"{KEY}/{scope}", a=additional, s=mark_of(canonical, scope))
    own = {"x-oss-date": NOW_ISO, "x-oss-content-sha256": "UNSIGNED-PAYLOAD"}
    given = {**own, **headers, "authorization": f"OSS4-HMAC-SHA256 {authorization}"}
    return check(request_of("GET", url, given)).resource


@pytest.mark.parametrize(
    ("host", "signed"),
    [("127.0.0.1:9000", "127.0.0.1:9000"), ("localhost", "localhost"), ("LocalHost:80", "LocalHost:80")],
)
def test_a_signed_host_is_the_header_as_it_arrived(host: str, signed: str) -> None:
    canonical = f"GET\n/bkt/key\n\nhost:{signed}\n{OWN}\nhost\nUNSIGNED-PAYLOAD"
    assert v4(f"http://{host}/bkt/key", canonical, {}, additional="host") == Resource("bkt", "key")
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        v4("http://127.0.0.1:9001/bkt/key", canonical, {}, additional="host")


@pytest.mark.parametrize("additional", ["range;host", "Host;Range", " host ; range ", "host;range;host"])
def test_the_order_and_case_of_additional_headers_are_nothing(additional: str) -> None:
    canonical = f"GET\n/bkt/key\n\nhost:127.0.0.1\nrange:bytes=0-1\n{OWN}\nhost;range\nUNSIGNED-PAYLOAD"
    assert v4("http://127.0.0.1/bkt/key", canonical, {"Range": " bytes=0-1 "}, additional=additional).key == "key"


def test_a_header_that_is_signed_anyway_may_be_listed_and_is_signed_once() -> None:
    canonical = f"GET\n/bkt/key\n\ncontent-type:a/b\n{OWN}\ncontent-type\nUNSIGNED-PAYLOAD"
    assert v4("http://127.0.0.1/bkt/key", canonical, {"Content-Type": "a/b"}, additional="content-type").key == "key"


@pytest.mark.parametrize(
    "form",
    [
        "Credential={c},AdditionalHeaders={a},Signature={s}",
        "Credential={c}, Signature={s}, AdditionalHeaders={a}",
        "Signature={s} ,AdditionalHeaders={a} ,Credential={c}",
        " Credential={c},  AdditionalHeaders={a},\tSignature={s} ",
    ],
)
def test_the_fields_of_authorization_come_in_any_order_with_blanks(form: str) -> None:
    canonical = f"GET\n/bkt/key\n\nhost:127.0.0.1\n{OWN}\nhost\nUNSIGNED-PAYLOAD"
    assert v4("http://127.0.0.1/bkt/key", canonical, {}, form, additional="host").key == "key"


@pytest.mark.parametrize("name", ["host", "date", "range", "user-agent", "cache-control"])
def test_headers_that_are_not_listed_are_not_signed(name: str) -> None:
    canonical = f"GET\n/bkt/key\n\n{OWN}\n\nUNSIGNED-PAYLOAD"
    headers = {name: "localhost" if name == "host" else "anything"}
    assert v4("http://127.0.0.1/bkt/key", canonical, headers, "Credential={c},Signature={s}").key == "key"


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/bkt/a%2Fb", "/bkt/a/b"),
        ("/bkt/a+b", "/bkt/a%20b"),
        ("/bkt/!'()*", "/bkt/%21%27%28%29%2A"),
        ("/bkt/%7e%41", "/bkt/~A"),
        ("/bkt", "/bkt/"),
        ("/", "/"),
    ],
)
def test_the_path_is_decoded_and_encoded_anew(path: str, canonical: str) -> None:
    text = f"GET\n{canonical}\n\n{OWN}\n\nUNSIGNED-PAYLOAD"
    v4(f"http://127.0.0.1{path}", text, {}, "Credential={c},Signature={s}")


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("b=1&a=2", "a=2&b=1"),
        ("acl=&uploads", "acl&uploads"),
        ("a=x+y&b=x%2By", "a=x%20y&b=x%2By"),
        ("a=!'()*/", "a=%21%27%28%29%2A%2F"),
        ("param1=1&%7Cparam1=2&%2Bparam1=3", "%2Bparam1=3&%7Cparam1=2&param1=1"),
        ("prefix=b&prefix=a", "prefix=a&prefix=b"),
    ],
)
def test_the_query_is_decoded_encoded_and_sorted_anew(query: str, canonical: str) -> None:
    text = f"GET\n/bkt/key\n{canonical}\n{OWN}\n\nUNSIGNED-PAYLOAD"
    v4(f"http://127.0.0.1/bkt/key?{query}", text, {}, "Credential={c},Signature={s}")


@pytest.mark.parametrize(
    "scope", ["20260115/cb-f8z7yvzgwfkl9q0h/oss-cloudbox/aliyun_v4_request", "20260115//oss/aliyun_v4_request"]
)
def test_scopes_of_cloud_boxes_and_without_a_region(scope: str) -> None:
    text = f"GET\n/bkt/key\n\n{OWN}\n\nUNSIGNED-PAYLOAD"
    assert v4("http://127.0.0.1/bkt/key", text, {}, "Credential={c},Signature={s}", scope=scope).key == "key"


@pytest.mark.parametrize("product", ["oss-vectors", "osstables", "s3", ""])
def test_other_products_are_refused_by_name(product: str) -> None:
    scope = f"20260115/cn-hangzhou/{product}/aliyun_v4_request"
    with pytest.raises(OSSError) as refused:
        v4("http://127.0.0.1/bkt/key", "", {}, "Credential={c},Signature={s}", scope=scope)
    assert (refused.value.code, refused.value.ec) == ("InvalidArgument", "0002-00000213")


def v4_url(headers: str, additional: str, more: str = "") -> str:
    """A V4 URL on `bkt/key` that signs these canonical headers."""
    listed = f"x-oss-additional-headers={quote(additional, safe='')}&" if additional else ""
    query = (
        f"{listed}x-oss-credential={quote(f'{KEY}/{SCOPE}', safe='')}&x-oss-date={NOW_ISO}&x-oss-expires=600{more}"
        "&x-oss-signature-version=OSS4-HMAC-SHA256"
    )
    mark = mark_of(f"GET\n/bkt/key\n{query}\n{headers}\n{additional}\nUNSIGNED-PAYLOAD")
    return f"http://127.0.0.1:8880/bkt/key?x-oss-signature={mark}&{query}"


def test_a_v4_url_signs_the_headers_that_its_user_will_send() -> None:
    url = v4_url("content-type:a/b\nhost:127.0.0.1:8880\nx-oss-meta-a:1\n", "host")
    headers = {"content-type": "a/b", "x-oss-meta-a": "1", "user-agent": "any"}
    assert check(request_of("GET", url, headers)).resource == Resource("bkt", "key")
    for wrong in ({}, {**headers, "x-oss-meta-b": "1"}, {**headers, "host": "127.0.0.1"}, {"content-type": "a/b"}):
        with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
            check(request_of("GET", url, wrong))


def test_a_v4_url_needs_no_date_header_and_does_not_sign_one() -> None:
    assert check(request_of("GET", v4_url("", ""), {"date": NOW_HTTP})).resource == Resource("bkt", "key")


@pytest.mark.parametrize(
    ("url", "resource"),
    [("/", "%2F"), ("/bkt", "%2Fbkt%2F"), ("/bkt/a/b", "%2Fbkt%2Fa%2Fb"), ("/bkt/~!", "%2Fbkt%2F~%21")],
)
def test_v2_encodes_the_slashes_of_the_resource_and_signs_every_parameter(url: str, resource: str) -> None:
    text = f"GET\n\n\n{NOW_HTTP}\n\n{resource}?acl&prefix=a%2Fb"
    authorization = f"OSS2 AccessKeyId:{KEY},Signature:{v2_signature(text)}"
    headers = {"date": NOW_HTTP, "authorization": authorization}
    check(request_of("GET", f"http://127.0.0.1{url}?prefix=a/b&acl=", headers))
