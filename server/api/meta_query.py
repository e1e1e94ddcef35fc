"""The index of a bucket's objects (data indexing): opened and closed as on OSS, but no query ever finds anything."""

from __future__ import annotations

import json

from ...storage.base import Document
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import iso_date
from ..response import Response, xml_response
from .body import xml_body
from .configuration import MAX_BODY, find

KIND = "metaQuery"
MODES = ("basic", "semantic")


async def open_index(call: Call) -> Response:
    """OpenMetaQuery (`comp=add`); opening it again succeeds too."""
    mode = call.request.params.get("mode") or MODES[0]
    if mode not in MODES:
        raise invalid_argument("mode", mode)
    await call.store.put_document(call.bucket.name, KIND, "", json.dumps({"mode": mode}).encode())
    return Response()


async def close_index(call: Call) -> Response:
    """CloseMetaQuery (`comp=delete`): 200 also where there is none."""
    await call.store.delete_document(call.bucket.name, KIND, "")
    return Response()


async def get_status(call: Call) -> Response:
    """GetMetaQueryStatus. Raises `MetaQueryNotExist`."""
    found = await _found(call)
    fields = {
        "State": "Running",
        "Phase": "IncrementalScanning",
        "CreateTime": iso_date(found.created_ms),
        "UpdateTime": iso_date(found.modified_ms),
        "MetaQueryMode": json.loads(found.content)["mode"],
    }
    return xml_response("MetaQueryStatus", fields)


async def query(call: Call) -> Response:
    """DoMetaQuery (`comp=query`): no files. Raises `MetaQueryNotExist`."""
    await xml_body(call, "MetaQuery", limit=MAX_BODY)
    await _found(call)
    return xml_response("MetaQuery", {"NextToken": "", "Files": "", "Aggregations": ""})


async def _found(call: Call) -> Document:
    found = await find(call.store, call.bucket.name, KIND)
    if found is None:
        raise OSSError("MetaQueryNotExist")
    return found
