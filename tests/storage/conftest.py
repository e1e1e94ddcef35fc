"""The stores that have to pass the shared suite: whoever writes another one adds it to `STORES`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.versions import VersionedStore

Factory = Callable[[Path], AbstractAsyncContextManager[VersionedStore]]

STORES: dict[str, Factory] = {"filesystem": lambda folder: FilesystemStore.open(folder / "data", fsync=False)}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=STORES)
def factory(request: pytest.FixtureRequest) -> Factory:
    return STORES[request.param]


@pytest.fixture
async def store(factory: Factory, tmp_path: Path) -> AsyncIterator[VersionedStore]:
    """A store of every kind, with one bucket called `bucket`."""
    async with factory(tmp_path) as opened:
        await opened.create_bucket("bucket")
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The data folder of `files`."""
    return tmp_path / "data"


@pytest.fixture
async def files(root: Path) -> AsyncIterator[FilesystemStore]:
    """A filesystem store without fsync, with one bucket called `bucket`."""
    async with FilesystemStore.open(root, fsync=False) as opened:
        await opened.create_bucket("bucket")
        yield opened
