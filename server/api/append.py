"""Objects that grow: appending to them, and sealing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..attributes import attributes_from
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import expected_content, growth_headers, written_headers
from ..response import Response
from .body import MAX_OBJECT_BYTES, upload_stream
from .encryption import encrypted

_POSITION = re.compile(r"\d{1,18}", re.ASCII)


async def append_object(call: Call) -> Response:
    """AppendObject: the body goes behind the end of the object, at 0 it begins one; 5 GB in all at most.

    Of the headers that describe the object only the ACL counts when it is there already (observed: the tests that
    Go's SDK runs against OSS).
    """
    headers, resource = call.request.headers, call.resource
    if call.version_id:
        raise invalid_argument("versionId", call.version_id, "AppendObject takes no version.", ec="0016-00000504")
    position = _position(call.request.params)
    told = attributes_from(await encrypted(call, headers), resource.key, call.bucket.storage_class)
    info = await call.store.append_object(
        resource.bucket,
        resource.key,
        position,
        upload_stream(call, max(MAX_OBJECT_BYTES - position, 0)),
        told,
        expected=expected_content(headers, call.request.content_length),
    )
    if told.acl != info.attributes.acl and "x-oss-object-acl" in headers:
        await call.store.update_attributes(
            resource.bucket, resource.key, lambda kept: replace(kept, acl=told.acl), None
        )
    return Response(headers=[*written_headers(info, call.bucket), ("x-oss-next-append-position", str(info.size))])


async def seal_object(call: Call) -> Response:
    """SealAppendObject: the object grows no more from now on; sealing it again tells the time of the first seal."""
    resource, position = call.resource, _position(call.request.params)
    sealed_ms = int(call.request.now * 1000)
    info = await call.store.seal_object(resource.bucket, resource.key, position, sealed_ms)
    return Response(headers=growth_headers(info))


def _position(params: Mapping[str, str]) -> int:
    """Where the object ends; the ECs are those of the pages 0016-00000501 and 0016-00000502."""
    text = params.get("position", "")
    if not text:
        raise OSSError("MissingArgument", ec="0016-00000501", details={"ArgumentName": "position"})
    if not _POSITION.fullmatch(text):
        raise invalid_argument("position", text, ec="0016-00000502")
    return int(text)
