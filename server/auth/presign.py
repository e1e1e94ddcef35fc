"""Signing a URL: the text to sign is asked of the very code that verifies, so there is no second idea of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..address import Resource
from ..request import Request
from .authenticate import claim_of
from .canonical import Query, encoded
from .credentials import Credential
from .repeats import refuse_repeats
from .scope import TERMINATOR
from .v4 import ALGORITHM, is_signed_by_default
from .validity import iso_basic

# Stands where the signature will: a claim without one cannot be read, and no version signs its own signature.
_PLACEHOLDER = "unsigned"


@dataclass(frozen=True, slots=True)
class Order:
    """Who signs a URL, for how many `seconds` from the time of the request, and for which `region` (V4 only)."""

    credential: Credential
    seconds: int
    region: str


def _of_v1(request: Request, order: Order) -> Query:
    token = order.credential.security_token
    return (
        ("OSSAccessKeyId", order.credential.access_key_id),
        ("Expires", str(int(request.now) + order.seconds)),
        *((("security-token", token),) if token else ()),
    )


def _of_v4(request: Request, order: Order) -> Query:
    token, date = order.credential.security_token, iso_basic(int(request.now))
    scope = f"{date[:8]}/{order.region}/oss/{TERMINATOR}"
    # Headers that V4 signs only when told to; Host comes by itself and may change on the way.
    additional = ";".join(name for name in sorted(request.headers) if not is_signed_by_default(name) and name != "host")
    return (
        ("x-oss-signature-version", ALGORITHM),
        ("x-oss-credential", f"{order.credential.access_key_id}/{scope}"),
        ("x-oss-date", date),
        ("x-oss-expires", str(order.seconds)),
        *((("x-oss-security-token", token),) if token else ()),
        *((("x-oss-additional-headers", additional),) if additional else ()),
    )


@dataclass(frozen=True, slots=True)
class _Version:
    parameters: Callable[[Request, Order], Query]
    signature: str


_VERSIONS: Mapping[str, _Version] = {
    "v1": _Version(_of_v1, "Signature"),
    "v4": _Version(_of_v4, "x-oss-signature"),
}
VERSIONS: Sequence[str] = tuple(_VERSIONS)
"""What `signed_url` can make; V2 is deprecated, and only verified."""


def signed_url(request: Request, resource: Resource, order: Order, version: str) -> str:
    """The URL of `request`, which means `resource`, with a signature of one of `VERSIONS` that holds from now on.

    Method, query and headers are signed as the version does; whoever uses the URL must send the same headers.
    Raises `OSSError` for what could never verify: a repeated parameter, more than seven days in V4.
    """
    made = _VERSIONS[version]
    own = "&".join(f"{name}={encoded(value)}" for name, value in made.parameters(request, order))
    query = f"{request.query_string}&{own}" if request.query_string else own
    unsigned = replace(request, query_string=f"{query}&{made.signature}={_PLACEHOLDER}")
    refuse_repeats(unsigned.query)
    claim = claim_of(unsigned, resource)
    if claim is None:
        raise ValueError("a posted form is signed in its fields, not in a URL")
    text = next(claim.candidates(resource, lenient=False))
    signature = claim.sign(order.credential.access_key_secret, text.string_to_sign)
    return f"{request.scheme}://{request.host}{request.raw_path}?{query}&{made.signature}={encoded(signature)}"
