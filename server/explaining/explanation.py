"""The explanation itself: the parse, what the server computes, whether it matches, and why not."""

from __future__ import annotations

from collections.abc import Sequence

from .. import address
from ..address import Hosts, Resource
from ..auth.authenticate import authenticate, claim_of
from ..auth.claim import Claim, SignedText
from ..auth.subresources import AUTHENTICATION
from ..auth.v2 import V2Claim
from ..auth.v4 import V4Claim
from ..errors import OSSError
from ..request import Request
from .causes import causes, is_signed, malformed, resources_of, time_of
from .report import Computed, Explanation, Known, Meaning, Refusal, Signature
from .variants import Suspect


def explain(request: Request, known: Known, *, reveal: bool) -> Explanation:
    """All about the signature of `request`, as if it arrived at `request.now`; nothing of it is carried out.

    The signature that would be right opens the very request, so only those who have the secret anyway may see it:
    without `reveal` it is cut to its first four characters. A secret is never shown.
    """
    resources: Sequence[Resource] = ()
    claim = refusal = None
    try:
        resources = resources_of(request, known)
        claim = claim_of(request, resources[0])
        region = known.region if known.require_region else None
        authenticate(request, resources, known.credentials, lenient=known.lenient, region=region)
    except OSSError as error:
        refusal = error
    if claim is None:
        return _without_signature(_meaning(request, resources, known), refusal)
    secret = _secret(claim, known)
    resource, text, matches = _match(claim, resources, secret, lenient=known.lenient)
    suspect = Suspect(request, claim, resource, known.region)
    return Explanation(
        "refused" if refusal else "verifies",
        _meaning(request, (resource,), known),
        _signature(request, claim),
        Computed(text.string_to_sign, text.canonical_request, _shown(claim, text, secret, reveal=reveal)),
        _refused(refusal),
        causes(suspect, known, secret, refusal, matches=matches),
    )


def _without_signature(meaning: Meaning | None, refusal: OSSError | None) -> Explanation:
    """Of a request that has no signature, or none that can be read."""
    if refusal is None:
        return Explanation("unsigned", meaning)
    return Explanation("refused", meaning, refusal=_refused(refusal), causes=(malformed(refusal),))


def _refused(error: OSSError | None) -> Refusal | None:
    return Refusal(error.status, error.code, error.message, error.ec) if error else None


def _meaning(request: Request, resources: Sequence[Resource], known: Known) -> Meaning | None:
    """What the request means; None where not even that can be read."""
    if not resources:
        return None
    resource = resources[0]
    try:
        parameters = {name: value for name, value in request.params.items() if name not in AUTHENTICATION}
    except OSSError:
        parameters = {}
    return Meaning(
        request.method, request.host, _addressing(request.host, known.hosts), resource.bucket, resource.key, parameters
    )


def _addressing(host: str, hosts: Hosts) -> str:
    if hosts.bucket_of(host) is None:
        return "path style"
    return "own domain" if address.host_name(host) in (hosts.cnames or {}) else "virtual hosted"


def _signature(request: Request, claim: Claim) -> Signature:
    start, end = claim.validity.span
    return Signature(
        version=claim.version,
        carried_in="header" if "authorization" in request.headers else "url",
        access_key_id=claim.access_key_id,
        with_token=claim.token is not None,
        scope=str(claim.scope) if isinstance(claim, V4Claim) else None,
        additional_headers=claim.additional if isinstance(claim, V2Claim | V4Claim) else (),
        valid_from=None if start is None else time_of(start),
        valid_until=None if end is None else time_of(end),
        provided=claim.signature,
    )


def _secret(claim: Claim, known: Known) -> str | None:
    try:
        return known.credentials.find(claim.access_key_id, claim.token).access_key_secret
    except OSSError:
        return None


def _match(
    claim: Claim, resources: Sequence[Resource], secret: str | None, *, lenient: bool
) -> tuple[Resource, SignedText, bool]:
    """The resource and text for which the signature holds, else the likeliest of both; and whether it holds."""
    texts = [(resource, text) for resource in resources for text in claim.candidates(resource, lenient=lenient)]
    if secret is not None:
        for resource, text in texts:
            if is_signed(claim, text, secret):
                return resource, text, True
    return *texts[0], False


def _shown(claim: Claim, text: SignedText, secret: str | None, *, reveal: bool) -> str | None:
    if secret is None:
        return None
    expected = claim.sign(secret, text.string_to_sign)
    return expected if reveal else f"{expected[:4]}…"
