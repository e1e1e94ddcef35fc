"""A whole server without a socket, and a client that signs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from oss_client import SECRET, START, Client, Clock

from pixoss.server.app import create_app
from pixoss.server.config import Settings


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    """What a test module changes about the server."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, extra_settings: dict[str, Any]) -> Settings:
    return Settings(data=tmp_path / "data", access_key_secret=SECRET, fsync=False, workers=1, **extra_settings)


@pytest.fixture
async def client(settings: Settings, clock: Clock) -> AsyncIterator[Client]:
    settings.data.mkdir(parents=True, exist_ok=True)
    app = create_app(settings, clock)
    async with app.router.lifespan_context(app) as state:
        yield Client(app, state, clock)


@pytest.fixture
async def bucket(client: Client) -> str:
    """A private bucket."""
    answer = await client.put("/pictures")
    assert answer.status == 200, answer.text
    return "pictures"
