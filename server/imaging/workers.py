"""The rendering processes: how many at a time, who waits, and who is killed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process

from ...processors.errors import BadRequestError, ImageDamageError

T = TypeVar("T")


class Workers:
    """At most `count` processes at a time; one call may take `deadline` seconds of wall time once it has its process.

    A process that dies, by a crash of a decoder or past its deadline, costs its own request only.
    """

    def __init__(self, count: int, deadline: float) -> None:
        self._slots = CapacityLimiter(count)
        self._processes = CapacityLimiter(count)
        self._deadline = deadline

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """The result of `function(*args)` from a process; function, arguments and result must be picklable.

        Raises what `function` raises, and `ProcessError` when the deadline passes or the process dies.
        """
        # Waiting for a slot comes before the clock starts: a busy server is no fault of the picture.
        async with self._slots:
            try:
                with fail_after(self._deadline):
                    return await to_process.run_sync(function, *args, cancellable=True, limiter=self._processes)
            except TimeoutError:
                raise BadRequestError(f"Processing the image takes longer than {self._deadline:g} seconds.") from None
            except BrokenWorkerProcess:
                raise ImageDamageError from None
