"""The request to the client's server, and what becomes of the answer to the client."""

from __future__ import annotations

import json

import httpx
from anyio import fail_after

from ...storage.base import ObjectInfo
from ..call import Call
from ..errors import OSSError
from ..outgoing import TIMEOUT
from ..response import JSON_TYPE, Response
from .variables import body_of
from .wanted import Callback

MAX_ANSWER = 3 << 20  # bytes (API reference, "Callback")

# Headers that say something of the answer which the callback's replaces.
_REPLACED = frozenset({"content-type", "content-length", "location"})


class _FailedError(Exception):
    """Why one URL did not do, in OSS's words where they are known."""


async def answered(
    call: Call, callback: Callback | None, info: ObjectInfo, response: Response, operation: str
) -> Response:
    """`response`, in which the answer of the first server that gives one is the body; itself without a callback.

    Raises `CallbackFailed`, status 203, when none does: the object stays, and ETag and checksum are told all the same.
    """
    if callback is None:
        return response
    body = await body_of(call, callback, info, operation)
    kept = [(name, value) for name, value in response.headers if name.lower() not in _REPLACED]
    failures = []
    for url in callback.urls:
        try:
            answer = await _ask(call.services.http, url, callback, body)
            return Response(200, [("Content-Type", JSON_TYPE), *kept], answer)
        except _FailedError as failure:
            failures.append(str(failure))
    raise OSSError("CallbackFailed", failures[-1], headers=dict(kept))


async def _ask(client: httpx.AsyncClient, url: httpx.URL, callback: Callback, body: bytes) -> bytes:
    headers = {"Content-Type": callback.body_type, "Connection": "close"}
    if callback.host:
        headers["Host"] = callback.host
    try:
        with fail_after(TIMEOUT):
            async with client.stream("POST", url, content=body, headers=headers) as response:
                answer = await _read(response)
    except (TimeoutError, httpx.TimeoutException):
        milliseconds = round(TIMEOUT * 1000)
        message = f"Error status : -1. {url.netloc.decode()} reply timeout, timeout:{milliseconds}ms."
        raise _FailedError(message) from None
    except httpx.HTTPError as error:
        message = f"Error status : -1. {url.netloc.decode()} can not be asked: {error}"
        raise _FailedError(message) from None
    _require_json(answer)
    return answer


async def _read(response: httpx.Response) -> bytes:
    """The answer's bytes, if its status is 200 and its length is told and small enough."""
    if response.status_code != 200:
        raise _FailedError(f"Error status : {response.status_code}.")
    length = response.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= MAX_ANSWER):
        raise _FailedError(f"Response must have a Content-Length of at most {MAX_ANSWER} bytes.")
    # As it was sent: an encoding was not asked for, and could unfold into any size.
    return b"".join([chunk async for chunk in response.aiter_raw()])


def _require_json(answer: bytes) -> None:
    """Raise unless `answer` is JSON in UTF-8 without a byte order mark, which OSS refuses as well."""
    try:
        json.loads(answer.decode())
    except (ValueError, RecursionError):
        raise _FailedError("Response body is not valid json format.") from None
