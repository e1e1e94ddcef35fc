"""Whatever is given, the explainer explains it or says that it cannot be read; and it agrees with the server."""

from __future__ import annotations

import json
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st
from support_auth import CREDENTIALS, HOSTS, KEY, NOW, NOW_HTTP, NOW_ISO, SECRET, resources_of, v1_url, v4_url

from pixoss.server.auth.authenticate import authenticate
from pixoss.server.errors import OSSError
from pixoss.server.explaining.explanation import explain
from pixoss.server.explaining.given import UnreadableError, from_text
from pixoss.server.explaining.report import Known
from pixoss.server.explaining.text import text_of

KNOWN = Known(HOSTS, CREDENTIALS, "cn-hangzhou")
SCOPE = f"{KEY}/20260115/cn-hangzhou/oss/aliyun_v4_request"

WORDS = st.sampled_from(
    [
        "OSSAccessKeyId=", "Signature=", "Expires=", "x-oss-signature-version=OSS4-HMAC-SHA256", "x-oss-credential=",
        "x-oss-date=", "x-oss-expires=", "x-oss-signature=", "x-oss-process=", "acl", "&", "?", "/", "%", "%25", "%2B",
        "+", "%FF", "%0A", "é", "\ud7ff", "{", "}", "{received}", KEY, SCOPE, NOW_ISO, str(NOW), "9" * 12, "600", "=",
        "bkt", "key", ":", ";", "\x00",
    ]
)  # fmt: skip
TEXT = st.lists(WORDS | st.text(max_size=6), max_size=12).map("".join)
TARGET = st.sampled_from(["/bkt/key", "/", "/bkt", "/bkt/a%20b+c"]).flatmap(lambda path: TEXT.map(f"{path}?".__add__))
SIGNED = st.sampled_from([v1_url("/key"), v4_url("/key"), v1_url("/a%2Bb", "acl", signed="acl")])
HEADER = st.sampled_from(
    [
        f"Authorization: OSS {KEY}:x", f"Authorization: OSS4-HMAC-SHA256 Credential={SCOPE},Signature=x",
        f"Authorization: OSS4-HMAC-SHA256 Credential={SCOPE},AdditionalHeaders=host,Signature=x",
        f"Authorization: OSS2 AccessKeyId:{KEY},Signature:x", f"Date: {NOW_HTTP}", f"x-oss-date: {NOW_ISO}",
        "x-oss-content-sha256: UNSIGNED-PAYLOAD", "Content-Type: a/b", "Host: bkt.localhost", "Host: [::1", "Host:",
        "Date: Fri, 31 Dec 9999 23:59:59 GMT", "Date: 01 Jan 0001 00:00:00 GMT", "x-oss-meta-a: é",
    ]
)  # fmt: skip
METHOD = st.sampled_from(["GET", "PUT", "POST", "get"])
GIVEN = (
    TEXT
    | SIGNED
    | st.builds("{} {} HTTP/1.1\n{}".format, METHOD, TARGET | SIGNED, st.lists(HEADER, max_size=5).map("\n".join))
    | st.builds("{}{}".format, SIGNED, TEXT)
)


@settings(max_examples=300, deadline=None)
@given(GIVEN)
def test_anything_is_explained_or_unreadable(text: str) -> None:
    try:
        request = from_text(text, now=NOW)
    except UnreadableError:
        return
    found = explain(request, KNOWN, reveal=True)
    try:
        caller = authenticate(request, resources_of(request), CREDENTIALS)
        verdict = "unsigned" if caller.principal.is_anonymous else "verifies"
    except OSSError:
        verdict = "refused"
    assert (found.verdict, bool(found.causes)) == (verdict, verdict == "refused")
    assert SECRET not in json.dumps(asdict(found)) + text_of(found)
