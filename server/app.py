"""Wiring: settings in, ASGI application out."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from .. import __version__
from ..processors.limits import PROFILES
from ..storage.filesystem import FilesystemStore
from . import outgoing
from .address import Hosts
from .call import Services
from .config import Settings
from .control import explain, health, lifecycle
from .dispatch import CONTROL_PREFIX, SERVICES, OSSApplication
from .imaging.render import Renderer
from .imaging.workers import Workers
from .keys import credentials_of, issuer_of
from .middleware import CommonHeaders

MEBIBYTE = 1 << 20

# FastAPI's own would put whole URLs into traces, and with them signatures that count until they expire.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(settings: Settings, clock: Callable[[], float] = time.time) -> FastAPI:
    """The whole server: FastAPI carries the control routes and hosts OSS's protocol as one plain ASGI application.

    `clock` gives Unix seconds for every rule about time.
    """
    app = FastAPI(
        title="Pixoss",
        version=__version__,
        lifespan=_lifespan(settings),
        openapi_url=f"{CONTROL_PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
    )
    for router in (health.router, explain.router, lifecycle.router):
        app.include_router(router)
    # In front of the router, because matching its routes costs more than an answer of OSS's, and because a route or
    # a mount matches the decoded path, in which keys that differ look alike. What is added last comes first.
    app.add_middleware(OSSApplication)
    app.add_middleware(CommonHeaders, clock=clock)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with FilesystemStore.open(settings.data, fsync=settings.fsync) as store, outgoing.client() as http:
            yield {SERVICES: services(settings, store, http)}

    return lifespan


def services(settings: Settings, store: FilesystemStore, http: httpx.AsyncClient) -> Services:
    """What stands behind every call, for one process."""
    return Services(
        settings=settings,
        store=store,
        renderer=_renderer(settings),
        credentials=credentials_of(settings),
        sessions=issuer_of(settings),
        hosts=Hosts(settings.service_hosts, settings.cnames),
        http=http,
    )


def _renderer(settings: Settings) -> Renderer:
    workers = Workers(settings.workers, settings.render_deadline)
    memory = settings.render_memory * MEBIBYTE
    return Renderer(workers, PROFILES[settings.limits], settings.fidelity, memory, settings.text_fonts)
