"""The sweep of lifecycle rules on demand, for a timer or for a test that travels in time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel

from ..auth.credentials import same_secret
from ..call import Services
from ..dispatch import CONTROL_PREFIX, SERVICES
from ..errors import OSSError
from ..lifecycle.sweep import sweep
from ..middleware import NOW

router = APIRouter(prefix=CONTROL_PREFIX, tags=["control"])

_basic = HTTPBasic(realm="pixoss", description="an AccessKey of the owner: its id as user name, its secret as password")


class Swept(BaseModel):
    """What a sweep has done: the moment that it was for, and by bucket how often each kind of action was done."""

    at: datetime
    buckets: dict[str, dict[str, int]]


def _services(request: Request) -> Services:
    found: Services = request.scope["state"][SERVICES]
    return found


def _require_owner(
    request: Request,
    services: Annotated[Services, Depends(_services)],
    given: Annotated[HTTPBasicCredentials, Depends(_basic)],
) -> None:
    """Refuse all but the owner's keys: a sweep deletes, and with `at` it deletes what is not due yet."""
    try:
        credential = services.credentials.find(given.username, None)
        credential.require_unexpired(request.scope[NOW])
    except OSSError:
        credential = None
    is_right = same_secret(credential.access_key_secret if credential else "", given.password)
    if credential is None or not (is_right and credential.principal.is_owner):
        raise HTTPException(401, "An AccessKey of the owner is needed.", {"WWW-Authenticate": 'Basic realm="pixoss"'})


@router.post("/lifecycle/sweep", dependencies=[Depends(_require_owner)])
async def post_sweep(
    request: Request, services: Annotated[Services, Depends(_services)], at: datetime | None = None
) -> Swept:
    """Carry out the lifecycle rules of all buckets, as of now or as of `at` (ISO 8601; without a zone it is UTC)."""
    moment = at or datetime.fromtimestamp(request.scope[NOW], UTC)
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    report = await sweep(services.store, int(moment.timestamp() * 1000))
    return Swept(at=moment, buckets={bucket: dict(done) for bucket, done in report.items()})
