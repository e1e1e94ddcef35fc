"""What runs inside a rendering process: its bounds, and one picture at a time."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path

from ...processors.chain import Chain
from ...processors.fidelity import Fidelity
from ...processors.fonts import MACHINE_FONTS, Fonts
from ...processors.kernels import kernel_for
from ...processors.limits import Limits
from ...processors.render import Rendered, render

_bounded = False


def render_file(
    path: str,
    chain: Chain,
    limits: Limits,
    fidelity: Fidelity,
    memory: int,
    references: Mapping[str, str] = {},
    fonts: Fonts = MACHINE_FONTS,
) -> Rendered:
    """Render the picture in a file; `memory` bounds the process in bytes of address space.

    `references` has the paths of the watermark images by key. Raises `ProcessError`, and `FileNotFoundError` when a
    file vanished because its object was replaced meanwhile.
    """
    marks = {key: Path(file).read_bytes() for key, file in references.items()}
    return render_bytes(Path(path).read_bytes(), chain, limits, fidelity, memory, marks, fonts)


def render_bytes(
    content: bytes,
    chain: Chain,
    limits: Limits,
    fidelity: Fidelity,
    memory: int,
    references: Mapping[str, bytes] = {},
    fonts: Fonts = MACHINE_FONTS,
) -> Rendered:
    """Render a picture that the caller has in memory, as well as the watermark images; raises `ProcessError`."""
    _bound(memory, fidelity)
    return render(content, chain, limits, fidelity, references, fonts)


def _bound(memory: int, fidelity: Fidelity) -> None:
    """Give the process its bounds at its first picture: address space, no written file, no core dump.

    A decoder that a hostile picture takes over can then neither fill the memory nor leave anything on the disk. The
    kernels are loaded before, so that a bound too small for them refuses large pictures and not each.
    """
    global _bounded
    if _bounded:
        return
    kernel_for(fidelity)
    for kind, bound in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _lower(kind, bound)
    _bounded = True


def _lower(kind: int, bound: int) -> None:
    _, hard = resource.getrlimit(kind)
    within = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
    try:
        resource.setrlimit(kind, (within, within))
    except (ValueError, OSError):
        # macOS has no working RLIMIT_AS; the deadline and the pixel limits still hold there.
        return
