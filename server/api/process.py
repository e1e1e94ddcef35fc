"""Calls with a process string: a processed picture on GET, and ProcessObject with `sys/saveas` on POST."""

from __future__ import annotations

from dataclasses import replace

from ...processors.render import Rendered
from ...storage.base import ObjectInfo
from ...storage.errors import NoSuchKey
from ..address import Resource
from ..auth.access import PUT_OBJECT
from ..authorize import permit
from ..call import Call
from ..errors import OSSError, from_storage
from ..headers import check_conditions, has_overrides, overridden, validators
from ..imaging import resolve
from ..imaging.references import opened_references
from ..imaging.render import save
from ..imaging.request import PARAMETER, ProcessRequest, SaveAs, parse, posted_value
from ..reading import opened
from ..response import JSON_TYPE, Response, oss_json
from .body import whole_body
from .object import get_object, head_object

# A process string has 4096 bytes at most; form encoding makes three of one.
MAX_BODY = 16 << 10


# What SelectObject and CreateSelectObjectMeta ask for with the parameter of image processing.
_SELECTING = frozenset({"csv/select", "csv/meta", "json/select", "json/meta"})


async def get_named(call: Call) -> Response:
    """GetObject and HeadObject: the object of this key, or what else the key names, such as `a.jpg!small`."""
    try:
        return await (head_object(call) if call.request.method == "HEAD" else get_object(call))
    except NoSuchKey:
        reading = await resolve.resolve(call.store, call.bucket.name, call.resource.key)
        if reading is None:
            raise
    chain = await resolve.chain(call.store, call.bucket.name, reading, call.services.renderer.limits)
    base = replace(call.caller, resource=Resource(call.bucket.name, reading.key))
    return await _processed(replace(call, caller=base), ProcessRequest(chain, by_style=reading.style is not None))


async def get_processed(call: Call) -> Response:
    """GetObject and HeadObject with `x-oss-process`: the result in the body, nothing stored.

    An empty parameter asks for the object as it is (our choice). A range is left aside: the whole result is sent.
    """
    value = call.request.params[PARAMETER]
    if not value:
        return await get_named(call)
    wanted = await parse(value, call.store, call.bucket.name, call.services.renderer.limits)
    if wanted.save_as:
        raise OSSError("InvalidArgument", "sys/saveas needs a POST request.")
    return await _processed(call, wanted)


async def _processed(call: Call, wanted: ProcessRequest) -> Response:
    info, rendered = await _rendered(call, wanted)
    fields = [("Content-Type", rendered.media_type), *_described(info)]
    params = call.request.params
    if has_overrides(params):
        fields = overridden(fields, params)
    return Response(headers=fields, body=rendered.content, head=call.request.method == "HEAD")


async def _rendered(call: Call, wanted: ProcessRequest) -> tuple[ObjectInfo, Rendered]:
    """The source and its rendering; conditions are answered before anything is read."""
    try:
        by_style = wanted.by_style
        async with await opened(call, call.resource, call.version_id, is_processed=True, by_style=by_style) as found:
            check_conditions(call.request.headers, found.info)
            async with opened_references(call, wanted) as references:
                return found.info, await call.services.renderer.render(found.reader, wanted.chain, references)
    except NoSuchKey as missing:
        # On the processing path the service reports another EC (observed on the real service).
        told = from_storage(missing)
        raise OSSError(told.code, ec="0040-00000024", details=told.details, headers=told.headers) from None


def _described(info: ObjectInfo) -> list[tuple[str, str]]:
    """What a processed answer tells of its source. No CRC-64 and no MD5: SDKs would check the result against them."""
    attributes = info.attributes
    fields = [
        *validators(info),
        ("x-oss-object-type", info.object_type),
        ("x-oss-storage-class", attributes.storage_class),
    ]
    kept = {"Cache-Control": attributes.cache_control, "Expires": attributes.expires}
    return fields + [(name, value) for name, value in kept.items() if value]


async def process_object(call: Call) -> Response:
    """ProcessObject: store the result where `sys/saveas` says; without it the result comes back as on GET.

    Raises `NotImplemented` for SQL over an object, which has the same address.
    """
    if call.request.params[PARAMETER] in _SELECTING:
        raise OSSError("NotImplemented", "SelectObject is not built in Pixoss.")
    body = await whole_body(call, MAX_BODY)
    value = posted_value(body, call.request.params[PARAMETER])
    wanted = await parse(value, call.store, call.bucket.name, call.services.renderer.limits)
    if wanted.save_as is None:
        return await _processed(call, wanted)
    return await _saved(call, wanted, wanted.save_as)


async def _saved(call: Call, wanted: ProcessRequest, save_as: SaveAs) -> Response:
    target = Resource(save_as.bucket or call.resource.bucket, save_as.key)
    await permit(call.store, call.request, call.caller.principal, target, PUT_OBJECT)
    if wanted.chain.query:
        raise OSSError("InvalidArgument", f"The answer of {wanted.chain.query.action} can not be saved as an object.")
    _, rendered = await _rendered(call, wanted)
    saved = await save(call.store, target.bucket, target.key, rendered)
    answer = {"bucket": save_as.bucket, "fileSize": saved.size, "object": saved.key, "status": "OK"}
    return Response(headers=[("Content-Type", JSON_TYPE)], body=oss_json(answer))


async def async_process_object(call: Call) -> Response:
    """AsyncProcessObject: basic image operations are refused as the service refuses them (section 11)."""
    raise OSSError("Imm Client")
