"""What arrived: one HTTP request, decoded once and without losing anything a signature may cover."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_to_bytes

from .errors import OSSError, invalid_argument

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientDisconnectedError(Exception):
    """The client went away before its body was complete; there is nobody left to answer."""


@dataclass(frozen=True)
class Request:
    """One request as it arrived.

    `raw_path` is the request target's path byte for byte (`%2F`, `//` and `..` are ordinary bytes of a key);
    `headers` are lower-cased names with trimmed values, same names joined with a comma as the signature rules say;
    `query` keeps order and duplicates, form-decoded (`+` is a space); `now` is the server's clock in Unix seconds.
    """

    method: str
    raw_path: str
    query_string: str
    headers: MutableMapping[str, str]
    receive: Receive
    request_id: str
    now: float
    scheme: str = "http"
    client_address: str = ""

    @classmethod
    def from_scope(cls, scope: Scope, receive: Receive, *, request_id: str, now: float) -> Request:
        """The request of an ASGI HTTP scope."""
        client = scope.get("client")
        return cls(
            method=scope["method"],
            raw_path=scope["raw_path"].decode("latin-1"),
            query_string=scope["query_string"].decode("latin-1"),
            headers=_headers(scope["headers"]),
            receive=receive,
            request_id=request_id,
            now=now,
            scheme=scope["scheme"],
            client_address=client[0] if client else "",
        )

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """All query parameters in order; `k` and `k=` both have an empty value."""
        return tuple(parameters(self.query_string)) if self.query_string else ()

    @cached_property
    def params(self) -> dict[str, str]:
        """Query parameters by name; of a repeated one the first counts (those of a signature are refused)."""
        return dict(reversed(self.query))

    @property
    def host(self) -> str:
        """The Host header as sent, port included; empty when there was none."""
        return self.headers.get("host", "")

    @property
    def content_length(self) -> int | None:
        """The declared length of the body in bytes; None for a chunked body or none at all."""
        text = self.headers.get("content-length")
        if text is None:
            return None
        if not (text.isascii() and text.isdigit()):
            raise invalid_argument("Content-Length", text)
        return int(text)

    @property
    def has_length_or_is_chunked(self) -> bool:
        """Whether the end of the body can be told, without which an upload is refused with 411."""
        return "content-length" in self.headers or "transfer-encoding" in self.headers

    async def stream(self) -> AsyncIterator[bytes]:
        """The body's chunks as they arrive; raises `ClientDisconnectedError` if the client leaves before the end."""
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnectedError
            if chunk := message.get("body", b""):
                yield chunk
            if not message.get("more_body", False):
                return

    async def body(self, limit: int) -> bytes:
        """The whole body, refused as soon as it is larger than `limit` bytes."""
        if (self.content_length or 0) > limit:
            raise OSSError("EntityTooLarge")
        content = bytearray()
        async for chunk in self.stream():
            content += chunk
            if len(content) > limit:
                raise OSSError("EntityTooLarge")
        return bytes(content)


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value).strip()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _text(value: bytes) -> str:
    """Header text: SDKs sign and send UTF-8; whatever is not UTF-8 is kept byte for byte as Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def parameters(query_string: str) -> list[tuple[str, str]]:
    """The parameters of a query string or a form, decoded, in order. Raises `InvalidArgument` for other than UTF-8."""
    pairs = (part.partition("=") for part in query_string.split("&") if part)
    return [(_form_decoded(name), _form_decoded(value)) for name, _, value in pairs]


def _form_decoded(text: str) -> str:
    try:
        return _unquoted(text).decode("utf-8")
    except UnicodeDecodeError:
        raise OSSError("InvalidArgument", f"The query parameter {text} is not UTF-8.") from None


def percent_decoded(text: str) -> bytes:
    """The bytes behind a path in which `+` means a space, as on OSS; raises ValueError for a broken `%XX`."""
    for piece in text.split("%")[1:]:
        if len(piece) < 2 or not all(digit in "0123456789abcdefABCDEF" for digit in piece[:2]):
            raise ValueError(f"broken percent encoding at %{piece[:2]}")
    return _unquoted(text)


def _unquoted(text: str) -> bytes:
    # Latin-1 gives back the very bytes that arrived: a plain client may send UTF-8 without percent encoding.
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1"))
