"""What a picture may cost before it is refused, as dated profiles: OSS's documentation changed its numbers in 2022."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from .errors import ImageTooLargeError, image_ec
from .geometry import Size

MAX_CHAIN_BYTES = 4096
"""Bytes of UTF-8 in one decoded chain; OSS refuses longer values with EC 0017-00000288, its number is unpublished."""

MAX_MARK_PIXELS = 1 << 25
"""Width x height of a text, or of two marks side by side, before they are laid on a picture; our choice."""

MAX_MARK_IMAGES = 3
"""Different pictures that one chain may lay on as watermarks (EC 26; one page of OSS's documentation says 6)."""

_FORMATS_TO_2021 = frozenset({"jpg", "png", "bmp", "gif", "webp", "tiff"})


class Profile(StrEnum):
    """Whose limits hold: those of OSS's documentation of a year."""

    OSS_2026 = "oss-2026"
    """OSS's page "Limits of image processing" and its pages of actions, 2026."""

    OSS_CLASSIC = "oss-classic"
    """The same pages up to 2021: six formats, sides to 4096, four actions; the page of EC 7 still says so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of one rendering: bytes, sides in pixels, and pixels in total. The defaults are those of 2026."""

    formats: frozenset[str] = _FORMATS_TO_2021 | {"heic", "avif"}
    """OSS's names of the formats that are read (EC 5) and written (EC 206)."""

    chain_actions: int = 20
    """Actions in one chain; OSS's number is unpublished, its documentation shows nine (our choice)."""

    wanted_side: int = 16_384
    """Pixels that ``resize`` may be asked for: the most that ``w``, ``h``, ``l`` and ``s`` can say (EC 312 to 315)."""

    source_bytes: int = 20 * 1024 * 1024
    """Bytes of the source (EC 1)."""

    source_side: int = 30_000
    """Pixels of either side of the source (EC 9)."""

    source_pixels: int = 250_000_000
    """Width x height x frames of the source (EC 12)."""

    source_frames: int = 10_000
    """Frames of an animated source; our choice, since every frame costs time however small it is."""

    avif_source_side: int = 10_000
    """Pixels of either side of an AVIF source (EC 14)."""

    rotate_side: int = 4096
    """Pixels of either side of a picture that ``rotate`` or ``auto-orient`` is to turn."""

    output_side: int = 16_384
    """Pixels of either side of a picture that an action has made larger (EC 7)."""

    output_pixels: int = 16_777_216
    """Width x height of a picture that an action has made larger (EC 7)."""

    webp_side: int = 16_383
    """Pixels of either side of a WebP result (EC 11); the format itself holds no more."""

    heic_side: int = 4096
    """Pixels of either side of a HEIC result, by observations of the live service."""

    avif_width: int = 4096
    """Pixels of the width of an AVIF result (EC 14)."""

    avif_pixels: int = 4096 * 2304
    """Width x height of an AVIF result (EC 14)."""

    @classmethod
    def oss_2026(cls) -> Self:
        """The limits of OSS's documentation of 2026, which are the defaults."""
        return cls()

    @classmethod
    def oss_classic(cls) -> Self:
        """The limits of OSS's documentation up to 2021."""
        return cls(formats=_FORMATS_TO_2021, chain_actions=4, wanted_side=4096, output_side=4096)


PROFILES: Mapping[Profile, Limits] = MappingProxyType(
    {Profile.OSS_2026: Limits.oss_2026(), Profile.OSS_CLASSIC: Limits.oss_classic()}
)
"""The limits of every profile."""


def check_growth(before: Size, after: Size, limits: Limits) -> None:
    """Refuse a picture that an action would make larger than a result may be (EC 7), before it is made.

    OSS documents this bound for ``resize``; a canvas that ``rotate`` grows is bound by what may be turned at all.
    """
    if after.width <= before.width and after.height <= before.height:
        return
    require_result(after, limits)


def require_result(size: Size, limits: Limits) -> None:
    """Refuse a result of ``resize`` of too long sides or too many pixels (EC 7)."""
    if max(size) > limits.output_side:
        raise ImageTooLargeError(f"Maximal size of image supported is {limits.output_side}.", ec=image_ec(7))
    if size.pixels > limits.output_pixels:
        raise ImageTooLargeError(f"Maximal size of image supported is {limits.output_pixels}.", ec=image_ec(7))
