"""The server as a process: killed, fed nonsense, and given more than it may hold in memory."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import random
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import oss2
import pytest
from live_server import KEY, SECRET, Server, running, start

SIZES = (10, 3_000, 70_000, 400_000)


def bucket_of(server: Server, name: str = "crash") -> oss2.Bucket:
    return oss2.Bucket(oss2.Auth(KEY, SECRET), server.endpoint, name)


def content_of(key: str, version: int) -> bytes:
    """What a version of an object holds: any torn or mixed content would not match its own first line."""
    head = f"{key} {version}\n".encode()
    return head + hashlib.sha256(head).digest() * (SIZES[version % len(SIZES)] // 32)


class Uploader(threading.Thread):
    """Writes ever new versions of its own keys, and notes each that the server acknowledged."""

    def __init__(self, server: Server, number: int) -> None:
        super().__init__(daemon=True)
        self.bucket, self.number = bucket_of(server), number
        self.acknowledged: dict[str, int] = {}

    def run(self) -> None:
        try:
            for version in itertools.count():
                key = f"{self.number}/{version % 5}"
                self.bucket.put_object(key, content_of(key, version))
                self.acknowledged[key] = version
        except oss2.exceptions.RequestError:
            return


def test_kill_9_under_load_loses_and_tears_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = start(data)
    bucket_of(server).create_bucket()
    uploaders = [Uploader(server, number) for number in range(4)]
    for uploader in uploaders:
        uploader.start()
    while sum(len(uploader.acknowledged) for uploader in uploaders) < 20:
        time.sleep(0.01)
    time.sleep(random.uniform(0.3, 0.8))
    server.process.kill()
    server.process.wait(10)
    for uploader in uploaders:
        uploader.join(30)
    acknowledged = {key: version for uploader in uploaders for key, version in uploader.acknowledged.items()}
    with running(data) as restarted:
        bucket = bucket_of(restarted)
        assert {found.key for found in oss2.ObjectIterator(bucket)} >= acknowledged.keys()
        for found in oss2.ObjectIterator(bucket):
            content = bucket.get_object(found.key).read()
            version = int(content.split(b"\n", 1)[0].split()[1])
            assert content == content_of(found.key, version)
            # One write may have been under way whose answer never came.
            assert version >= acknowledged.get(found.key, 0)
        assert len(blobs(data)) == len(list(oss2.ObjectIterator(bucket))), "the start left no orphan behind"


def blobs(data: Path) -> list[Path]:
    return [path for folder in data.iterdir() if folder.is_dir() for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("live") / "data", "--no-fsync") as found:
        bucket_of(found).create_bucket(oss2.BUCKET_ACL_PUBLIC_READ_WRITE)
        yield found


def answer_to(server: Server, request: bytes) -> bytes:
    """What comes back to raw bytes; the client then closes its side."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def status_of(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    "head",
    [
        b"GET /crash/%zz HTTP/1.1",
        b"GET /crash/\xff\xfe HTTP/1.1",
        b"GET /crash/%ff%fe HTTP/1.1",
        b"GET //// HTTP/1.1",
        b"GET /crash/a?x-oss-process=image/resize,w_%FF HTTP/1.1",
        b"GET /crash/a?%FF=1 HTTP/1.1",
        b"GET /crash?max-keys=99999999999999999999 HTTP/1.1",
        b"GET /crash?list-type=2&continuation-token=%00 HTTP/1.1",
        b"GET http://[bad/ HTTP/1.1",
        b"PUT /crash/a HTTP/1.1\r\nContent-Length: -5",
        b"PUT /crash/a HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        b"PUT /crash/a HTTP/1.1",
        b"PUT /crash/a HTTP/1.1\r\nContent-Length: 0\r\nx-oss-copy-source: %",
        b"GET /crash/a HTTP/1.1\r\nAuthorization: ",
        b"GET /crash/a HTTP/1.1\r\nAuthorization: OSS4-HMAC-SHA256 Credential=a/b,Signature=\xff",
        b"GET /crash/a HTTP/1.1\r\nRange: bytes=99999999999999999999999999-",
        b"BREW /crash/a HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"GET / HTTP/9.9",
        b"nonsense",
        b"\x00\x01\x02",
        b"GET /crash/" + b"k" * 70_000 + b" HTTP/1.1",
    ],
)
def test_nonsense_gets_a_4xx_and_the_server_lives(server: Server, head: bytes) -> None:
    answer = answer_to(server, head + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert 400 <= status_of(answer) < 500, answer
    assert ElementTree.fromstring(answer.partition(b"\r\n\r\n")[2]).tag == "Error"
    assert status_of(answer_to(server, b"GET /_pixoss/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == 200


def test_a_second_request_cannot_hide_in_the_body_of_the_first(server: Server) -> None:
    smuggled = b"PUT /crash/smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
    head = b"PUT /crash/first HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    answer_to(server, head + smuggled)
    assert not bucket_of(server).object_exists("smuggled")


def test_expect_100_continue(server: Server) -> None:
    head = b"PUT /crash/expected HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head + b"Connection: close\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"hello")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_a_keep_alive_connection_survives_a_refused_upload(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("PUT", "/crash/refused", body=b"x" * 3_000_000, headers={"x-oss-object-acl": "nobody"})
    refused = connection.getresponse()
    assert (refused.status, b"InvalidArgument" in refused.read()) == (400, True)
    connection.request("GET", "/_pixoss/health")
    assert connection.getresponse().status == 200


def test_an_upload_that_breaks_off_stores_nothing(server: Server) -> None:
    head = b"PUT /crash/broken HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
    answer_to(server, head + b"x" * 500_000)
    assert not bucket_of(server).object_exists("broken")


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_a_large_object_never_sits_in_memory(server: Server) -> None:
    def memory() -> int:
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    size = 200 << 20
    bucket = bucket_of(server)
    bucket.put_object("small", b"x" * (2 << 20))
    before = memory()
    piece = random.Random(1).randbytes(1 << 20)
    bucket.put_object("large", (piece for _ in range(size >> 20)))
    assert sum(len(chunk) for chunk in bucket.get_object("large")) == size
    assert memory() - before < 32 << 20
