"""What surrounds every request: its id, its clock, the common headers, and one line of log."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from .errors import OSSError
from .request import Message, Receive, Scope, Send

access_log = logging.getLogger("pixoss.access")
error_log = logging.getLogger("pixoss.error")

App = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID = "pixoss.request_id"
NOW = "pixoss.now"


def new_request_id() -> str:
    """24 upper-case hexadecimal digits, the form of OSS's own request ids."""
    return secrets.token_hex(12).upper()


class CommonHeaders:
    """Pure ASGI middleware: request id and server time on every answer, and InternalError for what nobody expected.

    `clock` gives Unix seconds and is what all time rules use; tests freeze it.
    """

    def __init__(self, app: App, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request; other scopes (lifespan) pass through untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_request_id()
        scope[REQUEST_ID], scope[NOW] = request_id, self._clock()
        answer = _Answer(send, request_id)
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            error_log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            await answer.fail(scope)
        finally:
            if access_log.isEnabledFor(logging.INFO):
                access_log.info("%s", answer.line(scope))


class _Answer:
    """The answer under way: adds the common headers, and remembers what the log line needs."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._started_at = time.perf_counter()
        self._status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._common_headers()]
        await self._send(message)

    def _common_headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"server", b"AliyunOSS"),
            (b"x-oss-request-id", self._request_id.encode("ascii")),
            (b"x-oss-server-time", str(self._milliseconds()).encode("ascii")),
        ]

    def _milliseconds(self) -> int:
        return round((time.perf_counter() - self._started_at) * 1000)

    async def fail(self, scope: Scope) -> None:
        """Answer InternalError with the request id and nothing private; cut the connection if an answer has begun."""
        if self._status:
            raise ConnectionError(f"request {self._request_id} failed while its answer was under way")
        body = OSSError("InternalError").xml(self._request_id, "")
        headers = [(b"content-type", b"application/xml"), (b"content-length", str(len(body)).encode("ascii"))]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def line(self, scope: Scope) -> str:
        """`client "METHOD target" status milliseconds request-id`; signatures in a query string are not logged."""
        client = scope["client"][0] if scope.get("client") else "-"
        target = scope["raw_path"].decode("latin-1") + ("?…" if scope["query_string"] else "")
        return (
            f'{client} "{scope["method"]} {target}" {self._status or "-"} {self._milliseconds()}ms {self._request_id}'
        )
