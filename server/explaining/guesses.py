"""Guesses at what a client has signed instead of what arrived; hypotheses.py says what each of them means."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ..address import host_name
from ..auth.canonical import encoded, joined
from ..auth.subresources import AUTHENTICATION, SIGNED
from ..auth.v4 import UNSIGNED_PAYLOAD, V4Claim
from .variants import (
    Change,
    Spelt,
    Suspect,
    Variant,
    spelt_otherwise,
    with_header,
    with_method,
    with_parameter,
    without_headers,
    without_parameters,
)

# So many parameters and headers are tried one by one; of a request with more, all at once only.
_MOST = 32

_METHODS = ("GET", "PUT", "HEAD", "POST", "DELETE")
# What HTTP clients add of their own accord, the likeliest first.
_CONTENT_TYPES = (
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain;charset=UTF-8",
    "application/json",
    "application/xml",
    "binary/octet-stream",
)
_SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_TOKENS = frozenset({"security-token", "x-oss-security-token"})
_PROCESS = "x-oss-process"
_NAMED_LINE = re.compile(r"^(?:x-oss-[^:\n]*|content-type|content-md5|host)(?=:)", re.MULTILINE)


def process_appended(suspect: Suspect) -> Iterator[Variant]:
    """Without `x-oss-process`."""
    value = suspect.request.params.get(_PROCESS)
    if value is not None:
        yield Variant(f"{_PROCESS}={value}", "without it", without_parameters(suspect.request, [_PROCESS]))


def signature_plus(suspect: Suspect) -> Iterator[Variant]:
    """With the spaces of the signature as plus signs."""
    for name in ("Signature", "x-oss-signature"):
        value = suspect.request.params.get(name, "")
        if " " in value:
            yield Variant("a space", "+", with_parameter(suspect.request, name, value.replace(" ", "+")))


def plus(suspect: Suspect) -> Iterator[Variant]:
    """With `+` as a plus."""
    for request in spelt_otherwise(suspect.request, "+", "%2B"):
        yield Variant("+, which means a space", "a plus, which is sent as %2B", request)


def space(suspect: Suspect) -> Iterator[Variant]:
    """With `%2B` as a space."""
    for request in spelt_otherwise(suspect.request, "%2B", "%20"):
        yield Variant("%2B, which means a plus", "a space, which is sent as %20", request)


def method(suspect: Suspect) -> Iterator[Variant]:
    """As another method."""
    sent = suspect.request.method
    for method in _METHODS:
        if method != sent:
            yield Variant(sent, method, with_method(suspect.request, method))


def content_type(suspect: Suspect) -> Iterator[Variant]:
    """With another Content-Type or none."""
    sent = suspect.request.headers.get("content-type")
    by_name = mimetypes.guess_type(suspect.resource.key)[0]
    bare = sent.partition(";")[0].strip() if sent else None
    for signed in dict.fromkeys((None, bare, by_name, *_CONTENT_TYPES)):
        if signed != sent:
            request = with_header(suspect.request, "content-type", signed)
            yield Variant(sent or "none", signed or "none", request)


def header_added(suspect: Suspect) -> Iterator[Variant]:
    """Without one of its `x-oss-*` headers or Content-MD5, or without all of them."""
    names = [name for name in suspect.request.headers if name.startswith("x-oss-") or name == "content-md5"]
    for chosen in _one_by_one_and_all(names):
        yield Variant(", ".join(chosen), "without", without_headers(suspect.request, chosen))


def parameter_added(suspect: Suspect) -> Iterator[Variant]:
    """Without one of its parameters that are not the signature's, or without all of them."""
    names = [name for name in suspect.request.params if name in _TOKENS or name not in AUTHENTICATION]
    for chosen in _one_by_one_and_all(names):
        yield Variant(", ".join(chosen), "without", without_parameters(suspect.request, chosen))


def _one_by_one_and_all(names: Sequence[str]) -> Iterator[Sequence[str]]:
    if len(names) <= _MOST:
        yield from ([name] for name in names)
    if len(names) > 1:
        yield names


def region(suspect: Suspect) -> Iterator[Variant]:
    """For another region; V4 only."""
    claim = suspect.claim
    if not isinstance(claim, V4Claim):
        return
    sent = claim.scope.region
    for signed in dict.fromkeys(
        (suspect.region, f"oss-{sent}", sent.removeprefix("oss-"), f"oss-{suspect.region}", "")
    ):
        if signed != sent:
            credential = f"{claim.access_key_id}/{claim.scope}"
            other = credential.replace(f"/{sent}/", f"/{signed}/", 1)
            request = with_parameter(suspect.request, "x-oss-credential", other)
            authorization = suspect.request.headers.get("authorization")
            if authorization:
                request = with_header(request, "authorization", authorization.replace(credential, other))
            yield Variant(sent or "none", signed or "none", request)


