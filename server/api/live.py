"""Live channels: made, told and deleted; there is no RTMP server, so nothing is ever pushed or recorded.

Source: API reference, PutLiveChannel and its siblings; which elements must be there, oss2 (SDK source).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...storage.base import Document
from ..call import Call
from ..errors import OSSError, invalid_argument, malformed
from ..headers import iso_date
from ..response import Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .arguments import bounded_text, max_keys
from .body import xml_body
from .configuration import MAX_BODY, NUMBER, Field, check_fields, find

KIND, ROOT = "live", "LiveChannelConfiguration"
STATES = ("enabled", "disabled")

_FIELDS = (
    Field("Description", ".{0,128}"),
    Field("Status", "enabled|disabled"),
    Field("Target/Type", "HLS", is_required=True),
    Field("Target/FragDuration", NUMBER),
    Field("Target/FragCount", NUMBER),
    Field("Target/PlaylistName", r"[^/]{1,128}\.m3u8|"),
)
_TARGET = {"FragDuration": 5, "FragCount": 3, "PlaylistName": "playlist.m3u8"}


async def put(call: Call) -> Response:
    """PutLiveChannel; with `status`, PutLiveChannelStatus."""
    if "status" in call.request.params:
        return await _put_status(call)
    root = await xml_body(call, ROOT, limit=MAX_BODY)
    check_fields(root, _FIELDS)
    if not isinstance(content(root), dict):
        raise malformed("the configuration is empty")
    await call.store.put_document(call.bucket.name, KIND, call.resource.key, documents.packed(root))
    return xml_response("CreateLiveChannelResult", _addresses(call, call.resource.key))


async def _put_status(call: Call) -> Response:
    status = call.request.params["status"]
    if status not in STATES:
        raise invalid_argument("status", status)
    channel = await _found(call)
    root = parse(channel.content, ROOT)
    for old in root.findall("Status"):
        root.remove(old)
    root.append(parse(f"<Status>{status}</Status>".encode(), "Status"))
    await call.store.put_document(call.bucket.name, KIND, channel.name, documents.packed(root))
    return Response()


async def get_info(call: Call) -> Response:
    """GetLiveChannelInfo. Raises `NoSuchLiveChannel`."""
    return xml_response(ROOT, _told(await _found(call)))


async def get_stat(call: Call) -> Response:
    """GetLiveChannelStat (`comp=stat`): nobody pushes. Raises `NoSuchLiveChannel`."""
    status = _told(await _found(call))["Status"]
    return xml_response("LiveChannelStat", {"Status": "Idle" if status == STATES[0] else "Disabled"})


async def get_history(call: Call) -> Response:
    """GetLiveChannelHistory (`comp=history`): nobody pushed. Raises `NoSuchLiveChannel`."""
    await _found(call)
    return xml_response("LiveChannelHistory", "")


async def delete(call: Call) -> Response:
    """DeleteLiveChannel: 204 also where there is none."""
    await call.store.delete_document(call.bucket.name, KIND, call.resource.key)
    return Response(204)


async def list_channels(call: Call) -> Response:
    """ListLiveChannel: by name, with `prefix`, `marker` and `max-keys`."""
    params = call.request.params
    prefix, marker, limit = bounded_text(params, "prefix"), bounded_text(params, "marker"), max_keys(params)
    every = sorted(await call.store.list_documents(call.bucket.name, KIND), key=lambda channel: channel.name.encode())
    following = [
        channel for channel in every if channel.name.startswith(prefix) and channel.name.encode() > marker.encode()
    ]
    page, is_truncated = following[:limit], len(following) > limit
    fields = {
        "Prefix": prefix,
        "Marker": marker,
        "MaxKeys": limit,
        "IsTruncated": is_truncated,
        "NextMarker": page[-1].name if is_truncated else "",
        "LiveChannel": [_listed(call, channel) for channel in page],
    }
    return xml_response("ListLiveChannelResult", fields)


async def vod_playlist(call: Call) -> Response:
    """GetVodPlaylist and PostVodPlaylist: without a recording OSS refuses both. Raises `InvalidArgument`."""
    channel = call.resource.key
    if call.request.method == "POST":
        channel = channel.rpartition("/")[0]
    await _found(call, channel)
    raise OSSError("InvalidArgument", "No ts file found in specified time span.")


async def _found(call: Call, name: str | None = None) -> Document:
    found = await find(call.store, call.bucket.name, KIND, call.resource.key if name is None else name)
    if found is None:
        raise OSSError("NoSuchLiveChannel")
    return found


def _told(channel: Document) -> Mapping[str, object]:
    told = content(parse(channel.content, ROOT))
    fields = told if isinstance(told, dict) else {}
    target = fields.get("Target")
    # oss2 sends what was not said as an empty element.
    said = {name: value for name, value in target.items() if value} if isinstance(target, dict) else {}
    return {"Description": "", "Status": STATES[0], **fields, "Target": {**_TARGET, **said}}


def _listed(call: Call, channel: Document) -> Mapping[str, object]:
    told = _told(channel)
    return {
        "Name": channel.name,
        "Description": told["Description"],
        "Status": told["Status"],
        "LastModified": iso_date(channel.modified_ms),
        **_addresses(call, channel.name),
    }


def _addresses(call: Call, name: str) -> Mapping[str, object]:
    """Where OSS would take the stream and where its playlist would be."""
    host = f"{call.bucket.name}.{call.endpoint}"
    return {
        "PublishUrls": {"Url": f"rtmp://{host}/live/{name}"},
        "PlayUrls": {"Url": f"{call.request.scheme}://{host}/{name}/{_TARGET['PlaylistName']}"},
    }
