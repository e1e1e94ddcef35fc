"""Calls on the service itself."""

from __future__ import annotations

from ...storage.base import BucketInfo
from ..call import Call
from ..headers import iso_date
from ..response import Response, xml_response
from .arguments import bounded_text, max_keys
from .owner import OWNER


async def list_buckets(call: Call) -> Response:
    """ListBuckets (GetService): the buckets by name, with `prefix`, `marker` and `max-keys`."""
    params = call.request.params
    prefix, marker, limit = bounded_text(params, "prefix"), bounded_text(params, "marker"), max_keys(params)
    page = await call.store.list_buckets(prefix=prefix, after=marker, limit=limit)
    paging: dict[str, object] = {
        "Prefix": prefix,
        "Marker": marker,
        "MaxKeys": limit,
        "IsTruncated": page.is_truncated,
        "NextMarker": page.next_marker,
    }
    # OSS shows the paging fields only to those who page.
    shown = paging if page.is_truncated or {"prefix", "marker", "max-keys"} & params.keys() else {}
    buckets = {"Bucket": [_bucket(call, bucket) for bucket in page.buckets]}
    return xml_response("ListAllMyBucketsResult", {**shown, "Owner": OWNER, "Buckets": buckets})


def _bucket(call: Call, bucket: BucketInfo) -> dict[str, object]:
    return {
        "CreationDate": iso_date(bucket.created_ms),
        "ExtranetEndpoint": call.endpoint,
        "IntranetEndpoint": call.endpoint,
        "Location": call.location,
        "Name": bucket.name,
        "Region": call.services.settings.region,
        "StorageClass": bucket.storage_class,
    }
