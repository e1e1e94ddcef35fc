"""The temporary credentials of AssumeRole: a token says everything about its credential, so that nothing is kept.

Every process with the same owner's secret honours a token, also after a restart, until it expires.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import dataclass

from . import ram
from .credentials import TEMPORARY, Credential, Identity
from .roles import Role, RoleArn, Roles

# What the tokens of the real STS begin with.
_MARK = "CAIS"

MAX_TOKEN = 16 << 10

_MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """What a token carries: the role, the name of the session, its end in Unix seconds, and its policy as JSON."""

    role: RoleArn
    name: str
    expires_at: int
    policy: str | None = None

    @property
    def who(self) -> str:
        """`UID:assumed-role/ROLE/SESSION`, which is the end of both ARNs of whoever has assumed the role."""
        return f"{self.role.account}:assumed-role/{self.role.name}/{self.name}"


class SessionIssuer:
    """Makes temporary credentials under a key that the owner's secret derives, and reads their tokens again."""

    def __init__(self, owner_secret: str, roles: Roles) -> None:
        self._key = hmac.digest(owner_secret.encode(), b"pixoss: temporary credentials", "sha256")
        self.roles = roles

    def issue(self, session: Session) -> Credential:
        """A credential of this session, another one at every call. The role must exist."""
        fields = {
            "role": str(session.role),
            "name": session.name,
            "ends": session.expires_at,
            "policy": session.policy,
            "nonce": secrets.token_hex(8),
        }
        content = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        token = _MARK + base64.urlsafe_b64encode(self._derived("token", content) + content).decode("ascii")
        issued = self.open(token)
        if issued is None:
            raise ValueError(f"there is no role {session.role}")
        return issued

    def open(self, token: str) -> Credential | None:
        """The credential of a token, expired or not; None for a token that was not made here or of a role now gone."""
        content = self._content(token)
        if content is None:
            return None
        fields = json.loads(content)
        role = RoleArn.parse(fields["role"])
        found = role and self.roles.find(role)
        if not (role and found):
            return None
        session = Session(role, fields["name"], fields["ends"], fields["policy"])
        return Credential(
            TEMPORARY + base64.b32encode(self._derived("id", content)).decode("ascii")[:24],
            base64.urlsafe_b64encode(self._derived("secret", content)).decode("ascii").rstrip("="),
            token,
            session.expires_at,
            _identity(session, found),
        )

    def _content(self, token: str) -> bytes | None:
        """What a token carries, if its authentication code is right."""
        if len(token) > MAX_TOKEN or not token.startswith(_MARK):
            return None
        try:
            raw = base64.b64decode(token.removeprefix(_MARK).encode(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        code, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        return content if hmac.compare_digest(code, self._derived("token", content)) else None

    def _derived(self, use: str, content: bytes) -> bytes:
        return hmac.digest(self._key, use.encode() + b"\0" + content, "sha256")


def _identity(session: Session, role: Role) -> Identity:
    return Identity(
        f"acs:ram::{session.who}",
        (f"arn:sts::{session.who}",),
        role.policy,
        ram.parse(session.policy) if session.policy is not None else None,
    )
