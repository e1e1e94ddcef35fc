"""Blob files: written aside, made durable, published by a rename, swept when nothing names them.

A published blob never changes, with one exception: what is appended is written behind its end (appends.py).

A blob's name is 128 random bits, never used twice; `blobs/3/f/3f…` keeps 1/256 of them in a folder. A key is no part
of any path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Container
from contextlib import suppress
from io import FileIO
from pathlib import Path

from fastcrc import crc64

from .errors import InsufficientStorage, StorageError, StoreBusy, StoreUnusable
from .translating import Translating

_NAME = re.compile(r"[0-9a-f]{32}")
_DIGITS = "0123456789abcdef"

_ERROR_KINDS: dict[int | None, type[StorageError]] = {
    errno.ENOSPC: InsufficientStorage,
    errno.EDQUOT: InsufficientStorage,
    errno.EMFILE: StoreBusy,
    errno.ENFILE: StoreBusy,
}


def _translated(error: OSError) -> StorageError:
    return _ERROR_KINDS.get(error.errno, StoreUnusable)()


STORAGE_ERRORS = Translating(OSError, _translated, None)
"""A context that turns the system's errors into the store's."""


class Draft:
    """A blob on its way in: written or linked, published, then kept; or discarded at any point.

    Threads use it one after another. The lock matters only when a task is cancelled from outside anyio: the thread
    that works for it goes on, and `discard` must wait for that work, then find it kept or remove it whole.
    """

    def __init__(self, name: str, incoming: Path, published: Path, *, fsync: bool) -> None:
        self.name = name
        self.size = 0
        self.crc64 = 0
        self.is_kept = False
        self.lock = threading.RLock()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._incoming = incoming
        self._published = published
        self._fsync = fsync
        self._file: FileIO | None = None
        self._is_discarded = False

    @property
    def md5(self) -> bytes:
        """The MD5 of what was written so far, 16 bytes."""
        return self._md5.digest()

    def write(self, piece: bytes | bytearray) -> None:
        """Append to the blob, counting and hashing on the way."""
        with self.lock, STORAGE_ERRORS:
            file = self._opened("xb")
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
            self.size += len(piece)
            self.crc64 = crc64.xz(piece, self.crc64)
            self._md5.update(piece)

    def reading(self) -> FileIO:
        """What was written so far, to be read from its beginning."""
        with self.lock, STORAGE_ERRORS:
            self._opened("xb")
            return FileIO(self._incoming)

    def link(self, source: Path) -> bool:
        """Become a second name of the blob at `source`; False if that is gone or the file system has no such thing."""
        with self.lock, STORAGE_ERRORS:
            try:
                os.link(source, self._incoming)
            except OSError:
                return False
            self.size = os.fstat(self._opened("rb").fileno()).st_size
        return True

    def publish(self) -> None:
        """Make the blob durable under its final path, where a row of the index may name it."""
        with self.lock, STORAGE_ERRORS, self._opened("xb") as file:
            if self._fsync:
                os.fsync(file.fileno())
            self._incoming.rename(self._published)
            if self._fsync:
                sync_folder(self._published.parent)

    def keep(self) -> None:
        """Leave the blob where it is: the index names it now."""
        self.is_kept = True

    def discard(self) -> None:
        """Remove every trace of the blob unless it is kept; what cannot be removed is left to the next sweep."""
        with self.lock:
            self._is_discarded = True
            if self.is_kept:
                return
            if self._file is not None:
                self._file.close()
            remove(self._incoming)
            remove(self._published)

    def _opened(self, mode: str) -> FileIO:
        if self._is_discarded:
            raise ValueError("the draft was discarded")
        if self._file is None:
            self._file = FileIO(self._incoming, mode)
        return self._file


class Blobs:
    """The blob files of a data folder; with `fsync` a published blob survives a loss of power."""

    def __init__(self, root: Path, *, fsync: bool) -> None:
        self._incoming = root / "incoming"
        self._published = root / "blobs"
        self._published_name = str(self._published)
        self.fsync = fsync

    def prepare(self) -> None:
        """Make the folders that are missing."""
        self._incoming.mkdir(exist_ok=True)
        folders = [self._published / first / second for first in _DIGITS for second in _DIGITS]
        missing = [folder for folder in folders if not folder.is_dir()]
        for folder in missing:
            folder.mkdir(parents=True)
        if missing and self.fsync:
            for folder in {self._published.parent, self._published, *(folder.parent for folder in missing)}:
                sync_folder(folder)

    def draft(self) -> Draft:
        """A new blob, of which there is no file yet."""
        name = secrets.token_hex(16)
        return Draft(name, self._incoming / name, self.path(name), fsync=self.fsync)

    def path(self, name: str) -> Path:
        """Where the blob of this name is published."""
        return Path(self.file_name(name))

    def file_name(self, name: str) -> str:
        """The same as text, which costs a tenth: for what only opens the file."""
        return f"{self._published_name}/{name[0]}/{name[1]}/{name}"

    def remove(self, name: str) -> None:
        """Remove a blob that nothing names any more; one that cannot be removed is left to the next sweep."""
        remove(self.path(name))

    def any(self) -> bool:
        """Whether a blob was ever published here and is still there."""
        return any(_NAME.fullmatch(file.name) for file in self._published.glob("?/?/*"))

    def sweep(self, named: Container[str]) -> None:
        """Remove what is in `incoming/` and every blob that is not `named`; only while nobody else uses the folder.

        Files that are not named like a blob were not made here and stay.
        """
        for file in self._incoming.iterdir():
            if _NAME.fullmatch(file.name):
                remove(file)
        for file in self._published.glob("?/?/*"):
            if _NAME.fullmatch(file.name) and file.name not in named:
                remove(file)

    def check(self) -> None:
        """Return if a file can be written here; raises the `StorageError` that says why not."""
        draft = self.draft()
        try:
            draft.write(b"\0" * 4096)
        finally:
            draft.discard()


def remove(path: Path) -> None:
    """Remove a file if it is there and can be removed."""
    with suppress(OSError):
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
