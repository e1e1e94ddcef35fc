"""Whether a caller may do what is asked: looks up the ACLs that decide, and lets `auth.access` judge.

Source-image protection is judged here too, by the handlers that give an object away as it is.
"""

from __future__ import annotations

from ..storage.base import BucketInfo, ObjectStore
from ..storage.errors import NoSuchKey
from .address import Resource
from .auth.access import Access, Permission, authorize
from .auth.credentials import Principal
from .errors import OSSError
from .headers import has_overrides
from .imaging import configuration
from .imaging.resolve import resolve
from .request import Request


async def permit(
    store: ObjectStore, request: Request, principal: Principal, resource: Resource, access: Access
) -> BucketInfo | None:
    """The bucket of `resource`, once `principal` is known to have `access` to it; None where there is no bucket.

    A missing bucket is told to everybody, a missing key only to those who may read the bucket, as on OSS.
    """
    permission = access.permission
    if not resource.bucket or permission is Permission.CREATE_BUCKET:
        authorize(principal, permission, bucket_acl=None, object_acl=None)
        return None
    bucket = await store.get_bucket(resource.bucket)
    # The owner may do everything: only for others does the object's own ACL cost a look-up.
    is_judged = principal.is_anonymous and resource.key
    object_acl = await _object_acl(store, resource, permission) if is_judged else None
    authorize(
        principal,
        permission,
        bucket_acl=bucket.acl,
        object_acl=object_acl,
        has_response_overrides=has_overrides(request.params),
    )
    return bucket


async def _object_acl(store: ObjectStore, resource: Resource, permission: Permission) -> str | None:
    """The object's own ACL; to read what a key names beside objects (`a.jpg!small`) that of the base object counts."""
    try:
        return (await store.head_object(resource.bucket, resource.key)).attributes.acl
    except NoSuchKey:
        pass
    if permission is not Permission.READ_OBJECT:
        return None
    reading = await resolve(store, resource.bucket, resource.key)
    return (await store.head_object(resource.bucket, reading.key)).attributes.acl if reading else None


async def permit_source(
    store: ObjectStore, principal: Principal, resource: Resource, *, is_processed: bool = False
) -> None:
    """Return unless source-image protection keeps this object from the anonymous in any shape but a style's.

    `is_processed` says that it was asked for with `x-oss-process`, where OSS reports an EC. Raises `AccessDenied`.
    """
    if not principal.is_anonymous:
        return
    if (await configuration.load(store, resource.bucket)).protects(resource.key):
        raise OSSError("AccessDenied", ec="0040-00000031" if is_processed else None)
