"""100 MB on every way in, out and through: how much the server grows by it, and what it costs.

Each figure is of a server of its own, warmed up by small calls. Growth is the greatest resident size during the call,
of all its processes, less the size before (Linux only); it is to stay below 32 MB.
"""

from __future__ import annotations

import http.client
import re
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from live_server import Server, running

from .bucket import configure_website, public_bucket, put
from .measure import cpu_seconds, forget_peaks, median, peak_bytes, resident_bytes, spread

MEGABYTE = 1 << 20
SIZE = 100 * MEGABYTE
PIECE = bytes(range(256)) * 256
BOUND = 32 * MEGABYTE
BOUNDARY = "bench-boundary"
ROUNDS = 3

Content = Iterator[bytes]


@dataclass(frozen=True)
class Way:
    """What is measured, and what has to be there before, whose result it is given."""

    act: Callable[[Server, str], object]
    prepare: Callable[[Server], str] = lambda server: ""


@dataclass(frozen=True)
class Cost:
    """What 100 MB cost the server: bytes of growth, seconds of CPU, seconds in all."""

    growth: int
    cpu: float
    wall: float


def run(rounds: int) -> None:
    """Print growth, CPU and time of each way; the greatest growth of a few rounds, at most three."""
    print(f"\nupload: {SIZE // MEGABYTE} MB, growth at most in MB, CPU and wall time in s, median [min-max]")
    greatest = 0
    for name, way in WAYS.items():
        costs = [_cost(way) for _ in range(min(rounds, ROUNDS))]
        growth = max(cost.growth for cost in costs)
        greatest = max(greatest, growth)
        cpu, wall = spread([cost.cpu for cost in costs]), median([cost.wall for cost in costs])
        print(f"  {name:<34}{growth / MEGABYTE:6.1f}   CPU {cpu}   wall {wall:5.2f}", flush=True)
    print(f"  greatest growth {greatest / MEGABYTE:.1f} MB, to be below {BOUND // MEGABYTE} MB")


def _cost(way: Way) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with running(data, "--no-fsync") as server:
            public_bucket(server, "public-read-write")
            prepared = way.prepare(server)
            with running(data, "--no-fsync", PIXOSS_MIRROR_HOSTS="127.0.0.1") as measured:
                return _measured(measured, lambda: way.act(measured, prepared))


def _measured(server: Server, act: Callable[[], object]) -> Cost:
    for number in range(3):
        put(server, f"warm-{number}", PIECE * 64)
        _read(server, f"warm-{number}")
    pid = server.process.pid
    forget_peaks(pid)
    before, cpu, wall = resident_bytes(pid), cpu_seconds(pid), time.perf_counter()
    act()
    wall, cpu = time.perf_counter() - wall, cpu_seconds(pid) - cpu
    return Cost(peak_bytes(pid) - before, cpu, wall)


# Calls, with no signature: anybody may write into this bucket.


def _call(server: Server, method: str, target: str, body: Content | bytes = b"", **headers: str) -> bytes:
    """The body of the answer, which must be a success; a body without a Content-Length is sent in chunks."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request(method, f"/bench/{target}", body, named)
        answer = connection.getresponse()
        found = answer.read()
    if answer.status not in (200, 204):
        raise RuntimeError(f"{method} {target}: {answer.status} {found.decode('utf-8', 'replace')}")
    return found


def _content(size: int = SIZE) -> Content:
    yield from (PIECE for _ in range(size // len(PIECE)))


def _send(server: Server, method: str, target: str, size: int = SIZE) -> bytes:
    return _call(server, method, target, _content(size), Content_Length=str(size))


def _begin_upload(server: Server) -> str:
    found = re.search(r"<UploadId>(\w+)<", _call(server, "POST", "new?uploads").decode())
    assert found
    return found[1]


def _upload_halves(server: Server) -> str:
    upload_id = _begin_upload(server)
    for number in (1, 2):
        _send(server, "PUT", f"new?partNumber={number}&uploadId={upload_id}", SIZE // 2)
    return upload_id


def _complete(server: Server, upload_id: str) -> None:
    _call(server, "POST", f"new?uploadId={upload_id}", x_oss_complete_all="yes")


def _copy_part(server: Server, upload_id: str) -> None:
    _call(server, "PUT", f"new?partNumber=1&uploadId={upload_id}", x_oss_copy_source="/bench/large")


def _post_form(server: Server, _: str) -> None:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nnew\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()

    def form() -> Content:
        yield head
        yield from _content()
        yield tail

    kind, length = f"multipart/form-data; boundary={BOUNDARY}", str(len(head) + SIZE + len(tail))
    _call(server, "POST", "", form(), Content_Type=kind, Content_Length=length)


def _put_large(server: Server) -> str:
    _send(server, "PUT", "large")
    return ""


def _append_large(server: Server) -> str:
    _send(server, "POST", "large?append&position=0")
    return ""


def _copy(server: Server, _: str) -> None:
    _call(server, "PUT", "new", x_oss_copy_source="/bench/large")


def _read(server: Server, key: str, pause: float = 0.0) -> int:
    """Read an object by a small window of the network, with a pause in seconds after each piece; its size."""
    received = 0
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, len(PIECE))
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(f"GET /bench/{key} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        while piece := connection.recv(len(PIECE)):
            received += len(piece)
            time.sleep(pause)
    return received


def _read_large(pause: float) -> Callable[[Server, str], None]:
    def act(server: Server, _: str) -> None:
        assert _read(server, "large", pause) > SIZE

    return act


def _mirror_large(server: Server) -> str:
    """Let what is missing come from this very server, under another name; returns that key."""
    _put_large(server)
    rule = (
        "<WebsiteConfiguration><RoutingRules><RoutingRule><RuleNumber>1</RuleNumber><Condition>"
        "<KeyPrefixEquals>new</KeyPrefixEquals></Condition><Redirect><RedirectType>Mirror</RedirectType>"
        f"<MirrorURL>{server.endpoint}/bench/</MirrorURL><ReplaceKeyPrefixWith>large</ReplaceKeyPrefixWith>"
        "</Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>"
    )
    configure_website(server, rule)
    return "new"


def _mirrored(server: Server, key: str) -> None:
    assert _read(server, key) > SIZE


WAYS = {
    "PutObject": Way(lambda server, _: _send(server, "PUT", "new")),
    "PutObject, chunked": Way(lambda server, _: _call(server, "PUT", "new", _content())),
    "UploadPart": Way(lambda server, begun: _send(server, "PUT", f"new?partNumber=1&uploadId={begun}"), _begin_upload),
    "CompleteMultipartUpload": Way(_complete, _upload_halves),
    "AppendObject, new": Way(lambda server, _: _send(server, "POST", "new?append&position=0")),
    "AppendObject, at the end": Way(
        lambda server, _: _send(server, "POST", f"large?append&position={SIZE}"), _append_large
    ),
    "PostObject": Way(_post_form),
    "CopyObject": Way(_copy, _put_large),
    "CopyObject of an appendable object": Way(_copy, _append_large),
    "UploadPartCopy": Way(_copy_part, lambda server: _put_large(server) or _begin_upload(server)),
    "GetObject": Way(_read_large(0), _put_large),
    "GetObject, slow reader": Way(_read_large(0.001), _put_large),
    "mirror back-to-origin": Way(_mirrored, _mirror_large),
}
