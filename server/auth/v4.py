"""Signature version 4, HMAC-SHA256 under a key of the day; header `OSS4-HMAC-SHA256 …` or URL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..address import Resource
from ..errors import invalid_argument
from ..request import Request
from . import fields, tokens
from .canonical import canonical_headers, canonical_query, encoded
from .claim import Claim, SignedText
from .fields import Fault, Fields
from .scope import CLOUD_BOX, Scope
from .validity import MAX_WINDOW, Stamped, Window, header_date, iso_basic, iso_moment_of, moment_of

ALGORITHM = "OSS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_SHA256 = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
_SIGNED_BY_DEFAULT = ("content-md5", "content-type")
_FIELDS = ("Credential", "Signature", "AdditionalHeaders")
_REQUIRES = (
    "Query-string authentication requires the x-oss-signature-version, x-oss-credential, x-oss-date, x-oss-expires "
    "and x-oss-signature parameters"
)

# EC pages 0002-00000205 to 0002-00000213; 203, 204 and 211 by their likes in V2.
_HEADER_ECS = {
    Fault.FIELD_FORM: "0002-00000203",
    Fault.FIELD_NAME: "0002-00000204",
    Fault.ACCESS_KEY_MISSING: "0002-00000205",
    Fault.ACCESS_KEY_EMPTY: "0002-00000205",
    Fault.ACCESS_KEY_INVALID: "0002-00000206",
    Fault.SIGNATURE_MISSING: "0002-00000207",
    Fault.SIGNATURE_EMPTY: "0002-00000208",
    Fault.ADDITIONAL_EMPTY: "0002-00000209",
    Fault.ADDITIONAL_BLANK: "0002-00000210",
    Fault.ADDITIONAL_ABSENT: "0002-00000211",
    Fault.SCOPE_DATE_INVALID: "0002-00000212",
    Fault.SCOPE_INVALID: "0002-00000213",
}

# EC pages 0002-00000076 to 78 (signed URLs of any version), 215 to 224 and 232; 216 and 220 by their neighbours.
_URL_ECS = {
    Fault.ADDITIONAL_EMPTY: "0002-00000076",
    Fault.ADDITIONAL_BLANK: "0002-00000077",
    Fault.ADDITIONAL_ABSENT: "0002-00000078",
    Fault.EXPIRES_MISSING: "0002-00000215",
    Fault.EXPIRES_EMPTY: "0002-00000216",
    Fault.ACCESS_KEY_MISSING: "0002-00000217",
    Fault.ACCESS_KEY_EMPTY: "0002-00000218",
    Fault.SIGNATURE_MISSING: "0002-00000219",
    Fault.SIGNATURE_EMPTY: "0002-00000220",
    Fault.ACCESS_KEY_INVALID: "0002-00000222",
    Fault.SCOPE_DATE_INVALID: "0002-00000223",
    Fault.SCOPE_INVALID: "0002-00000224",
    Fault.EXPIRES_OUT_OF_RANGE: "0002-00000232",
    Fault.DATE_MISSING: "0002-00000503",
}


@dataclass(frozen=True)
class V4Claim(Claim):
    """A V4 signature of `request`; `date` is its time as `yyyyMMddTHHmmssZ`, `payload` the last line signed."""

    request: Request
    scope: Scope
    date: str
    additional: tuple[str, ...]
    payload: str

    version = "V4"
    mismatch_ec = "0002-00000201"

    @property
    def region(self) -> str | None:
        """The region that was signed; None for a cloud box, which signs its own id instead."""
        return None if self.scope.product == CLOUD_BOX else self.scope.region

    @property
    def payload_sha256(self) -> str | None:
        """The body's SHA-256 that was signed; None for `UNSIGNED-PAYLOAD`, which is all that SDKs send."""
        return None if self.payload == UNSIGNED_PAYLOAD else self.payload.lower()

    def candidates(self, resource: Resource, *, lenient: bool) -> Iterator[SignedText]:
        """The one text that V4 knows."""
        path = encoded(resource.canonical, keep="/")
        yield self._signing(f"{self.request.method}\n{path}\n{self._tail}")

    def altered(self, text: SignedText, change: Callable[[str], str]) -> SignedText:
        """The same with the canonical request changed, which is where V4 spells the request."""
        return self._signing(change(text.canonical_request or ""))

    def _signing(self, canonical_request: str) -> SignedText:
        digest = hashlib.sha256(canonical_request.encode()).hexdigest()
        return SignedText(f"{ALGORITHM}\n{self.date}\n{self.scope}\n{digest}", canonical_request)

    def sign(self, secret: str, string_to_sign: str) -> str:
        """64 lower-case hex digits."""
        return self.scope.sign(secret, string_to_sign)

    @cached_property
    def _tail(self) -> str:
        query = canonical_query(self.request.query, leave_out="x-oss-signature")
        headers = canonical_headers(self.request.headers, (*_SIGNED_BY_DEFAULT, *self.additional))
        return f"{query}\n{headers}\n{';'.join(self.additional)}\n{self.payload}"


