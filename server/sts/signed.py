"""A call as it was signed: in its parameters (RPC, HMAC-SHA1) or in a header (ACS3-HMAC-SHA256), and the check of it.

Source: Alibaba Cloud, "Request structure and signature" of RPC calls and "V3 request structure and signature". Nonces
are not remembered: a call that is sent twice within its 15 minutes is answered twice (our choice).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ..auth.canonical import encoded
from ..auth.credentials import TEMPORARY, Credential, Credentials, same_secret
from ..auth.validity import MAX_SKEW
from ..errors import OSSError
from ..request import Request
from .errors import StsError, missing

ACS3 = "ACS3-HMAC-SHA256"

_MISMATCH = "Specified signature is not matched with our calculation."
_RPC_METHODS = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}


@dataclass(frozen=True, slots=True)
class SignedCall:
    """One call, parsed and not yet believed; `digest` is the hash of its signature, `is_acs3` how that is made."""

    action: str
    version: str
    access_key_id: str
    token: str | None
    timestamp: str
    signature: str
    string_to_sign: str
    digest: str
    is_acs3: bool

    def signer(self, credentials: Credentials, now: float) -> Credential:
        """The credential that signed the call; raises what the gateway answers, in its order: key, time, signature."""
        credential = self._credential(credentials, now)
        if abs(now - _moment(self.timestamp)) > MAX_SKEW:
            raise StsError("InvalidTimeStamp.Expired")
        if not same_secret(self._signed(credential.access_key_secret), self.signature):
            # SDKs compare what follows the colon with their own text, and then know that the secret is wrong.
            raise StsError("SignatureDoesNotMatch", f"{_MISMATCH} server string to sign is:{self.string_to_sign}")
        return credential

    def _credential(self, credentials: Credentials, now: float) -> Credential:
        try:
            credential = credentials.find(self.access_key_id, self.token)
            credential.require_unexpired(now)
        except OSSError as error:
            if self.token is None and self.access_key_id.startswith(TEMPORARY):
                raise missing("SecurityToken") from None
            raise StsError(_OF_KEYS.get(error.code, "InvalidAccessKeyId.NotFound")) from None
        return credential

    def _signed(self, secret: str) -> str:
        if self.is_acs3:
            return hmac.digest(secret.encode(), self.string_to_sign.encode(), self.digest).hex()
        code = hmac.digest(f"{secret}&".encode(), self.string_to_sign.encode(), self.digest)
        return base64.b64encode(code).decode("ascii")


_OF_KEYS = {
    "AccessKeyIdAndSecurityTokenNotMatch": "InvalidSecurityToken.MismatchWithAccessKey",
    "InvalidSecurityToken": "InvalidSecurityToken.Malformed",
    "SecurityTokenExpired": "InvalidSecurityToken.Expired",
}


def read(request: Request, params: Mapping[str, str], body: bytes) -> SignedCall:
    """The call that a request makes; `params` are those of the query and of a form. Raises `StsError`."""
    scheme, _, information = request.headers.get("authorization", "").partition(" ")
    return _acs3(request, information, body) if scheme == ACS3 else _rpc(request.method, params)


def required(params: Mapping[str, str], name: str) -> str:
    """The value of a parameter that must be there and not be empty."""
    if value := params.get(name):
        return value
    raise missing(name)


def _rpc(method: str, params: Mapping[str, str]) -> SignedCall:
    algorithm = required(params, "SignatureMethod")
    if algorithm.upper() not in _RPC_METHODS:
        raise StsError("InvalidParameter", f"The SignatureMethod {algorithm} is not supported.")
    pairs = sorted((name, value) for name, value in params.items() if name != "Signature")
    query = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
    return SignedCall(
        action=required(params, "Action"),
        version=required(params, "Version"),
        access_key_id=required(params, "AccessKeyId"),
        token=params.get("SecurityToken") or None,
        timestamp=required(params, "Timestamp"),
        signature=required(params, "Signature"),
        string_to_sign=f"{method}&%2F&{encoded(query)}",
        digest=_RPC_METHODS[algorithm.upper()],
        is_acs3=False,
    )


def _acs3(request: Request, information: str, body: bytes) -> SignedCall:
    headers = request.headers
    fields = dict(part.strip().partition("=")[::2] for part in information.split(","))
    names = [name.lower() for name in required(fields, "SignedHeaders").split(";")]
    if unsigned := [name for name in headers if name.startswith("x-acs-") and name not in names]:
        raise StsError("InvalidParameter", f"The header {unsigned[0]} must be signed.")
    canonical = "\n".join(
        (
            request.method,
            "/",
            "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(request.query)),
            "".join(f"{name}:{headers.get(name, '')}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        )
    )
    return SignedCall(
        action=required(headers, "x-acs-action"),
        version=required(headers, "x-acs-version"),
        access_key_id=required(fields, "Credential"),
        token=headers.get("x-acs-security-token") or None,
        timestamp=required(headers, "x-acs-date"),
        signature=required(fields, "Signature"),
        string_to_sign=f"{ACS3}\n{hashlib.sha256(canonical.encode()).hexdigest()}",
        digest="sha256",
        is_acs3=True,
    )


def _moment(text: str) -> float:
    """Unix seconds of `2026-01-15T08:30:45Z`, with or without fractions of a second."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise StsError("InvalidTimeStamp.Format") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
