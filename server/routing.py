"""From method, level and sub-resource to the route that answers."""

from __future__ import annotations

from collections.abc import Mapping

from .address import Level
from .errors import OSSError
from .request import Request
from .routes import ROUTES, Route

# Sub-resources in OSS's order of precedence: the first that the query carries chooses the call (object-storage API,
# B0). All that OSS knows are named, so that a call which is not built says so instead of being taken for another.
SUBRESOURCES: Mapping[Level, tuple[str, ...]] = {
    Level.SERVICE: (
        "regions", "cloudboxes", "publicAccessBlock", "resourcePool", "resourcePoolInfo", "resourcePoolBuckets",
        "qosInfo", "requesterQosInfo", "accessPoint",
    ),
    Level.BUCKET: (
        "acl", "bucketInfo", "location", "stat", "cors", "lifecycle", "website", "referer", "logging", "tagging",
        "versioning", "versions", "encryption", "policy", "policyStatus", "requestPayment", "transferAcceleration",
        "accessmonitor", "worm", "wormId", "wormExtend", "inventory", "replication", "replicationLocation",
        "replicationProgress", "rtc", "qosInfo", "requesterQosInfo", "qos", "style", "resourceGroup", "metaQuery",
        "cname", "live", "uploads", "delete", "httpsConfig", "bucketArchiveDirectRead", "publicAccessBlock",
        "accessPoint", "accessPointPolicy", "redundancyTransition", "responseHeader", "processConfiguration", "img",
        "x-oss-async-process",
    ),
    Level.OBJECT: (
        "acl", "tagging", "symlink", "uploads", "uploadId", "append", "restore", "objectMeta", "cleanRestoredObject",
        "seal", "live", "vod", "status", "asyncFetch", "x-oss-async-process", "x-oss-process", "x-oss-rename",
        "x-oss-dir", "x-oss-delete-recursive",
    ),
}  # fmt: skip


def resolve(level: Level, request: Request) -> Route:
    """The route of a request.

    Raises `NotImplemented` for a sub-resource that OSS knows and Pixoss has not built, and `MethodNotAllowed` for a
    method that the resource does not take. A preflight (OPTIONS) asks about the call, whatever its sub-resource is.
    """
    subresource = "" if request.method == "OPTIONS" else _subresource(level, request)
    if route := ROUTES.get((level, request.method, subresource)):
        return route
    allowed = [method for (at, method, name) in ROUTES if at is level and name == subresource]
    if not allowed:
        raise OSSError("NotImplemented", f"The sub-resource {subresource} is not built in Pixoss yet.")
    raise OSSError(
        "MethodNotAllowed",
        details={"Method": request.method, "ResourceType": subresource or level.value.capitalize()},
        headers={"Allow": ", ".join(allowed)},
    )


def _subresource(level: Level, request: Request) -> str:
    return next((name for name in SUBRESOURCES[level] if name in request.params), "")
