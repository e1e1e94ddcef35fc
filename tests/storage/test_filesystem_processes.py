"""Several processes in one data folder, and processes that are killed."""

import hashlib
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastcrc import crc64
from support_storage import PLAIN, blobs_in, body_of, content, incoming_in, put

from pixoss.storage.base import ENABLED
from pixoss.storage.errors import NoSuchKey
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.versions import FROM_THE_NEWEST, Version, VersionMarker

pytestmark = pytest.mark.anyio

WORKER = Path(__file__).parent.parent / "upload_worker.py"
VERSION_WORKER = WORKER.with_name("version_worker.py")


@pytest.fixture
async def prepared(root: Path) -> Path:
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("bucket")
    return root


@contextmanager
def worker(what: str, root: Path, seed: int = 1) -> Iterator[subprocess.Popen[str]]:
    with started(WORKER, what, str(root), str(seed)) as process:
        assert line_of(process) == "open"
        yield process


@contextmanager
def started(*command: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def rest_of(process: subprocess.Popen[str]) -> list[str]:
    """All other whole lines that a process printed before its end."""
    assert process.stdout is not None
    # Not communicate(), which reads past what readline() holds in its buffer and so begins within a line.
    rest = process.stdout.read()
    return rest.splitlines() if rest.endswith("\n") else rest.splitlines()[:-1]


def overwritten(said: list[str]) -> list[str]:
    """What of all that was said of a key cannot be there any more."""
    return said[:-2] if said[-1:] == ["deleting"] else said[:-1]


@pytest.mark.parametrize(("acknowledged", "seed"), [(0, 1), (1, 2), (40, 3), (150, 4), (151, 5)])
async def test_a_killed_process_loses_and_tears_nothing(prepared: Path, acknowledged: int, seed: int) -> None:
    history: dict[str, list[str]] = {}
    with worker("load", prepared, seed) as process:
        lines = [line_of(process) for _ in range(acknowledged)]
        process.kill()
        lines += rest_of(process)
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


# Versions and logs that several processes work on


@dataclass
class Told:
    """What the processes said that they did, by what became of it."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    """ETags of versions that were put, empty for delete markers, by key and version id."""
    removed: set[tuple[str, str]] = field(default_factory=set)
    leaving: set[tuple[str, str]] = field(default_factory=set)
    """Versions whose removal had begun when the process was killed."""
    appended: list[tuple[str, int, bytes]] = field(default_factory=list)

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            what, *named = line.split()
            getattr(self, f"_{what}")(*named)

    def _put(self, key: str, version_id: str, etag: str) -> None:
        self.kept[key, version_id] = etag

    def _marked(self, key: str, version_id: str) -> None:
        self.kept[key, version_id] = ""

    def _removing(self, key: str, version_id: str) -> None:
        del self.kept[key, version_id]
        self.leaving.add((key, version_id))

    def _removed(self, key: str, version_id: str) -> None:
        self.leaving.remove((key, version_id))
        self.removed.add((key, version_id))

    def _appended(self, key: str, position: str, piece: str) -> None:
        self.appended.append((key, int(position), piece.encode()))

    def _listed(self, count: str) -> None:
        assert int(count) >= 0


@pytest.mark.parametrize(("acknowledged", "seed"), [(5, 1), (60, 2)])
async def test_versions_and_appended_pieces_of_three_processes_outlive_the_death_of_one(
    root: Path, acknowledged: int, seed: int
) -> None:
    async with FilesystemStore.open(root, fsync=False) as store:
        await store.create_bucket("bucket")
        await store.set_bucket_versioning("bucket", ENABLED)
    with ExitStack() as running:
        processes = [
            running.enter_context(started(VERSION_WORKER, root, name, seed * 10 + number))
            for number, name in enumerate("xyz")
        ]
        for process in processes:
            assert line_of(process) == "open"
        spoken: list[list[str]] = [[line_of(process) for _ in range(acknowledged)] for process in processes]
        processes[0].kill()
        for process, said in zip(processes[1:], spoken[1:], strict=True):
            said += [line_of(process) for _ in range(40)]
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        told = Told()
        for process, said in zip(processes, spoken, strict=True):
            told.hear(said + rest_of(process))
        assert [process.wait(30) for process in processes] == [-signal.SIGKILL, 0, 0]

    async with FilesystemStore.open(root, fsync=False) as store:
        versions = {(one.info.key, one.info.version_id): one for one in await all_versions(store)}
        for place, etag in told.kept.items():
            assert versions[place].info.etag == etag, place
        assert told.removed.isdisjoint(versions)
        await require_whole(store, list(versions.values()))
        await require_appended(store, told.appended)
        assert incoming_in(root) == []
        assert len(blobs_in(root)) == sum(not version.is_marker for version in versions.values())


async def all_versions(store: FilesystemStore) -> list[Version]:
    found: list[Version] = []
    marker: VersionMarker | None = FROM_THE_NEWEST
    while marker:
        page = await store.list_versions("bucket", after=marker, limit=50)
        found += page.versions
        marker = page.next_marker
    return found


async def require_whole(store: FilesystemStore, versions: list[Version]) -> None:
    """Every version has its content, and of each key the newest, and it alone, is the latest."""
    for number, version in enumerate(versions):
        info = version.info
        assert version.is_latest == (number == 0 or versions[number - 1].info.key != info.key)
        if version.is_marker:
            continue
        async with await store.open_object("bucket", info.key, info.version_id) as reader:
            body = await reader.read()
        assert len(body) == info.size
        assert crc64.xz(body) == info.crc64
        if info.object_type == "Normal":
            assert hashlib.md5(body).hexdigest().upper() == info.etag


async def require_appended(store: FilesystemStore, appended: list[tuple[str, int, bytes]]) -> None:
    """Every piece stands where it was acknowledged, and there is nothing but whole pieces."""
    assert appended
    for log in {key for key, _, _ in appended}:
        body = await body_of(store, log)
        assert re.fullmatch(rb"(<[xyz]-\d+\.*>)*", body)
        for key, position, piece in appended:
            assert key != log or body[position : position + len(piece)] == piece
