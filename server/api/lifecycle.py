"""Calls on a bucket's lifecycle rules; who carries them out is the sweep."""

from __future__ import annotations

from ..call import Call
from ..errors import OSSError
from ..lifecycle import rules
from ..response import XML_TYPE, Response
from ..rules import documents
from .body import xml_body


async def put_lifecycle(call: Call) -> Response:
    """PutBucketLifecycle: replace all rules; one without an id is given one."""
    root = await xml_body(call, rules.ROOT, limit=rules.MAX_BODY)
    rules.lifecycle_rules(root)
    rules.name_all(root)
    await documents.put(call.store, call.bucket.name, rules.KIND, root)
    return Response()


async def get_lifecycle(call: Call) -> Response:
    """GetBucketLifecycle. Raises `NoSuchLifecycle`."""
    found = await documents.find(call.store, call.bucket.name, rules.KIND)
    if found is None:
        raise OSSError("NoSuchLifecycle")
    return Response(headers=[("Content-Type", XML_TYPE)], body=found)


async def delete_lifecycle(call: Call) -> Response:
    """DeleteBucketLifecycle: 204 also when there are no rules."""
    await call.store.delete_document(call.bucket.name, rules.KIND, "")
    return Response(204)
