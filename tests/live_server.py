"""A real server in a process of its own, as a user starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REGION = "cn-hangzhou"
KEY = "live-key"
SECRET = "live-secret"
TOKEN = "live-token"


@dataclass(frozen=True)
class Server:
    """Where a running server listens, and its process."""

    port: int
    process: subprocess.Popen[str]
    scheme: str = "http"

    @property
    def endpoint(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def named_endpoint(self) -> str:
        return f"{self.scheme}://localhost:{self.port}"


def start(data: Path, *options: str, **environment: str) -> Server:
    """Start `pixoss serve` on a free port and wait until it says where it listens."""
    command = [sys.executable, "-m", "pixoss", "serve", "--port", "0", "--data", str(data), *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIXOSS_")}
    keys = {"PIXOSS_ACCESS_KEY_ID": KEY, "PIXOSS_ACCESS_KEY_SECRET": SECRET}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**kept, **keys, **environment}, cwd=data.parent
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"(https?)://[^:]+:(\d+)", first)
    assert found, f"the server did not start: {first!r}"
    return Server(int(found[2]), process, found[1])


@contextmanager
def running(data: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A server for the length of a block; it must stop within ten seconds of being asked to."""
    server = start(data, *options, **environment)
    try:
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(10)
        finally:
            server.process.kill()
