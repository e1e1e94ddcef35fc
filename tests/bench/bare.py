"""The peer of `plain`: the least that an ASGI application under the same uvicorn can do."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn

from .plain import CONTENT

HEADERS = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(CONTENT)).encode())]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request with the same bytes."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": CONTENT})


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(application, http="httptools", loop="uvloop", lifespan="off", log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
