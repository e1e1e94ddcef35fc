"""Opening a data folder: who uses it, and what a crash left in it.

Every process holds a shared lock for as long as it uses the folder, so one that gets the lock alone knows that no
blob is on its way in anywhere, and may sweep.
"""

from __future__ import annotations

import fcntl
from contextlib import ExitStack, closing
from pathlib import Path

from .blobs import STORAGE_ERRORS, Blobs
from .errors import StoreUnusable
from .index import Index


def open_folder(root: Path, *, fsync: bool, opened: ExitStack) -> tuple[Index, Blobs]:
    """The index and the blobs of a data folder, made if missing and swept if nobody else uses it.

    What has to be closed is put on `opened`. Raises `StoreUnusable` if the folder cannot be used.
    """
    with STORAGE_ERRORS:
        root.mkdir(parents=True, exist_ok=True)
        lock = opened.enter_context(closing(FolderLock(root / "lock")))
        is_alone = lock.try_alone()
        if not is_alone:
            lock.share()
        blobs = Blobs(root, fsync=fsync)
        index_file = root / "index.sqlite3"
        if not index_file.exists() and blobs.any():
            # A sweep would now delete everything, though the index may be restored from a backup.
            raise StoreUnusable from FileNotFoundError(index_file)
        index = opened.enter_context(closing(Index(index_file, durable=fsync)))
        blobs.prepare()
        if is_alone:
            blobs.sweep(index.blobs())
            lock.share()
    return index, blobs


class FolderLock:
    """An advisory lock on one file, which the system drops when the process dies, however it dies.

    Two locks on one file are strangers to each other even within one process.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")

    def try_alone(self) -> bool:
        """Take the folder for this user alone; False, at once, if anybody else uses it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def share(self) -> None:
        """Use the folder beside others; waits while somebody has it alone.

        Going from alone to shared may let another start-up in between, so nothing of ours may be in flight then.
        """
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        """Stop using the folder."""
        self._file.close()
