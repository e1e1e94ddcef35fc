"""GetObject of 20 KB: requests a second beside a bare uvicorn ASGI application that returns the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from live_server import Server, running

from .bucket import public_bucket, put, signed_target
from .measure import Load, load, median, spread

CONTENT = bytes(range(256)) * 80
REQUESTS = 3000
CONNECTIONS = 4


def run(rounds: int) -> None:
    """Print requests a second and CPU per request: bare application, anonymous GET, GET of a signed URL."""
    print(f"\nplain: GET of {len(CONTENT)} bytes, {CONNECTIONS} connections, median [min-max]")
    with (
        tempfile.TemporaryDirectory() as folder,
        _bare_server() as bare,
        running(Path(folder) / "data", "--no-fsync") as server,
    ):
        public_bucket(server)
        put(server, "20k.bin", CONTENT)
        targets = {
            "bare uvicorn": (bare, "/"),
            "pixoss, anonymous": (server, "/bench/20k.bin"),
            "pixoss, signed URL": (server, signed_target(server, "20k.bin")),
        }
        loads: dict[str, list[Load]] = {name: [] for name in targets}
        for _ in range(rounds):
            for name, (asked, target) in targets.items():
                loads[name].append(load(asked.process.pid, asked.port, target, REQUESTS, CONNECTIONS))
    _print(loads)


def _print(loads: dict[str, list[Load]]) -> None:
    bare = loads["bare uvicorn"]
    for name, found in loads.items():
        rates = [1 / one.wall for one in found]
        ratio = median([theirs.wall / ours.wall for ours, theirs in zip(found, bare, strict=True)])
        cpu = spread([one.cpu for one in found], 1e-6)
        print(f"    {name:<20}{spread(rates)} req/s   {cpu} us CPU   {ratio:.2f} of bare")


@contextmanager
def _bare_server() -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.bare"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        yield Server(int(process.stdout.readline()), process)
    finally:
        process.terminate()
        process.wait(10)