def is_signed_by_default(name: str) -> bool:
    """Whether V4 signs a header (lower-case) whenever it is sent, without having it listed."""
    return name.startswith("x-oss-") or name in _SIGNED_BY_DEFAULT


def header_claim(request: Request, information: str) -> V4Claim:
    """The claim of `Authorization: OSS4-HMAC-SHA256 <information>`: `Credential=…,AdditionalHeaders=a;b,Signature=…`.

    Raises `InvalidArgument` for what cannot be read, `AccessDenied` without a readable date.
    """
    parts = fields.of_header_pairs(request, information, "=", _FIELDS, _HEADER_ECS)
    scope, given = _scope(parts, "Credential"), parts.signature("Signature")
    additional = parts.additional_headers("AdditionalHeaders", request.headers)
    token = tokens.of_header(request)
    payload = _payload(request.headers.get("x-oss-content-sha256", ""))
    moment = moment_of(header_date(request.headers))
    date = _date_of_scope(iso_basic(moment), scope, parts)
    return V4Claim(scope.access_key_id, given, token, Stamped(moment), request, scope, date, additional, payload)


def url_claim(request: Request) -> V4Claim:
    """The claim of a URL with `x-oss-signature-version=OSS4-HMAC-SHA256`; `x-oss-expires` counts from `x-oss-date`.

    Raises `AccessDenied` if a parameter is missing or cannot be read.
    """
    parts = fields.of_url(request, _URL_ECS, _REQUIRES)
    scope, given = _scope(parts, "x-oss-credential"), parts.signature("x-oss-signature")
    additional = parts.additional_headers("x-oss-additional-headers", request.headers)
    token = tokens.of_url(request, "x-oss-security-token")
    payload = _payload(request.headers.get("x-oss-content-sha256", UNSIGNED_PAYLOAD))
    date = _date_of_scope(parts.required("x-oss-date", Fault.DATE_MISSING, Fault.DATE_MISSING), scope, parts)
    window = Window(iso_moment_of(date), _window_seconds(parts))
    return V4Claim(scope.access_key_id, given, token, window, request, scope, date, additional, payload)


def _scope(parts: Fields, name: str) -> Scope:
    return Scope.parse(parts.required(name, Fault.ACCESS_KEY_MISSING, Fault.ACCESS_KEY_EMPTY), parts)


def _date_of_scope(date: str, scope: Scope, parts: Fields) -> str:
    if date[:8] != scope.date:
        raise parts.refusal(Fault.SCOPE_DATE_INVALID)
    return date


def _payload(text: str) -> str:
    """The payload line: the header `x-oss-content-sha256` as sent, which the signature makes trustworthy."""
    if text != UNSIGNED_PAYLOAD and not _SHA256.fullmatch(text):
        message = "x-oss-content-sha256 must be UNSIGNED-PAYLOAD or the SHA-256 of the body."
        raise invalid_argument("x-oss-content-sha256", text, message, ec="0002-00000214")
    return text


def _window_seconds(parts: Fields) -> int:
    seconds = parts.expires("x-oss-expires", Fault.EXPIRES_OUT_OF_RANGE)
    if not 1 <= seconds <= MAX_WINDOW:
        raise parts.refusal(Fault.EXPIRES_OUT_OF_RANGE)
    return seconds
