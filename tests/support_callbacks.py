"""A client's own server, which callbacks go to: says what it is told to say, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl


def encoded(document: Any) -> str:
    """Base64 of JSON."""
    return base64.b64encode(json.dumps(document).encode()).decode()


def saying(body: bytes = b'{"a":"b"}', status: str = "200 OK", *headers: str) -> bytes:
    """One answer of HTTP, with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Shop:
    """The server: `answers` are raw bytes, one for each request to come, the last for all that follow.

    None is no answer at all. `asked` are the requests: first line, headers by lower-case name, body.
    """

    def __init__(self) -> None:
        self.answers: list[bytes | None] = [saying()]
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/notify?id=1"

    @property
    def form(self) -> dict[str, str]:
        """The body of the only request, decoded."""
        ((_, _, body),) = self.asked
        return dict(parse_qsl(body.decode(), keep_blank_values=True))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked.append((first, headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
        writer.close()


@asynccontextmanager
async def opened_shop() -> AsyncIterator[Shop]:
    """A listening server for the length of a block."""
    shop = Shop()
    server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
    shop.port = server.sockets[0].getsockname()[1]
    async with server:
        yield shop
