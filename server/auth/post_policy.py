"""The signature of a posted form: made over the base64 text of its policy and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..address import Resource
from ..errors import invalid_argument
from . import v1, v4
from .claim import Claim, SignedText, verify
from .credentials import ANONYMOUS, Credentials, Principal
from .fields import Fault, Fields
from .scope import Scope
from .validity import MAX_WINDOW, Unlimited, Window, iso_moment_of

# Names are matched without regard to case, so the caller hands them over in lower case.
_VERSION = "x-oss-signature-version"
_OF_A_SIGNATURE = ("policy", "signature", "ossaccesskeyid", "x-oss-signature", "x-oss-credential", _VERSION)

# EC pages 0002-00000707 to 0002-00000709.
_ECS = {
    Fault.ACCESS_KEY_EMPTY: "0002-00000707",
    Fault.ACCESS_KEY_INVALID: "0002-00000708",
    Fault.SCOPE_DATE_INVALID: "0002-00000709",
}


@dataclass(frozen=True)
class FormClaim(Claim):
    """The V1 signature of a `policy` (base64 text, as sent)."""

    policy: str

    version = v1.V1Claim.version
    mismatch_ec = v1.V1Claim.mismatch_ec

    def candidates(self, resource: Resource, *, lenient: bool) -> Iterator[SignedText]:
        """The policy, whatever the resource: it names its bucket itself."""
        yield SignedText(self.policy)

    def sign(self, secret: str, string_to_sign: str) -> str:
        """Base64 of HMAC-SHA1."""
        return v1.signature(secret, string_to_sign)


@dataclass(frozen=True)
class V4FormClaim(FormClaim):
    """The V4 signature of a `policy`, under the key of `scope`."""

    scope: Scope

    version = v4.V4Claim.version
    mismatch_ec = v4.V4Claim.mismatch_ec

    def sign(self, secret: str, string_to_sign: str) -> str:
        """64 lower-case hex digits."""
        return self.scope.sign(secret, string_to_sign)


def authenticate_form(form: Mapping[str, str], credentials: Credentials, *, now: float) -> Principal:
    """The principal who signed a form's policy; `ANONYMOUS` for a form without any signature field.

    `form` has lower-case names. Only the signature is checked here, neither the policy's expiration nor its conditions.
    Raises `InvalidArgument` for a form with some of the fields but not all, and what `verify` raises.
    """
    if not any(name in form for name in _OF_A_SIGNATURE):
        return ANONYMOUS
    claim = _claim(form)
    principal, _ = verify(claim, (Resource(),), credentials, now=now)
    return principal


def _claim(form: Mapping[str, str]) -> FormClaim:
    fields = Fields(form, "InvalidArgument", _ECS)
    policy = fields.required("policy", Fault.POLICY_MISSING, Fault.POLICY_MISSING)
    token = form.get("x-oss-security-token") or None
    version = form.get(_VERSION)
    if version is None:
        access_key_id, given = fields.access_key_id("ossaccesskeyid"), fields.signature("signature")
        return FormClaim(access_key_id, given, token, Unlimited(), policy)
    if version != v4.ALGORITHM:
        raise invalid_argument(_VERSION, version, ec="0002-00000701")
    scope = _scope(fields)
    # Source: API reference, "POST V4 signature": 15 minutes early, seven days late.
    window = Window(iso_moment_of(fields.values["x-oss-date"]), MAX_WINDOW)
    return V4FormClaim(scope.access_key_id, fields.signature("x-oss-signature"), token, window, policy, scope)


def _scope(fields: Fields) -> Scope:
    """The scope of a V4 form, whose day must be that of `x-oss-date`."""
    credential = fields.required("x-oss-credential", Fault.ACCESS_KEY_MISSING, Fault.ACCESS_KEY_EMPTY)
    scope = Scope.parse(credential, fields)
    date = fields.required("x-oss-date", Fault.DATE_MISSING, Fault.DATE_MISSING)
    iso_moment_of(date)
    if date[:8] != scope.date:
        raise fields.refusal(Fault.SCOPE_DATE_INVALID)
    return scope
