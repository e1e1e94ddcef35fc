"""Transitions of a bucket's redundancy: accepted and told, and for ever queueing, because here data is stored once.

Source: API reference, CreateBucketDataRedundancyTransition and its siblings.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from ...storage.base import Document
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import iso_date
from ..response import Response, xml_response
from .configuration import name_of

KIND = "redundancyTransition"
ROOT = "BucketDataRedundancyTransition"
TARGET, TASK = "x-oss-target-redundancy-type", "x-oss-redundancy-transition-taskid"


async def create(call: Call) -> Response:
    """CreateBucketDataRedundancyTransition: only from LRS to ZRS, and one at a time."""
    target = call.request.params.get(TARGET, "")
    if target != "ZRS" or call.bucket.redundancy != "LRS":
        raise invalid_argument(TARGET, target)
    if await call.store.list_documents(call.bucket.name, KIND):
        raise OSSError("RedundancyTransitionAlreadyExists")
    task = uuid.uuid4().hex
    await call.store.put_document(call.bucket.name, KIND, task, target.encode())
    return xml_response(ROOT, {"TaskId": task})


async def get(call: Call) -> Response:
    """GetBucketDataRedundancyTransition where a task is named, ListBucketDataRedundancyTransition otherwise."""
    tasks = await call.store.list_documents(call.bucket.name, KIND)
    if TASK not in call.request.params:
        listed = {ROOT: [_told(call.bucket.name, task) for task in tasks], "IsTruncated": False}
        return xml_response("ListBucketDataRedundancyTransition", listed)
    name = name_of(call.request.params, TASK)
    found = next((task for task in tasks if task.name == name), None)
    if found is None:
        raise OSSError("NoSuchRedundancyTransition")
    return xml_response(ROOT, _told(call.bucket.name, found))


async def list_all(_: Call) -> Response:
    """ListUserDataRedundancyTransition: none, whatever single buckets say (our choice: nothing is under way)."""
    return xml_response("ListBucketDataRedundancyTransition", {"IsTruncated": False, "NextContinuationToken": ""})


async def delete(call: Call) -> Response:
    """DeleteBucketDataRedundancyTransition: 204 also where there is none."""
    await call.store.delete_document(call.bucket.name, KIND, name_of(call.request.params, TASK))
    return Response(204)


def _told(bucket: str, task: Document) -> Mapping[str, object]:
    return {"Bucket": bucket, "TaskId": task.name, "Status": "Queueing", "CreateTime": iso_date(task.created_ms)}
