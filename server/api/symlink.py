"""Symbolic links: objects that stand for another key of the same bucket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote, unquote

from ...storage.base import SYMLINK
from ..address import require_key
from ..attributes import attributes_from
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import flag, metadata_headers, validators, version_headers, written_headers
from ..response import Response

TARGET = "x-oss-symlink-target"


async def put_symlink(call: Call) -> Response:
    """PutSymlink: the target is named in the header `x-oss-symlink-target`, percent-encoded, and need not exist."""
    headers, resource = call.request.headers, call.resource
    told = attributes_from(headers, resource.key, call.bucket.storage_class)
    info = await call.store.put_object(
        resource.bucket,
        resource.key,
        _nothing(),
        replace(told, symlink_target=_target(headers.get(TARGET, ""))),
        overwrite=not flag(headers, "x-oss-forbid-overwrite"),
    )
    return Response(headers=written_headers(info, call.bucket))


def _target(text: str) -> str:
    try:
        target = unquote(text, errors="strict")
        require_key(target)
    except (UnicodeDecodeError, OSSError):
        raise invalid_argument(TARGET, text) from None
    return target


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


async def get_symlink(call: Call) -> Response:
    """GetSymlink: the target, percent-encoded, and the metadata of the link, which alibabacloud-oss-v2 reads.

    Raises `NotSymlink`.
    """
    info = await call.store.head_object(call.resource.bucket, call.resource.key, call.version_id)
    if info.object_type != SYMLINK:
        raise OSSError("NotSymlink", details={"Key": info.key})
    target = quote(info.attributes.symlink_target or "")
    fields = [*validators(info), *version_headers(info, call.bucket), *metadata_headers(info)]
    return Response(headers=[*fields, (TARGET, target)])
