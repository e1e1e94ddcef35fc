"""Calls on a bucket itself: create, delete, describe."""

from __future__ import annotations

from ...storage.base import BucketInfo, Usage
from ...storage.errors import BucketAlreadyExists
from ..attributes import STORAGE_CLASSES
from ..call import Call
from ..errors import OSSError
from ..headers import iso_date
from ..response import Response, xml_response
from . import features
from .acl import acl_header
from .body import child_text, optional_xml_body
from .owner import OWNER

REDUNDANCIES = frozenset({"LRS", "ZRS"})

# How GetBucketStat calls the storage classes.
STATISTICS = {
    "Standard": "Standard",
    "IA": "InfrequentAccess",
    "Archive": "Archive",
    "ColdArchive": "ColdArchive",
    "DeepColdArchive": "DeepColdArchive",
}


async def put_bucket(call: Call) -> Response:
    """PutBucket: create a bucket. Creating one's own bucket again succeeds unless class or redundancy differ."""
    name = call.resource.bucket
    acl = acl_header(call.request.headers)
    initial = features.Initial.of(call.request.headers)
    storage_class, redundancy = await _configuration(call)
    try:
        await call.store.create_bucket(name, acl=acl or "private", storage_class=storage_class, redundancy=redundancy)
    except BucketAlreadyExists:
        existing = await call.store.get_bucket(name)
        if (existing.storage_class, existing.redundancy) != (storage_class, redundancy):
            raise
        if acl:
            await call.store.set_bucket_acl(name, acl)
    else:
        await initial.keep(call.store, name)
    return Response(headers=[("Location", f"/{name}")])


async def _configuration(call: Call) -> tuple[str, str]:
    """Storage class and redundancy of the optional `CreateBucketConfiguration`."""
    root = await optional_xml_body(call, "CreateBucketConfiguration")
    if root is None:
        return "Standard", "LRS"
    storage_class = child_text(root, "StorageClass") or "Standard"
    redundancy = child_text(root, "DataRedundancyType") or "LRS"
    if storage_class not in STORAGE_CLASSES:
        raise OSSError("InvalidStorageClass")
    if redundancy not in REDUNDANCIES:
        raise OSSError("InvalidArgument", f"The value: {redundancy} of parameter: DataRedundancyType is invalid.")
    return storage_class, redundancy


async def delete_bucket(call: Call) -> Response:
    """DeleteBucket: only an empty bucket goes."""
    await call.store.delete_bucket(call.bucket.name)
    return Response(204)


async def head_bucket(call: Call) -> Response:
    """HeadBucket: 200 when the bucket is there."""
    return Response(headers=[("x-oss-bucket-region", call.location)], head=True)


async def get_bucket_location(call: Call) -> Response:
    """GetBucketLocation."""
    return xml_response("LocationConstraint", call.location)


async def get_bucket_info(call: Call) -> Response:
    """GetBucketInfo: what OSS tells of a bucket."""
    stored = await features.described(call.store, call.bucket.name)
    return xml_response("BucketInfo", {"Bucket": {**_described(call, call.bucket), **stored}})


def _described(call: Call, bucket: BucketInfo) -> dict[str, object]:
    return {
        "CreationDate": iso_date(bucket.created_ms),
        "ExtranetEndpoint": call.endpoint,
        "IntranetEndpoint": call.endpoint,
        "Location": call.location,
        "StorageClass": bucket.storage_class,
        "Name": bucket.name,
        "Owner": OWNER,
        "AccessControlList": {"Grant": bucket.acl},
        "Comment": "",
        "DataRedundancyType": bucket.redundancy,
        "Versioning": bucket.versioning or None,
    }


async def get_bucket_stat(call: Call) -> Response:
    """GetBucketStat: what the bucket holds, all versions counted, now; OSS counts once an hour."""
    counted = await call.store.bucket_statistics(call.bucket.name)
    fields = {
        "Storage": sum(usage.size for usage in counted.usage.values()),
        "ObjectCount": sum(usage.objects for usage in counted.usage.values()),
        "MultipartUploadCount": counted.uploads,
        "LiveChannelCount": 0,
        "LastModifiedTime": int(call.request.now),
    }
    for name, prefix in STATISTICS.items():
        usage = counted.usage.get(name, Usage())
        fields |= {f"{prefix}Storage": usage.size, f"{prefix}ObjectCount": usage.objects}
    for name in ("InfrequentAccess", "Archive", "ColdArchive", "DeepColdArchive"):
        # What OSS bills for is what is there: it has no minimum sizes here.
        fields[f"{name}RealStorage"] = fields[f"{name}Storage"]
    return xml_response("BucketStat", fields | {"DeleteMarkerCount": counted.delete_markers})
