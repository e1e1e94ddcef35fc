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

from .appends import FilesystemAppends
from .base import (
    APPENDABLE,
    NOTHING_ANNOUNCED,
    NULL_VERSION,
    SYMLINK,
    Attributes,
    BucketInfo,
    BucketListing,
    BucketStatistics,
    Deletion,
    Document,
    Expected,
    Listing,
    Named,
    ObjectInfo,
)
from .blobs import STORAGE_ERRORS, Blobs, Draft
from .errors import DamagedObject, FileAlreadyExists, NoSuchKey
from .folder import open_folder
from .index import Index
from .listing import Selection
from .object_index import ObjectIndex
from .reader import BlobReader
from .rows import StoredObject
from .store import ObjectReader
from .upload_index import UploadIndex
from .uploads import FilesystemUploads
from .versions import FROM_THE_NEWEST, VersionListing, VersionMarker
from .writing import Target, drafted, fill, now_ms, verify


class FilesystemStore(FilesystemUploads, FilesystemAppends):
    """A `VersionedStore` in one folder, which several processes may use at the same time."""

    def __init__(self, index: Index, blobs: Blobs) -> None:
        self._index = index
        self._objects = ObjectIndex(index)
        self._uploads = UploadIndex(index)
        self._blobs = blobs

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

    async def set_bucket_versioning(self, name: str, versioning: str) -> BucketInfo:
        """Change whether the bucket keeps versions."""
        return await run_sync(self._index.set_bucket_versioning, name, versioning)

    async def bucket_statistics(self, name: str) -> BucketStatistics:
        """What the bucket holds now; costs one look at every object."""
        return await run_sync(self._index.statistics, name)

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
            # What can still grow has bytes in its file that are not the object's, and must not grow into the copy.
            is_final = source.info.object_type != APPENDABLE
            if not (is_final and await run_sync(draft.link, source.path)):
                tail = await fill(draft, source.stream(), target, None)
            return await run_sync(self._finish_copy, draft, tail, target, source.info)

    async def head_object(self, bucket: str, key: str, version_id: str | None = None) -> ObjectInfo:
        """The object, or that version of it, without its content."""
        return self._objects.find(bucket, key, version_id).info

    async def open_object(self, bucket: str, key: str, version_id: str | None = None) -> BlobReader:
        """The object, or that version of it, opened for reading."""
        missing = ""
        while (stored := self._objects.find(bucket, key, version_id)).blob != missing:
            with STORAGE_ERRORS:
                try:
                    return BlobReader(stored.info, self._blobs.file_name(stored.blob))
                except FileNotFoundError:
                    # Replaced between look-up and opening. The blob went after the commit, so the index names another
                    # by now; each turn of this loop means that a whole write has happened meanwhile.
                    missing = stored.blob
        raise DamagedObject(bucket, key)

    async def update_attributes(
        self, bucket: str, key: str, change: Callable[[Attributes], Attributes], version_id: str | None = None
    ) -> ObjectInfo:
        """Replace the attributes by `change(attributes)` in one transaction."""
        return await run_sync(self._objects.update, bucket, key, change, version_id)

    async def delete_object(self, bucket: str, key: str, version_id: str | None = None) -> Deletion:
        """Remove the object if it exists."""
        (deletion,) = await self.delete_objects(bucket, (Named(key, version_id),))
        return deletion

    async def delete_objects(self, bucket: str, named: Iterable[Named]) -> tuple[Deletion, ...]:
        """Remove the objects that exist, in one transaction."""
        return await run_sync(self._delete, bucket, named)

    async def list_objects(
        self, bucket: str, *, prefix: str = "", delimiter: str = "", after: str = "", limit: int = 100
    ) -> Listing:
        """At most `limit` keys and common prefixes, together, that begin with `prefix` and sort after `after`."""
        chosen = Selection(prefix.encode(), delimiter.encode(), after.encode())
        return await run_sync(self._objects.list_objects, bucket, chosen, limit)

    async def list_versions(
        self,
        bucket: str,
        *,
        prefix: str = "",
        delimiter: str = "",
        after: VersionMarker = FROM_THE_NEWEST,
        limit: int = 100,
    ) -> VersionListing:
        """At most `limit` versions, delete markers and common prefixes, together, past `after`."""
        chosen = Selection(prefix.encode(), delimiter.encode(), after.key.encode())
        return await run_sync(self._objects.list_versions, bucket, chosen, after.version_id, limit)

    def _refuse_early(self, target: Target) -> None:
        """Refuse before the content is read what would be refused after it; the transaction has the last word."""
        bucket = self._index.bucket(target.bucket)
        if target.overwrite or bucket.versioning:
            return
        with suppress(NoSuchKey):
            self._objects.find(target.bucket, target.key)
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
                object_type="Normal" if target.attributes.symlink_target is None else SYMLINK,
                attributes=target.attributes,
            )
            return self._commit(draft, info, target)

    def _finish_copy(self, draft: Draft, tail: bytearray, target: Target, source: ObjectInfo) -> ObjectInfo:
        kind = "Normal" if source.object_type == APPENDABLE else source.object_type
        changed = replace(
            source,
            bucket=target.bucket,
            key=target.key,
            object_type=kind,
            attributes=target.attributes,
            modified_ms=now_ms(),
            version_id=NULL_VERSION,
        )
        with draft.lock:
            draft.write(tail)
            if draft.size != source.size:
                raise DamagedObject(source.bucket, source.key)
            return self._commit(draft, changed, target)

    def _commit(self, draft: Draft, info: ObjectInfo, target: Target) -> ObjectInfo:
        """Publish the blob, let the index name it, remove the blob it replaces: in this order a crash loses nothing."""
        draft.publish()
        stored, nameless = self._objects.switch(StoredObject(info, draft.name), overwrite=target.overwrite)
        draft.keep()
        for blob in nameless:
            self._blobs.remove(blob)
        return stored

    def _delete(self, bucket: str, named: Iterable[Named]) -> tuple[Deletion, ...]:
        deletions, nameless = self._objects.remove(bucket, named)
        for blob in nameless:
            self._blobs.remove(blob)
        return deletions

    # Bucket documents

    async def put_document(self, bucket: str, kind: str, name: str, content: bytes) -> Document:
        """Store a document; an older one of this kind and name keeps its time of creation."""
        now = now_ms()
        return await run_sync(self._index.put_document, bucket, Document(kind, name, content, now, now))

    async def get_document(self, bucket: str, kind: str, name: str) -> Document:
        """The document; raises `NoSuchDocument`."""
        return self._index.document(bucket, kind, name)

    async def find_document(self, kind: str, name: str) -> tuple[str, Document] | None:
        """The oldest document of this kind and name in any bucket, and which bucket that is; None if there is none."""
        return self._index.find_document(kind, name)

    async def list_documents(self, bucket: str, kind: str) -> tuple[Document, ...]:
        """The bucket's documents of one kind in the order of their creation."""
        return await run_sync(self._index.list_documents, bucket, kind)

    async def delete_document(self, bucket: str, kind: str, name: str) -> bool:
        """Remove the document if it exists; whether it existed."""
        return await run_sync(self._index.delete_document, bucket, kind, name)

    async def put_account_document(self, kind: str, content: bytes | None) -> None:
        """Store the store's own document of this kind; None removes it."""
        await run_sync(self._index.put_account_document, kind, content)

    async def get_account_document(self, kind: str) -> bytes | None:
        """The store's own document of this kind; None where there is none."""
        return self._index.account_document(kind)
