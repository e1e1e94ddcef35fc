"""The channel of the retired image service, `?img`: kept and answered, and without any effect.

The Java SDK still has the three calls; what a channel once governed is governed by `?processConfiguration` now
(image processing 12.5).
"""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element

from ...storage.errors import NoSuchDocument
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..imaging import configuration
from ..response import Response, xml_response
from .body import child_text, xml_body

KIND = "img"
DEFAULT_DELIMITERS = "!"
MAX_PICTURE = 1023

FLAGS = ("OrigPicForbidden", "UseStyleOnly", "AutoSetContentType", "UseSrcFormat", "SetAttachName")


async def put_channel(call: Call) -> Response:
    """Create the bucket's channel, or replace it."""
    root = await xml_body(call, "Channel")
    await call.store.put_document(call.bucket.name, KIND, "", json.dumps(_read(root)).encode("utf-8"))
    return Response()


async def get_channel(call: Call) -> Response:
    """The channel, its flags written `True` and `False` as the SDK expects. Raises `NoSuchChannel`."""
    try:
        document = await call.store.get_document(call.bucket.name, KIND, "")
    except NoSuchDocument:
        raise OSSError("NoSuchChannel") from None
    return xml_response("Channel", {"Name": call.bucket.name, "Status": "Enabled", **json.loads(document.content)})


async def delete_channel(call: Call) -> Response:
    """Remove the channel; 204 also when there is none. Styles stay, since they work without a channel."""
    await call.store.delete_document(call.bucket.name, KIND, "")
    return Response(204)


def _read(root: Element) -> dict[str, str]:
    """The fields of a channel as they are answered; an absent one has its default. Raises `InvalidArgument`."""
    picture = (child_text(root, "Default404Pic") or "").strip()
    if len(picture.encode("utf-8")) > MAX_PICTURE:
        raise invalid_argument("Default404Pic", picture)
    delimiters = configuration.parse_delimiters((child_text(root, "StyleDelimiters") or "").strip())
    return {
        "Default404Pic": picture,
        "StyleDelimiters": ",".join(delimiters) or DEFAULT_DELIMITERS,
        **{name: _flag(root, name) for name in FLAGS},
    }


def _flag(root: Element, name: str) -> str:
    word = (child_text(root, name) or "").strip().lower() or "false"
    if word not in ("true", "false"):
        raise invalid_argument(name, word)
    return word.capitalize()
