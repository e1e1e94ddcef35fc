"""Why a signature does not match: `POST /_pixoss/explain`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .. import cnames
from ..call import Services
from ..dispatch import CONTROL_PREFIX, SERVICES
from ..explaining.explanation import explain
from ..explaining.given import MAX_CHARACTERS, UnreadableError, from_text, from_url
from ..explaining.report import Explanation, Known
from ..middleware import NOW
from ..request import Request as OSSRequest

router = APIRouter(prefix=CONTROL_PREFIX, tags=["control"])

# Room for the text of a request in JSON, where a character may take six bytes.
MAX_BODY = 6 * MAX_CHARACTERS


class Question(BaseModel):
    """What to explain: a `url` with the method and headers that it is used with, or the text of a `request`."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    request: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    method: str = "GET"
    headers: dict[str, str] = Field(default={}, max_length=100)

    def read(self, now: float) -> OSSRequest:
        """The request in question, as if it arrived at `now`; raises `UnreadableError`."""
        if (self.url is None) == (self.request is None):
            raise UnreadableError("Give either url or request.")
        if self.url is not None:
            return from_url(self.url, self.method, self.headers, now=now)
        return from_text(self.request or "", now=now)


def known_to(services: Services) -> Known:
    """What the running server knows and wants of signatures."""
    settings = services.settings
    return Known(
        services.hosts,
        services.credentials,
        settings.region,
        settings.require_region,
        lenient=settings.signatures == "lenient",
    )


def _services(request: Request) -> Services:
    found: Services = request.scope["state"][SERVICES]
    return found


@router.post("/explain", responses={400: {"description": "neither a URL nor a request"}})
async def explain_signature(request: Request, services: Annotated[Services, Depends(_services)]) -> Explanation:
    """The parse of a signed URL or request, what the server signs for it, and why it does not match.

    The body is JSON (a `Question`) or, with any other Content-Type, the bare text of a request or a URL.

    Open to whoever reaches the server (in a container no client comes from the loopback), because it tells no more
    than a refusal tells anyway: the signature that would be right is a key to the request, so it is cut to four
    characters here. `pixoss explain`, whose user has the secret, shows it whole.
    """
    body = await _body(request)
    now: float = request.scope[NOW]
    try:
        question = _question(body, request.headers.get("content-type", ""))
        asked = question.read(now)
    except UnreadableError as error:
        raise HTTPException(400, str(error)) from error
    # Some hundred signatures are computed: not where everybody else is waiting.
    known = known_to(await cnames.located(services, asked.host))
    return await to_thread.run_sync(partial(explain, asked, known, reveal=False))


def _question(body: bytes, content_type: str) -> Question:
    try:
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return Question.model_validate_json(body)
        return Question(request=body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableError("The body is not UTF-8.") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['msg']}" for item in error.errors())
        raise UnreadableError("; ".join(faults)) from error


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"More than {MAX_BODY} bytes.")
    return bytes(body)
