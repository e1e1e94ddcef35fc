"""`pixoss serve`: options to settings, a banner to paste from, and uvicorn."""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import ValidationError

from . import tls
from .app import create_app
from .banner import banner
from .config import Settings, owner_secret
from .options import add_settings, explained
from .protocol import OSSHttpProtocol

# SDKs keep idle connections for a minute; closing them earlier makes the next request of theirs fail.
KEEP_ALIVE_SECONDS = 75

# How long answers under way may take after a stop was asked for.
SHUTDOWN_SECONDS = 10


def main(arguments: Sequence[str]) -> int:
    """Run the server until it is told to stop; 2 for wrong settings, 1 when it cannot start."""
    try:
        settings = Settings(**_given(arguments))
    except ValidationError as error:
        print(explained(error), file=sys.stderr)
        return 2
    # uvicorn stops in good order, then raises the signal anew: as an exception it lets the folder below be removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        if settings.ephemeral:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pixoss-"))
            settings = settings.model_copy(update={"data": Path(folder), "fsync": False})
        try:
            return _serve(settings)
        except OSError as error:
            print(f"pixoss: cannot start: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0


def _serve(settings: Settings) -> int:
    settings.data.mkdir(parents=True, exist_ok=True)
    listener = _listen(settings.host, settings.port)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("pixoss.access").setLevel(logging.INFO if settings.access_log else logging.WARNING)
    certificate = tls.certificate_of(settings, time.time())
    config = uvicorn.Config(
        create_app(settings),
        http=OSSHttpProtocol,
        loop="uvloop",
        ws="none",
        lifespan="on",
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    port = listener.getsockname()[1]
    text = banner(settings, owner_secret(settings, settings.data), port, certificate.chain if certificate else None)
    server = AnnouncedServer(config, text)
    server.run(sockets=[listener])
    return 0 if server.started else 1


class AnnouncedServer(uvicorn.Server):
    """A server that says so once it answers, not before: scripts wait for the first line."""

    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the announcement."""
        await super().startup(sockets)
        if self.started:
            print(self._announcement, flush=True)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # Python's text goes on to repeat the address.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise OSError(f"{host}:{port}: {reason} (another address: --host, --port)") from error


def _given(arguments: Sequence[str]) -> dict[str, Any]:
    """The settings named on the command line; all others keep what environment, file or default say."""
    parser = argparse.ArgumentParser(
        prog="pixoss serve",
        description="Run the server. Every option can also be set as PIXOSS_NAME in the environment, "
        "or as `name = value` in pixoss.toml.",
        argument_default=argparse.SUPPRESS,
    )
    add_settings(parser)
    return vars(parser.parse_args(arguments))
