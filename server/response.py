"""What goes back: one HTTP answer, its body whole or streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from .request import Send
from .xml import document

XML_TYPE = "application/xml"
JSON_TYPE = "application/json"

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: status, headers in order, and the body as bytes or as a stream of chunks.

    A streamed body needs a `Content-Length` among the headers. For HEAD the body is left out and the length kept.
    """

    status: int = 200
    headers: Headers = ()
    body: bytes | AsyncGenerator[bytes, None] = b""
    head: bool = field(default=False, kw_only=True)

    async def send(self, send: Send) -> None:
        """Write the answer to an ASGI `send`."""
        body = self.body
        raw = [(name.encode("latin-1").lower(), value.encode("utf-8")) for name, value in self.headers]
        if isinstance(body, bytes) and self.status not in (204, 304) and not self._declares_length():
            raw.append((b"content-length", str(len(body)).encode("ascii")))
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        if isinstance(body, bytes):
            await send({"type": "http.response.body", "body": b"" if self.head else body})
            return
        async with aclosing(body) as chunks:
            if not self.head:
                async for chunk in chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _declares_length(self) -> bool:
        return any(name.lower() == "content-length" for name, _ in self.headers)


def xml_response(root: str, fields: Mapping[str, object] | str, headers: Headers = ()) -> Response:
    """A 200 answer that is an XML document: a root with these children, or with this text."""
    return Response(headers=[("Content-Type", XML_TYPE), *headers], body=document(root, fields))


def oss_json(fields: Mapping[str, object]) -> bytes:
    """JSON in the layout of the image service: four spaces, and no line break before the last brace.

    SDK tests compare substrings of it such as `"fileSize": 3267` and `"status": "OK"}`.
    """
    lines = ",\n".join(
        f"    {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()
    )
    return f"{{\n{lines}}}".encode()
