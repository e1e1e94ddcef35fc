"""What every store offers: the contract `ObjectStore`, and `ObjectReader` for what it opens.

Uploads in parts and earlier versions have contracts of their own on top of it (multipart.py, versions.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from .base import (
    NOTHING_ANNOUNCED,
    Attributes,
    BucketInfo,
    BucketListing,
    BucketStatistics,
    ByteRange,
    Deletion,
    Document,
    Expected,
    Listing,
    Named,
    ObjectInfo,
)


class ObjectReader(Protocol):
    """An object as it was when it was opened: replacing or deleting it meanwhile changes nothing for this reader.

    Use it as an async context manager, or call `close`. Raises `DamagedObject` where content is missing.
    """

    @property
    def info(self) -> ObjectInfo:
        """The object that is being read."""
        ...

    @property
    def path(self) -> Path:
        """A local file with exactly this content, for another process to open; it is gone once the object is."""
        ...

    async def read(self) -> bytes:
        """The whole content."""
        ...

    def stream(self, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """The content, or the part of `byte_range` that exists, in pieces of at most 1 MiB."""
        ...

    async def close(self) -> None:
        """Let go of the content; closing twice is harmless."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class ObjectStore(Protocol):
    """Buckets, the objects in them by key, and bucket documents.

    Every method that names a bucket raises `NoSuchBucket` when it is missing. A key is any text that UTF-8 can hold;
    order is that of the UTF-8 bytes. A write is whole or did not happen, whatever interrupts it.
    """

    async def check(self) -> None:
        """Return if the store can be read and written now; otherwise raise the `StorageError` that says why not."""
        ...

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
        ...

    async def get_bucket(self, name: str) -> BucketInfo:
        """The bucket's settings."""
        ...

    async def set_bucket_acl(self, name: str, acl: str) -> BucketInfo:
        """Change the bucket's ACL."""
        ...

    async def set_bucket_versioning(self, name: str, versioning: str) -> BucketInfo:
        """Keep earlier versions from now on (`ENABLED`), or no more of them (`SUSPENDED`); those there stay."""
        ...

    async def bucket_statistics(self, name: str) -> BucketStatistics:
        """What the bucket holds now; costs one look at every object."""
        ...

    async def delete_bucket(self, name: str) -> None:
        """Remove an empty bucket and its documents; raises `BucketNotEmpty`, also for unfinished uploads."""
        ...

    async def list_buckets(self, *, prefix: str = "", after: str = "", limit: int = 100) -> BucketListing:
        """At most `limit` buckets whose names begin with `prefix` and sort after `after`, by name."""
        ...

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
        """Store `content` under `key`, replacing what was there; never holds more than about 1 MiB of it in memory.

        An object with a `symlink_target` is of the type "Symlink". Whatever `content` raises is passed on and leaves
        nothing behind, as do `InvalidDigest`, `InvalidCRC64` and `IncompleteBody`, and `FileAlreadyExists` when the
        object exists and `overwrite` is false; where the bucket keeps versions nothing is lost, and it is not asked.
        """
        ...

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
        """Add `content` at the end of an "Appendable" object, which is at `position`; at 0 the object may be new.

        `attributes` count for a new object only, and nothing added changes nothing. Raises `PositionNotEqualToLength`,
        `ObjectNotAppendable`, also where a delete marker hides the key, and refuses as `put_object` does.
        """
        ...

    async def seal_object(self, bucket: str, key: str, position: int, sealed_ms: int) -> ObjectInfo:
        """Let an "Appendable" object that ends at `position` grow no more; an earlier seal stays.

        Raises `NoSuchKey`, `PositionNotEqualToLength` and `ObjectNotAppendable`.
        """
        ...

    async def copy_object(
        self,
        source: ObjectReader,
        bucket: str,
        key: str,
        attributes: Attributes,
        *,
        overwrite: bool = True,
    ) -> ObjectInfo:
        """Store the content that `source` (opened from this same store) holds under `key`, with new attributes.

        The source may be the target itself. Raises `FileAlreadyExists` as `put_object` does.
        """
        ...

    async def head_object(self, bucket: str, key: str, version_id: str | None = None) -> ObjectInfo:
        """The object, or that version of it, without its content.

        Raises `NoSuchKey`, or for a version `NoSuchVersion` and `IsDeleteMarker`.
        """
        ...

    async def open_object(self, bucket: str, key: str, version_id: str | None = None) -> ObjectReader:
        """The object, or that version of it, opened for reading; raises as `head_object` does."""
        ...

    async def update_attributes(
        self, bucket: str, key: str, change: Callable[[Attributes], Attributes], version_id: str | None = None
    ) -> ObjectInfo:
        """Replace the attributes by `change(attributes)` in one step; content, ETag and time stay.

        `change` runs in another thread and must be pure. Raises as `head_object` does.
        """
        ...

    async def delete_object(self, bucket: str, key: str, version_id: str | None = None) -> Deletion:
        """Remove the object if it exists; `delete_objects` for one."""
        ...

    async def delete_objects(self, bucket: str, named: Iterable[Named]) -> tuple[Deletion, ...]:
        """Remove the objects that exist, all in one step.

        Where the bucket keeps versions, an object that goes leaves them behind and a delete marker on top; a version
        goes for good, and the newest of the others takes its place.
        """
        ...

    async def list_objects(
        self, bucket: str, *, prefix: str = "", delimiter: str = "", after: str = "", limit: int = 100
    ) -> Listing:
        """At most `limit` keys and common prefixes, together, that begin with `prefix` and sort after `after`.

        A common prefix is a key up to and including the first `delimiter` behind `prefix`; the keys in it are not
        listed. So an `after` that is a common prefix, or lies in one, skips all of it (OSS, ListObjects: marker).
        """
        ...

    async def put_document(self, bucket: str, kind: str, name: str, content: bytes) -> Document:
        """Store a document, replacing the content of the one of this kind and name but not its time of creation."""
        ...

    async def get_document(self, bucket: str, kind: str, name: str) -> Document:
        """The document; raises `NoSuchDocument`."""
        ...

    async def find_document(self, kind: str, name: str) -> tuple[str, Document] | None:
        """The oldest document of this kind and name in any bucket, and which bucket that is; None if there is none."""
        ...

    async def list_documents(self, bucket: str, kind: str) -> tuple[Document, ...]:
        """The bucket's documents of one kind in the order of their creation."""
        ...

    async def delete_document(self, bucket: str, kind: str, name: str) -> bool:
        """Remove the document if it exists; whether it existed."""
        ...

    async def put_account_document(self, kind: str, content: bytes | None) -> None:
        """Store what belongs to the whole store and to no bucket, one document of each kind; None removes it."""
        ...

    async def get_account_document(self, kind: str) -> bytes | None:
        """The store's own document of this kind; None where there is none."""
        ...
