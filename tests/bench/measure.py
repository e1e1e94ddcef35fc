"""Measuring: CPU time of processes, requests over kept-alive connections, and medians."""

from __future__ import annotations

import os
import re
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and those it started, and so on (Linux only)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(other for child in children for other in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of those it started, in seconds; 10 ms steps (Linux only)."""
    found = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in family(pid)]
    return sum(int(fields[11]) + int(fields[12]) for fields in found) / TICKS_PER_SECOND


def resident_bytes(pid: int) -> int:
    """Memory that a process and those it started have in RAM (Linux only)."""
    return sum(_status(one, "VmRSS") for one in family(pid))


def peak_bytes(pid: int) -> int:
    """The most that each of them had in RAM since `forget_peaks`, all together (Linux only)."""
    return sum(_status(one, "VmHWM") for one in family(pid))


def forget_peaks(pid: int) -> None:
    """Let `peak_bytes` begin anew at what is in RAM now (Linux only)."""
    for one in family(pid):
        Path(f"/proc/{one}/clear_refs").write_text("5")


def _status(pid: int, field: str) -> int:
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) << 10


@dataclass(frozen=True)
class Load:
    """What a burst of requests cost: seconds of wall time, and of the server's CPU, for each request."""

    wall: float
    cpu: float


def load(pid: int, port: int, target: str, requests: int, connections: int) -> Load:
    """Ask for `target` that many times over kept-alive connections; every answer must be 200 and whole."""
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    share = requests // connections
    threads = [threading.Thread(target=_ask, args=(port, request, share)) for _ in range(connections)]
    cpu, wall = cpu_seconds(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - wall, cpu_seconds(pid) - cpu
    return Load(wall / (share * connections), cpu / (share * connections))


def _ask(port: int, request: bytes, times: int) -> None:
    buffer = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(times):
            connection.sendall(request)
            _read_answer(connection, buffer)


def _read_answer(connection: socket.socket, buffer: bytearray) -> None:
    received = 0
    while (end := buffer.find(b"\r\n\r\n", 0, received)) < 0:
        received += connection.recv_into(memoryview(buffer)[received:])
    head = bytes(buffer[:end]).lower()
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(bytes(buffer[:received]).decode("utf-8", "replace"))
    length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    while received < end + 4 + length:
        received += connection.recv_into(memoryview(buffer)[received:])


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float], unit: float = 1.0) -> str:
    """`median [min-max]`, in units of `unit`."""
    return f"{median(values) / unit:8.2f} [{min(values) / unit:.2f}-{max(values) / unit:.2f}]"
