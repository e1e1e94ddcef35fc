"""The account's own block of public access, which counts for every bucket (API reference, PutPublicAccessBlock)."""

from __future__ import annotations

from ..call import Call
from ..response import Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .body import xml_body
from .configuration import MAX_BODY, check_fields
from .configurations import PUBLIC_ACCESS_BLOCK


async def put_public_access_block(call: Call) -> Response:
    """PutPublicAccessBlock."""
    root = await xml_body(call, PUBLIC_ACCESS_BLOCK.root, limit=MAX_BODY)
    check_fields(root, PUBLIC_ACCESS_BLOCK.fields)
    await call.store.put_account_document(PUBLIC_ACCESS_BLOCK.subresource, documents.packed(root))
    return Response()


async def get_public_access_block(call: Call) -> Response:
    """GetPublicAccessBlock: off where nothing was put."""
    root = PUBLIC_ACCESS_BLOCK.root
    found = await call.store.get_account_document(PUBLIC_ACCESS_BLOCK.subresource)
    return xml_response(root, content(parse(found, root)) if found else {"BlockPublicAccess": False})


async def delete_public_access_block(call: Call) -> Response:
    """DeletePublicAccessBlock: 204 also where there is none."""
    await call.store.put_account_document(PUBLIC_ACCESS_BLOCK.subresource, None)
    return Response(204)
