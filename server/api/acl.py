"""The ACLs of buckets and objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..attributes import OBJECT_ACLS
from ..call import Call
from ..errors import invalid_argument
from ..headers import version_headers
from ..response import Response, xml_response
from .owner import OWNER

BUCKET_ACLS = frozenset({"private", "public-read", "public-read-write"})


def acl_header(headers: Mapping[str, str]) -> str | None:
    """The value of `x-oss-acl`, None when absent. Raises `InvalidArgument`."""
    acl = headers.get("x-oss-acl")
    if acl is not None and acl not in BUCKET_ACLS:
        raise invalid_argument("x-oss-acl", acl, "no such bucket access control exists")
    return acl


async def put_bucket_acl(call: Call) -> Response:
    """PutBucketAcl: set the ACL named in the header `x-oss-acl`."""
    acl = acl_header(call.request.headers)
    if acl is None:
        raise invalid_argument("x-oss-acl", "", "no such bucket access control exists")
    await call.store.set_bucket_acl(call.bucket.name, acl)
    return Response()


async def get_bucket_acl(call: Call) -> Response:
    """GetBucketAcl."""
    grant = {"Grant": call.bucket.acl}
    return xml_response("AccessControlPolicy", {"Owner": OWNER, "AccessControlList": grant})


async def put_object_acl(call: Call) -> Response:
    """PutObjectACL: set the ACL named in the header `x-oss-object-acl`; content, ETag and date stay."""
    acl = call.request.headers.get("x-oss-object-acl", "")
    if acl not in OBJECT_ACLS:
        raise invalid_argument("x-oss-object-acl", acl, "no such object access control exists")
    resource = call.resource
    info = await call.store.update_attributes(
        resource.bucket, resource.key, lambda told: replace(told, acl=acl), call.version_id
    )
    return Response(headers=version_headers(info, call.bucket))


async def get_object_acl(call: Call) -> Response:
    """GetObjectACL: `default` for an object that follows its bucket."""
    info = await call.store.head_object(call.resource.bucket, call.resource.key, call.version_id)
    fields = {"Owner": OWNER, "AccessControlList": {"Grant": info.attributes.acl}}
    return xml_response("AccessControlPolicy", fields, version_headers(info, call.bucket))
