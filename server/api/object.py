"""Calls on an object: put, get, head, delete."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from xml.etree.ElementTree import Element

from ...storage.base import ByteRange, Named, ObjectReader
from ..address import require_key
from ..auth.access import DELETE_OBJECT
from ..authorize import permit_keys, permit_source
from ..call import Call
from ..callback.asking import answered
from ..callback.wanted import of_request
from ..errors import OSSError
from ..headers import (
    attributes_from,
    check_conditions,
    content_md5,
    expected_content,
    flag,
    has_overrides,
    object_headers,
    overridden,
    requested_range,
    validators,
)
from ..response import Response, xml_response
from .arguments import Encoder
from .body import child_text, upload_stream, xml_body
from .copy import COPY_SOURCE, copy_object

MAX_DELETE_KEYS = 1000
MAX_DELETE_BODY = 2 << 20

# Up to here an object is sent in one piece: cheaper than a stream of one chunk.
SMALL = 64 << 10


async def put_object(call: Call) -> Response:
    """PutObject; with the header `x-oss-copy-source` it is CopyObject."""
    headers, resource = call.request.headers, call.resource
    if COPY_SOURCE in headers:
        return await copy_object(call)
    callback = of_request(call.request, call.services.settings.callback_hosts)
    info = await call.store.put_object(
        resource.bucket,
        resource.key,
        upload_stream(call),
        attributes_from(headers, resource.key, call.bucket.storage_class),
        expected=expected_content(headers, call.request.content_length),
        overwrite=not flag(headers, "x-oss-forbid-overwrite"),
    )
    fields = [
        ("ETag", f'"{info.etag}"'),
        ("x-oss-hash-crc64ecma", str(info.crc64)),
        ("Content-MD5", content_md5(info.etag)),
    ]
    return await answered(call, callback, info, Response(headers=fields), "PutObject")


async def get_object(call: Call) -> Response:
    """GetObject: conditions, then range, then the bytes; a reader keeps the blob that it opened."""
    async with AsyncExitStack() as stack:
        reader = await stack.enter_async_context(await call.store.open_object(call.resource.bucket, call.resource.key))
        await permit_source(call.store, call.caller.principal, call.resource)
        check_conditions(call.request.headers, reader.info)
        part = requested_range(call.request.headers, reader.info.size)
        fields = _described(call, reader, part)
        status = 206 if part else 200
        if part is None and reader.info.size <= SMALL:
            return Response(status, fields, await reader.read())
        # The stream closes the reader once it has been sent, or as soon as the client goes away.
        return Response(status, fields, _streamed(stack.pop_all(), reader, part))


async def _streamed(stack: AsyncExitStack, reader: ObjectReader, part: ByteRange | None) -> AsyncGenerator[bytes, None]:
    async with stack:
        async for chunk in reader.stream(part):
            yield chunk


def _length(reader: ObjectReader, part: ByteRange | None) -> int:
    return part.last - part.first + 1 if part else reader.info.size


def _described(call: Call, reader: ObjectReader, part: ByteRange | None) -> list[tuple[str, str]]:
    fields = [("Content-Length", str(_length(reader, part))), *object_headers(reader.info)]
    if part:
        fields.append(("Content-Range", f"bytes {part.first}-{part.last}/{reader.info.size}"))
    params = call.request.params
    return overridden(fields, params) if has_overrides(params) else fields


async def head_object(call: Call) -> Response:
    """HeadObject: the headers of GetObject, a range left aside."""
    info = await call.store.head_object(call.resource.bucket, call.resource.key)
    await permit_source(call.store, call.caller.principal, call.resource)
    check_conditions(call.request.headers, info)
    return Response(headers=[("Content-Length", str(info.size)), *object_headers(info)], head=True)


async def get_object_meta(call: Call) -> Response:
    """GetObjectMeta: length, ETag and Last-Modified, and nothing else."""
    info = await call.store.head_object(call.resource.bucket, call.resource.key)
    await permit_source(call.store, call.caller.principal, call.resource)
    return Response(headers=[("Content-Length", str(info.size)), *validators(info)], head=True)


async def delete_object(call: Call) -> Response:
    """DeleteObject: 204 also when there is no such object."""
    await call.store.delete_object(call.resource.bucket, call.resource.key)
    return Response(204)


async def delete_multiple_objects(call: Call) -> Response:
    """DeleteMultipleObjects: up to 1000 keys; the answer names each, found or not, and is empty in quiet mode."""
    encoded = Encoder(call.request.params)
    root = await xml_body(call, "Delete", limit=MAX_DELETE_BODY)
    keys = _keys(root)
    quiet = (child_text(root, "Quiet") or "false").strip().lower() == "true"
    await permit_keys(call.store, call.request, call.caller.principal, call.bucket, keys, DELETE_OBJECT)
    await call.store.delete_objects(call.bucket.name, [Named(key) for key in keys])
    if quiet:
        return Response()
    deleted = [{"Key": encoded(key)} for key in keys]
    return xml_response("DeleteResult", {"EncodingType": encoded.name, "Deleted": deleted})


def _keys(root: Element) -> list[str]:
    """The keys of a `Delete` document, all of them checked before the first object goes."""
    objects = root.findall("Object")
    if not 1 <= len(objects) <= MAX_DELETE_KEYS:
        raise OSSError("MalformedXML", details={"ErrorDetail": f"Delete must name 1 to {MAX_DELETE_KEYS} objects"})
    keys = [child_text(element, "Key") or "" for element in objects]
    for key in keys:
        require_key(key)
    return keys
