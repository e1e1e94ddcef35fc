"""Calls on an object: put, get, head, delete."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from urllib.parse import quote
from xml.etree.ElementTree import Element

from ...storage.base import ByteRange, Deletion, Named, ObjectInfo
from ..address import require_key
from ..attributes import attributes_from
from ..auth.access import DELETE_OBJECT
from ..authorize import permit_each, permit_source
from ..call import Call
from ..callback.asking import answered
from ..callback.wanted import of_request
from ..errors import OSSError, malformed
from ..headers import (
    check_conditions,
    expected_content,
    flag,
    has_overrides,
    http_date,
    object_headers,
    overridden,
    requested_range,
    validators,
    version_headers,
    written_headers,
)
from ..lifecycle import rules as lifecycle
from ..lifecycle.plan import expiry_of
from ..reading import Opened, described, opened
from ..response import Response, xml_response
from ..rules import documents
from .arguments import Encoder
from .body import child_text, upload_stream, xml_body
from .copy import COPY_SOURCE, copy_object
from .encryption import encrypted

MAX_DELETE_KEYS = 1000
MAX_DELETE_BODY = 2 << 20

# The condition that OSS refuses on PutObject; the others it passes over (object-storage API, B1).
CONDITION = "if-modified-since"
NOT_ON_PUT = "A header you provided implies functionality that is not implemented."

# Up to here an object is sent in one piece: cheaper than a stream of one chunk.
SMALL = 64 << 10


async def put_object(call: Call) -> Response:
    """PutObject; with the header `x-oss-copy-source` it is CopyObject."""
    headers, resource = call.request.headers, call.resource
    if COPY_SOURCE in headers:
        return await copy_object(call)
    if CONDITION in headers:
        raise OSSError("NotImplemented", NOT_ON_PUT, details={"Header": CONDITION})
    callback = of_request(call.request, call.services.settings.callback_hosts)
    info = await call.store.put_object(
        resource.bucket,
        resource.key,
        upload_stream(call),
        attributes_from(await encrypted(call, headers), resource.key, call.bucket.storage_class),
        expected=expected_content(headers, call.request.content_length),
        overwrite=not flag(headers, "x-oss-forbid-overwrite"),
    )
    return await answered(call, callback, info, Response(headers=written_headers(info, call.bucket)), "PutObject")


async def get_object(call: Call) -> Response:
    """GetObject: conditions, then range, then the bytes; a reader keeps the blob that it opened."""
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(await opened(call, call.resource, call.version_id))
        check_conditions(call.request.headers, found.info)
        part = requested_range(call.request.headers, found.info.size)
        fields = _described(call, found, part) + await _expiration(call, found.info)
        status = 206 if part else 200
        if part is None and found.info.size <= SMALL:
            return Response(status, fields, await found.reader.read())
        # The stream closes the reader once it has been sent, or as soon as the client goes away.
        return Response(status, fields, _streamed(stack.pop_all(), found, part))


async def _streamed(stack: AsyncExitStack, found: Opened, part: ByteRange | None) -> AsyncGenerator[bytes, None]:
    async with stack:
        async for chunk in found.reader.stream(part):
            yield chunk


def _described(call: Call, found: Opened, part: ByteRange | None) -> list[tuple[str, str]]:
    length = part.last - part.first + 1 if part else found.info.size
    fields = [("Content-Length", str(length)), *object_headers(found.info, call.bucket, call.request.now)]
    if part:
        fields.append(("Content-Range", f"bytes {part.first}-{part.last}/{found.info.size}"))
    params = call.request.params
    return overridden(fields, params) if has_overrides(params) else fields


async def _expiration(call: Call, info: ObjectInfo) -> list[tuple[str, str]]:
    """`x-oss-expiration`, where a lifecycle rule will remove the object (API reference, HeadObject).

    The id of the rule is percent-encoded, for it may be any text.
    """
    document = await documents.of(call.store, call.bucket, lifecycle.KIND)
    found = expiry_of(lifecycle.read(document), info) if document and not call.version_id else None
    if found is None:
        return []
    date = http_date(found.moment_ms // 1000)
    return [("x-oss-expiration", f'expiry-date="{date}", rule-id="{quote(found.rule_id)}"')]


async def head_object(call: Call) -> Response:
    """HeadObject: the headers of GetObject, a range left aside."""
    info = await described(call, call.resource, call.version_id)
    check_conditions(call.request.headers, info)
    fields = [("Content-Length", str(info.size)), *object_headers(info, call.bucket, call.request.now)]
    return Response(headers=fields + await _expiration(call, info), head=True)


async def get_object_meta(call: Call) -> Response:
    """GetObjectMeta: length, ETag and Last-Modified, and nothing else; of a symbolic link its own."""
    info = await call.store.head_object(call.resource.bucket, call.resource.key, call.version_id)
    await permit_source(call.store, call.caller.principal, call.bucket, call.resource.key)
    fields = [("Content-Length", str(info.size)), *validators(info), *version_headers(info, call.bucket)]
    return Response(headers=fields, head=True)


async def delete_object(call: Call) -> Response:
    """DeleteObject: 204 also when there is no such object; where versions are kept, a delete marker is laid."""
    deletion = await call.store.delete_object(call.resource.bucket, call.resource.key, call.version_id)
    fields = [("x-oss-delete-marker", "true")] if deletion.is_marker else []
    if call.bucket.versioning and deletion.version_id is not None:
        fields.append(("x-oss-version-id", deletion.version_id))
    return Response(204, fields)


async def delete_multiple_objects(call: Call) -> Response:
    """DeleteMultipleObjects: up to 1000 keys; the answer names each, found or not, and is empty in quiet mode."""
    encoded = Encoder(call.request.params)
    root = await xml_body(call, "Delete", limit=MAX_DELETE_BODY)
    named = _named(root)
    quiet = (child_text(root, "Quiet") or "false").strip().lower() == "true"
    await permit_each(call.store, call.request, call.caller.principal, call.bucket, named, DELETE_OBJECT)
    deletions = await call.store.delete_objects(call.bucket.name, named)
    if quiet:
        return Response()
    deleted = [_deleted(one, deletion, encoded) for one, deletion in zip(named, deletions, strict=True)]
    return xml_response("DeleteResult", {"EncodingType": encoded.name, "Deleted": deleted})


def _deleted(named: Named, deletion: Deletion, encoded: Encoder) -> dict[str, object]:
    """What became of one object: the version that was named, and the delete marker that was laid or removed."""
    marker = deletion.version_id if deletion.is_marker else None
    return {
        "Key": encoded(named.key),
        "VersionId": named.version_id,
        "DeleteMarker": True if marker else None,
        "DeleteMarkerVersionId": marker,
    }


def _named(root: Element) -> tuple[Named, ...]:
    """The objects and versions of a `Delete` document, all of them checked before the first one goes."""
    objects = root.findall("Object")
    if not 1 <= len(objects) <= MAX_DELETE_KEYS:
        raise malformed(f"Delete must name 1 to {MAX_DELETE_KEYS} objects")
    named = tuple(Named(child_text(one, "Key") or "", child_text(one, "VersionId") or None) for one in objects)
    for one in named:
        require_key(one.key)
    return named
