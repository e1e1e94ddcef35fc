"""CopyObject."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

from ...storage.base import Attributes, ObjectInfo, ObjectReader
from ..address import Resource, require_bucket_name, require_key
from ..auth.access import GET_OBJECT
from ..authorize import permit, permit_source
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import attributes_from, check_conditions, flag, iso_date
from ..response import XML_TYPE, Response
from ..xml import document

COPY_SOURCE = "x-oss-copy-source"
PREFIX = f"{COPY_SOURCE}-"


async def copy_object(call: Call) -> Response:
    """CopyObject: the source's content, attributes by `x-oss-metadata-directive`; onto itself attributes change."""
    headers, target = call.request.headers, call.resource
    source = _source(headers[COPY_SOURCE])
    async with opened_source(call) as reader:
        copied = await call.store.copy_object(
            reader,
            target.bucket,
            target.key,
            _attributes(call, reader.info, onto_itself=source == target),
            overwrite=not flag(headers, "x-oss-forbid-overwrite"),
        )
    fields = {"ETag": f'"{copied.etag}"', "LastModified": iso_date(copied.modified_ms)}
    return Response(
        headers=[
            ("Content-Type", XML_TYPE),
            ("ETag", f'"{copied.etag}"'),
            ("x-oss-hash-crc64ecma", str(copied.crc64)),
        ],
        body=document("CopyObjectResult", fields),
    )


@asynccontextmanager
async def opened_source(call: Call) -> AsyncIterator[ObjectReader]:
    """The object that `x-oss-copy-source` names, which the caller may read and whose conditions hold."""
    source = _source(call.request.headers[COPY_SOURCE])
    await permit(call.store, call.request, call.caller.principal, source, GET_OBJECT)
    async with await call.store.open_object(source.bucket, source.key) as reader:
        await permit_source(call.store, call.caller.principal, source)
        check_conditions(call.request.headers, reader.info, PREFIX)
        yield reader


def _source(text: str) -> Resource:
    """The object that `x-oss-copy-source` names: `/bucket/key` or `bucket/key`, percent-encoded; `+` stays a plus."""
    path, _, query = text.removeprefix("/").partition("?")
    if query:
        raise OSSError("NotImplemented", "Versions are not built in Pixoss yet.")
    bucket, _, key = path.partition("/")
    if not bucket or not key:
        message = "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey."
        raise invalid_argument(COPY_SOURCE, text, message)
    try:
        source = Resource(bucket, unquote(key, errors="strict"))
    except UnicodeDecodeError:
        raise OSSError("InvalidObjectName") from None
    require_bucket_name(source.bucket)
    require_key(source.key)
    return source


def _attributes(call: Call, source: ObjectInfo, *, onto_itself: bool) -> Attributes:
    """The attributes of the copy: the request's when replacing or copying onto itself, else the source's.

    The ACL is never copied, and the storage class is the request's or the target bucket's.
    """
    headers = call.request.headers
    given = attributes_from(headers, call.resource.key, call.bucket.storage_class)
    directive = headers.get("x-oss-metadata-directive", "COPY").upper()
    if directive not in ("COPY", "REPLACE"):
        raise invalid_argument("x-oss-metadata-directive", directive)
    # Onto itself the request's headers count whatever the directive: that is how SDKs update metadata.
    if directive == "REPLACE" or onto_itself:
        return given
    return dataclasses.replace(source.attributes, acl=given.acl, storage_class=given.storage_class)
