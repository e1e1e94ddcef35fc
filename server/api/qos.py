"""Bandwidths and rates of requesters and resource pools: kept and told; nobody is slowed down.

Source: API reference, PutBucketRequesterQoSInfo and its siblings, and oss2 for the user's own (SDK source).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...storage.base import Document
from ..call import Call
from ..errors import OSSError
from ..response import Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .body import xml_body
from .configuration import MAX_BODY, check_fields, find, name_of
from .configurations import NO_LIMITS, QOS_FIELDS
from .owner import OWNER

KIND, ROOT = "requesterQosInfo", "QoSConfiguration"
REQUESTER = "qosRequester"


async def get_user(call: Call) -> Response:
    """GetUserQosInfo: no limits."""
    return xml_response(ROOT, {"Region": call.services.settings.region, **NO_LIMITS})


async def put_requester(call: Call) -> Response:
    """PutBucketRequesterQoSInfo."""
    name = name_of(call.request.params, REQUESTER)
    root = await xml_body(call, ROOT, limit=MAX_BODY)
    check_fields(root, QOS_FIELDS)
    await call.store.put_document(call.bucket.name, KIND, name, documents.packed(root))
    return Response()


async def get_requester(call: Call) -> Response:
    """GetBucketRequesterQoSInfo where one is named, ListBucketRequesterQoSInfos otherwise."""
    if REQUESTER in call.request.params:
        found = await find(call.store, call.bucket.name, KIND, name_of(call.request.params, REQUESTER))
        if found is None:
            raise OSSError("NoSuchRequesterQoSInfo")
        return xml_response("RequesterQoSInfo", _told(found))
    fields = {
        "Bucket": call.bucket.name,
        "ContinuationToken": "",
        "NextContinuationToken": "",
        "IsTruncated": False,
        "RequesterQoSInfo": [_told(found) for found in await call.store.list_documents(call.bucket.name, KIND)],
    }
    return xml_response("ListBucketRequesterQoSInfosResult", fields)


async def delete_requester(call: Call) -> Response:
    """DeleteBucketRequesterQoSInfo: 204 also where there is none."""
    await call.store.delete_document(call.bucket.name, KIND, name_of(call.request.params, REQUESTER))
    return Response(204)


async def list_pools(call: Call) -> Response:
    """ListResourcePools: there are none."""
    fields = {"Region": call.location, "Owner": OWNER["ID"], "ContinuationToken": "", "IsTruncated": False}
    return xml_response("ListResourcePoolsResult", fields)


async def no_such_pool(call: Call) -> Response:
    """Every call about one resource pool. Raises `NoSuchResourcePool`."""
    raise OSSError("NoSuchResourcePool", details={"ResourcePool": call.request.params.get("resourcePool", "")})


def _told(document: Document) -> Mapping[str, object]:
    limits = content(parse(document.content, ROOT))
    return {"Requester": document.name, ROOT: {**NO_LIMITS, **(limits if isinstance(limits, dict) else {})}}
