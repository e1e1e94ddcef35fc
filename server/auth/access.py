"""What a principal may do: everything for the owner; for others policies decide, and where these say nothing ACLs.

The order is OSS's ("Authorization process"): a session policy must allow; an explicit deny of the caller's own policy
or of the bucket's refuses; an allow of either permits; else the ACLs speak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from ..errors import OSSError
from .credentials import Identity, Principal
from .ram import Policy, Question, Verdict


class Permission(Enum):
    """What a handler asks leave for before it does anything; the names are OSS's groups of actions."""

    LIST_BUCKETS = auto()
    CREATE_BUCKET = auto()
    CONFIGURE_BUCKET = auto()
    LIST_OBJECTS = auto()
    READ_OBJECT = auto()
    WRITE_OBJECT = auto()
    READ_OBJECT_ACL = auto()
    WRITE_OBJECT_ACL = auto()
    JUDGED_LATER = auto()
    """Open to all: the handler finds out itself who asks and for what, as PostObject and a CORS preflight do."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a call needs: the RAM action that policies name (`GetObject`) and the permission that ACLs give."""

    action: str
    permission: Permission

    @property
    def of_version(self) -> Access:
        """What the same call needs when it names a version (OSS, "Authorization syntax and elements": actions)."""
        return Access(_OF_VERSION.get(self.action, self.action), self.permission)


_OF_VERSION: Mapping[str, str] = {
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "RestoreObject": "RestoreObjectVersion",
}


GET_OBJECT = Access("GetObject", Permission.READ_OBJECT)
PUT_OBJECT = Access("PutObject", Permission.WRITE_OBJECT)
DELETE_OBJECT = Access("DeleteObject", Permission.WRITE_OBJECT)


_READABLE = frozenset({"public-read", "public-read-write"})
_WRITABLE = frozenset({"public-read-write"})

# An ACL that opens a permission to everyone; permissions that are not here are never open to the anonymous.
_OPEN: Mapping[Permission, frozenset[str]] = {
    Permission.LIST_OBJECTS: _READABLE,
    Permission.READ_OBJECT: _READABLE,
    Permission.WRITE_OBJECT: _WRITABLE,
}

_OF_AN_OBJECT = frozenset({Permission.READ_OBJECT, Permission.WRITE_OBJECT})

# Source: API reference, "403 errors of OSS" and the EC pages 0003-000000xx; messages are wire format.
_Refusal = tuple[str | None, str | None]
_BUCKET_ACL_REFUSES: _Refusal = ("You have no right to access this object because of bucket acl.", "0003-00000001")
_FORBIDDEN_TO_ANYONE: _Refusal = ("Anonymous access is forbidden for this operation.", None)
_NOT_YOURS: _Refusal = ("The bucket you access does not belong to you.", None)
_REFUSALS: Mapping[Permission, _Refusal] = {
    Permission.LIST_BUCKETS: _FORBIDDEN_TO_ANYONE,
    Permission.CREATE_BUCKET: _FORBIDDEN_TO_ANYONE,
    Permission.CONFIGURE_BUCKET: _FORBIDDEN_TO_ANYONE,
    Permission.LIST_OBJECTS: ("Anonymous user has no right to access this bucket.", None),
    Permission.READ_OBJECT: ("You do not have read permission on this object.", None),
    Permission.WRITE_OBJECT: ("You do not have write permission on this object.", None),
    Permission.READ_OBJECT_ACL: ("You do not have read acl permission on this object.", "0003-00000007"),
    Permission.WRITE_OBJECT_ACL: ("You do not have write acl permission on this object.", "0003-00000008"),
}
_SIGNED_REFUSALS: Mapping[Permission, _Refusal] = {
    **_REFUSALS,
    Permission.LIST_BUCKETS: ("You are forbidden to list buckets.", None),
    Permission.CREATE_BUCKET: (None, None),
    Permission.CONFIGURE_BUCKET: _NOT_YOURS,
    Permission.LIST_OBJECTS: _BUCKET_ACL_REFUSES,
}
# The EC page of 201 shows this message for the deny of a RAM policy, too.
_POLICY_REFUSES: _Refusal = ("Access denied by bucket policy.", "0003-00000201")
_SESSION_REFUSES: _Refusal = ("Access denied by authorizer's policy.", "0003-00000301")


def is_granted(identity: Identity | None, bucket_policy: Policy | None, question: Question) -> bool:
    """Whether policies permit what is asked; False where they say nothing and ACLs decide.

    `identity` is None for the anonymous, `bucket_policy` where the bucket has none. Raises `AccessDenied` for an
    explicit deny, and for what a session policy does not allow.
    """
    session_policy = identity.session_policy if identity else None
    if session_policy and session_policy.judge(question) is not Verdict.ALLOW:
        raise _refused(_SESSION_REFUSES)
    policies = (identity.policy if identity else None, bucket_policy)
    verdicts = [policy.judge(question) for policy in policies if policy]
    if Verdict.DENY in verdicts:
        raise _refused(_POLICY_REFUSES)
    return Verdict.ALLOW in verdicts


def refuse_overrides(principal: Principal) -> None:
    """Raise `InvalidRequest` if `principal` is anonymous, from whom OSS takes no `response-*` parameters."""
    if principal.is_anonymous:
        raise OSSError("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")


def authorize(principal: Principal, permission: Permission, *, bucket_acl: str | None, object_acl: str | None) -> None:
    """Return if the ACLs let `principal` do what `permission` names, else raise `AccessDenied`.

    The owner may do everything. For others the object's own ACL decides over the bucket's, in both directions;
    `default` or None inherits. A missing or unknown ACL opens nothing.
    """
    if principal.is_owner or permission is Permission.JUDGED_LATER:
        return
    inherits = permission not in _OF_AN_OBJECT or object_acl in (None, "default")
    acl = bucket_acl if inherits else object_acl
    if acl in _OPEN.get(permission, frozenset()):
        return
    if inherits and permission in _OF_AN_OBJECT:
        raise _refused(_BUCKET_ACL_REFUSES)
    raise _refused((_REFUSALS if principal.is_anonymous else _SIGNED_REFUSALS)[permission])


def _refused(refusal: _Refusal) -> OSSError:
    message, ec = refusal
    return OSSError("AccessDenied", message, ec=ec)
