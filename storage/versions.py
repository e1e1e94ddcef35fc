"""Earlier versions of objects: the contract `VersionedStore`, the values of its listing, and the ids of versions."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Protocol

from .base import ObjectInfo
from .multipart import MultipartStore

_PREFIX = "CAEQ"
_SEQUENCE_BYTES = 8
_RANDOM_BYTES = 16


@dataclass(frozen=True)
class Version:
    """One version of an object; a delete marker has no size and no ETag."""

    info: ObjectInfo
    is_latest: bool
    is_marker: bool = False


@dataclass(frozen=True)
class VersionMarker:
    """Where a page of versions begins: after version `version_id` of `key`; with an empty id, after all of `key`'s."""

    key: str = ""
    version_id: str = ""


FROM_THE_NEWEST = VersionMarker()
"""The marker of the first page."""


@dataclass(frozen=True)
class VersionListing:
    """One page of a bucket's versions, by key and for each key the newest first, with common prefixes.

    `next_marker` is the last version or common prefix of a truncated page; None on the last page.
    """

    versions: tuple[Version, ...] = ()
    prefixes: tuple[str, ...] = ()
    next_marker: VersionMarker | None = None


class VersionedStore(MultipartStore, Protocol):
    """A `MultipartStore` whose buckets can keep earlier versions of their objects."""

    async def list_versions(
        self,
        bucket: str,
        *,
        prefix: str = "",
        delimiter: str = "",
        after: VersionMarker = FROM_THE_NEWEST,
        limit: int = 100,
    ) -> VersionListing:
        """At most `limit` versions, delete markers and common prefixes, together, past `after`.

        A version that `after` names need not exist any more.
        """
        ...


def next_sequence(newest: int | None) -> int:
    """A number that orders the versions of a key: microseconds since 1970, and more than `newest` in any case."""
    return max(time.time_ns() // 1000, (newest or 0) + 1)


def new_version_id(sequence: int) -> str:
    """A new id of 36 characters, opaque to clients, in which `sequence` can be found again.

    Its beginning is that of OSS's own ids, the rest our choice.
    """
    return _PREFIX + urlsafe_b64encode(sequence.to_bytes(_SEQUENCE_BYTES) + secrets.token_bytes(_RANDOM_BYTES)).decode()


def sequence_of(version_id: str) -> int | None:
    """The number in an id of ours, None in any other: so a page can begin after a version that is gone meanwhile."""
    try:
        content = urlsafe_b64decode(version_id.removeprefix(_PREFIX).encode())
    except ValueError:
        return None
    if not version_id.startswith(_PREFIX) or len(content) != _SEQUENCE_BYTES + _RANDOM_BYTES:
        return None
    return int.from_bytes(content[:_SEQUENCE_BYTES])
