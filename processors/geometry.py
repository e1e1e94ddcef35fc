"""Sizes, boxes and positions: integer arithmetic of OSS's resize, crop and rotate, without a pixel.

Fractions are rounded half up and never below one pixel ("rounded to the nearest integer", OSS's page "Resize images").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple


class Size(NamedTuple):
    """Width and height in pixels, both at least 1."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """Width x height."""
        return self.width * self.height

    @property
    def turned(self) -> Size:
        """The same size lying on its side."""
        return Size(self.height, self.width)


class Box(NamedTuple):
    """A rectangle of pixels; right and lower are outside it."""

    left: int
    upper: int
    right: int
    lower: int

    @property
    def size(self) -> Size:
        """Width and height of the rectangle."""
        return Size(self.right - self.left, self.lower - self.upper)


class Region(NamedTuple):
    """The part of an image, from its upper left corner on, that holds the picture, in fractional pixels.

    A JPEG decoder that shrinks by 8 makes 34 rows of 267, of which the last shows 3/8 of a pixel.
    """

    width: float
    height: float


class Fit(StrEnum):
    """How a picture is brought to a wanted size: the values of ``resize,m_``."""

    LFIT = "lfit"
    MFIT = "mfit"
    FILL = "fill"
    PAD = "pad"
    FIXED = "fixed"


class Gravity(Enum):
    """The nine places a rectangle can hang on to; the two numbers are halves of the space left over."""

    NW = ("nw", 0, 0)
    NORTH = ("north", 1, 0)
    NE = ("ne", 2, 0)
    WEST = ("west", 0, 1)
    CENTER = ("center", 1, 1)
    EAST = ("east", 2, 1)
    SW = ("sw", 0, 2)
    SOUTH = ("south", 1, 2)
    SE = ("se", 2, 2)

    def __init__(self, word: str, across: int, down: int) -> None:
        self.word = word
        self.across = across
        self.down = down

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture brought to ``scaled`` and laid on a ``canvas`` with its corner at (left, upper).

    The corner is negative where the canvas shows only a part (fill), positive where the canvas is larger (pad).
    """

    scaled: Size
    canvas: Size
    left: int = 0
    upper: int = 0

    @classmethod
    def centred(cls, scaled: Size, canvas: Size) -> Layout:
        """``scaled`` in the middle of ``canvas``; an odd pixel of margin goes right or below, an odd one of cut too."""
        return cls(scaled, canvas, _middle(scaled.width, canvas.width), _middle(scaled.height, canvas.height))

    @classmethod
    def plain(cls, size: Size) -> Layout:
        """A picture of ``size`` with neither cut nor margin."""
        return cls(size, size)


def _middle(inner: int, outer: int) -> int:
    return (outer - inner) // 2 if outer >= inner else -((inner - outer) // 2)


def part(length: int, numerator: int, denominator: int) -> int:
    """``length * numerator / denominator`` rounded half up, at least 1."""
    return max(1, (2 * length * numerator + denominator) // (2 * denominator))


def percent_of(size: Size, percent: int) -> Size:
    """Both sides of ``size`` at ``percent`` of their length."""
    return Size(part(size.width, percent, 100), part(size.height, percent, 100))


def sides(size: Size, longer: int | None, shorter: int | None) -> tuple[int | None, int | None]:
    """The width and height that ``l`` and ``s`` want of ``size``; of equal sides the width counts as the longer one."""
    return (longer, shorter) if size.width >= size.height else (shorter, longer)


def contain(size: Size, box: Size) -> Size:
    """The largest size of the same proportion inside ``box``; the binding side is met exactly."""
    if box.width * size.height <= box.height * size.width:
        return to_width(size, box.width)
    return to_height(size, box.height)


def cover(size: Size, box: Size) -> Size:
    """The smallest size of the same proportion that covers ``box``; the binding side is met exactly."""
    if box.width * size.height >= box.height * size.width:
        return to_width(size, box.width)
    return to_height(size, box.height)


def to_width(size: Size, width: int) -> Size:
    """``size`` in proportion, ``width`` pixels wide."""
    return Size(width, part(size.height, width, size.width))


def to_height(size: Size, height: int) -> Size:
    """``size`` in proportion, ``height`` pixels high."""
    return Size(part(size.width, height, size.height), height)


def _exceeds_both(size: Size, wanted: Size) -> bool:
    return wanted.width > size.width and wanted.height > size.height


def _exceeds_either(size: Size, wanted: Size) -> bool:
    return wanted.width > size.width or wanted.height > size.height


def _lfit(size: Size, wanted: Size) -> Layout:
    return Layout.plain(contain(size, wanted))


def _mfit(size: Size, wanted: Size) -> Layout:
    return Layout.plain(cover(size, wanted))


def _fill(size: Size, wanted: Size) -> Layout:
    return Layout.centred(cover(size, wanted), wanted)


def _pad(size: Size, wanted: Size) -> Layout:
    return Layout.centred(contain(size, wanted), wanted)


def _fixed(size: Size, wanted: Size) -> Layout:
    return Layout.plain(wanted)


EXACT = frozenset({Fit.FILL, Fit.PAD, Fit.FIXED})
"""The modes that answer just the wanted size, and in which one given side stands for both (documented for fixed)."""


_ENLARGES = {
    Fit.LFIT: _exceeds_both,
    Fit.PAD: _exceeds_both,
    Fit.MFIT: _exceeds_either,
    Fit.FILL: _exceeds_either,
    Fit.FIXED: _exceeds_either,
}

_LAYOUTS = {Fit.LFIT: _lfit, Fit.MFIT: _mfit, Fit.FILL: _fill, Fit.PAD: _pad, Fit.FIXED: _fixed}


def lay_out(size: Size, fit: Fit, width: int | None, height: int | None, enlarge: bool) -> Layout:
    """Where a picture of ``size`` goes when ``width`` and ``height``, at least one of them, are wanted.

    Without ``enlarge`` a target larger than the source leaves the picture as it is, neither cut nor padded
    (``limit_1``: "converted at the source resolution"; for fill, pad and fixed our reading of it).
    """
    if width and height:
        return _fit(size, fit, Size(width, height), enlarge)
    if fit in EXACT:
        side = width or height or 1
        return _fit(size, fit, Size(side, side), enlarge)
    scaled = to_width(size, width) if width else to_height(size, height or 1)
    enlarges = (width or 0) > size.width or (height or 0) > size.height
    return Layout.plain(size if enlarges and not enlarge else scaled)


def _fit(size: Size, fit: Fit, wanted: Size, enlarge: bool) -> Layout:
    if not enlarge and _ENLARGES[fit](size, wanted):
        return Layout.plain(size)
    return _LAYOUTS[fit](size, wanted)


def hang(size: Size, inner: Size, gravity: Gravity) -> tuple[int, int]:
    """The corner (left, upper) at which ``inner`` hangs in ``size`` by ``gravity``; half pixels are cut off."""
    left = (size.width - inner.width) * gravity.across // 2
    upper = (size.height - inner.height) * gravity.down // 2
    return left, upper


def rotated(size: Size, degrees: int) -> Size:
    """The box around ``size`` turned by ``degrees``; the small constant keeps rounding noise from adding a pixel."""
    angle = math.radians(degrees)
    cosine, sine = abs(math.cos(angle)), abs(math.sin(angle))
    width = math.ceil(size.width * cosine + size.height * sine - 1e-6)
    height = math.ceil(size.width * sine + size.height * cosine - 1e-6)
    return Size(max(1, width), max(1, height))
