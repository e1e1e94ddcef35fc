"""Objects that come in parts: the contract `MultipartStore` and the values that pass through it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .base import NOTHING_ANNOUNCED, Attributes, ByteRange, Expected, ObjectInfo
from .store import ObjectReader, ObjectStore

MIN_PART_BYTES = 100 << 10
"""The least size of every part of an object but the last (OSS, CompleteMultipartUpload: EntityTooSmall)."""


@dataclass(frozen=True)
class UploadInfo:
    """An unfinished upload: `upload_id` is 32 upper-case hex digits, `attributes` are those of the object to be.

    With `sequential` its parts are taken in the order of their numbers only.
    """

    bucket: str
    key: str
    upload_id: str
    created_ms: int
    attributes: Attributes
    sequential: bool = False


@dataclass(frozen=True)
class PartInfo:
    """A part of an upload; `size` in bytes, `etag` the upper-case hex digits of its MD5, `crc64` its CRC-64/XZ."""

    number: int
    size: int
    etag: str
    crc64: int
    modified_ms: int


@dataclass(frozen=True)
class NamedPart:
    """A part as the one who completes an upload names it; `etag` in upper-case hex digits."""

    number: int
    etag: str


@dataclass(frozen=True)
class PartListing:
    """One page of an upload's parts by number; `next_marker` is the last number of a truncated page, else None."""

    upload: UploadInfo
    parts: tuple[PartInfo, ...] = ()
    next_marker: int | None = None


@dataclass(frozen=True)
class UploadMarker:
    """Where a page of uploads begins: after upload `upload_id` of `key`; with an empty id, after all of `key`'s."""

    key: str = ""
    upload_id: str = ""


FROM_THE_START = UploadMarker()
"""The marker of the first page."""


@dataclass(frozen=True)
class UploadListing:
    """One page of a bucket's uploads by key and id, with common prefixes; `next_marker` is None on the last page."""

    uploads: tuple[UploadInfo, ...] = ()
    prefixes: tuple[str, ...] = ()
    next_marker: UploadMarker | None = None


def multipart_etag(parts: Sequence[PartInfo]) -> str:
    """The ETag of an object made of these parts: the MD5 of their binary MD5s, and how many they are.

    OSS documents only that it is no MD5 of the content; this is what the service has been seen to answer.
    """
    digests = b"".join(bytes.fromhex(part.etag) for part in parts)
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest().upper()}-{len(parts)}"


class MultipartStore(ObjectStore, Protocol):
    """An `ObjectStore` that also takes objects in parts, which are no object until the upload is completed.

    Every method that names an upload raises `NoSuchUpload` unless there is one of that id to that very key.
    """

    async def create_upload(
        self, bucket: str, key: str, attributes: Attributes, *, overwrite: bool = True, sequential: bool = False
    ) -> UploadInfo:
        """Begin an upload; raises `FileAlreadyExists` when the object exists and `overwrite` is false."""
        ...

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
        """Store `content` as part `number`, replacing the one that was there; refuses as `put_object` does.

        Raises `PartNotSequential` where the upload takes parts in order and this is not the next, nor the last again.
        """
        ...

    async def copy_part(
        self,
        source: ObjectReader,
        bucket: str,
        key: str,
        upload_id: str,
        number: int,
        byte_range: ByteRange | None = None,
    ) -> PartInfo:
        """Store the content that `source` holds, or the part of `byte_range` that exists, as part `number`."""
        ...

    async def list_parts(
        self, bucket: str, key: str, upload_id: str, *, after: int = 0, limit: int = 1000
    ) -> PartListing:
        """At most `limit` parts with numbers greater than `after`."""
        ...

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
        ...

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
        """Make the object of the `parts` named (None: of all there are) in one step; the upload is gone then.

        With `acl` the object gets that instead of the ACL told at the beginning. Raises `InvalidPartOrder`,
        `InvalidPart` (also when no part is named), `EntityTooSmall` and `FileAlreadyExists`, and `StoreBusy` when a
        part was replaced meanwhile; the upload then stays as it was.
        """
        ...

    async def abort_upload(self, bucket: str, key: str, upload_id: str) -> None:
        """Forget the upload and its parts."""
        ...
