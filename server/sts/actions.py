"""What STS does here: AssumeRole and GetCallerIdentity."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from ..api.owner import OWNER
from ..auth import ram
from ..auth.access import is_granted
from ..auth.credentials import Principal
from ..auth.ram import PolicyError, Question
from ..auth.roles import DEFAULT_DURATION, MIN_DURATION, Role, RoleArn
from ..auth.sessions import Session, SessionIssuer
from ..authorize import context_of
from ..errors import OSSError
from ..request import Request
from .errors import StsError
from .signed import required

MAX_POLICY = 2048  # characters

_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)

Params = Mapping[str, str]
Fields = Mapping[str, object]
Action = Callable[[Request, Principal, Params, SessionIssuer], Fields]


def assume_role(request: Request, caller: Principal, params: Params, issuer: SessionIssuer) -> Fields:
    """AssumeRole: a temporary credential with the rights of a role, less what `Policy` does not allow.

    The owner may assume every role, which the real service forbids to an account's own key (our choice: scripts have no
    other key here); others need `sts:AssumeRole` by their policy. `ExternalId` and `SourceIdentity` are left aside.
    """
    arn = RoleArn.parse(required(params, "RoleArn"))
    if arn is None:
        raise StsError("InvalidParameter.RoleArn")
    name = required(params, "RoleSessionName")
    if not _SESSION_NAME.fullmatch(name):
        raise StsError("InvalidParameter.RoleSessionName")
    policy = _session_policy(params)
    role = issuer.roles.find(arn)
    if role is None:
        raise StsError("EntityNotExist.Role")
    _require_leave(request, caller, arn)
    session = Session(arn, name, int(request.now) + _duration(params, role), policy)
    return _issued(session, issuer)


def _session_policy(params: Params) -> str | None:
    text = params.get("Policy")
    if not text:
        return None
    if len(text) > MAX_POLICY:
        raise StsError("InvalidParameter.PolicySize")
    try:
        ram.parse(text)
    except PolicyError as error:
        message = f"The parameter Policy has not passed grammar check: {error}."
        raise StsError("InvalidParameter.PolicyGrammar", message) from None
    return text


def _duration(params: Params, role: Role) -> int:
    """`DurationSeconds`: 900 to the role's maximum."""
    text = params.get("DurationSeconds") or str(DEFAULT_DURATION)
    if not (_SECONDS.fullmatch(text) and MIN_DURATION <= int(text) <= role.max_duration):
        longest = f"{role.max_duration / 3600:g}hr"
        message = f"The Min/Max value of DurationSeconds is 15min/{longest}."
        raise StsError("InvalidParameter.DurationSeconds", message)
    return int(text)


def _require_leave(request: Request, caller: Principal, arn: RoleArn) -> None:
    """Return if `caller` may assume the role: otherwise a user without rights would only need to ask for some."""
    if caller.is_owner:
        return
    question = Question("sts:AssumeRole", f"ram:role/{arn.name}", context_of(request, caller))
    try:
        if is_granted(caller.identity, None, question):
            return
    except OSSError:
        pass
    raise StsError("NoPermission")


def _issued(session: Session, issuer: SessionIssuer) -> Fields:
    credential = issuer.issue(session)
    ends = datetime.fromtimestamp(session.expires_at, UTC)
    return {
        "AssumedRoleUser": {
            "AssumedRoleId": f"{_role_id(session.role)}:{session.name}",
            "Arn": f"{session.role}/{session.name}",
        },
        "Credentials": {
            "AccessKeyId": credential.access_key_id,
            "AccessKeySecret": credential.access_key_secret,
            "SecurityToken": credential.security_token,
            "Expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        },
    }


def _role_id(arn: RoleArn) -> str:
    """A number for a role, always the same, of 18 digits as the real ones."""
    number = int.from_bytes(hashlib.sha256(str(arn).encode()).digest()[:8])
    return f"3{number % 10**17:017}"


# The first word of an ARN's resource, and the type of identity that it is.
_TYPES = {"root": "Account", "user": "RAMUser", "assumed-role": "AssumedRoleUser"}


def get_caller_identity(request: Request, caller: Principal, params: Params, issuer: SessionIssuer) -> Fields:
    """GetCallerIdentity: whose key signed; needs no leave, as on the real service."""
    arn = caller.identity.arn if caller.identity else f"acs:ram::{OWNER['ID']}:root"
    account, resource = arn.split(":", 4)[3:]
    name = caller.identity.names[0] if caller.identity else account
    return {
        "IdentityType": _TYPES[resource.partition("/")[0]],
        "AccountId": account,
        "PrincipalId": name,
        "UserId": name,
        "Arn": arn,
    }


ACTIONS: Mapping[str, Action] = {"AssumeRole": assume_role, "GetCallerIdentity": get_caller_identity}
