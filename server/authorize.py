"""Whether a caller may do what is asked: looks up the ACLs that decide, and lets `auth.access` judge."""

from __future__ import annotations

from ..storage.base import BucketInfo, ObjectStore
from ..storage.errors import NoSuchKey
from .address import Resource
from .auth.access import Permission, authorize
from .auth.credentials import Principal


async def permit(
    store: ObjectStore, principal: Principal, resource: Resource, permission: Permission, *, overrides: bool = False
) -> BucketInfo | None:
    """The bucket of `resource`, once `principal` is known to have `permission` on it; None where there is no bucket.

    A missing bucket is told to everybody, a missing key only to those who may read the bucket, as on OSS.
    `overrides` says that the request carries `response-…` parameters, which anonymous callers may not use.
    """
    if not resource.bucket or permission is Permission.CREATE_BUCKET:
        authorize(principal, permission, bucket_acl=None, object_acl=None)
        return None
    bucket = await store.get_bucket(resource.bucket)
    # The owner may do everything: only for others does the object's own ACL cost a look-up.
    object_acl = await _object_acl(store, resource) if principal.is_anonymous and resource.key else None
    authorize(
        principal,
        permission,
        bucket_acl=bucket.acl,
        object_acl=object_acl,
        has_response_overrides=overrides,
    )
    return bucket


async def _object_acl(store: ObjectStore, resource: Resource) -> str | None:
    try:
        return (await store.head_object(resource.bucket, resource.key)).attributes.acl
    except NoSuchKey:
        return None
