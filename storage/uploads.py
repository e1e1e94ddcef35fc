"""Uploads in parts in the embedded store: each part a blob of its own, joined to one new blob in the end."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import FileIO
from itertools import pairwise

from anyio.to_thread import run_sync

from .base import NOTHING_ANNOUNCED, Attributes, ByteRange, Expected, ObjectInfo
from .blobs import STORAGE_ERRORS, Blobs, Draft
from .errors import DamagedObject, EntityTooSmall, InvalidPart, InvalidPartOrder, StoreBusy
from .listing import Selection
from .multipart import (
    FROM_THE_START,
    MIN_PART_BYTES,
    NamedPart,
    PartInfo,
    PartListing,
    UploadInfo,
    UploadListing,
    UploadMarker,
    multipart_etag,
)
from .reader import PIECE_BYTES
from .rows import StoredObject
from .store import ObjectReader
from .upload_index import StoredPart, UploadIndex
from .writing import Target, drafted, fill, now_ms, verify


@dataclass(frozen=True)
class _Plan:
    """An upload and the parts that are to make its object, in order."""

    upload: UploadInfo
    parts: tuple[StoredPart, ...]

    @property
    def size(self) -> int:
        """The object's size in bytes."""
        return sum(part.info.size for part in self.parts)


class FilesystemUploads:
    """The part of the embedded store that takes objects in parts."""

    _uploads: UploadIndex
    _blobs: Blobs

    async def create_upload(
        self, bucket: str, key: str, attributes: Attributes, *, overwrite: bool = True, sequential: bool = False
    ) -> UploadInfo:
        """Begin an upload; raises `FileAlreadyExists` when the object exists and `overwrite` is false."""
        upload = UploadInfo(bucket, key, secrets.token_hex(16).upper(), now_ms(), attributes, sequential)
        await run_sync(partial(self._uploads.insert, upload, overwrite=overwrite))
        return upload

    async def put_part(
        self,
        bucket: str,
        key: str,
        upload_id: str,
        number: int,
        content: AsyncIterable[bytes],
        *,
        expected: Expected = NOTHING_ANNOUNCED,
    ) -> PartInfo:
        """Store `content` as part `number`, replacing the one that was there; refuses as `put_object` does."""
        upload = self._uploads.find(bucket, key, upload_id)
        async with drafted(self._blobs) as draft:
            tail = await fill(draft, content, _target(upload), expected.size)
            return await run_sync(self._finish_part, draft, tail, upload, number, expected)

    async def copy_part(
        self,
        source: ObjectReader,
        bucket: str,
        key: str,
        upload_id: str,
        number: int,
        byte_range: ByteRange | None = None,
    ) -> PartInfo:
        """Store what `source` holds, or the part of `byte_range` that exists, as part `number`, byte by byte."""
        return await self.put_part(bucket, key, upload_id, number, source.stream(byte_range))

    async def list_parts(
        self, bucket: str, key: str, upload_id: str, *, after: int = 0, limit: int = 1000
    ) -> PartListing:
        """At most `limit` parts with numbers greater than `after`."""
        return await run_sync(self._uploads.list_parts, bucket, key, upload_id, after, limit)

    async def list_uploads(
        self,
        bucket: str,
        *,
        prefix: str = "",
        delimiter: str = "",
        after: UploadMarker = FROM_THE_START,
        limit: int = 1000,
    ) -> UploadListing:
        """At most `limit` uploads and common prefixes, together, whose keys begin with `prefix`, past `after`."""
        chosen = Selection(prefix.encode(), delimiter.encode(), after.key.encode())
        return await run_sync(self._uploads.list_uploads, bucket, chosen, after.upload_id, limit)

    async def complete_upload(
        self,
        bucket: str,
        key: str,
        upload_id: str,
        parts: Sequence[NamedPart] | None,
        *,
        overwrite: bool = True,
        acl: str | None = None,
    ) -> ObjectInfo:
        """Join the `parts` named (None: all there are) to one blob, and switch from the upload to the object."""
        planning = partial(self._plan, bucket, key, upload_id, parts)
        plan = await run_sync(planning)
        async with drafted(self._blobs) as draft:
            with STORAGE_ERRORS:
                try:
                    for part in plan.parts:
                        await self._append(draft, part)
                except FileNotFoundError:
                    # Completed, aborted or uploaded anew meanwhile: planning again says so, or finds another blob.
                    is_unchanged = await run_sync(planning) == plan
                    raise (DamagedObject if is_unchanged else StoreBusy)(bucket, key) from None
            return await run_sync(partial(self._finish_upload, draft, plan, overwrite=overwrite, acl=acl))

    async def abort_upload(self, bucket: str, key: str, upload_id: str) -> None:
        """Forget the upload and its parts."""
        await run_sync(self._abort, bucket, key, upload_id)

    def _plan(self, bucket: str, key: str, upload_id: str, named: Sequence[NamedPart] | None) -> _Plan:
        upload, stored = self._uploads.parts(bucket, key, upload_id)
        parts = tuple(stored.values()) if named is None else _chosen(upload, stored, named)
        _require_sizes(upload, parts)
        return _Plan(upload, parts)

    async def _append(self, draft: Draft, part: StoredPart) -> None:
        """Write a part's content behind what the draft holds, a piece in each visit to a thread."""
        with FileIO(self._blobs.path(part.blob)) as file:
            while await run_sync(_move_piece, file, draft):
                pass

    def _finish_part(
        self, draft: Draft, tail: bytearray, upload: UploadInfo, number: int, expected: Expected
    ) -> PartInfo:
        with draft.lock:
            draft.write(tail)
            verify(draft, _target(upload), expected)
            info = PartInfo(number, draft.size, draft.md5.hex().upper(), draft.crc64, now_ms())
            draft.publish()
            part = StoredPart(info, draft.name)
            replaced = self._uploads.switch_part(upload.bucket, upload.key, upload.upload_id, part)
            draft.keep()
            if replaced is not None:
                self._blobs.remove(replaced)
            return info

    def _finish_upload(self, draft: Draft, plan: _Plan, *, overwrite: bool, acl: str | None) -> ObjectInfo:
        upload, told = plan.upload, plan.upload.attributes
        info = ObjectInfo(
            upload.bucket,
            upload.key,
            size=plan.size,
            etag=multipart_etag([part.info for part in plan.parts]),
            crc64=draft.crc64,
            modified_ms=now_ms(),
            object_type="Multipart",
            attributes=told if acl is None else replace(told, acl=acl),
        )
        with draft.lock:
            draft.write(b"")
            if draft.size != plan.size:
                raise DamagedObject(upload.bucket, upload.key)
            draft.publish()
            stored = StoredObject(info, draft.name)
            completed, nameless = self._uploads.complete(upload.upload_id, stored, overwrite=overwrite)
            draft.keep()
            for blob in nameless:
                self._blobs.remove(blob)
        return completed

    def _abort(self, bucket: str, key: str, upload_id: str) -> None:
        for blob in self._uploads.remove(bucket, key, upload_id):
            self._blobs.remove(blob)


