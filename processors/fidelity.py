"""How close a result keeps to the real service's, against what it costs."""

from __future__ import annotations

from enum import StrEnum


class Fidelity(StrEnum):
    """``exact`` decodes every pixel; ``fast`` lets the JPEG decoder shrink while it decodes."""

    EXACT = "exact"
    FAST = "fast"
