"""Where marks go: integer arithmetic of OSS's watermarks, without a pixel (OSS's page "Add watermarks")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from .geometry import Box, Gravity, Size, hang


class Point(NamedTuple):
    """A pixel's distance from the left and the upper edge; negative outside."""

    left: int
    upper: int


class Align(IntEnum):
    """How the lower of two marks side by side stands: the values of ``watermark,align_``."""

    TOP = 0
    MIDDLE = 1
    BOTTOM = 2


@dataclass(frozen=True, slots=True)
class Placement:
    """The place a mark hangs on to and its distance from it in pixels.

    ``x`` counts from the left or the right edge, ``y`` from the upper or the lower one, each only at the places that
    touch the edge; ``voffset`` moves down what hangs at half height.
    """

    gravity: Gravity
    x: int
    y: int
    voffset: int

    def corner(self, size: Size, mark: Size) -> Point:
        """The upper left corner of ``mark`` on a picture of ``size``; half pixels are cut off."""
        left, upper = hang(size, mark, self.gravity)
        sideways = self.x * (1 - self.gravity.across)
        downwards = self.y * (1 - self.gravity.down) if self.gravity.down != 1 else self.voffset
        return Point(left + sideways, upper + downwards)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two marks side by side on a canvas that holds both, each by its upper left corner."""

    canvas: Size
    first: Point
    second: Point

    @classmethod
    def of(cls, first: Size, second: Size, interval: int, align: Align) -> Pair:
        """``first`` to the left of ``second``, ``interval`` pixels apart."""
        height = max(first.height, second.height)
        across = first.width + interval
        # Halves of the space left over, as for the places of `Gravity`.
        uppers = [(height - size.height) * align // 2 for size in (first, second)]
        return cls(Size(across + second.width, height), Point(0, uppers[0]), Point(across, uppers[1]))


def visible(size: Size, mark: Size, corner: Point) -> Box | None:
    """The part of a mark at ``corner`` that lies on a picture of ``size``, in the mark's own pixels."""
    left, upper = max(0, -corner.left), max(0, -corner.upper)
    right, lower = min(mark.width, size.width - corner.left), min(mark.height, size.height - corner.upper)
    return Box(left, upper, right, lower) if left < right and upper < lower else None
