"""Whether a caller may do what is asked: looks up the policies and ACLs that decide, and lets `auth.access` judge.

Source-image protection is judged here too, by the handlers that give an object away as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from ..storage.base import BucketInfo, Named
from ..storage.errors import NoSuchKey, NoSuchVersion
from ..storage.store import ObjectStore
from .address import Resource
from .auth.access import Access, Permission, authorize, is_granted, refuse_overrides
from .auth.credentials import Principal
from .auth.ram import Policy, Question
from .errors import OSSError
from .headers import has_overrides
from .imaging import configuration
from .imaging.resolve import resolve
from .request import Request
from .rules import policy as bucket_policy
from .rules import public_access

# Headers of the same name as a condition key.
_HEADER_KEYS = ("x-oss-acl", "x-oss-object-acl")


async def permit(
    store: ObjectStore,
    request: Request,
    principal: Principal,
    resource: Resource,
    access: Access,
    version_id: str | None = None,
) -> BucketInfo | None:
    """The bucket of `resource`, once `principal` is known to have `access` to it; None where there is no bucket.

    A missing bucket is told to everybody, a missing key only to those who may read the bucket, as on OSS. The owner
    costs no look-up beyond the bucket: not even a bucket policy's deny concerns the owner (our choice; on OSS one for
    everyone with a condition does).
    """
    if not resource.bucket or access.permission is Permission.CREATE_BUCKET:
        if not (principal.is_owner or _is_granted(request, principal, None, resource, access)):
            authorize(principal, access.permission, bucket_acl=None, object_acl=None)
        return None
    bucket = await store.get_bucket(resource.bucket)
    if not (principal.is_owner or access.permission is Permission.JUDGED_LATER):
        await _judge(store, request, principal, bucket, (Named(resource.key, version_id),), access)
    return bucket


async def permit_each(
    store: ObjectStore,
    request: Request,
    principal: Principal,
    bucket: BucketInfo,
    named: Iterable[Named],
    access: Access,
) -> None:
    """Return once `principal` is known to have `access` to every one of these objects and versions of `bucket`.

    One that is refused refuses all, as on OSS (EC page 0003-00000204), before anything has happened to any.
    """
    if not principal.is_owner:
        await _judge(store, request, principal, bucket, named, access)


async def _judge(
    store: ObjectStore,
    request: Request,
    principal: Principal,
    bucket: BucketInfo,
    named: Iterable[Named],
    access: Access,
) -> None:
    """Judge each of the objects, or with an empty key the bucket itself."""
    if has_overrides(request.params):
        refuse_overrides(principal)
    policy = await bucket_policy.load(store, bucket)
    if policy and bucket_policy.is_public(policy) and await public_access.is_blocked(store, bucket):
        policy = bucket_policy.closed(policy)
    for one in named:
        resource = Resource(bucket.name, one.key)
        if _is_granted(request, principal, policy, resource, access.of_version if one.version_id else access):
            continue
        object_acl = await _object_acl(store, resource, one.version_id, access.permission) if one.key else None
        authorize(principal, access.permission, bucket_acl=bucket.acl, object_acl=object_acl)
        # What an ACL grants, it grants to everyone.
        if await public_access.is_blocked(store, bucket):
            authorize(principal, access.permission, bucket_acl="private", object_acl=None)


def _is_granted(
    request: Request, principal: Principal, policy: Policy | None, resource: Resource, access: Access
) -> bool:
    """Whether policies permit all that is asked for; the anonymous at a bucket without a policy cost nothing here."""
    identity = principal.identity
    if identity is None and policy is None:
        return False
    # Each is asked, because each may raise for a deny.
    grants = [is_granted(identity, policy, question) for question in _questions(request, principal, resource, access)]
    return all(grants)


def _questions(request: Request, principal: Principal, resource: Resource, access: Access) -> Iterator[Question]:
    """What policies are asked: the call's own action, and another where an upload brings tags."""
    what = f"oss:{resource.bucket}/{resource.key}" if resource.key else f"oss:{resource.bucket}"
    context = context_of(request, principal)
    if access.permission is Permission.LIST_OBJECTS:
        # Those that the call does not have are empty, so that a policy can allow the listing of the root.
        context |= {f"oss:{name}": request.params.get(name, "") for name in ("prefix", "delimiter")}
    names = principal.identity.names if principal.identity else ()
    yield Question(f"oss:{access.action}", what, context, names)
    if access.action == "PutObject" and request.headers.get("x-oss-tagging"):
        yield Question("oss:PutObjectTagging", what, context, names)


def context_of(request: Request, principal: Principal) -> dict[str, str]:
    """The condition keys of any request (OSS, "Authorization syntax and elements"); one without a value is left out."""
    found = {
        "acs:sourceip": request.client_address,
        "acs:securetransport": "true" if request.scheme == "https" else "false",
        "acs:currenttime": datetime.fromtimestamp(request.now, UTC).isoformat(),
        "acs:useragent": request.headers.get("user-agent", ""),
        "acs:accessid": principal.access_key_id or "",
        **{f"oss:{name}": request.headers.get(name, "") for name in _HEADER_KEYS},
    }
    return {key: value for key, value in found.items() if value}


async def _object_acl(
    store: ObjectStore, resource: Resource, version_id: str | None, permission: Permission
) -> str | None:
    """The object's own ACL; to read what a key names beside objects (`a.jpg!small`) that of the base object counts."""
    try:
        return (await store.head_object(resource.bucket, resource.key, version_id)).attributes.acl
    except NoSuchVersion:
        return None
    except NoSuchKey:
        pass
    if permission is not Permission.READ_OBJECT:
        return None
    reading = await resolve(store, resource.bucket, resource.key)
    return (await store.head_object(resource.bucket, reading.key)).attributes.acl if reading else None


async def permit_source(
    store: ObjectStore, principal: Principal, bucket: BucketInfo, key: str, *, is_processed: bool = False
) -> None:
    """Return unless source-image protection keeps this object from the anonymous in any shape but a style's.

    `is_processed` says that it was asked for with `x-oss-process`, where OSS reports an EC. Raises `AccessDenied`.
    """
    if not principal.is_anonymous or configuration.KIND not in bucket.documents:
        return
    if (await configuration.load(store, bucket.name)).protects(key):
        raise OSSError("AccessDenied", ec="0040-00000031" if is_processed else None)
