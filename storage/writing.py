"""What every write of content has in common: its target, the filling of a draft, and the check of what arrived."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import CancelScope
from anyio.to_thread import run_sync

from .base import Attributes, Expected
from .blobs import Blobs, Draft
from .errors import IncompleteBody, InvalidCRC64, InvalidDigest
from .reader import PIECE_BYTES


@dataclass(frozen=True)
class Target:
    """Where content goes and what is told about it."""

    bucket: str
    key: str
    attributes: Attributes
    overwrite: bool


@asynccontextmanager
async def drafted(blobs: Blobs) -> AsyncIterator[Draft]:
    """A new draft, discarded in the end unless it is kept."""
    draft = blobs.draft()
    try:
        yield draft
    finally:
        if not draft.is_kept:
            # Removing a large file takes long, and it must happen whatever ended the upload.
            with CancelScope(shield=True):
                await run_sync(draft.discard)


async def fill(draft: Draft, content: AsyncIterable[bytes], target: Target, size: int | None) -> bytearray:
    """Write all of the content but the last piece, which is returned; refuse it once it is larger than `size`."""
    piece = bytearray()
    async for chunk in content:
        piece += chunk
        if size is not None and draft.size + len(piece) > size:
            raise IncompleteBody(target.bucket, target.key)
        if len(piece) >= PIECE_BYTES:
            await run_sync(draft.write, piece)
            piece = bytearray()
    return piece


def verify(draft: Draft, target: Target, expected: Expected) -> None:
    """Raise `IncompleteBody`, `InvalidDigest` or `InvalidCRC64` unless the content is what its sender announced."""
    if expected.size not in (None, draft.size):
        raise IncompleteBody(target.bucket, target.key)
    if expected.md5 not in (None, draft.md5):
        raise InvalidDigest(target.bucket, target.key)
    if expected.crc64 not in (None, draft.crc64):
        raise InvalidCRC64(target.bucket, target.key)


def now_ms() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000
