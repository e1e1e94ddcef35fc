"""Support of the storage tests: content, folders on the disk, and a listing so plain that it is surely right."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

from pixoss.storage.base import Attributes, ObjectInfo
from pixoss.storage.store import ObjectReader, ObjectStore

PLAIN = Attributes()
MIB = 1 << 20

Page = tuple[list[str], list[str], str | None]


class PowerCutError(Exception):
    """Nothing after it happens any more."""


def cut(*_: object, **__: object) -> Any:
    """Stands for the step before which the power is cut."""
    raise PowerCutError


def cut_after(real: Callable[..., Any]) -> Callable[..., Any]:
    """The step `real`, behind which the power is cut."""

    def then_cut(*args: Any, **named: Any) -> Any:
        real(*args, **named)
        raise PowerCutError

    return then_cut


async def content(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def put(store: ObjectStore, key: str, body: bytes = b"body", bucket: str = "bucket") -> ObjectInfo:
    return await store.put_object(bucket, key, content(body), PLAIN)


async def body_of(store: ObjectStore, key: str, bucket: str = "bucket") -> bytes:
    async with await store.open_object(bucket, key) as reader:
        return await reader.read()


async def pieces_of(reader: ObjectReader) -> list[bytes]:
    return [piece async for piece in reader.stream()]


def etag_of(body: bytes) -> str:
    return hashlib.md5(body).hexdigest().upper()


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def blobs_in(root: Path) -> list[Path]:
    return files_below(root / "blobs")


def incoming_in(root: Path) -> list[Path]:
    return files_below(root / "incoming")


def open_descriptors() -> int:
    # What earlier tests left to the garbage collector must not be closed between two counts.
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def plain_listing(keys: Iterable[str], prefix: str, delimiter: str, after: str, limit: int) -> Page:
    """ListObjects by its definition: roll up every key, throw away what does not sort after `after`, cut the page."""
    shown: dict[str, bool] = {}
    for key in keys:
        if key.startswith(prefix):
            rest = key[len(prefix) :]
            rolled = delimiter != "" and delimiter in rest
            name = prefix + rest[: rest.index(delimiter)] + delimiter if rolled else key
            shown[name] = rolled
    names = sorted((name for name in shown if name.encode() > after.encode()), key=str.encode)
    page = names[:limit]
    entries = [name for name in page if not shown[name]]
    prefixes = [name for name in page if shown[name]]
    return entries, prefixes, page[-1] if len(names) > limit and page else None
