"""Pixel kernels: ``exact`` on OpenCV, ``simd`` on Pillow-SIMD, and which of them a fidelity uses."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from ..fidelity import Fidelity
from .base import Kernel
from .simd import SimdKernel

if TYPE_CHECKING:
    from .exact import ExactKernel


@cache
def kernel_for(fidelity: Fidelity) -> Kernel:
    """The kernels of a fidelity; where the extra ``exact`` is not installed those on Pillow stand in for it.

    ImportError where it is installed and does not load: results are not to change silently.
    """
    return _exact() or SimdKernel() if fidelity is Fidelity.EXACT else SimdKernel()


def opencv_version() -> str | None:
    """The version of OpenCV, or None where the extra is not installed; ImportError where it is and does not load."""
    kernel = _exact()
    return kernel.opencv if kernel else None


def _exact() -> ExactKernel | None:
    # Both bring OpenBLAS, which nothing here uses, and which would take 90 MB of address space for every core.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    try:
        # Not at the top: OpenCV and NumPy weigh 30 MB and 0.1 s, which only a process that draws is to carry.
        from .exact import ExactKernel
    except ModuleNotFoundError:
        return None
    return ExactKernel()


__all__ = ["Kernel", "kernel_for", "opencv_version"]
