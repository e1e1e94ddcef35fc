"""What is put into a callback's body: OSS's own variables and the client's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from ...processors.chain import Chain
from ...processors.errors import ProcessError
from ...storage.base import ObjectInfo
from ...storage.errors import StorageError
from ..call import Call
from ..headers import content_md5
from .wanted import JSON, PLACEHOLDER, Callback

_IMAGE = "imageInfo."
# By our names of the variables, the fields of `image/info`.
_IMAGE_FIELDS = {"height": "ImageHeight", "width": "ImageWidth", "format": "Format"}
_NUMBERS = frozenset({"size", f"{_IMAGE}height", f"{_IMAGE}width"})


async def body_of(call: Call, callback: Callback, info: ObjectInfo, operation: str) -> bytes:
    """The body of the request for a stored object: every `${name}` replaced, an unknown one by nothing.

    In a form's body values are percent-encoded; in JSON they are JSON, numbers for sizes and strings otherwise.
    """
    values = {**_values(call, info, operation), **callback.variables}
    if f"${{{_IMAGE}" in callback.template:
        values |= await _image(call, info)
    spell = _spelt_in_json if callback.body_type == JSON else _spelt_in_form
    return PLACEHOLDER.sub(lambda found: spell(found[1], values.get(found[1], "")), callback.template).encode()


def _spelt_in_form(name: str, value: str) -> str:
    return quote(value, safe="")


def _spelt_in_json(name: str, value: str) -> str:
    return value if name in _NUMBERS and value else json.dumps(value, ensure_ascii=False)


def _values(call: Call, info: ObjectInfo, operation: str) -> dict[str, str]:
    return {
        "bucket": info.bucket,
        "object": info.key,
        "etag": info.etag,
        "size": str(info.size),
        "mimeType": info.attributes.content_type or "",
        "crc64": str(info.crc64),
        "contentMd5": content_md5(info.etag) if info.object_type == "Normal" else "",
        "clientIp": call.request.client_address,
        "reqId": call.request.request_id,
        "operation": operation,
    }


async def _image(call: Call, info: ObjectInfo) -> Mapping[str, str]:
    """Height, width and format of an image; nothing for any other object."""
    renderer = call.services.renderer
    try:
        async with await call.store.open_object(info.bucket, info.key, info.version_id) as reader:
            rendered = await renderer.render(reader, Chain.parse("image/info", renderer.limits))
    except (ProcessError, StorageError):
        return {}
    told = json.loads(rendered.content)
    return {f"{_IMAGE}{name}": told[field]["value"] for name, field in _IMAGE_FIELDS.items()}
