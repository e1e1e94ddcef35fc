"""The clients of alibabacloud-oss-v2, and a bucket for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from live_server import Server
from support_oss_v2 import Waiting, settings_of


@pytest.fixture(scope="session")
def clients(server: Server) -> Iterator[dict[str, Any]]:
    """Every client by name; they live as long as the server, as in a user's program."""
    with ExitStack() as stack:
        yield {
            f"{kind}-{version}": oss.Client(settings_of(server, version))
            if kind == "sync"
            else stack.enter_context(Waiting(settings_of(server, version)))
            for kind in ("sync", "aio")
            for version in ("v4", "v1")
        }


@pytest.fixture(params=["sync-v4", "sync-v1", "aio-v4", "aio-v1"])
def client(request: pytest.FixtureRequest, clients: dict[str, Any]) -> Any:
    return clients[request.param]


@pytest.fixture(params=["v4", "v1"])
def sync(request: pytest.FixtureRequest, clients: dict[str, Any]) -> oss.Client:
    """For calls that the asynchronous client does not have."""
    found: oss.Client = clients[f"sync-{request.param}"]
    return found


@pytest.fixture
def bucket(clients: dict[str, Any], names: tuple[str, str]) -> str:
    clients["sync-v4"].put_bucket(oss.PutBucketRequest(bucket=names[0]))
    return names[0]
