import io
import os

import pytest
from anyio import create_task_group
from PIL import Image
from worker_jobs import bounds, die, pid_after

from pixoss.processors.chain import Chain
from pixoss.processors.errors import BadRequestError, ImageDamageError, MemLimitExceededError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.server.imaging.worker import render_bytes
from pixoss.server.imaging.workers import Workers

pytestmark = pytest.mark.anyio


async def test_a_process_has_its_bounds() -> None:
    assert await Workers(1, 30).run(bounds, 1 << 32) == [1 << 32, 0, 0]


async def test_a_process_that_dies_costs_its_own_request_only() -> None:
    workers = Workers(2, 30)
    survivors: list[int] = []

    async def survive() -> None:
        survivors.append(await workers.run(pid_after, 0.3))

    async with create_task_group() as group:
        group.start_soon(survive)
        with pytest.raises(ImageDamageError):
            await workers.run(die)
    assert survivors
    assert await workers.run(pid_after, 0)


async def test_a_deadline_kills_the_process() -> None:
    workers = Workers(1, 30)
    pid = await workers.run(pid_after, 0)
    hasty = Workers(1, 0.3)
    with pytest.raises(BadRequestError, match="longer than"):
        await hasty.run(pid_after, 600)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_no_more_processes_than_allowed() -> None:
    workers = Workers(1, 30)
    pids: set[int] = set()

    async def note() -> None:
        pids.add(await workers.run(pid_after, 0.05))

    async with create_task_group() as group:
        for _ in range(4):
            group.start_soon(note)
    assert len(pids) == 1


async def test_memory_is_bounded() -> None:
    out = io.BytesIO()
    Image.new("L", (12000, 12000)).save(out, "PNG")
    chain = Chain.parse("image/resize,w_100/format,png")
    with pytest.raises((MemLimitExceededError, ImageDamageError)):
        await Workers(1, 30).run(render_bytes, out.getvalue(), chain, Limits(), Fidelity.EXACT, 120 << 20)
