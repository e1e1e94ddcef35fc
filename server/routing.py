"""From method, level and sub-resource to the route that answers."""

from __future__ import annotations

from collections.abc import Mapping

from .address import Level
from .auth.subresources import SIGNED
from .errors import OSSError
from .request import Request
from .route import Route
from .routes import ROUTES

# Sub-resources in OSS's order of precedence: the first that the query carries chooses the call (object-storage API,
# B0). All that OSS knows are named, so that a call which is not built says so instead of being taken for another.
SUBRESOURCES: Mapping[Level, tuple[str, ...]] = {
    Level.SERVICE: (
        "regions", "cloudboxes", "publicAccessBlock", "resourcePoolInfo", "resourcePoolBuckets",
        "resourcePoolBucketGroup", "requesterQosInfo", "qosInfo", "resourcePool", "accessPoint",
        "accessPointForObjectProcess", "redundancyTransition", "dataPipeline", "dataAccelerator",
        "antiDDos", "bucketAntiDDos", "x-oss-write-get-object-response",
    ),
    Level.BUCKET: (
        "acl", "bucketInfo", "location", "stat", "cors", "lifecycle", "website", "referer", "logging",
        "userDefinedLogFieldsConfig", "tagging", "versioning", "versions", "encryption", "policy", "policyStatus",
        "requestPayment", "transferAcceleration", "accessmonitor", "worm", "wormExtend", "wormId", "objectWorm",
        "inventory", "replication", "replicationLocation", "replicationProgress", "rtc", "qosInfo", "requesterQosInfo",
        "qos", "quota", "style", "resourceGroup", "metaQuery", "MetaQuery", "metadataConfiguration",
        "metadataInventoryTable", "metadataJournalTable", "cname", "live", "uploads", "delete", "httpsConfig",
        "bucketArchiveDirectRead", "overwriteConfig", "publicAccessBlock", "accessPoint", "accessPointPolicy",
        "accessPointForObjectProcess", "accessPointConfigForObjectProcess", "accessPointPolicyForObjectProcess",
        "redundancyTransition", "responseHeader", "resourcePoolBucketGroup", "dataAccelerator", "processConfiguration",
        "img", "antiDDos", "asyncFetch", "x-oss-async-process",
    ),
    Level.OBJECT: (
        "acl", "tagging", "symlink", "uploads", "uploadId", "append", "restore", "objectMeta", "cleanRestoredObject",
        "seal", "retention", "legalHold", "live", "vod", "asyncFetch", "x-oss-async-process", "x-oss-process",
        "x-oss-rename", "x-oss-dir", "x-oss-delete-recursive",
    ),
}  # fmt: skip


# One sub-resource that stands for several calls, told apart by this parameter: `replication&comp=add`.
VARIANT = "comp"

# Calls that would do harm if a sub-resource which nobody knows were left aside: a bucket made, or deleted.
_CHANGING = frozenset({"PUT", "DELETE"})


def resolve(level: Level, request: Request) -> Route:
    """The route of a request.

    Raises `NotImplemented` for a sub-resource that OSS knows and Pixoss has not built, or that nobody knows, and
    `MethodNotAllowed` for a method that the resource does not take. A preflight (OPTIONS) asks about the call, whatever
    its sub-resource is.
    """
    name = "" if request.method == "OPTIONS" else subresource(level, request)
    names = (f"{name}&{VARIANT}={request.params.get(VARIANT, '')}", name)
    for candidate in names:
        if route := ROUTES.get((level, request.method, candidate)):
            return route
    allowed = dict.fromkeys(method for (at, method, other) in ROUTES if at is level and other in names)
    if not allowed:
        raise OSSError("NotImplemented", f"The sub-resource {name} is not built in Pixoss.")
    raise OSSError(
        "MethodNotAllowed",
        details={"Method": request.method, "ResourceType": name or level.value.capitalize()},
        headers={"Allow": ", ".join(allowed)},
    )


def subresource(level: Level, request: Request) -> str:
    """The sub-resource that a request is about; empty for the resource itself."""
    if not request.params:
        return ""
    known = next((name for name in SUBRESOURCES[level] if name in request.params), "")
    return known or (_unknown(request) if level is Level.BUCKET and request.method in _CHANGING else "")


def _unknown(request: Request) -> str:
    """A parameter without a value that is no modifier: a sub-resource newer than the table."""
    return next((name for name, value in request.query if not value and name not in SIGNED), "")