def _target(upload: UploadInfo) -> Target:
    return Target(upload.bucket, upload.key, upload.attributes, overwrite=True)


def _move_piece(file: FileIO, draft: Draft) -> bool:
    with STORAGE_ERRORS:
        piece = file.read(PIECE_BYTES)
    if piece:
        draft.write(piece)
    return bool(piece)


def _chosen(upload: UploadInfo, stored: Mapping[int, StoredPart], named: Sequence[NamedPart]) -> tuple[StoredPart, ...]:
    """The parts that the caller names. Raises `InvalidPartOrder` or `InvalidPart`."""
    if any(before.number >= behind.number for before, behind in pairwise(named)):
        raise InvalidPartOrder(upload.bucket, upload.key)
    for part in named:
        if part.number not in stored or stored[part.number].info.etag != part.etag:
            raise InvalidPart(upload.bucket, upload.key, part.number)
    return tuple(stored[part.number] for part in named)


def _require_sizes(upload: UploadInfo, parts: Sequence[StoredPart]) -> None:
    """Raise `InvalidPart` where there is no part at all, and `EntityTooSmall` unless all but the last are large."""
    if not parts:
        raise InvalidPart(upload.bucket, upload.key)
    for part in parts[:-1]:
        info = part.info
        if info.size < MIN_PART_BYTES:
            told = {"number": info.number, "size": info.size, "minimum": MIN_PART_BYTES}
            raise EntityTooSmall(upload.bucket, upload.key, etag=info.etag, **told)
