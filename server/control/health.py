"""Health and readiness, for probes and for scripts that wait."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from ... import __version__
from ...storage.errors import StorageError
from ..call import Services
from ..dispatch import CONTROL_PREFIX, SERVICES

router = APIRouter(prefix=CONTROL_PREFIX, tags=["control"])


def _services(request: Request) -> Services:
    found: Services = request.scope["state"][SERVICES]
    return found


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class Readiness(BaseModel):
    """Whether the server can do its work; `store` says what is wrong with the data folder, if anything."""

    ready: bool
    store: str


@router.get("/health")
async def health() -> Health:
    """200 as soon as the server answers at all."""
    return Health()


@router.get("/ready", responses={503: {"model": Readiness}})
async def ready(services: Annotated[Services, Depends(_services)], response: Response) -> Readiness:
    """200 when objects can be stored, 503 with the reason when not."""
    try:
        await services.store.check()
    except (StorageError, OSError) as error:
        response.status_code = 503
        return Readiness(ready=False, store=str(error))
    return Readiness(ready=True, store="ok")
