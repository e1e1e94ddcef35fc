"""A claim: what a request says about its signer; and the check whether that is true."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..address import Resource
from ..errors import OSSError
from .credentials import Credentials, Principal, same_secret
from .validity import Validity


@dataclass(frozen=True, slots=True)
class SignedText:
    """What a client may have signed: the string to sign and, for V4, the canonical request that is hashed in it."""

    string_to_sign: str
    canonical_request: str | None = None


@dataclass(frozen=True)
class Claim(ABC):
    """One signature, parsed and not yet believed; every version and mode makes one.

    `token` is that of a temporary credential or None; `validity` is the rule about its time.
    """

    access_key_id: str
    signature: str
    token: str | None
    validity: Validity

    version: ClassVar[str]
    """`V1`, `V2` or `V4`."""

    mismatch_ec: ClassVar[str]

    @property
    def region(self) -> str | None:
        """The region that was signed; None where the version signs none."""
        return None

    @property
    def payload_sha256(self) -> str | None:
        """The body's SHA-256 that was signed, 64 lower-case hex digits; None where the body was not."""
        return None

    @abstractmethod
    def candidates(self, resource: Resource, *, lenient: bool) -> Iterator[SignedText]:
        """The texts that the signature may cover if `resource` is meant, likeliest first."""

    def altered(self, text: SignedText, change: Callable[[str], str]) -> SignedText:
        """What would have been signed if the request were spelt differently in it: for the explainer's guesses."""
        return SignedText(change(text.string_to_sign))

    @abstractmethod
    def sign(self, secret: str, string_to_sign: str) -> str:
        """The signature of a text under `secret`, written as this version writes it."""


def verify(
    claim: Claim, resources: Sequence[Resource], credentials: Credentials, *, now: float, lenient: bool = False
) -> tuple[Principal, Resource]:
    """Who signed, and the first of `resources` for which `claim` holds at `now` (Unix seconds).

    Order of the checks, which decides what a client with two faults is told: key, token, time, signature (API
    reference, "Add signatures to URLs": expiry before signature). Raises what each of them answers.
    """
    credential = credentials.find(claim.access_key_id, claim.token)
    credential.require_unexpired(now)
    claim.validity.require(now)
    for resource in resources:
        for text in claim.candidates(resource, lenient=lenient):
            if same_secret(claim.sign(credential.access_key_secret, text.string_to_sign), claim.signature):
                return credential.principal, resource
    raise _mismatch(claim, next(claim.candidates(resources[0], lenient=lenient)))


def _mismatch(claim: Claim, text: SignedText) -> OSSError:
    """`SignatureDoesNotMatch` with everything a client needs to find the difference, and nothing secret."""
    details = {
        "OSSAccessKeyId": claim.access_key_id,
        "SignatureProvided": claim.signature,
        "StringToSign": text.string_to_sign,
        "StringToSignBytes": _hex_bytes(text.string_to_sign),
    }
    if text.canonical_request is not None:
        details["CanonicalRequest"] = text.canonical_request
        details["CanonicalRequestBytes"] = _hex_bytes(text.canonical_request)
    return OSSError("SignatureDoesNotMatch", ec=claim.mismatch_ec, details=details)


def _hex_bytes(text: str) -> str:
    """Upper-case hex, each byte followed by a space, the last one too: OSS's form."""
    return "".join([f"{byte:02X} " for byte in text.encode()])
