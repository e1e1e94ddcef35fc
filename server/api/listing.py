"""The listings of a bucket's objects: ListObjects and ListObjectsV2."""

from __future__ import annotations

import base64

from ...storage.base import Listing, ObjectInfo
from ..call import Call
from ..errors import invalid_argument
from ..headers import iso_date, restore_state
from ..response import Response, xml_response
from .arguments import Encoder, bounded_text, max_keys
from .owner import OWNER


async def list_objects(call: Call) -> Response:
    """GetBucket: ListObjectsV2 with `list-type=2`, else ListObjects; keys come in the order of their UTF-8 bytes."""
    if call.request.params.get("list-type") == "2":
        return await _version_2(call)
    return await _version_1(call)


async def _version_1(call: Call) -> Response:
    params = call.request.params
    encoded = Encoder(params)
    marker = bounded_text(params, "marker")
    listing = await _page(call, marker)
    fields: dict[str, object] = {
        "Name": call.bucket.name,
        "Prefix": encoded(params.get("prefix", "")),
        "Marker": encoded(marker),
        "MaxKeys": max_keys(params),
        "Delimiter": encoded(params.get("delimiter", "")),
        "EncodingType": encoded.name,
        "IsTruncated": listing.is_truncated,
        "NextMarker": encoded(listing.next_marker) if listing.next_marker is not None else None,
    }
    return xml_response("ListBucketResult", fields | _members(call, listing, encoded, with_owner=True))


async def _version_2(call: Call) -> Response:
    params = call.request.params
    encoded = Encoder(params)
    start_after, token = bounded_text(params, "start-after"), params.get("continuation-token", "")
    listing = await _page(call, _marker_in(token) if token else start_after)
    fields: dict[str, object] = {
        "Name": call.bucket.name,
        "Prefix": encoded(params.get("prefix", "")),
        "StartAfter": encoded(start_after) if start_after else None,
        "ContinuationToken": token or None,
        "MaxKeys": max_keys(params),
        "Delimiter": encoded(params.get("delimiter", "")),
        "EncodingType": encoded.name,
        "IsTruncated": listing.is_truncated,
        "NextContinuationToken": _token(listing.next_marker) if listing.next_marker is not None else None,
        "KeyCount": len(listing.entries) + len(listing.prefixes),
    }
    with_owner = params.get("fetch-owner", "").lower() == "true"
    return xml_response("ListBucketResult", fields | _members(call, listing, encoded, with_owner=with_owner))


async def _page(call: Call, after: str) -> Listing:
    params = call.request.params
    return await call.store.list_objects(
        call.bucket.name,
        prefix=bounded_text(params, "prefix"),
        delimiter=bounded_text(params, "delimiter"),
        after=after,
        limit=max_keys(params),
    )


def _members(call: Call, listing: Listing, encoded: Encoder, *, with_owner: bool) -> dict[str, object]:
    now = call.request.now
    return {
        "Contents": [_entry(info, encoded, now, with_owner=with_owner) for info in listing.entries],
        "CommonPrefixes": [{"Prefix": encoded(prefix)} for prefix in listing.prefixes],
    }


def _entry(info: ObjectInfo, encoded: Encoder, now: float, *, with_owner: bool) -> dict[str, object]:
    return {
        "Key": encoded(info.key),
        "LastModified": iso_date(info.modified_ms),
        "ETag": f'"{info.etag}"',
        "Type": info.object_type,
        "Size": info.size,
        "StorageClass": info.attributes.storage_class,
        "Owner": OWNER if with_owner else None,
        "RestoreInfo": restore_state(info.attributes, now),
    }


def _token(marker: str) -> str:
    """An opaque continuation token that survives URL encoding and decoding unchanged, as oss2 decodes it once more."""
    return base64.urlsafe_b64encode(marker.encode("utf-8")).decode("ascii").rstrip("=")


def _marker_in(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("utf-8")
    except ValueError:
        raise invalid_argument("continuation-token", token) from None
