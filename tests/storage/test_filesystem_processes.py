"""Several processes in one data folder, and processes that are killed."""

import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from support_storage import PLAIN, blobs_in, body_of, content, incoming_in, put

from pixoss.storage.errors import NoSuchKey
from pixoss.storage.filesystem import FilesystemStore

pytestmark = pytest.mark.anyio

WORKER = Path(__file__).parent.parent / "upload_worker.py"


@pytest.fixture
async def prepared(root: Path) -> Path:
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("bucket")
    return root


@contextmanager
def worker(what: str, root: Path, seed: int = 1) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(WORKER), what, str(root), str(seed)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert line_of(process) == "open"
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def overwritten(said: list[str]) -> list[str]:
    """What of all that was said of a key cannot be there any more."""
    return said[:-2] if said[-1:] == ["deleting"] else said[:-1]


@pytest.mark.parametrize(("acknowledged", "seed"), [(0, 1), (1, 2), (40, 3), (150, 4), (151, 5)])
async def test_a_killed_process_loses_and_tears_nothing(prepared: Path, acknowledged: int, seed: int) -> None:
    history: dict[str, list[str]] = {}
    with worker("load", prepared, seed) as process:
        lines = [line_of(process) for _ in range(acknowledged)]
        process.kill()
        assert process.stdout is not None
        # Not communicate(), which reads past what readline() holds in its buffer and so begins within a line.
        rest = process.stdout.read()
    lines += rest.splitlines() if rest.endswith("\n") else rest.splitlines()[:-1]
    for line in lines:
        key, said = line.split()
        history.setdefault(key, []).append(said)

    async with FilesystemStore.open(prepared, fsync=False) as store:
        listed = {info.key: info for info in (await store.list_objects("bucket", limit=1000)).entries}
        # Only what was said last is binding; one more upload may have been stored without having been said.
        assert all(key in listed for key, said in history.items() if said[-1] not in ("deleting", "deleted"))
        for key, info in listed.items():
            body = await body_of(store, key)
            assert (len(body), hashlib.md5(body).hexdigest().upper()) == (info.size, info.etag)
            assert info.etag not in overwritten(history.get(key, []))
        assert incoming_in(prepared) == []
        assert len(blobs_in(prepared)) == len(listed)


async def test_a_start_does_not_sweep_what_another_process_is_uploading(prepared: Path) -> None:
    with worker("hold", prepared) as process:
        assert line_of(process) == "held"
        assert len(incoming_in(prepared)) == 1
        async with FilesystemStore.open(prepared, fsync=False) as store:
            assert len(incoming_in(prepared)) == 1
            await put(store, "other", b"meanwhile")
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        etag = line_of(process)
        process.wait(30)
    async with FilesystemStore.open(prepared, fsync=False) as store:
        body = await body_of(store, "held")
        assert hashlib.md5(body).hexdigest().upper() == etag
        assert await body_of(store, "other") == b"meanwhile"


async def test_a_start_sweeps_what_a_killed_process_was_uploading(prepared: Path) -> None:
    with worker("hold", prepared) as process:
        assert line_of(process) == "held"
    assert len(incoming_in(prepared)) == 1
    async with FilesystemStore.open(prepared, fsync=False):
        assert incoming_in(prepared) == []


async def test_two_processes_write_the_same_folder_at_once(prepared: Path) -> None:
    async with FilesystemStore.open(prepared, fsync=False) as store:
        with worker("load", prepared) as process:
            for number in range(100):
                assert line_of(process)
                await put(store, f"own-{number % 10}", b"%d" % number)
                await store.put_object("bucket", "key-0-0", content(b"ours"), PLAIN)
                # The other process writes and deletes this very key.
                with suppress(NoSuchKey):
                    async with await store.open_object("bucket", "key-0-0") as reader:
                        assert hashlib.md5(await reader.read()).hexdigest().upper() == reader.info.etag
        assert [await body_of(store, f"own-{number}") for number in range(10)] == [
            b"%d" % number for number in range(90, 100)
        ]
    async with FilesystemStore.open(prepared, fsync=False) as store:
        listed = (await store.list_objects("bucket", limit=1000)).entries
        for info in listed:
            assert hashlib.md5(await body_of(store, info.key)).hexdigest().upper() == info.etag
        assert len(blobs_in(prepared)) == len(listed)


async def test_an_upload_of_another_process_is_seen_at_once(prepared: Path) -> None:
    async with FilesystemStore.open(prepared, fsync=False) as one, FilesystemStore.open(prepared, fsync=False) as other:
        for number in range(20):
            info = await put(one, "k", b"%d" % number)
            assert await other.head_object("bucket", "k") == info
            assert await body_of(other, "k") == b"%d" % number


async def test_a_second_store_of_the_same_process_does_not_sweep_either(prepared: Path) -> None:
    async def interrupted() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        async with FilesystemStore.open(prepared, fsync=False):
            assert len(incoming_in(prepared)) == 1
        yield b"y"

    async with FilesystemStore.open(prepared, fsync=False) as store:
        info = await store.put_object("bucket", "k", interrupted(), PLAIN)
        assert info.size == 2_000_001
