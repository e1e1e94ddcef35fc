"""alibabacloud-oss-v2 for tests: its two clients, spoken to in one way, so that one test holds both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2 import aio
from live_server import KEY, REGION, SECRET, Server


def settings_of(server: Server, version: str = "v4", provider: Any = None) -> oss.config.Config:
    """A configuration as the SDK's guide shows."""
    config = oss.config.load_default()
    config.credentials_provider = provider or oss.credentials.StaticCredentialsProvider(KEY, SECRET)
    config.region, config.endpoint, config.signature_version = REGION, server.endpoint, version
    return config


class Waiting:
    """An AsyncClient whose calls are waited for, so that tests speak to it as to a Client."""

    def __init__(self, config: oss.config.Config) -> None:
        self._runner = asyncio.Runner()
        self._client = aio.AsyncClient(config)

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._runner.run(self._client.close())
        self._runner.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)
        if name.endswith("_paginator"):
            return lambda **options: _Pages(self._runner, call(**options))
        return lambda *arguments, **options: self._runner.run(call(*arguments, **options))


class _Pages:
    def __init__(self, runner: asyncio.Runner, paginator: Any) -> None:
        self._runner, self._paginator = runner, paginator

    def iter_page(self, request: Any) -> list[Any]:
        async def read() -> list[Any]:
            return [page async for page in self._paginator.iter_page(request)]

        return self._runner.run(read())


def failure(call: Callable[[], Any]) -> oss.exceptions.ServiceError:
    """What the service answered to a call that it must refuse."""
    try:
        call()
    except oss.exceptions.OperationError as error:
        found = error.unwrap()
        assert isinstance(found, oss.exceptions.ServiceError), repr(found)
        return found
    raise AssertionError("the call was not refused")


def refusal(call: Callable[[], Any]) -> tuple[int, str]:
    """Status and code of a call that the service must refuse."""
    found = failure(call)
    return found.status_code, found.code
