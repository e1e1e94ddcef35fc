"""The door of the room: one request in, who is asking and for what out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..address import Level, Resource
from ..errors import invalid_argument
from ..request import Request
from . import v1, v2, v4
from .claim import Claim, verify
from .credentials import ANONYMOUS, Credentials, Principal
from .repeats import refuse_repeats

# Both tables: object-storage API, "Include signatures in the Authorization header" and "Add signatures to URLs".
_HEADER_SCHEMES: Mapping[str, Callable[[Request, str], Claim]] = {
    "OSS": v1.header_claim,
    "OSS2": v2.header_claim,
    v4.ALGORITHM: v4.header_claim,
}
_URL_VERSIONS: Mapping[str, Callable[[Request], Claim]] = {
    "OSS2": v2.url_claim,
    v4.ALGORITHM: v4.url_claim,
}


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who is asking, for which of the resources that the request could mean.

    `payload_sha256` is the SHA-256 that the signer vouches the body to have (64 lower-case hex digits), or None; the
    handler that reads the body compares it. `by_url` says that the signature stood in the URL.
    """

    principal: Principal
    resource: Resource
    payload_sha256: str | None = None
    by_url: bool = False


def authenticate(
    request: Request,
    resources: Sequence[Resource],
    credentials: Credentials,
    *,
    lenient: bool = False,
    region: str | None = None,
) -> Authenticated:
    """The principal of `request`, and the first of `resources` (likeliest first) for which its signature holds.

    A request without any signature is `ANONYMOUS` and means `resources[0]`; so is a multipart form posted to a bucket,
    whose signature is one of its fields. `lenient` also accepts what alibabacloud-oss-v2 signs in V1 and the real
    service refuses (see v1.py). `region` refuses V4 signatures of any other region; None accepts all.

    Raises `OSSError` and nothing else: what each version answers to a malformed, outdated or wrong signature.
    """
    refuse_repeats(request.query)
    claim = claim_of(request, resources[0])
    if claim is None:
        return Authenticated(ANONYMOUS, resources[0])
    if region is not None and claim.region not in (None, region):
        message = "Invalid signing region in Authorization header"
        raise invalid_argument("Authorization", claim.region or "", message)
    principal, resource = verify(claim, resources, credentials, now=request.now, lenient=lenient)
    return Authenticated(principal, resource, claim.payload_sha256, by_url="authorization" not in request.headers)


def _is_form(request: Request, resource: Resource) -> bool:
    """Whether this is PostObject, for which OSS looks at no other signature than the form's."""
    content_type = request.headers.get("content-type", "").lower()
    return (
        request.method == "POST" and resource.level is Level.BUCKET and content_type.startswith("multipart/form-data")
    )


def claim_of(request: Request, resource: Resource) -> Claim | None:
    """What `request`, which means `resource`, says of its signer in header or URL; None if nothing, and for a form.

    Raises as `authenticate` does.
    """
    if _is_form(request, resource):
        return None
    of_url = _url_version(request)
    authorization = request.headers.get("authorization")
    if authorization is None:
        return of_url(request) if of_url else None
    if of_url:
        message = "A request must not be signed both in the Authorization header and in the query string."
        raise invalid_argument("Authorization", authorization, message, ec="0002-00000039")
    scheme, _, information = authorization.partition(" ")
    of_header = _HEADER_SCHEMES.get(scheme)
    if of_header is None:
        message = "The Authorization header must begin with OSS4-HMAC-SHA256, OSS2 or OSS."
        raise invalid_argument("Authorization", authorization, message, ec="0002-00000061")
    return of_header(request, information)


def _url_version(request: Request) -> Callable[[Request], Claim] | None:
    params = request.params
    version = params.get("x-oss-signature-version")
    if version is None:
        return v1.url_claim if "OSSAccessKeyId" in params or "Signature" in params else None
    if version not in _URL_VERSIONS:
        raise invalid_argument("x-oss-signature-version", version, ec="0002-00000066")
    return _URL_VERSIONS[version]
