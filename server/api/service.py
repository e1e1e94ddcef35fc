"""Calls on the service itself."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from ...storage.base import BucketInfo, BucketListing
from ...storage.store import ObjectStore
from ..call import Call
from ..errors import invalid_argument
from ..headers import iso_date
from ..response import Response, xml_response
from . import features
from .arguments import bounded_text, max_keys
from .features import Filter
from .owner import OWNER

_PREFIX = re.compile(r"[a-z0-9-]{0,63}", re.ASCII)


async def list_buckets(call: Call) -> Response:
    """ListBuckets (GetService): the buckets by name, with `prefix`, `marker` and `max-keys`, by tag and by group.

    A prefix that no name of a bucket can have is refused: Go's SDK asks this call whether a bucket is there, and its
    tests expect an error for `BucketNameInvalid`.
    """
    params = call.request.params
    if not _PREFIX.fullmatch(params.get("prefix", "")):
        raise invalid_argument("prefix", params["prefix"])
    prefix, marker, limit = bounded_text(params, "prefix"), bounded_text(params, "marker"), max_keys(params)
    page = await _page(call.store, Filter.of(call), prefix, marker, limit)
    paging: dict[str, object] = {
        "Prefix": prefix,
        "Marker": marker,
        "MaxKeys": limit,
        "IsTruncated": page.is_truncated,
        "NextMarker": page.next_marker,
    }
    # OSS shows the paging fields only to those who page.
    shown = paging if page.is_truncated or {"prefix", "marker", "max-keys"} & params.keys() else {}
    buckets = {"Bucket": [await _bucket(call, bucket) for bucket in page.buckets]}
    return xml_response("ListAllMyBucketsResult", {**shown, "Owner": OWNER, "Buckets": buckets})


async def _page(store: ObjectStore, wanted: Filter, prefix: str, after: str, limit: int) -> BucketListing:
    if wanted.is_open:
        return await store.list_buckets(prefix=prefix, after=after, limit=limit)
    found: list[BucketInfo] = []
    async for bucket in buckets_after(store, prefix, after):
        if await wanted.passes(store, bucket.name):
            if len(found) == limit:
                return BucketListing(tuple(found), found[-1].name)
            found.append(bucket)
    return BucketListing(tuple(found))


async def buckets_after(store: ObjectStore, prefix: str = "", after: str = "") -> AsyncIterator[BucketInfo]:
    """All buckets whose names begin with `prefix` and sort after `after`, by name, read page by page."""
    marker: str | None = after
    while marker is not None:
        page = await store.list_buckets(prefix=prefix, after=marker, limit=1000)
        for bucket in page.buckets:
            yield bucket
        marker = page.next_marker


async def _bucket(call: Call, bucket: BucketInfo) -> dict[str, object]:
    return {
        "CreationDate": iso_date(bucket.created_ms),
        "ExtranetEndpoint": call.endpoint,
        "IntranetEndpoint": call.endpoint,
        "Location": call.location,
        "Name": bucket.name,
        "Region": call.services.settings.region,
        "StorageClass": bucket.storage_class,
        "ResourceGroupId": await features.group(call.store, bucket.name),
    }
