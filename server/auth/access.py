"""What a principal may do: bucket and object ACLs for the anonymous, everything for a signed request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from ..errors import OSSError
from .credentials import Principal


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


GET_OBJECT = Access("GetObject", Permission.READ_OBJECT)
PUT_OBJECT = Access("PutObject", Permission.WRITE_OBJECT)


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
_BUCKET_ACL_REFUSES = ("You have no right to access this object because of bucket acl.", "0003-00000001")
_FORBIDDEN_TO_ANYONE = ("Anonymous access is forbidden for this operation.", None)
_REFUSALS: Mapping[Permission, tuple[str, str | None]] = {
    Permission.LIST_BUCKETS: _FORBIDDEN_TO_ANYONE,
    Permission.CREATE_BUCKET: _FORBIDDEN_TO_ANYONE,
    Permission.CONFIGURE_BUCKET: _FORBIDDEN_TO_ANYONE,
    Permission.LIST_OBJECTS: ("Anonymous user has no right to access this bucket.", None),
    Permission.READ_OBJECT: ("You do not have read permission on this object.", None),
    Permission.WRITE_OBJECT: ("You do not have write permission on this object.", None),
    Permission.READ_OBJECT_ACL: ("You do not have read acl permission on this object.", "0003-00000007"),
    Permission.WRITE_OBJECT_ACL: ("You do not have write acl permission on this object.", "0003-00000008"),
}


def authorize(
    principal: Principal,
    permission: Permission,
    *,
    bucket_acl: str | None,
    object_acl: str | None,
    has_response_overrides: bool = False,
) -> None:
    """Return if `principal` may do what `permission` names, else raise as OSS does.

    Every signed request is the owner's and may do everything. For the anonymous the object's own ACL decides over
    the bucket's, in both directions; `default` or None inherits. A missing or unknown ACL opens nothing.
    `has_response_overrides` says that `response-*` parameters were sent, which OSS grants to signed requests only.
    Raises `InvalidRequest` for those and `AccessDenied` otherwise.
    """
    if not principal.is_anonymous or permission is Permission.JUDGED_LATER:
        return
    if has_response_overrides:
        raise OSSError("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")
    inherits = permission not in _OF_AN_OBJECT or object_acl in (None, "default")
    acl = bucket_acl if inherits else object_acl
    if acl not in _OPEN.get(permission, frozenset()):
        message, ec = _BUCKET_ACL_REFUSES if inherits and permission in _OF_AN_OBJECT else _REFUSALS[permission]
        raise OSSError("AccessDenied", message, ec=ec)
