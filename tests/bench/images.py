"""Resizing a JPEG in fidelity `fast`: CPU of the whole server for a request, beside the same steps in one process."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from live_server import Server, running
from PIL import Image

from pixoss.processors.chain import Chain
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.render import render

from .bucket import public_bucket, put
from .measure import load, median, spread
from .pictures import photograph

SOURCES = {"12 MP (4000x3000)": ((4000, 3000), 12), "1200x800": ((1200, 800), 60)}
CHAIN = Chain.parse("image/resize,w_400")
MILLI = 1e-3


def run(rounds: int) -> None:
    """Print CPU ms per request for each source: server, `render` called directly, and bare Pillow calls."""
    print("\nimages: resize to w_400, fidelity fast, CPU ms per request, median [min-max]")
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "data", "--fidelity", "fast", "--no-fsync", "--workers", "2") as server,
    ):
        public_bucket(server)
        for name, (size, requests) in SOURCES.items():
            _compare(server, name, photograph(size), requests, rounds)


def _compare(server: Server, name: str, content: bytes, requests: int, rounds: int) -> None:
    put(server, "picture.jpg", content)
    target = "/bench/picture.jpg?x-oss-process=image/resize,w_400"
    load(server.process.pid, server.port, target, 4, 2)
    served: list[float] = []
    rendered: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        served.append(load(server.process.pid, server.port, target, requests, 2).cpu)
        rendered.append(_cpu(lambda: render(content, CHAIN, Limits(), Fidelity.FAST), requests))
        bare.append(_cpu(lambda: _bare(content), requests))
    print(f"  {name}, {len(content) / 1e6:.1f} MB")
    print(f"    server            {spread(served, MILLI)}")
    print(f"    render()          {spread(rendered, MILLI)}   server / render(): {_ratio(served, rendered)}")
    print(f"    bare Pillow calls {spread(bare, MILLI)}   server / bare:     {_ratio(served, bare)}")


def _ratio(ours: list[float], theirs: list[float]) -> str:
    return f"{median([our / their for our, their in zip(ours, theirs, strict=True)]):.2f}"


def _cpu(work: Callable[[], object], times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - before) / times


def _bare(content: bytes) -> bytes:
    """The steps of the chain as anybody would write them."""
    image = Image.open(io.BytesIO(content))
    width, height = image.size
    size = (400, round(height * 400 / width))
    image.draft("RGB", size)
    out = io.BytesIO()
    image.resize(size, Image.Resampling.BOX).save(out, "JPEG", quality=85, optimize=True, subsampling="4:2:0")
    return out.getvalue()
