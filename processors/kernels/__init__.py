"""Pixel kernels, and which of them a fidelity uses."""

from __future__ import annotations

from ..fidelity import Fidelity
from .base import Kernel
from .simd import SimdKernel

KERNELS: dict[Fidelity, Kernel] = {Fidelity.EXACT: SimdKernel(), Fidelity.FAST: SimdKernel()}

__all__ = ["KERNELS", "Kernel"]
