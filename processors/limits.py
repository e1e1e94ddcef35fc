"""What a picture may cost before it is refused; the defaults are those of OSS's page "Limits of image processing"."""

from __future__ import annotations

from dataclasses import dataclass

MAX_CHAIN_BYTES = 4096
"""Bytes of UTF-8 in one decoded chain; OSS refuses longer values with EC 0017-00000288, its number is unpublished."""

MAX_CHAIN_ACTIONS = 20
"""Actions in one chain; OSS's number is unpublished, its documentation shows nine."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of one rendering: bytes, sides in pixels, and pixels in total."""

    source_bytes: int = 20 * 1024 * 1024
    """Bytes of the source (EC 1)."""

    source_side: int = 30_000
    """Pixels of either side of the source (EC 9)."""

    source_pixels: int = 250_000_000
    """Width x height x frames of the source (EC 12)."""

    source_frames: int = 10_000
    """Frames of an animated source; our choice, since every frame costs time however small it is."""

    rotate_side: int = 4096
    """Pixels of either side of a picture that ``rotate`` or ``auto-orient`` is to turn."""

    output_side: int = 16_384
    """Pixels of either side of a result of ``resize`` (EC 7)."""

    output_pixels: int = 16_777_216
    """Width x height of a result of ``resize`` (EC 7)."""

    webp_side: int = 16_383
    """Pixels of either side of a WebP result (EC 11); the format itself holds no more."""
