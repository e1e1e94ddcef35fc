"""A process of its own that uploads into a data folder: `upload_worker.py load|hold FOLDER SEED`.

`load` overwrites a few keys without end and prints `key etag` for each acknowledged upload. `hold` prints `held` in
the middle of an upload and finishes it when a line comes in, then prints its ETag.
"""

import asyncio
import hashlib
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from pixoss.storage.base import Attributes
from pixoss.storage.filesystem import FilesystemStore

PLAIN = Attributes()
CHUNK = 65_536


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


async def upload(store: FilesystemStore, key: str, rng: random.Random) -> None:
    body = rng.randbytes(rng.choice([10, 5_000, 100_000, 2_500_000]))
    info = await store.put_object("bucket", key, chunks(body), PLAIN)
    assert info.etag == hashlib.md5(body).hexdigest().upper()
    print(key, info.etag, flush=True)


async def load(store: FilesystemStore, rng: random.Random) -> None:
    async def client(own: list[str]) -> None:
        while True:
            key = rng.choice(own)
            if rng.random() < 0.1:
                print(key, "deleting", flush=True)
                await store.delete_object("bucket", key)
                print(key, "deleted", flush=True)
            await upload(store, key, rng)

    await asyncio.gather(*(client([f"key-{number}-{other}" for other in range(4)]) for number in range(4)))


async def hold(store: FilesystemStore, rng: random.Random) -> None:
    body = rng.randbytes(3_000_000)

    async def held() -> AsyncIterator[bytes]:
        yield body[:2_000_000]
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        yield body[2_000_000:]

    info = await store.put_object("bucket", "held", held(), PLAIN)
    print(info.etag, flush=True)


async def main(what: str, folder: str, seed: str) -> None:
    async with FilesystemStore.open(Path(folder), fsync=False) as store:
        print("open", flush=True)
        await {"load": load, "hold": hold}[what](store, random.Random(int(seed)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
