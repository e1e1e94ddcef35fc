"""The values that pass through a store.

Strings such as ACL words, storage classes and regions are opaque to a store. Times are milliseconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NULL_VERSION = "null"
"""The version id of what was written while a bucket kept no versions (OSS, versioning)."""

APPENDABLE, SYMLINK = "Appendable", "Symlink"
"""The types of objects that are not all in their content: one can grow, the other stands for another (OSS's words)."""

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
    retention_mode: str | None = None
    retained_until: str | None = None
    legal_hold: str | None = None


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
    """An object that is to go: its current state, or one version of it where `version_id` is not None.

    With `modified_ms` it goes only if it was last written then: what somebody else has put there meanwhile stays.
    """

    key: str
    version_id: str | None = None
    modified_ms: int | None = None


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
