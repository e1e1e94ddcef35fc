"""The table of calls: method, level and sub-resource to handler and permission."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from .address import Level
from .api import acl, bucket, img, listing, multipart, object, process, process_configuration, service, style
from .auth.access import Permission
from .call import Call
from .errors import OSSError
from .request import Request
from .response import Response

Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API: who answers it, and what the caller must be allowed to do."""

    handler: Handler
    permission: Permission


# Sub-resources in OSS's order of precedence: the first that the query carries chooses the call (object-storage API,
# B0). All that OSS knows are named, so that a call which is not built says so instead of being taken for another.
SUBRESOURCES: Mapping[Level, tuple[str, ...]] = {
    Level.SERVICE: ("regions", "cloudboxes", "publicAccessBlock", "resourcePool", "qosInfo"),
    Level.BUCKET: (
        "acl", "bucketInfo", "location", "stat", "cors", "lifecycle", "website", "referer", "logging", "tagging",
        "versioning", "versions", "encryption", "policy", "policyStatus", "requestPayment", "transferAcceleration",
        "accessmonitor", "worm", "wormId", "wormExtend", "inventory", "replication", "replicationLocation",
        "replicationProgress", "qosInfo", "requesterQosInfo", "style", "resourceGroup", "metaQuery", "cname", "live",
        "uploads", "delete", "httpsConfig", "bucketArchiveDirectRead", "publicAccessBlock", "accessPoint",
        "accessPointPolicy", "redundancyTransition", "responseHeader", "processConfiguration", "img",
    ),
    Level.OBJECT: (
        "acl", "tagging", "symlink", "uploads", "uploadId", "append", "restore", "objectMeta", "cleanRestoredObject",
        "seal", "live", "vod", "status", "asyncFetch", "callback", "versionId", "x-oss-async-process",
        "x-oss-process", "x-oss-rename", "x-oss-dir", "x-oss-delete-recursive",
    ),
}  # fmt: skip

ROUTES: Mapping[tuple[Level, str, str], Route] = {
    (Level.SERVICE, "GET", ""): Route(service.list_buckets, Permission.LIST_BUCKETS),
    (Level.BUCKET, "PUT", ""): Route(bucket.put_bucket, Permission.CREATE_BUCKET),
    (Level.BUCKET, "DELETE", ""): Route(bucket.delete_bucket, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "GET", ""): Route(listing.list_objects, Permission.LIST_OBJECTS),
    (Level.BUCKET, "HEAD", ""): Route(bucket.head_bucket, Permission.LIST_OBJECTS),
    (Level.BUCKET, "POST", "delete"): Route(object.delete_multiple_objects, Permission.WRITE_OBJECT),
    (Level.BUCKET, "GET", "bucketInfo"): Route(bucket.get_bucket_info, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "GET", "location"): Route(bucket.get_bucket_location, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "PUT", "acl"): Route(acl.put_bucket_acl, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "GET", "acl"): Route(acl.get_bucket_acl, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "GET", "uploads"): Route(multipart.list_uploads, Permission.LIST_OBJECTS),
    (Level.BUCKET, "PUT", "style"): Route(style.put_style, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "GET", "style"): Route(style.get_style, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "DELETE", "style"): Route(style.delete_style, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "PUT", "processConfiguration"): Route(
        process_configuration.put_configuration, Permission.CONFIGURE_BUCKET
    ),
    (Level.BUCKET, "GET", "processConfiguration"): Route(
        process_configuration.get_configuration, Permission.CONFIGURE_BUCKET
    ),
    (Level.BUCKET, "PUT", "img"): Route(img.put_channel, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "GET", "img"): Route(img.get_channel, Permission.CONFIGURE_BUCKET),
    (Level.BUCKET, "DELETE", "img"): Route(img.delete_channel, Permission.CONFIGURE_BUCKET),
    (Level.OBJECT, "PUT", ""): Route(object.put_object, Permission.WRITE_OBJECT),
    (Level.OBJECT, "GET", ""): Route(process.get_named, Permission.READ_OBJECT),
    (Level.OBJECT, "HEAD", ""): Route(process.get_named, Permission.READ_OBJECT),
    (Level.OBJECT, "DELETE", ""): Route(object.delete_object, Permission.WRITE_OBJECT),
    (Level.OBJECT, "PUT", "acl"): Route(acl.put_object_acl, Permission.WRITE_OBJECT_ACL),
    (Level.OBJECT, "GET", "acl"): Route(acl.get_object_acl, Permission.READ_OBJECT_ACL),
    (Level.OBJECT, "HEAD", "objectMeta"): Route(object.get_object_meta, Permission.READ_OBJECT),
    (Level.OBJECT, "GET", "objectMeta"): Route(object.get_object_meta, Permission.READ_OBJECT),
    (Level.OBJECT, "POST", "uploads"): Route(multipart.initiate, Permission.WRITE_OBJECT),
    (Level.OBJECT, "PUT", "uploadId"): Route(multipart.upload_part, Permission.WRITE_OBJECT),
    (Level.OBJECT, "GET", "uploadId"): Route(multipart.list_parts, Permission.WRITE_OBJECT),
    (Level.OBJECT, "POST", "uploadId"): Route(multipart.complete, Permission.WRITE_OBJECT),
    (Level.OBJECT, "DELETE", "uploadId"): Route(multipart.abort, Permission.WRITE_OBJECT),
    (Level.OBJECT, "GET", "x-oss-process"): Route(process.get_processed, Permission.READ_OBJECT),
    (Level.OBJECT, "HEAD", "x-oss-process"): Route(process.get_processed, Permission.READ_OBJECT),
    (Level.OBJECT, "POST", "x-oss-process"): Route(process.process_object, Permission.WRITE_OBJECT),
    (Level.OBJECT, "POST", "x-oss-async-process"): Route(process.async_process_object, Permission.WRITE_OBJECT),
}

# Calls without a sub-resource that OSS knows and Pixoss has not built.
UNBUILT: Mapping[tuple[Level, str], str] = {
    (Level.BUCKET, "POST"): "PostObject",
    (Level.BUCKET, "OPTIONS"): "OptionObject",
    (Level.OBJECT, "OPTIONS"): "OptionObject",
}


def resolve(level: Level, request: Request) -> Route:
    """The route of a request.

    Raises `NotImplemented` for a sub-resource that OSS knows and Pixoss has not built, and `MethodNotAllowed` for a
    method that the resource does not take.
    """
    subresource = next((name for name in SUBRESOURCES[level] if name in request.params), "")
    if route := ROUTES.get((level, request.method, subresource)):
        return route
    if not subresource and (call := UNBUILT.get((level, request.method))):
        raise OSSError("NotImplemented", f"{call} is not built in Pixoss yet.")
    allowed = [method for (at, method, name) in ROUTES if at is level and name == subresource]
    if not allowed:
        raise OSSError("NotImplemented", f"The sub-resource {subresource} is not built in Pixoss yet.")
    raise OSSError(
        "MethodNotAllowed",
        details={"Method": request.method, "ResourceType": subresource or level.value.capitalize()},
        headers={"Allow": ", ".join(allowed)},
    )
