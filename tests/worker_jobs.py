"""What the tests of the worker processes run in them: it must be importable there."""

from __future__ import annotations

import os
import resource
import signal
import time

from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.server.imaging.worker import render_bytes


def bounds(memory: int) -> list[int]:
    """The bounds of a process that has seen its first picture."""
    try:
        render_bytes(b"no picture", Chain.parse("image/resize,w_1"), Limits(), Fidelity.EXACT, memory)
    except ProcessError:
        return [
            resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
        ]
    raise AssertionError("no picture was rendered")


def die() -> None:
    """Die as a decoder does that crashes."""
    os.kill(os.getpid(), signal.SIGKILL)


def pid_after(seconds: float) -> int:
    """Take a while."""
    time.sleep(seconds)
    return os.getpid()
