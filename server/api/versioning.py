"""Versioning of a bucket, and the listing of its versions."""

from __future__ import annotations

from ...storage.base import ENABLED, SUSPENDED
from ...storage.versions import Version, VersionMarker
from ..call import Call
from ..errors import invalid_argument, malformed
from ..headers import iso_date, restore_state
from ..response import Response, xml_response
from .arguments import Encoder, bounded_text, max_keys
from .body import xml_body
from .owner import OWNER


async def put_versioning(call: Call) -> Response:
    """PutBucketVersioning: Enabled or Suspended; there is no way back to none."""
    root = await xml_body(call, "VersioningConfiguration")
    status = root.findtext("Status", "").strip()
    if status not in (ENABLED, SUSPENDED):
        raise malformed(f"Status is {status or 'missing'}, not {ENABLED} or {SUSPENDED}")
    await call.store.set_bucket_versioning(call.bucket.name, status)
    return Response()


async def get_versioning(call: Call) -> Response:
    """GetBucketVersioning: without a status where it was never set."""
    return xml_response("VersioningConfiguration", {"Status": call.bucket.versioning or None})


async def list_versions(call: Call) -> Response:
    """ListObjectVersions: versions and delete markers by key, of each key the newest first."""
    params = call.request.params
    encoded = Encoder(params)
    marker = VersionMarker(bounded_text(params, "key-marker"), bounded_text(params, "version-id-marker"))
    if marker.version_id and not marker.key:
        raise invalid_argument("version-id-marker", marker.version_id)
    listing = await call.store.list_versions(
        call.bucket.name,
        prefix=bounded_text(params, "prefix"),
        delimiter=bounded_text(params, "delimiter"),
        after=marker,
        limit=max_keys(params),
    )
    following = listing.next_marker
    fields: dict[str, object] = {
        "Name": call.bucket.name,
        "Prefix": encoded(params.get("prefix", "")),
        "KeyMarker": encoded(marker.key),
        "VersionIdMarker": marker.version_id,
        "MaxKeys": max_keys(params),
        "Delimiter": encoded(params.get("delimiter", "")),
        "EncodingType": encoded.name,
        "IsTruncated": following is not None,
        "NextKeyMarker": encoded(following.key) if following else None,
        "NextVersionIdMarker": following.version_id if following else None,
        "Version": [_version(one, encoded, call.request.now) for one in listing.versions if not one.is_marker],
        "DeleteMarker": [_marker(one, encoded) for one in listing.versions if one.is_marker],
        "CommonPrefixes": [{"Prefix": encoded(prefix)} for prefix in listing.prefixes],
    }
    return xml_response("ListVersionsResult", fields)


def _marker(version: Version, encoded: Encoder) -> dict[str, object]:
    return {
        "Key": encoded(version.info.key),
        "VersionId": version.info.version_id,
        "IsLatest": version.is_latest,
        "LastModified": iso_date(version.info.modified_ms),
        "Owner": OWNER,
    }


def _version(version: Version, encoded: Encoder, now: float) -> dict[str, object]:
    info = version.info
    return _marker(version, encoded) | {
        "ETag": f'"{info.etag}"',
        "Type": info.object_type,
        "Size": info.size,
        "StorageClass": info.attributes.storage_class,
        "RestoreInfo": restore_state(info.attributes, now),
    }
