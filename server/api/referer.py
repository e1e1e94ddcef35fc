"""Calls on a bucket's hotlink protection, and the check that it asks for."""

from __future__ import annotations

from ...storage.base import BucketInfo
from ...storage.store import ObjectStore
from ..auth.access import Permission
from ..auth.authenticate import Authenticated
from ..call import Call
from ..errors import OSSError
from ..request import Request
from ..response import XML_TYPE, Response
from ..rules import documents, referer
from .body import xml_body


async def put_referer(call: Call) -> Response:
    """PutBucketReferer: replace the whole configuration."""
    root = await xml_body(call, referer.ROOT, limit=referer.MAX_BODY)
    referer.configuration(root)
    await documents.put(call.store, call.bucket.name, referer.KIND, root)
    return Response()


async def get_referer(call: Call) -> Response:
    """GetBucketReferer: the configuration, or the one that lets everybody in."""
    found = await documents.find(call.store, call.bucket.name, referer.KIND)
    return Response(headers=[("Content-Type", XML_TYPE)], body=found or referer.DEFAULT)


async def require(
    store: ObjectStore, request: Request, caller: Authenticated, permission: Permission, bucket: BucketInfo | None
) -> None:
    """Raise `AccessDenied` when hotlink protection keeps an object from this reader.

    It is for the anonymous and for signed URLs, which can stand in any page; a signed header is never checked.
    """
    if permission is not Permission.READ_OBJECT or not (caller.principal.is_anonymous or caller.by_url):
        return
    document = await documents.of(store, bucket, referer.KIND) if bucket else None
    if document and not referer.read(document).admits(request.headers.get("referer", "")):
        raise OSSError("AccessDenied", "You are denied by bucket referer policy.")
