"""The object that a call reads: the version that it names, what a symbolic link stands for, and whether it may be read.

Every call that gives content away, as it is or as a picture, opens it here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..storage.base import SYMLINK, ObjectInfo
from ..storage.errors import NoSuchKey
from ..storage.store import ObjectReader
from .address import Resource
from .attributes import STORAGE_CLASSES
from .auth.access import GET_OBJECT
from .authorize import permit, permit_source
from .call import Call
from .errors import OSSError

ARCHIVES = frozenset(STORAGE_CLASSES[2:])
"""The storage classes whose objects must be restored before they can be read."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened object; `info` is what is told of it, which for a symbolic link is not all `reader.info`."""

    reader: ObjectReader
    info: ObjectInfo

    async def __aenter__(self) -> Opened:
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        await self.reader.close()


async def opened(
    call: Call, resource: Resource, version_id: str | None = None, *, is_processed: bool = False, by_style: bool = False
) -> Opened:
    """The content of `resource`, opened for a caller who may read it; use it as a context manager, or close the reader.

    `resource` is in the call's own bucket; `by_style` and `is_processed` say how it was asked for, see `permit_source`.
    Raises what a missing object, version or target of a link is answered with, `InvalidObjectState` for an archived
    object that is not restored, and `AccessDenied` where the source is protected.
    """
    reader = await call.store.open_object(resource.bucket, resource.key, version_id)
    try:
        if not by_style:
            await permit_source(call.store, call.caller.principal, call.bucket, resource.key, is_processed=is_processed)
        info = reader.info
        if info.object_type == SYMLINK:
            link, reader = reader, await _opened_target(call, info)
            await link.close()
            info = _linked(info, reader.info)
        require_restored(reader.info, call.request.now)
    except BaseException:
        await reader.close()
        raise
    return Opened(reader, info)


async def described(call: Call, resource: Resource, version_id: str | None = None) -> ObjectInfo:
    """What is told of an object without reading it, of a symbolic link with its target's size, ETag and CRC-64."""
    info = await call.store.head_object(resource.bucket, resource.key, version_id)
    await permit_source(call.store, call.caller.principal, call.bucket, resource.key)
    if info.object_type != SYMLINK:
        return info
    async with await _opened_target(call, info) as reader:
        return _linked(info, reader.info)


def require_restored(info: ObjectInfo, now: float) -> None:
    """Raise `InvalidObjectState` for an archived object that is not restored at `now` (Unix seconds)."""
    attributes = info.attributes
    since, until = attributes.restored_from_ms or 0, attributes.restored_until_ms or 0
    if attributes.storage_class in ARCHIVES and not since <= now * 1000 < until:
        raise OSSError("InvalidObjectState", details={"Key": info.key})


async def _opened_target(call: Call, link: ObjectInfo) -> ObjectReader:
    """What a symbolic link stands for, which the caller must be allowed to read as well (API reference, PutSymlink)."""
    target = Resource(link.bucket, link.attributes.symlink_target or "")
    try:
        found = await call.store.head_object(target.bucket, target.key)
        if found.object_type == SYMLINK:
            raise OSSError("InvalidTargetType", details={"TargetKey": target.key})
        await permit(call.store, call.request, call.caller.principal, target, GET_OBJECT)
        return await call.store.open_object(target.bucket, target.key)
    except NoSuchKey:
        raise OSSError("SymlinkTargetNotExist", details={"TargetKey": target.key}) from None


def _linked(link: ObjectInfo, target: ObjectInfo) -> ObjectInfo:
    """A link as GetObject and HeadObject tell of it: its own metadata, its target's content, the later time."""
    modified_ms = max(link.modified_ms, target.modified_ms)
    return replace(link, size=target.size, etag=target.etag, crc64=target.crc64, modified_ms=modified_ms)
