"""Signature version 2, HMAC-SHA256 over the whole query; header `OSS2 …` or URL. Deprecated: oss2 and java only."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from ..address import Resource
from ..request import Request
from . import fields, tokens
from .canonical import canonical_headers, canonical_query, encoded
from .claim import Claim, SignedText
from .fields import Fault
from .validity import Stamped, Until, header_date, moment_of

_FIELDS = ("AccessKeyId", "Signature", "AdditionalHeaders")
_REQUIRES = (
    "Query-string authentication requires the x-oss-signature-version, x-oss-expires, x-oss-access-key-id "
    "and x-oss-signature parameters"
)

# EC pages 0002-00000103 to 0002-00000112; 106 and 107 follow from the order of their neighbours.
_HEADER_ECS = {
    Fault.FIELD_FORM: "0002-00000103",
    Fault.FIELD_NAME: "0002-00000104",
    Fault.ACCESS_KEY_MISSING: "0002-00000105",
    Fault.ACCESS_KEY_EMPTY: "0002-00000106",
    Fault.ACCESS_KEY_INVALID: "0002-00000107",
    Fault.SIGNATURE_MISSING: "0002-00000108",
    Fault.SIGNATURE_EMPTY: "0002-00000109",
    Fault.ADDITIONAL_EMPTY: "0002-00000110",
    Fault.ADDITIONAL_BLANK: "0002-00000111",
    Fault.ADDITIONAL_ABSENT: "0002-00000112",
}

# EC pages 0002-00000070, 73, 76 to 78 (signed URLs of any version) and 113 to 118; 114 by the order of its neighbours.
_URL_ECS = {
    Fault.EXPIRES_INVALID: "0002-00000070",
    Fault.ACCESS_KEY_INVALID: "0002-00000073",
    Fault.ADDITIONAL_EMPTY: "0002-00000076",
    Fault.ADDITIONAL_BLANK: "0002-00000077",
    Fault.ADDITIONAL_ABSENT: "0002-00000078",
    Fault.EXPIRES_MISSING: "0002-00000113",
    Fault.EXPIRES_EMPTY: "0002-00000114",
    Fault.ACCESS_KEY_MISSING: "0002-00000115",
    Fault.ACCESS_KEY_EMPTY: "0002-00000116",
    Fault.SIGNATURE_MISSING: "0002-00000117",
    Fault.SIGNATURE_EMPTY: "0002-00000118",
}


@dataclass(frozen=True)
class V2Claim(Claim):
    """A V2 signature of `request`; `date` is the DATE line, `additional` the headers signed on top."""

    request: Request
    date: str
    additional: tuple[str, ...]

    version = "V2"
    mismatch_ec = "0002-00000101"

    def candidates(self, resource: Resource, *, lenient: bool) -> Iterator[SignedText]:
        """The one text that V2 knows."""
        headers = self.request.headers
        lines = (
            self.request.method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            self.date,
            canonical_headers(headers, self.additional) + ";".join(self.additional),
            encoded(resource.canonical) + self._query,
        )
        yield SignedText("\n".join(lines))

    def sign(self, secret: str, string_to_sign: str) -> str:
        """Base64 of HMAC-SHA256."""
        return base64.b64encode(hmac.digest(secret.encode(), string_to_sign.encode(), "sha256")).decode("ascii")

    @property
    def _query(self) -> str:
        query = canonical_query(self.request.query, leave_out="x-oss-signature")
        return f"?{query}" if query else ""


def header_claim(request: Request, information: str) -> V2Claim:
    """The claim of `Authorization: OSS2 <information>`: `AccessKeyId:…,AdditionalHeaders:a;b,Signature:…`.

    The DATE line is the Date header, which oss2 always sends; `x-oss-date` only stands in for a missing one.
    Raises `InvalidArgument` for what cannot be read and `AccessDenied` without a readable date.
    """
    parts = fields.of_header_pairs(request, information, ":", _FIELDS, _HEADER_ECS)
    access_key_id, given = parts.access_key_id("AccessKeyId"), parts.signature("Signature")
    additional = parts.additional_headers("AdditionalHeaders", request.headers)
    token = tokens.of_header(request)
    date = header_date(request.headers, ("date", "x-oss-date"))
    return V2Claim(access_key_id, given, token, Stamped(moment_of(date)), request, date, additional)


def url_claim(request: Request) -> V2Claim:
    """The claim of a URL with `x-oss-signature-version=OSS2`; `x-oss-expires` is absolute, in Unix seconds.

    Raises `AccessDenied` if a parameter is missing or cannot be read.
    """
    parts = fields.of_url(request, _URL_ECS, _REQUIRES)
    access_key_id, given = parts.access_key_id("x-oss-access-key-id"), parts.signature("x-oss-signature")
    expires = parts.expires("x-oss-expires")
    additional = parts.additional_headers("x-oss-additional-headers", request.headers)
    token = tokens.of_url(request, "security-token")
    date = parts.values["x-oss-expires"]
    return V2Claim(access_key_id, given, token, Until(expires), request, date, additional)
