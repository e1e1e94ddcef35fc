"""`pixoss serve`: options to settings, a banner to paste from, and uvicorn."""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from .app import create_app
from .banner import banner
from .config import Settings, owner_secret
from .protocol import OSSHttpProtocol

# Key pairs beyond the owner's belong into the environment or the file, not where `ps` shows them; roles have policies,
# which nobody would write on a command line.
NO_OPTION = frozenset({"credentials", "roles"})

# SDKs keep idle connections for a minute; closing them earlier makes the next request of theirs fail.
KEEP_ALIVE_SECONDS = 75

# How long answers under way may take after a stop was asked for.
SHUTDOWN_SECONDS = 10


def main(arguments: Sequence[str]) -> int:
    """Run the server until it is told to stop; 2 for wrong settings, 1 when it cannot start."""
    try:
        settings = Settings(**_given(arguments))
    except ValidationError as error:
        print(_explained(error), file=sys.stderr)
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
    )
    text = banner(settings, owner_secret(settings, settings.data), listener.getsockname()[1])
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
    for name, field in Settings.model_fields.items():
        if name not in NO_OPTION:
            _add_option(parser, name, field)
    return vars(parser.parse_args(arguments))


def _add_option(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    option, text = "--" + name.replace("_", "-"), (field.description or "") + _default(field)
    if field.annotation is bool:
        parser.add_argument(option, action=argparse.BooleanOptionalAction, help=text)
    else:
        parser.add_argument(option, metavar=name.rpartition("_")[2].upper(), help=text)


def _default(field: FieldInfo) -> str:
    """The default as one would write it; nothing where the description tells what happens without the setting."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if default in (None, {}, frozenset()):
        return ""
    if isinstance(default, bool):
        return f" (default: {'on' if default else 'off'})"
    return f" (default: {', '.join(default) if isinstance(default, frozenset) else default})"


def _explained(error: ValidationError) -> str:
    """One line for each wrong setting."""
    lines = (f"pixoss: {'.'.join(map(str, item['loc'])) or 'settings'}: {item['msg']}" for item in error.errors())
    return "\n".join(lines)
