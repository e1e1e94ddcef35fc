"""The tags of objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..call import Call
from ..headers import version_headers
from ..response import Response, xml_response
from ..tags import MAX_OBJECT_TAGS, tag_set, tags_in_document
from .body import xml_body


async def put_tagging(call: Call) -> Response:
    """PutObjectTagging: these tags instead of those there were; the time of the last change stays."""
    return await _tagged(call, tags_in_document(await xml_body(call, "Tagging"), MAX_OBJECT_TAGS), 200)


async def get_tagging(call: Call) -> Response:
    """GetObjectTagging: an empty tag set where there are none."""
    info = await call.store.head_object(call.resource.bucket, call.resource.key, call.version_id)
    return xml_response("Tagging", tag_set(info.attributes.tags), version_headers(info, call.bucket))


async def delete_tagging(call: Call) -> Response:
    """DeleteObjectTagging: no tags any more."""
    return await _tagged(call, {}, 204)


async def _tagged(call: Call, tags: Mapping[str, str], status: int) -> Response:
    info = await call.store.update_attributes(
        call.resource.bucket, call.resource.key, lambda told: replace(told, tags=tags), call.version_id
    )
    return Response(status, version_headers(info, call.bucket))
