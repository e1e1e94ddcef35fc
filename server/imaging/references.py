"""The watermark images that a chain names: objects of the source's bucket, opened as the requester may read them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from ...storage.errors import NoSuchKey
from ...storage.store import ObjectReader
from ..address import Resource
from ..auth.access import GET_OBJECT
from ..authorize import permit
from ..call import Call
from ..errors import OSSError
from ..reading import opened
from .request import ProcessRequest


@asynccontextmanager
async def opened_references(call: Call, wanted: ProcessRequest) -> AsyncIterator[Mapping[str, ObjectReader]]:
    """The opened watermark images by key. Raises `AccessDenied`, and `WatermarkError` for a missing one.

    Source-image protection covers them too: else the anonymous could see a protected picture as a mark on another.
    """
    async with AsyncExitStack() as stack:
        readers = {}
        for key in wanted.chain.references():
            readers[key] = await _opened(call, key, stack, by_style=wanted.by_style)
        yield readers


async def _opened(call: Call, key: str, stack: AsyncExitStack, *, by_style: bool) -> ObjectReader:
    resource = Resource(call.resource.bucket, key)
    try:
        await permit(call.store, call.request, call.caller.principal, resource, GET_OBJECT)
        found = await stack.enter_async_context(await opened(call, resource, is_processed=True, by_style=by_style))
        return found.reader
    except NoSuchKey:
        raise OSSError("WatermarkError", f"The watermark image {key} does not exist.") from None
