"""What every store offers: the contract `ObjectStore` and the values that pass through it.

Strings such as ACL words, storage classes and regions are opaque to a store. Times are milliseconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

NULL_VERSION = "null"
"""The version id of what was written while a bucket kept no versions (OSS, versioning)."""

ENABLED, SUSPENDED = "Enabled", "Suspended"
"""The states of versioning in a bucket that has it, in OSS's words."""


@dataclass(frozen=True)
class Attributes:
    """What is told about an object beside its content; None where nothing was told."""

    content_type: str | None = None
    cache_control: str | None = None
    content_disposition: str | None = None
    content_encoding: str | None = None
    content_language: str | None = None
    expires: str | None = None
    user_metadata: Mapping[str, str] = field(default_factory=dict)
    acl: str = "default"
    storage_class: str = "Standard"
    tags: Mapping[str, str] = field(default_factory=dict)
    symlink_target: str | None = None
    """The key in the same bucket that an object of type "Symlink" stands for."""
    encryption: str | None = None
    encryption_key_id: str | None = None
    restored_from_ms: int | None = None
    restored_until_ms: int | None = None
    """From when and until when an archived object can be read; None where nobody asked for that."""
    sealed_ms: int | None = None
    """Since when an "Appendable" object grows no more; None while it can."""


@dataclass(frozen=True)
class ObjectInfo:
    """Everything about an object but its content.

    `size` in bytes; `etag` without quotes, 32 upper-case hex digits of the content's MD5 for a "Normal" object,
    for a "Multipart" one the MD5 of its parts' MD5s, a hyphen and their number, and for an "Appendable" one any 32
    such digits; `crc64` is CRC-64/XZ, unsigned; `modified_ms` is the time of the last write.
    """

    bucket: str
    key: str
    size: int
    etag: str
    crc64: int
    modified_ms: int
    object_type: str = "Normal"
    attributes: Attributes = Attributes()
    version_id: str = NULL_VERSION


@dataclass(frozen=True)
class Named:
    """An object that is to go: its current state, or one version of it where `version_id` is not None."""

    key: str
    version_id: str | None = None


@dataclass(frozen=True)
class Deletion:
    """What became of an object that was to go.

    `version_id` is the version that was removed, or else the delete marker that was laid on top; None where nothing
    was there. `is_marker` says that it is a delete marker, laid or removed.
    """

    key: str
    version_id: str | None = None
    is_marker: bool = False


@dataclass(frozen=True)
class BucketInfo:
    """A bucket and its settings; the words are OSS's and opaque here.

    `versioning` is `ENABLED`, `SUSPENDED`, or empty in a bucket that never had any. `documents` are the kinds of the
    documents that it has, so that nobody need look for what was never put.
    """

    name: str
    created_ms: int
    acl: str = "private"
    storage_class: str = "Standard"
    redundancy: str = "LRS"
    region: str = ""
    versioning: str = ""
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Usage:
    """How many objects there are, all versions counted, and how many bytes they have together."""

    objects: int = 0
    size: int = 0


@dataclass(frozen=True)
class BucketStatistics:
    """What a bucket holds: `usage` by storage class, the delete markers, and the uploads under way."""

    usage: Mapping[str, Usage] = field(default_factory=dict)
    delete_markers: int = 0
    uploads: int = 0


@dataclass(frozen=True)
class ByteRange:
    """The bytes `first` to `last`, both included, counted from 0; raises ValueError unless 0 <= first <= last."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last:
            raise ValueError(f"not a range of bytes: {self.first}-{self.last}")


@dataclass(frozen=True)
class Expected:
    """What the sender announced about the content; None is not checked. `md5` is the raw 16 bytes, `size` in bytes."""

    md5: bytes | None = None
    crc64: int | None = None
    size: int | None = None


NOTHING_ANNOUNCED = Expected()
"""The sender announced nothing: any content is as good as any other."""


@dataclass(frozen=True)
class Listing:
    """One page of a bucket: objects and common prefixes, each in UTF-8 byte order.

    `next_marker` is the last key or common prefix of a truncated page, to be given as `after` for the next one;
    None on the last page.
    """

    entries: tuple[ObjectInfo, ...] = ()
    prefixes: tuple[str, ...] = ()
    next_marker: str | None = None

    @property
    def is_truncated(self) -> bool:
        """Whether something follows this page."""
        return self.next_marker is not None


@dataclass(frozen=True)
class BucketListing:
    """One page of buckets by name; `next_marker` is the last name of a truncated page, None on the last page."""

    buckets: tuple[BucketInfo, ...] = ()
    next_marker: str | None = None

    @property
    def is_truncated(self) -> bool:
        """Whether something follows this page."""
        return self.next_marker is not None


@dataclass(frozen=True)
class Document:
    """Opaque bytes that belong to a bucket, such as an image style or a CORS configuration."""

    kind: str
    name: str
    content: bytes
    created_ms: int
    modified_ms: int


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
