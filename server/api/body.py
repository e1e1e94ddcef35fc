"""The bodies of requests: streamed into the store or read whole, bounded, and checked against what the client said."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from xml.etree.ElementTree import Element

from ..call import Call
from ..errors import OSSError, malformed
from ..headers import expected_content
from ..request import Request
from ..xml import MalformedXMLError, parse

# PutObject takes 5 GB at most; larger objects are uploaded in parts.
MAX_OBJECT_BYTES = 5 * 1024**3

MAX_XML_BYTES = 1 << 20


def upload_stream(call: Call, limit: int = MAX_OBJECT_BYTES) -> AsyncIterator[bytes]:
    """The chunks of the request's body, never gathered; what is raised on the way makes the store forget the upload.

    `limit` is in bytes. Raises `MissingContentLength`, `EntityTooLarge`, and `InvalidDigest` when a signed payload hash
    is not the body's.
    """
    request = call.request
    if not request.has_length_or_is_chunked:
        raise OSSError("MissingContentLength")
    if (request.content_length or 0) > limit:
        raise OSSError("EntityTooLarge")
    chunks = _bounded(request, limit)
    signed = call.caller.payload_sha256
    return _hashed(chunks, signed) if signed else chunks


async def _bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise OSSError("EntityTooLarge")
        yield chunk


async def _hashed(chunks: AsyncIterator[bytes], signed: str) -> AsyncIterator[bytes]:
    digest = hashlib.sha256()
    async for chunk in chunks:
        digest.update(chunk)
        yield chunk
    _require_signed_hash(digest.hexdigest(), signed)


async def whole_body(call: Call, limit: int) -> bytes:
    """The body of at most `limit` bytes, checked against its Content-MD5 and the hash that was signed, if any."""
    body = await call.request.body(limit)
    announced = expected_content(call.request.headers, None).md5
    if announced is not None and hashlib.md5(body, usedforsecurity=False).digest() != announced:
        raise OSSError("InvalidDigest")
    if signed := call.caller.payload_sha256:
        _require_signed_hash(hashlib.sha256(body).hexdigest(), signed)
    return body


def _require_signed_hash(found: str, signed: str) -> None:
    if found != signed:
        raise OSSError("InvalidDigest", "The x-oss-content-sha256 you signed is not that of the body.")


async def xml_body(call: Call, root: str, *, limit: int = MAX_XML_BYTES, ec: str | None = None) -> Element:
    """The XML document of a request. Raises `MalformedXML`, with `ec`, also for one larger than `limit` bytes."""
    found = await optional_xml_body(call, root, limit=limit, ec=ec)
    if found is None:
        raise malformed("the body is empty", ec)
    return found


async def optional_xml_body(
    call: Call, root: str, *, limit: int = MAX_XML_BYTES, ec: str | None = None
) -> Element | None:
    """The XML document of a request that may have none; None when the body is empty or blank."""
    try:
        body = await whole_body(call, limit)
        return parse(body, root) if body.strip() else None
    except MalformedXMLError as error:
        raise malformed(str(error), ec) from None
    except OSSError as error:
        if error.code != "EntityTooLarge":
            raise
        raise malformed(f"the body is larger than {limit} bytes", ec) from None


def child_text(element: Element, name: str) -> str | None:
    """The text of a child element; None when there is no such child, empty when it is empty."""
    child = element.find(name)
    return None if child is None else child.text or ""
