"""The access keys that may sign, and who a request turned out to come from."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import OSSError
from .ram import Policy

TEMPORARY = "STS."
"""What the access key id of a temporary credential begins with."""

_ACCESS_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a key stands for, where that is not the owner: a RAM user or an assumed role, with what they are allowed.

    `arn` is their name in RAM (`acs:ram::UID:user/NAME`), `names` are those that a bucket policy may use: a
    user id or `arn:sts::UID:assumed-role/ROLE/SESSION`. A `session_policy` is that of AssumeRole: it allows nothing
    itself, but what it does not allow is denied.
    """

    arn: str
    names: tuple[str, ...]
    policy: Policy
    session_policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: the access key that signed, or nobody in particular (`access_key_id` None).

    A key without an `identity` is the owner's.
    """

    access_key_id: str | None
    identity: Identity | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing was signed."""
        return self.access_key_id is None

    @property
    def is_owner(self) -> bool:
        """Whether the owner of everything is asking, whom no policy and no ACL concerns."""
        return self.access_key_id is not None and self.identity is None


ANONYMOUS = Principal(None)


@dataclass(frozen=True, slots=True)
class Credential:
    """One access key pair, with its token when it is a temporary one of STS; secrets stay out of `repr`.

    `expires_at` is in Unix seconds; without an `identity` the key is the owner's. Raises ValueError for an access key
    id that no request could carry, for an empty secret (anyone could sign with it) and for an empty token.
    """

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    identity: Identity | None = None

    def __post_init__(self) -> None:
        if not is_access_key_id(self.access_key_id):
            raise ValueError("an access key id is 1 to 128 of A-Z, a-z, 0-9, dot, hyphen and underscore")
        if not self.access_key_secret:
            raise ValueError("an access key secret must not be empty")
        if self.security_token == "":
            raise ValueError("a security token must not be empty; None means that there is none")

    @property
    def principal(self) -> Principal:
        """Who asks in a request that this key has signed."""
        return Principal(self.access_key_id, self.identity)

    def require_unexpired(self, now: float) -> None:
        """Raise `SecurityTokenExpired` from `expires_at` on."""
        if self.expires_at is not None and now >= self.expires_at:
            raise OSSError("SecurityTokenExpired")

    def has_token(self, token: str) -> bool:
        """Whether `token` is this credential's, compared in constant time."""
        return self.security_token is not None and same_secret(self.security_token, token)


class Issuer(Protocol):
    """Whoever gives out temporary credentials whose tokens say everything about them, so that none need be kept."""

    def open(self, token: str) -> Credential | None:
        """The credential of a token; None unless the issuer has made it."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """All configured credentials, several of which may share an access key id with different tokens, and the issuer's.

    The access key ids of the issuer begin with `STS.`.
    """

    entries: tuple[Credential, ...] = ()
    issuer: Issuer | None = None

    def find(self, access_key_id: str, token: str | None) -> Credential:
        """The credential that an access key id and a token (None: none was sent) name together.

        Raises what OSS answers otherwise: `InvalidAccessKeyId` for an unknown key, for a temporary key without its
        token and for a token with a permanent key, `AccessKeyIdAndSecurityTokenNotMatch` for the token of another
        key, `InvalidSecurityToken` for an unknown one (API reference, "EC 0002-00000002" to "0002-00000006").
        """
        of_key = [entry for entry in self.entries if entry.access_key_id == access_key_id]
        if token is None:
            named = [entry for entry in of_key if entry.security_token is None]
        else:
            named = [entry for entry in of_key if entry.has_token(token)]
        if named:
            return named[0]
        issued = self.issuer.open(token) if self.issuer and token is not None else None
        if issued and issued.access_key_id == access_key_id:
            return issued
        raise self._refusal(access_key_id, of_key, token, is_known=issued is not None)

    def _refusal(self, access_key_id: str, of_key: list[Credential], token: str | None, *, is_known: bool) -> OSSError:
        """The refusal of a key and a token; `is_known` says that the token is that of an issued credential."""
        details = {"OSSAccessKeyId": access_key_id}
        may_be_issued = self.issuer is not None and access_key_id.startswith(TEMPORARY)
        if token is None or not (of_key or may_be_issued):
            return OSSError("InvalidAccessKeyId", details=details)
        if of_key and all(entry.security_token is None for entry in of_key):
            return OSSError("InvalidAccessKeyId", ec="0002-00000002", details=details)
        if is_known or any(entry.has_token(token) for entry in self.entries):
            return OSSError("AccessKeyIdAndSecurityTokenNotMatch", details=details)
        return OSSError("InvalidSecurityToken", details=details)


def is_access_key_id(text: str) -> bool:
    """Whether `text` can be an access key id; the characters are our choice and cover `STS.…` keys."""
    return _ACCESS_KEY_ID.fullmatch(text) is not None


def same_secret(expected: str, given: str) -> bool:
    """Whether two texts are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(expected.encode(), given.encode())
