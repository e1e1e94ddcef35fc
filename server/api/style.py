"""Calls on a bucket's styles: PutStyle, GetStyle, ListStyle, DeleteStyle."""

from __future__ import annotations

from ..call import Call
from ..errors import malformed
from ..headers import http_date
from ..imaging import styles
from ..imaging.styles import Style
from ..response import Response, xml_response
from .body import child_text, xml_body

NAME = "styleName"


async def put_style(call: Call) -> Response:
    """PutStyle: create a style, or replace its content."""
    name = _name(call)
    root = await xml_body(call, "Style")
    content = child_text(root, "Content")
    if content is None:
        raise malformed("Style has no Content")
    category = call.request.params.get("category") or "image"
    await styles.put(call.store, call.bucket.name, name, content.strip(), category)
    return Response()


async def get_style(call: Call) -> Response:
    """GetStyle with `styleName`, ListStyle without."""
    if NAME in call.request.params:
        return xml_response("Style", _shown(await styles.get(call.store, call.bucket.name, _name(call))))
    found = await styles.listing(call.store, call.bucket.name)
    return xml_response("StyleList", {"Style": [_shown(style) for style in found]})


async def delete_style(call: Call) -> Response:
    """DeleteStyle: 204 also when there is no such style."""
    await styles.delete(call.store, call.bucket.name, _name(call))
    return Response(204)


def _name(call: Call) -> str:
    name = call.request.params.get(NAME, "")
    styles.require_name(name)
    return name


def _shown(style: Style) -> dict[str, object]:
    return {
        "Name": style.name,
        "Content": style.content,
        "Category": style.category,
        "CreateTime": http_date(style.created_ms // 1000),
        "LastModifyTime": http_date(style.modified_ms // 1000),
    }
