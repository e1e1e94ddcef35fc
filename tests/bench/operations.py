"""CPU time of every action inside one process, split into decoding, the operation itself, and encoding."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from pixoss.processors import render as rendering
from pixoss.processors.chain import Chain
from pixoss.processors.codecs import CODECS
from pixoss.processors.errors import ProcessError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.operations import OPERATIONS
from pixoss.processors.render import render

from .measure import median
from .pictures import photograph

SOURCES = {"1200x800": (1200, 800), "12 MP (4000x3000)": (4000, 3000)}

EXAMPLES = {
    "auto-orient": "auto-orient,1",
    "average-hue": "average-hue",
    "blur": "blur,r_10,s_8",
    "bright": "bright,50",
    "circle": "circle,r_400",
    "contrast": "contrast,50",
    "crop": "crop,g_center,w_600,h_400",
    "format": "format,png",
    "indexcrop": "indexcrop,x_400,i_1",
    "info": "info",
    "interlace": "interlace,1",
    "quality": "quality,Q_50",
    "resize": "resize,w_400",
    "rotate": "rotate,30",
    "rounded-corners": "rounded-corners,r_100",
    "sharpen": "sharpen,100",
    "watermark": "watermark,text_SGVsbG8gd29ybGQ",
}
"""A chain for each action; one without is measured by its bare word."""

STAGES = ("decode", "encode")


def run(rounds: int) -> None:
    """Print CPU ms per picture for each source, action and fidelity."""
    for name, size in SOURCES.items():
        source = photograph(size)
        print(f"\noperations: JPEG {name}, {len(source) / 1e6:.1f} MB; CPU ms, medians of {rounds} rounds")
        print(f"    {'':<48}{'decode':>10}{'operation':>10}{'encode':>10}{'all':>10}")
        for action in OPERATIONS:
            for fidelity in Fidelity:
                _measure(source, EXAMPLES.get(action, action), fidelity, rounds)


def _measure(source: bytes, actions: str, fidelity: Fidelity, rounds: int) -> None:
    chain = Chain.parse(f"image/{actions}")
    try:
        splits = [_split(source, chain, fidelity) for _ in range(rounds + 1)][1:]
    except ProcessError as error:
        print(f"    {actions:<42}{fidelity:<6}  refused: {error}")
        return
    cells = "".join(f"{median([1e3 * split[column] for split in splits]):10.1f}" for column in range(4))
    print(f"    {actions:<42}{fidelity:<6}{cells}")


def _split(source: bytes, chain: Chain, fidelity: Fidelity) -> tuple[float, float, float, float]:
    """Seconds of CPU for decoding, for what is neither, for encoding, and for all."""
    with _stopwatch() as spent:
        before = time.process_time()
        render(source, chain, Limits(), fidelity)
        everything = time.process_time() - before
    decode, encode = (spent[stage] for stage in STAGES)
    return decode, everything - decode - encode, encode, everything


@contextmanager
def _stopwatch() -> Iterator[dict[str, float]]:
    spent = dict.fromkeys(STAGES, 0.0)

    def timed(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            before = time.process_time()
            try:
                return work(*arguments, **options)
            finally:
                spent[stage] += time.process_time() - before

        return watched

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(rendering, "decode", timed("decode", rendering.decode)))
        for codec in CODECS.values():
            patches.enter_context(mock.patch.object(codec, "encode", timed("encode", codec.encode)))
        yield spent
