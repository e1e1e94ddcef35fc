"""The inventories of a bucket: kept and told by their id; no report is ever written."""

from __future__ import annotations

from ..call import Call
from ..errors import OSSError, invalid_argument
from ..response import Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .body import child_text, xml_body
from .configuration import BOOLEAN, MAX_BODY, Field, check_fields, find, name_of

KIND, ROOT = "inventory", "InventoryConfiguration"
ID = "inventoryId"
TOKEN = "continuation-token"

# API reference, PutBucketInventory and ListBucketInventory.
MAX_INVENTORIES, PAGE = 1000, 100

_FIELDS = (
    Field("Id", r"\S{1,128}", is_required=True),
    Field("IsEnabled", BOOLEAN, is_required=True),
    Field("IncludedObjectVersions", "All|Current", is_required=True),
    Field("Schedule/Frequency", "Daily|Weekly|Monthly", is_required=True),
    Field("Destination/OSSBucketDestination/Bucket", r"acs:oss:::[a-z0-9-]{3,63}", is_required=True),
)


async def put_inventory(call: Call) -> Response:
    """PutBucketInventory: add or replace the inventory `inventoryId`. Raises `InvalidArgument` if its Id is another."""
    name = name_of(call.request.params, ID)
    root = await xml_body(call, ROOT, limit=MAX_BODY)
    check_fields(root, _FIELDS)
    if child_text(root, "Id") != name:
        raise invalid_argument("Id", child_text(root, "Id") or "", "The Id is not the inventoryId of the request.")
    known = {document.name for document in await call.store.list_documents(call.bucket.name, KIND)}
    if len(known | {name}) > MAX_INVENTORIES:
        raise invalid_argument(ID, name, f"A bucket has at most {MAX_INVENTORIES} inventories.")
    await call.store.put_document(call.bucket.name, KIND, name, documents.packed(root))
    return Response()


async def get_inventory(call: Call) -> Response:
    """GetBucketInventory with `inventoryId`, ListBucketInventory without. Raises `NoSuchInventory`."""
    if ID not in call.request.params:
        return await _listed(call)
    found = await find(call.store, call.bucket.name, KIND, name_of(call.request.params, ID))
    if found is None:
        raise OSSError("NoSuchInventory")
    return xml_response(ROOT, _told(found.content))


async def _listed(call: Call) -> Response:
    """A page of 100 by id; the token of the next one is the last id, since OSS gives it no other meaning."""
    after = call.request.params.get(TOKEN, "")
    every = sorted(await call.store.list_documents(call.bucket.name, KIND), key=lambda document: document.name)
    following = [document for document in every if document.name > after]
    page = following[:PAGE]
    is_truncated = len(following) > PAGE
    fields = {
        ROOT: [_told(document.content) for document in page],
        "IsTruncated": is_truncated,
        "NextContinuationToken": page[-1].name if is_truncated else None,
    }
    return xml_response("ListInventoryConfigurationsResult", fields)


async def delete_inventory(call: Call) -> Response:
    """DeleteBucketInventory: 204 also where there is none."""
    await call.store.delete_document(call.bucket.name, KIND, name_of(call.request.params, ID))
    return Response(204)


def _told(stored: bytes) -> str | dict[str, object]:
    return content(parse(stored, ROOT))
