"""Why a request is refused: its key, its time, its region, and what a changed request tells of its signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .. import address
from ..address import Resource
from ..auth.authenticate import claim_of
from ..auth.claim import Claim, SignedText
from ..auth.credentials import same_secret
from ..auth.validity import iso_time
from ..errors import OSSError
from ..request import Request
from .hypotheses import HYPOTHESES, Hypothesis
from .report import Cause, Known
from .variants import Suspect, Variant

_MANY_PARAMETERS = 64
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))

# What a refused key or token means, by the code of the refusal.
_OF_CREDENTIALS: Mapping[str, tuple[str, str, str]] = {
    "InvalidAccessKeyId": (
        "unknown-access-key",
        "access key id",
        "The server has no key pair with this access key id, or none that goes with a token (or without one) as sent.",
    ),
    "InvalidSecurityToken": ("unknown-token", "token", "The server has not given out this security token."),
    "AccessKeyIdAndSecurityTokenNotMatch": ("other-token", "token", "The security token is that of another key."),
    "SecurityTokenExpired": ("expired-token", "token", "The temporary key has expired: get a new one."),
}

_WRONG_SECRET = Cause(
    "wrong-secret",
    "secret",
    "No known mistake explains it. Most likely the secret is not that of this access key id; or several things "
    "differ at once: compare the string to sign with the client's own.",
)


def malformed(refusal: OSSError) -> Cause:
    """The cause that the refusal itself names."""
    part = refusal.details.get("ArgumentName", "request")
    return Cause("malformed", part, refusal.message, received=refusal.details.get("ArgumentValue", ""))


def causes(
    suspect: Suspect, known: Known, secret: str | None, refusal: OSSError | None, *, matches: bool
) -> Sequence[Cause]:
    """Everything that is wrong, in the order in which a client would be told if it mended one after the other."""
    if refusal is None:
        return ()
    return list(_found(suspect, known, secret, refusal, matches=matches)) or [malformed(refusal)]


def _found(suspect: Suspect, known: Known, secret: str | None, refusal: OSSError, *, matches: bool) -> Iterator[Cause]:
    if refusal.code in _OF_CREDENTIALS:
        yield Cause(*_OF_CREDENTIALS[refusal.code], received=suspect.claim.access_key_id)
    yield from _clock(suspect)
    region = suspect.claim.region
    if known.require_region and region not in (None, known.region):
        sentence = f"This server takes V4 signatures for the region {known.region} only (require_region)."
        yield Cause("wrong-region", "region", sentence, region or "none", known.region)
    if secret is not None and not matches:
        found = list(_confirmed(suspect, known, secret)) or _two_at_once(suspect, known, secret)
        yield from found or [_WRONG_SECRET]


def _clock(suspect: Suspect) -> Iterator[Cause]:
    """The cause that lies in time, with the amount."""
    now, (start, end) = suspect.request.now, suspect.claim.validity.span
    if end is not None and now > end:
        amount, what = now - end, f"The signature was good until {time_of(end)}"
    elif start is not None and now < start:
        amount, what = start - now, f"The signature is not good before {time_of(start)}"
    else:
        return
    sentence = f"{what}, and the server's clock says {time_of(now)}: {_amount(amount)} off."
    yield Cause("clock", "date", sentence, received=time_of(now))


def time_of(seconds: float) -> str:
    """A moment in Unix seconds for people: a signature may count beyond the year 9999, which no calendar writes."""
    try:
        return iso_time(seconds)
    except (ValueError, OverflowError):
        return f"{seconds:.0f} s after 1970"


def _amount(seconds: float) -> str:
    """A length of time in its two largest units, such as `2 hours 1 minute`."""
    rest, words = max(1, round(seconds)), []
    for unit, length in _UNITS:
        count, rest = divmod(rest, length)
        if count:
            words.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(words[:2])


def _confirmed(suspect: Suspect, known: Known, secret: str) -> Iterator[Cause]:
    """The hypotheses that hold: the signature verifies for the request so changed. Of several alike, the likeliest."""
    seen = set()
    for hypothesis in HYPOTHESES:
        for variant in hypothesis.variants(suspect):
            text = _signed_text(variant, suspect, known, secret)
            if text is not None and text not in seen:
                seen.add(text)
                yield _cause(hypothesis, variant)
                break


def _two_at_once(suspect: Suspect, known: Known, secret: str) -> Sequence[Cause]:
    """The first two hypotheses that hold together; none where no two do, or where there is too much to try."""
    if len(suspect.request.query) > _MANY_PARAMETERS:
        return ()
    for first in HYPOTHESES:
        for variant in first.variants(suspect) if first.comes_with_others else ():
            second = next(_confirmed(replace(suspect, request=variant.request), known, secret), None)
            if second:
                return _cause(first, variant), second
    return ()


def _cause(hypothesis: Hypothesis, variant: Variant) -> Cause:
    sentence = hypothesis.sentence.format(received=variant.received, signed=variant.signed)
    return Cause(hypothesis.name, hypothesis.part, sentence, variant.received, variant.signed)


def _signed_text(variant: Variant, suspect: Suspect, known: Known, secret: str) -> SignedText | None:
    """The text under which the signature holds for a variant; None if it does not."""
    try:
        resources = [variant.resource] if variant.resource else resources_of(variant.request, known)
        claim = claim_of(variant.request, suspect.resource)
    except OSSError:
        return None
    if claim is None:
        return None
    for resource in resources:
        for candidate in claim.candidates(resource, lenient=False):
            text = claim.altered(candidate, variant.change) if variant.change else candidate
            if is_signed(claim, text, secret):
                return text
    return None


def resources_of(request: Request, known: Known) -> Sequence[Resource]:
    """The resources that a request can mean; raises `OSSError`."""
    return address.resolve(request.host, request.raw_path, known.hosts)


def is_signed(claim: Claim, text: SignedText, secret: str) -> bool:
    """Whether the signature of `claim` is that of `text`."""
    return same_secret(claim.sign(secret, text.string_to_sign), claim.signature)
