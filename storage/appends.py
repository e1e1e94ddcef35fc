"""Appending in the embedded store: the one write that changes a published blob, always behind the object's end.

What is appended arrives in a draft first. Then, with the blob locked against other appends, it is written behind the
end that the index knows, made durable, and only then does the index know the new end. A crash before that leaves bytes
behind the end that nobody reads and the next append overwrites; a reader never looks past the end it was opened with.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import AsyncIterable
from dataclasses import replace
from io import FileIO

from anyio.to_thread import run_sync
from fastcrc import crc64

from .base import APPENDABLE, NOTHING_ANNOUNCED, Attributes, Expected, ObjectInfo
from .blobs import STORAGE_ERRORS, Blobs, Draft
from .errors import NoSuchKey, PositionNotEqualToLength
from .object_index import ObjectIndex, require_end, require_unhidden
from .reader import PIECE_BYTES
from .rows import StoredObject
from .writing import Target, drafted, fill, now_ms, verify


class FilesystemAppends:
    """The part of the embedded store that lets objects grow."""

    _objects: ObjectIndex
    _blobs: Blobs

    async def append_object(
        self,
        bucket: str,
        key: str,
        position: int,
        content: AsyncIterable[bytes],
        attributes: Attributes,
        *,
        expected: Expected = NOTHING_ANNOUNCED,
    ) -> ObjectInfo:
        """Add `content` at the end of an object, which is at `position`; at 0 the object may be new."""
        target = Target(bucket, key, attributes, overwrite=True)
        self._growing(target, position)
        async with drafted(self._blobs) as draft:
            tail = await fill(draft, content, target, expected.size)
            return await run_sync(self._finish_append, draft, tail, target, position, expected)

    async def seal_object(self, bucket: str, key: str, position: int, sealed_ms: int) -> ObjectInfo:
        """Let an appendable object that ends at `position` grow no more; an earlier seal stays."""
        return await run_sync(self._objects.seal, bucket, key, position, sealed_ms)

    def _growing(self, target: Target, position: int) -> StoredObject | None:
        """The object that is to grow, None where it is new; raises unless it ends at `position`."""
        try:
            found = self._objects.find(target.bucket, target.key)
        except NoSuchKey as missing:
            require_unhidden(missing)
            if position:
                raise PositionNotEqualToLength(target.bucket, target.key, 0) from None
            return None
        require_end(found.info, position)
        return found

    def _finish_append(
        self, draft: Draft, tail: bytearray, target: Target, position: int, expected: Expected
    ) -> ObjectInfo:
        with draft.lock:
            draft.write(tail)
            verify(draft, target, expected)
            found = self._growing(target, position)
            if found is None:
                return self._begin(draft, target)
            # Nothing added changes nothing, not even the time (API reference, AppendObject).
            return self._extend(draft, found, position) if draft.size else found.info

    def _begin(self, draft: Draft, target: Target) -> ObjectInfo:
        info = ObjectInfo(
            target.bucket,
            target.key,
            size=draft.size,
            etag=_etag("", draft),
            crc64=draft.crc64,
            modified_ms=now_ms(),
            object_type=APPENDABLE,
            attributes=target.attributes,
        )
        draft.publish()
        begun, nameless = self._objects.begin(StoredObject(info, draft.name))
        draft.keep()
        for blob in nameless:
            self._blobs.remove(blob)
        return begun

    def _extend(self, draft: Draft, found: StoredObject, position: int) -> ObjectInfo:
        info = found.info
        with STORAGE_ERRORS:
            try:
                blob = FileIO(self._blobs.path(found.blob), "r+")
            except FileNotFoundError:
                # Replaced or deleted meanwhile, so what ended at `position` is no more.
                raise PositionNotEqualToLength(info.bucket, info.key) from None
            with blob:
                fcntl.flock(blob, fcntl.LOCK_EX)
                # Whoever had the lock before may have moved the end; nothing may be written before that is known.
                require_end(self._objects.find(info.bucket, info.key).info, position)
                grown = replace(
                    info,
                    size=position + draft.size,
                    etag=_etag(info.etag, draft),
                    crc64=self._write_behind(blob, draft, info),
                    modified_ms=now_ms(),
                )
                self._objects.extend(StoredObject(grown, found.blob), position)
        return grown

    def _write_behind(self, blob: FileIO, draft: Draft, info: ObjectInfo) -> int:
        """Write the draft behind the object's end; returns the CRC-64 of all."""
        checksum = info.crc64
        blob.truncate(info.size)
        blob.seek(info.size)
        with draft.reading() as file:
            while piece := file.read(PIECE_BYTES):
                checksum = crc64.xz(piece, checksum)
                rest = memoryview(piece)
                while rest:
                    rest = rest[blob.write(rest) :]
        if self._blobs.fsync:
            os.fsync(blob.fileno())
        return checksum


def _etag(before: str, draft: Draft) -> str:
    """32 upper-case hex digits that change with every append; OSS says of them only that they are no MD5 (B1)."""
    return hashlib.md5(bytes.fromhex(before) + draft.md5, usedforsecurity=False).hexdigest().upper()
