"""Every recorded signature verifies as it arrived, and stops verifying when one byte of it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support_auth import CASES, Case

from pixoss.server.address import Resource
from pixoss.server.auth.credentials import Principal
from pixoss.server.auth.post_policy import authenticate_form
from pixoss.server.auth.subresources import SIGNED
from pixoss.server.errors import OSSError

REQUESTS = [case for case in CASES if case.mode != "post"]
FORMS = [case for case in CASES if case.mode == "post"]


def named(case: object) -> str | None:
    return case.name if isinstance(case, Case) else getattr(case, "__name__", None)


def test_there_are_all_vectors() -> None:
    assert len(REQUESTS) == 87
    assert len(FORMS) == 2
    assert {(case.version, case.mode) for case in CASES} == {
        *((version, mode) for version in ("V1", "V2", "V4") for mode in ("header", "query")),
        ("V1", "post"),
        ("V4", "post"),
    }


@pytest.mark.parametrize("case", REQUESTS, ids=named)
def test_vector_verifies(case: Case) -> None:
    found = case.authenticate()
    assert found.principal == Principal(case.access_key_id)
    assert found.resource == Resource(case.bucket, case.key)
    assert found.payload_sha256 is None


@pytest.mark.parametrize("case", [case for case in REQUESTS if case.lenient], ids=named)
def test_vector_of_the_reduced_list_is_refused_without_lenient(case: Case) -> None:
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        replace(case, lenient=False).authenticate()


@pytest.mark.parametrize("case", REQUESTS, ids=named)
def test_refusal_shows_what_was_expected_to_be_signed(case: Case) -> None:
    with pytest.raises(OSSError) as refused:
        case.with_signature(flipped(case.signature, 0)).authenticate()
    details = refused.value.details
    assert refused.value.status == 403
    assert refused.value.ec == {"V1": "0002-00000040", "V2": "0002-00000101", "V4": "0002-00000201"}[case.version]
    assert details["OSSAccessKeyId"] == case.access_key_id
    assert details["SignatureProvided"] == flipped(case.signature, 0)
    if not case.lenient:
        assert details["StringToSign"] == case.string_to_sign
    assert details["StringToSignBytes"] == "".join(f"{byte:02X} " for byte in details["StringToSign"].encode())
    assert details.get("CanonicalRequest") == case.canonical_request
    assert ("CanonicalRequestBytes" in details) == (case.version == "V4")
    assert case.secret not in repr(refused.value) + repr(details)


def flipped(text: str, place: int) -> str:
    """`text` with the lowest bit of one ASCII character flipped, which keeps hex and base64 readable mostly."""
    place %= len(text)
    return text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]


def signature_first(case: Case) -> Case:
    return case.with_signature(flipped(case.signature, 0))


def signature_middle(case: Case) -> Case:
    return case.with_signature(flipped(case.signature, len(case.signature) // 2))


def signature_last(case: Case) -> Case:
    return case.with_signature(flipped(case.signature, -1))


def signature_shorter(case: Case) -> Case:
    return case.with_signature(case.signature[:-1])


def signature_other_case(case: Case) -> Case:
    return case.with_signature(case.signature.swapcase())


def secret(case: Case) -> Case:
    return replace(case, secret=flipped(case.secret, 1))


def method(case: Case) -> Case:
    return replace(case, method="DELETE")


def query_value(case: Case) -> Case:
    """One byte of the last signed value in the query, or a signed parameter more where no value is signed."""
    head, _, query = case.url.partition("?")
    parts = query.split("&")
    for place, part in reversed(list(enumerate(parts))):
        name, _, value = part.partition("=")
        if value and is_signed(case, name):
            parts[place] = f"{name}={flipped(value, -1)}"
            return replace(case, url=f"{head}?{'&'.join(parts)}")
    return replace(case, url=f"{case.url}{'&' if query else '?'}versionId=1")


def is_signed(case: Case, name: str) -> bool:
    if name.startswith(("x-oss-signature", "x-oss-credential", "x-oss-date", "x-oss-expires")):
        return False  # changing these is refused before the signature is looked at
    if name in ("security-token", "x-oss-security-token", "x-oss-access-key-id", "x-oss-additional-headers"):
        return False
    return case.version != "V1" or (name in SIGNED and not case.lenient)


def signed_header(case: Case) -> Case:
    """One byte of a signed header that is not authentication's own, or a signed header more."""
    own = ("x-oss-date", "x-oss-security-token", "x-oss-content-sha256")
    for name, value in case.headers.items():
        lower = name.lower()
        if lower in ("content-type", "content-md5") or (lower.startswith("x-oss-") and lower not in own):
            return case.with_header(lower, flipped(value, -1))
    return case.with_header("x-oss-meta-more", "1")


def key(case: Case) -> Case:
    """One byte of the key, or a key where there was none."""
    head, _, query = case.url.partition("?")
    changed = flipped(head, -1) if case.key else head + ("bucket" if not case.bucket else "k")
    return replace(case, url=f"{changed}?{query}" if query else changed)


MUTATIONS: list[Callable[[Case], Case]] = [
    signature_first,
    signature_middle,
    signature_last,
    signature_shorter,
    signature_other_case,
    secret,
    method,
    query_value,
    signed_header,
    key,
]


@pytest.mark.parametrize("mutate", MUTATIONS, ids=named)
@pytest.mark.parametrize("case", REQUESTS, ids=named)
def test_one_changed_byte_is_refused(case: Case, mutate: Callable[[Case], Case]) -> None:
    changed = mutate(case)
    assert changed != case
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        changed.authenticate()


@pytest.mark.parametrize("case", REQUESTS, ids=named)
def test_order_of_the_query_does_not_matter(case: Case) -> None:
    head, _, query = case.url.partition("?")
    turned = replace(case, url=f"{head}?{'&'.join(reversed(query.split('&')))}" if query else case.url)
    assert turned.authenticate() == case.authenticate()


@pytest.mark.parametrize("case", [case for case in REQUESTS if case.version != "V1" and "%" in case.url], ids=named)
def test_spelling_of_the_encoding_does_not_matter(case: Case) -> None:
    pieces = case.url.split("%")
    lower = pieces[0] + "".join(f"%{piece[:2].lower()}{piece[2:]}" for piece in pieces[1:])
    assert replace(case, url=lower).authenticate() == case.authenticate()


def form_of(case: Case, **changes: str) -> dict[str, str]:
    signature = "signature" if case.version == "V1" else "x-oss-signature"
    return {**{name.lower(): value for name, value in case.form.items()}, signature: case.signature, **changes}


@pytest.mark.parametrize("case", FORMS, ids=named)
def test_form_verifies(case: Case) -> None:
    assert authenticate_form(form_of(case), case.credentials, now=case.now) == Principal(case.access_key_id)


@pytest.mark.parametrize("case", FORMS, ids=named)
def test_form_with_one_changed_byte_is_refused(case: Case) -> None:
    forms = [form_of(case.with_signature(flipped(case.signature, place))) for place in range(len(case.signature))]
    forms.append(form_of(case, policy=flipped(case.form["policy"], 5)))
    for form in forms:
        with pytest.raises(OSSError, match="SignatureDoesNotMatch") as refused:
            authenticate_form(form, case.credentials, now=case.now)
        assert refused.value.details["StringToSign"] == form["policy"]
        assert refused.value.ec == {"V1": "0002-00000040", "V4": "0002-00000201"}[case.version]
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        authenticate_form(form_of(case), secret(case).credentials, now=case.now)
