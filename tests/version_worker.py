"""A process of its own that works on the versioned bucket of a data folder: `version_worker.py FOLDER NAME SEED`.

It puts, deletes and lists versions of keys, and appends to logs, that others work on too; it removes for good only
versions of its own. What happened is printed once it was acknowledged, and a removal also before. A line on its input
ends it.
"""

import asyncio
import random
import sys
import threading
from pathlib import Path

from support_storage import PLAIN, content

from pixoss.storage.errors import NoSuchKey, PositionNotEqualToLength
from pixoss.storage.filesystem import FilesystemStore

KEYS = ("a", "b", "b/c")
LOGS = ("log-1", "log-2")


class Worker:
    """One process's share of the work."""

    def __init__(self, store: FilesystemStore, name: str, rng: random.Random) -> None:
        self.store, self.name, self.rng = store, name, rng
        self.own: list[tuple[str, str]] = []
        self.pieces = 0

    async def put(self) -> None:
        key = self.rng.choice(KEYS)
        info = await self.store.put_object("bucket", key, content(self.rng.randbytes(self.rng.randrange(3000))), PLAIN)
        self.own.append((key, info.version_id))
        print("put", key, info.version_id, info.etag, flush=True)

    async def delete(self) -> None:
        key = self.rng.choice(KEYS)
        deletion = await self.store.delete_object("bucket", key)
        print("marked", key, deletion.version_id, flush=True)

    async def remove(self) -> None:
        if not self.own:
            return
        key, version_id = self.own.pop(self.rng.randrange(len(self.own)))
        print("removing", key, version_id, flush=True)
        deletion = await self.store.delete_object("bucket", key, version_id)
        assert deletion.version_id == version_id
        print("removed", key, version_id, flush=True)

    async def append(self) -> None:
        key = self.rng.choice(LOGS)
        piece = f"<{self.name}-{self.pieces}{'.' * self.rng.randrange(2000)}>"
        try:
            position = (await self.store.head_object("bucket", key)).size
        except NoSuchKey:
            position = 0
        while True:
            try:
                await self.store.append_object("bucket", key, position, content(piece.encode()), PLAIN)
                break
            except PositionNotEqualToLength as refusal:
                position = refusal.length
        self.pieces += 1
        print("appended", key, position, piece, flush=True)

    async def list(self) -> None:
        versions = (await self.store.list_versions("bucket", prefix="b", limit=1000)).versions
        latest = [version.info.key for version in versions if version.is_latest]
        assert latest == sorted({version.info.key for version in versions})
        print("listed", len(versions), flush=True)


async def main(folder: str, name: str, seed: str) -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), ended.set()), daemon=True).start()
    async with FilesystemStore.open(Path(folder), fsync=False) as store:
        print("open", flush=True)
        worker = Worker(store, name, random.Random(int(seed)))
        tasks = (worker.put, worker.put, worker.put, worker.delete, worker.remove, worker.append, worker.list)
        while not ended.is_set():
            await asyncio.gather(*(worker.rng.choice(tasks)() for _ in range(3)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
