"""Signature version 1, HMAC-SHA1 over a string of selected parts; header `OSS ak:signature` or URL."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..address import Resource
from ..request import Request
from . import fields, tokens
from .canonical import Query, canonical_headers, joined
from .claim import Claim, SignedText
from .fields import Fault
from .subresources import REDUCED, SIGNED, UNSIGNED_BY_OSS2, is_signed_by_go_v2
from .validity import Stamped, Until, header_date, moment_of

_REQUIRES = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"

# EC pages 0002-00000062 to 0002-00000065.
_HEADER_ECS = {
    Fault.FORM: "0002-00000062",
    Fault.ACCESS_KEY_EMPTY: "0002-00000063",
    Fault.ACCESS_KEY_INVALID: "0002-00000064",
    Fault.SIGNATURE_EMPTY: "0002-00000065",
}

# EC pages 0002-00000068, 70, 71 and 73; 67, 72, 74 and 75 follow from the order of their neighbours.
_URL_ECS = {
    Fault.EXPIRES_MISSING: "0002-00000067",
    Fault.EXPIRES_EMPTY: "0002-00000068",
    Fault.EXPIRES_INVALID: "0002-00000070",
    Fault.ACCESS_KEY_MISSING: "0002-00000071",
    Fault.ACCESS_KEY_EMPTY: "0002-00000072",
    Fault.ACCESS_KEY_INVALID: "0002-00000073",
    Fault.SIGNATURE_MISSING: "0002-00000074",
    Fault.SIGNATURE_EMPTY: "0002-00000075",
}


@dataclass(frozen=True)
class V1Claim(Claim):
    """A V1 signature of `request`; `date` is the DATE line: the date of a header or the expiry of a URL, as sent."""

    request: Request
    date: str

    version = "V1"
    mismatch_ec = "0002-00000040"

    def candidates(self, resource: Resource, *, lenient: bool) -> Iterator[SignedText]:
        """One text for each set of query parameters that some SDK signs; see `_sets`."""
        tried: set[str] = set()
        for is_signed in _sets(lenient):
            parameters = _signed(self.request.query, is_signed)
            if parameters not in tried:
                tried.add(parameters)
                yield SignedText(f"{self._head}{resource.canonical}{parameters}")

    def sign(self, secret: str, string_to_sign: str) -> str:
        """Base64 of HMAC-SHA1."""
        return signature(secret, string_to_sign)

    @cached_property
    def _head(self) -> str:
        headers = self.request.headers
        lines = (self.request.method, headers.get("content-md5", ""), headers.get("content-type", ""), self.date)
        return "\n".join(lines) + "\n" + canonical_headers(headers)


def header_claim(request: Request, information: str) -> V1Claim:
    """The claim of `Authorization: OSS <information>`.

    The token may also come in a header named `security-token`: alibabacloud-oss-v2 sends it so (SDK source).
    Raises `InvalidArgument` for what cannot be read and `AccessDenied` without a readable date.
    """
    key, colon, signed = information.partition(":")
    parts = fields.of_header(request, {"key": key, "signature": signed}, _HEADER_ECS)
    if not colon:
        raise parts.refusal(Fault.FORM)
    access_key_id, given = parts.access_key_id("key"), parts.signature("signature")
    token = tokens.of_header(request, "security-token")
    date = header_date(request.headers)
    return V1Claim(access_key_id, given, token, Stamped(moment_of(date)), request, date)


def url_claim(request: Request) -> V1Claim:
    """The claim of a URL with `OSSAccessKeyId`, `Expires` (absolute, Unix seconds) and `Signature`.

    Raises `AccessDenied` if one of them is missing or cannot be read.
    """
    parts = fields.of_url(request, _URL_ECS, _REQUIRES)
    access_key_id, given = parts.access_key_id("OSSAccessKeyId"), parts.signature("Signature")
    expires = parts.expires("Expires")
    token = tokens.of_url(request, "security-token")
    return V1Claim(access_key_id, given, token, Until(expires), request, parts.values["Expires"])


def signature(secret: str, text: str) -> str:
    """Base64 of HMAC-SHA1 over UTF-8 text."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode("ascii")


def _sets(lenient: bool) -> tuple[Callable[[str], bool], ...]:
    """The sets of query parameters that SDKs sign, likeliest first; SDKs disagree, so each is tried.

    The union list is what oss2, java, go v1, php, cpp, ali-oss and ruby sign. go v2 signs every `x-oss-*` parameter
    besides, and the sub-resource of each call; oss2 leaves out `accessmonitor`. alibabacloud-oss-v2 signs a reduced
    list without `x-oss-process`, which the real service refuses: it is tried only if `lenient`, because whoever holds a
    URL signed so can change the process string at will.
    """
    return _LENIENT_SETS if lenient else _STRICT_SETS


_STRICT_SETS: tuple[Callable[[str], bool], ...] = (
    SIGNED.__contains__,
    is_signed_by_go_v2,
    (SIGNED - UNSIGNED_BY_OSS2).__contains__,
)
_LENIENT_SETS: tuple[Callable[[str], bool], ...] = (*_STRICT_SETS, REDUCED.__contains__)


def _signed(query: Query, is_signed: Callable[[str], bool]) -> str:
    """The signed parameters, decoded and sorted by name; none of them is there twice, see repeats.py."""
    chosen = sorted(pair for pair in query if is_signed(pair[0]))
    return f"?{joined(chosen)}" if chosen else ""
