"""The refusals of a store, each with the word that OSS uses for it on the wire.

* StorageError
  - NoSuchBucket, NoSuchKey, NoSuchVersion, NoSuchDocument, NoSuchUpload: what was asked for is not there
  - IsDeleteMarker: what was asked for says that there is nothing
  - BucketAlreadyExists, BucketNotEmpty, FileAlreadyExists: what is there stands in the way
  - InvalidDigest, InvalidCRC64, IncompleteBody: the content is not what its sender announced
  - InvalidPart, InvalidPartOrder, EntityTooSmall, PartNotSequential: the parts named do not make an object
  - PositionNotEqualToLength, ObjectNotAppendable: there is no such end to append to
  - InsufficientStorage, StoreBusy, StoreUnusable, DamagedObject: the store itself cannot do its work

Which status a word has, and what the message says, is the server's knowledge.
"""

# A kind is named exactly as OSS names the error, so that the code, the wire and OSS's documentation can be searched
# for one word; OSS's words do not end in "Error".
# ruff: noqa: N818

from __future__ import annotations

from typing import ClassVar


class StorageError(Exception):
    """A store's refusal: `code` is OSS's word, `bucket` and `key` say what it is about (None: nothing named).

    For a bucket document `key` is the document's name. Survives pickling.
    """

    code: ClassVar[str] = "InternalError"

    def __init__(self, bucket: str | None = None, key: str | None = None) -> None:
        super().__init__(bucket, key)
        self.bucket = bucket
        self.key = key

    def __str__(self) -> str:
        named = "/".join(name for name in (self.bucket, self.key) if name is not None)
        return f"{type(self).__name__}: {named}" if named else type(self).__name__


class NoSuchBucket(StorageError):
    """The bucket does not exist."""

    code = "NoSuchBucket"


class NoSuchKey(StorageError):
    """The bucket exists, the object does not; `marker` is the version id of the delete marker that hides it, if any."""

    code = "NoSuchKey"

    def __init__(self, bucket: str | None = None, key: str | None = None, marker: str | None = None) -> None:
        super().__init__(bucket, key)
        self.marker = marker


class NoSuchVersion(StorageError):
    """The object has no version `version_id`."""

    code = "NoSuchVersion"

    def __init__(self, bucket: str | None = None, key: str | None = None, version_id: str | None = None) -> None:
        super().__init__(bucket, key)
        self.version_id = version_id


class IsDeleteMarker(NoSuchVersion):
    """The version `version_id` is a delete marker, which can only be removed."""

    code = "MethodNotAllowed"


class NoSuchDocument(StorageError):
    """The bucket exists, the document does not; OSS has a word for each kind (NoSuchStyle...), known to the server."""

    code = "NoSuchDocument"


class BucketAlreadyExists(StorageError):
    """A bucket of this name exists."""

    code = "BucketAlreadyExists"


class BucketNotEmpty(StorageError):
    """The bucket that should go still holds objects."""

    code = "BucketNotEmpty"


class FileAlreadyExists(StorageError):
    """The object exists and the caller asked not to overwrite (OSS: x-oss-forbid-overwrite)."""

    code = "FileAlreadyExists"


class InvalidDigest(StorageError):
    """The content's MD5 is not the expected one."""

    code = "InvalidDigest"


class InvalidCRC64(StorageError):
    """The content's CRC-64/XZ is not the expected one."""

    code = "InvalidCRC64"


class IncompleteBody(StorageError):
    """The content has fewer or more bytes than expected."""

    code = "IncompleteBody"


class NoSuchUpload(StorageError):
    """There is no unfinished upload of this id to this key: it never was, or it was completed or aborted."""

    code = "NoSuchUpload"

    def __init__(self, bucket: str | None = None, key: str | None = None, upload_id: str | None = None) -> None:
        super().__init__(bucket, key)
        self.upload_id = upload_id


class InvalidPart(StorageError):
    """The upload has no part of number `number`, or it has another ETag than the caller says."""

    code = "InvalidPart"

    def __init__(self, bucket: str | None = None, key: str | None = None, number: int | None = None) -> None:
        super().__init__(bucket, key)
        self.number = number


class InvalidPartOrder(StorageError):
    """The parts were not named in ascending order of their numbers, each once."""

    code = "InvalidPartOrder"


class PartNotSequential(StorageError):
    """A part of an upload that takes them in order is neither the next nor the last one again."""

    code = "PartNotSequential"


class ObjectNotAppendable(StorageError):
    """The object was not made by appending."""

    code = "ObjectNotAppendable"


class PositionNotEqualToLength(StorageError):
    """The object ends at `length` bytes and not where the caller wants to append."""

    code = "PositionNotEqualToLength"

    def __init__(self, bucket: str | None = None, key: str | None = None, length: int = 0) -> None:
        super().__init__(bucket, key)
        self.length = length


class EntityTooSmall(StorageError):
    """A part that is not the last has `size` bytes, fewer than the `minimum`."""

    code = "EntityTooSmall"

    def __init__(
        self,
        bucket: str | None = None,
        key: str | None = None,
        *,
        number: int | None = None,
        etag: str | None = None,
        size: int | None = None,
        minimum: int | None = None,
    ) -> None:
        super().__init__(bucket, key)
        self.number = number
        self.etag = etag
        self.size = size
        self.minimum = minimum


class InsufficientStorage(StorageError):
    """The disk or the quota is full; nothing was changed.

    On the wire it is InternalError, because OSS, whose disks never fill, has no word for it that an SDK would know.
    """


class StoreBusy(StorageError):
    """Another process held the index for longer than a writer is willing to wait; the request may be repeated."""

    code = "ServiceUnavailable"


class StoreUnusable(StorageError):
    """The data folder cannot be written to, or a newer version of this program made it; the cause is chained."""


class DamagedObject(StorageError):
    """The index names content that is not on the disk, or not all of it: the data folder was changed from outside."""