def resource(suspect: Suspect) -> Iterator[Variant]:
    """With the bucket missing from the resource, or in it twice, or with a slash missing."""
    bucket, key = suspect.resource.bucket, suspect.resource.key
    spellings = (
        f"/{key}",
        f"/{bucket}/{bucket}/{key}",
        f"{bucket}/{key}",
        f"/{bucket}" if not key else f"/{bucket}{key}",
    )
    for spelling in spellings:
        resource = Spelt(bucket, key, spelling=spelling)
        yield Variant(suspect.resource.canonical, spelling, suspect.request, resource)


def encoded_twice(suspect: Suspect) -> Iterator[Variant]:
    """With a percent encoding less."""
    for request in spelt_otherwise(suspect.request, "%25", "%"):
        yield Variant("%25", "%", request)


def encoded_resource(suspect: Suspect) -> Iterator[Variant]:
    """With a percent encoding more of the resource."""
    canonical = suspect.resource.canonical
    for spelling in dict.fromkeys((quote(canonical), encoded(canonical, keep="/"), encoded(canonical))):
        if spelling != canonical:
            resource = Spelt(suspect.resource.bucket, suspect.resource.key, spelling=spelling)
            yield Variant(canonical, spelling, suspect.request, resource)


def host(suspect: Suspect) -> Iterator[Variant]:
    """At another host or port."""
    sent, name = suspect.request.host, host_name(suspect.request.host)
    port = sent.removeprefix(name)
    bare = name.removeprefix(f"{suspect.resource.bucket}.")
    names = (name, f"{name}:80", f"{name}:443", f"localhost{port}", f"127.0.0.1{port}", f"{bare}{port}", bare)
    for signed in dict.fromkeys(names):
        if signed != sent:
            yield Variant(sent, signed, with_header(suspect.request, "host", signed), suspect.resource)


def header_case(suspect: Suspect) -> Iterator[Variant]:
    """With the names of headers in another case."""
    for spelt in (str.title, str.upper):
        yield Variant(
            "x-oss-date",
            spelt("x-oss-date"),
            suspect.request,
            suspect.resource,
            _cased(spelt),
        )


def _cased(spelt: Change) -> Change:
    return lambda text: _NAMED_LINE.sub(lambda found: spelt(found[0]), text)


def date_line(suspect: Suspect) -> Iterator[Variant]:
    """With another date in the line of the date; V1 and V2."""
    if suspect.claim.version == "V4":
        return
    headers = suspect.request.headers
    for signed in ("", headers.get("date"), headers.get("x-oss-date")):
        if signed is not None:
            yield Variant("another", signed or "an empty line", suspect.request, suspect.resource, _line(3, signed))


def _line(number: int, text: str) -> Change:
    def changed(signed: str) -> str:
        lines = signed.split("\n")
        lines[number] = text
        return "\n".join(lines)

    return changed


def v1_parameters(suspect: Suspect) -> Iterator[Variant]:
    """With another choice of parameters, or their values encoded; V1 only."""
    if suspect.claim.version != "V1":
        return
    everything = sorted(pair for pair in suspect.request.query if pair[0] not in AUTHENTICATION)
    chosen = [pair for pair in everything if pair[0] in SIGNED]
    for pairs, signed in (
        (everything, "all of them"),
        ([(name, encoded(value)) for name, value in chosen], "percent-encoded values"),
        ([(name, encoded(value)) for name, value in everything], "all of them, with percent-encoded values"),
    ):
        yield Variant("as V1 wants them", signed, suspect.request, suspect.resource, _tail(suspect, joined(pairs)))


def _tail(suspect: Suspect, parameters: str) -> Change:
    canonical = suspect.resource.canonical

    def changed(signed: str) -> str:
        return f"{signed.rpartition(canonical)[0]}{canonical}{'?' if parameters else ''}{parameters}"

    return changed


def payload(suspect: Suspect) -> Iterator[Variant]:
    """With the hash of an empty payload; V4 only."""
    if suspect.claim.version == "V4":
        yield Variant(
            UNSIGNED_PAYLOAD, _SHA256_OF_NOTHING, suspect.request, suspect.resource, _line(-1, _SHA256_OF_NOTHING)
        )
