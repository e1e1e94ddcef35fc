"""The embedded store: content in immutable blob files, everything else in an index, both in one data folder."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from anyio import CancelScope
from anyio.to_thread import run_sync

from .base import (
    NOTHING_ANNOUNCED,
    Attributes,
    BucketInfo,
    BucketListing,
    Document,
    Expected,
    Listing,
    ObjectInfo,
    ObjectReader,
)
from .blobs import Blobs, Draft, storage_errors
from .errors import DamagedObject, FileAlreadyExists, NoSuchKey
from .folder import open_folder
from .index import Index
from .listing import Selection
from .reader import BlobReader
from .rows import StoredObject
from .upload_index import UploadIndex
from .uploads import FilesystemUploads
from .writing import Target, drafted, fill, now_ms, verify


class FilesystemStore(FilesystemUploads):
    """A `MultipartStore` in one folder, which several processes may use at the same time."""

    def __init__(self, index: Index, blobs: Blobs) -> None:
        super().__init__(UploadIndex(index), blobs)
        self._index = index

    @classmethod
    @asynccontextmanager
    async def open(cls, root: Path, *, fsync: bool = True) -> AsyncIterator[Self]:
        """The store in the folder `root`, made if missing; whoever finds nobody else in it sweeps what a crash left.

        Without `fsync` a loss of power may cost or damage the latest objects; the death of a process still does not.
        Raises `StoreUnusable` if the folder cannot be used.
        """
        with ExitStack() as opened:
            index, blobs = await run_sync(partial(open_folder, root, fsync=fsync, opened=opened))
            try:
                yield cls(index, blobs)
            finally:
                with CancelScope(shield=True):
                    await run_sync(opened.close)

    async def check(self) -> None:
        """Return if a file and a transaction can be written; otherwise raise the `StorageError` that says why not."""
        await run_sync(self._blobs.check)
        await run_sync(self._index.check)

    # Buckets

    async def create_bucket(
        self,
        name: str,
        *,
        acl: str = "private",
        storage_class: str = "Standard",
        redundancy: str = "LRS",
        region: str = "",
    ) -> BucketInfo:
        """Make an empty bucket; raises `BucketAlreadyExists`."""
        bucket = BucketInfo(name, now_ms(), acl, storage_class, redundancy, region)
        await run_sync(self._index.insert_bucket, bucket)
        return bucket

    async def get_bucket(self, name: str) -> BucketInfo:
        """The bucket's settings."""
        return self._index.bucket(name)

    async def set_bucket_acl(self, name: str, acl: str) -> BucketInfo:
        """Change the bucket's ACL."""
        return await run_sync(self._index.set_bucket_acl, name, acl)

    async def delete_bucket(self, name: str) -> None:
        """Remove an empty bucket and its documents; raises `BucketNotEmpty`."""
        await run_sync(self._index.delete_bucket, name)

    async def list_buckets(self, *, prefix: str = "", after: str = "", limit: int = 100) -> BucketListing:
        """At most `limit` buckets whose names begin with `prefix` and sort after `after`, by name."""
        return await run_sync(self._index.list_buckets, prefix, after, limit)

    # Objects

    async def put_object(
        self,
        bucket: str,
        key: str,
        content: AsyncIterable[bytes],
        attributes: Attributes,
        *,
        expected: Expected = NOTHING_ANNOUNCED,
        overwrite: bool = True,
    ) -> ObjectInfo:
        """Store `content` under `key`; up to 1 MiB of it takes one visit to a thread, and one more for each MiB."""
        target = Target(bucket, key, attributes, overwrite)
        self._refuse_early(target)
        async with drafted(self._blobs) as draft:
            tail = await fill(draft, content, target, expected.size)
            return await run_sync(self._finish, draft, tail, target, expected)

    async def copy_object(
        self, source: ObjectReader, bucket: str, key: str, attributes: Attributes, *, overwrite: bool = True
    ) -> ObjectInfo:
        """Store the content that `source` holds under `key`: by a second name for the blob, else byte by byte."""
        target = Target(bucket, key, attributes, overwrite)
        self._refuse_early(target)
        async with drafted(self._blobs) as draft:
            tail = bytearray()
            if not await run_sync(draft.link, source.path):
                tail = await fill(draft, source.stream(), target, None)
            return await run_sync(self._finish_copy, draft, tail, target, source.info)

    async def head_object(self, bucket: str, key: str) -> ObjectInfo:
        """The object without its content; raises `NoSuchKey`."""
        return self._index.find(bucket, key).info

    async def open_object(self, bucket: str, key: str) -> BlobReader:
        """The object opened for reading; raises `NoSuchKey`."""
        missing = ""
        while (stored := self._index.find(bucket, key)).blob != missing:
            with storage_errors():
                try:
                    return BlobReader(stored.info, self._blobs.path(stored.blob))
                except FileNotFoundError:
                    # Replaced between look-up and opening. The blob went after the commit, so the index names another
                    # by now; each turn of this loop means that a whole write has happened meanwhile.
                    missing = stored.blob
        raise DamagedObject(bucket, key)

    async def update_attributes(
        self, bucket: str, key: str, change: Callable[[Attributes], Attributes], *, modified_ms: int | None = None
    ) -> ObjectInfo:
        """Replace the attributes by `change(attributes)` in one transaction; raises `NoSuchKey`."""
        return await run_sync(self._index.update, bucket, key, change, modified_ms)

    async def delete_object(self, bucket: str, key: str) -> bool:
        """Remove the object if it exists; whether it existed."""
        return await self.delete_objects(bucket, (key,)) > 0

    async def delete_objects(self, bucket: str, keys: Iterable[str]) -> int:
        """Remove those of the objects that exist, in one transaction; how many there were."""
        return await run_sync(self._delete, bucket, keys)

    async def list_objects(
        self, bucket: str, *, prefix: str = "", delimiter: str = "", after: str = "", limit: int = 100
    ) -> Listing:
        """At most `limit` keys and common prefixes, together, that begin with `prefix` and sort after `after`."""
        chosen = Selection(prefix.encode(), delimiter.encode(), after.encode())
        return await run_sync(self._index.list_objects, bucket, chosen, limit)

    def _refuse_early(self, target: Target) -> None:
        """Refuse before the content is read what would be refused after it; the transaction has the last word."""
        if target.overwrite:
            self._index.bucket(target.bucket)
            return
        with suppress(NoSuchKey):
            self._index.find(target.bucket, target.key)
            raise FileAlreadyExists(target.bucket, target.key)

    def _finish(self, draft: Draft, tail: bytearray, target: Target, expected: Expected) -> ObjectInfo:
        with draft.lock:
            draft.write(tail)
            verify(draft, target, expected)
            info = ObjectInfo(
                target.bucket,
                target.key,
                size=draft.size,
                etag=draft.md5.hex().upper(),
                crc64=draft.crc64,
                modified_ms=now_ms(),
                attributes=target.attributes,
            )
            return self._commit(draft, info, target)

    def _finish_copy(self, draft: Draft, tail: bytearray, target: Target, source: ObjectInfo) -> ObjectInfo:
        changed = replace(
            source, bucket=target.bucket, key=target.key, attributes=target.attributes, modified_ms=now_ms()
        )
        with draft.lock:
            draft.write(tail)
            if draft.size != source.size:
                raise DamagedObject(source.bucket, source.key)
            return self._commit(draft, changed, target)

    def _commit(self, draft: Draft, info: ObjectInfo, target: Target) -> ObjectInfo:
        """Publish the blob, let the index name it, remove the blob it replaces: in this order a crash loses nothing."""
        draft.publish()
        replaced = self._index.switch(StoredObject(info, draft.name), overwrite=target.overwrite)
        draft.keep()
        if replaced is not None:
            self._blobs.remove(replaced)
        return info

    def _delete(self, bucket: str, keys: Iterable[str]) -> int:
        blobs = self._index.remove(bucket, keys)
        for blob in blobs:
            self._blobs.remove(blob)
        return len(blobs)

    # Bucket documents

    async def put_document(self, bucket: str, kind: str, name: str, content: bytes) -> Document:
        """Store a document; an older one of this kind and name keeps its time of creation."""
        now = now_ms()
        return await run_sync(self._index.put_document, bucket, Document(kind, name, content, now, now))

    async def get_document(self, bucket: str, kind: str, name: str) -> Document:
        """The document; raises `NoSuchDocument`."""
        return self._index.document(bucket, kind, name)

    async def list_documents(self, bucket: str, kind: str) -> tuple[Document, ...]:
        """The bucket's documents of one kind in the order of their creation."""
        return await run_sync(self._index.list_documents, bucket, kind)

    async def delete_document(self, bucket: str, kind: str, name: str) -> bool:
        """Remove the document if it exists; whether it existed."""
        return await run_sync(self._index.delete_document, bucket, kind, name)
