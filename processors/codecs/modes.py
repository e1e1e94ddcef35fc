"""Pillow's many pixel modes brought to the four that operations work on: L, LA, RGB, RGBA, eight bits each."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

WORKING_MODES = frozenset({"L", "LA", "RGB", "RGBA"})

_SIXTEEN_BIT_TO_EIGHT = 1 / 257
"""65535 becomes 255 exactly."""


def _sixteen_bit(image: Image.Image) -> Image.Image:
    """The high bits of 16-bit grey; Pillow's own conversion would clip at 255 instead."""
    return image.convert("I").point(lambda value: value * _SIXTEEN_BIT_TO_EIGHT + 0.5).convert("L")


def _palette(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if "transparency" in image.info else "RGB")


def _to(mode: str) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.convert(mode)


_CONVERSIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "1": _to("L"),
    "P": _palette,
    "PA": _to("RGBA"),
    "La": _to("LA"),
    "RGBa": _to("RGBA"),
    "I": _to("L"),
    "F": _to("L"),
    "I;16": _sixteen_bit,
    "I;16L": _sixteen_bit,
    "I;16B": _sixteen_bit,
    "I;16N": _sixteen_bit,
}
"""Modes that RGB would not do for; a profile is never applied (CMYK shifts its colours on OSS as well)."""

_TRANSPARENT_COLOUR = {"L": "LA", "RGB": "RGBA", "1": "LA"}


def working(image: Image.Image) -> Image.Image:
    """The decoded image in a working mode; the image itself where it is in one already."""
    if "transparency" in image.info and image.mode in _TRANSPARENT_COLOUR:
        return image.convert(_TRANSPARENT_COLOUR[image.mode])
    if image.mode in WORKING_MODES:
        return image
    return _CONVERSIONS.get(image.mode, _to("RGB"))(image)


def detached(image: Image.Image) -> Image.Image:
    """The decoded image in a working mode and without what its file said beside the pixels (comments, profiles)."""
    result = working(image)
    result.info = {}
    return result


def opaque(image: Image.Image) -> Image.Image:
    """The image as L or RGB, transparent parts laid on white, never on black (OSS's rule for JPEG)."""
    if image.mode not in ("LA", "RGBA"):
        return image
    flat = Image.new(image.mode[:-1], image.size, "white")
    flat.paste(image.convert(flat.mode), mask=image.getchannel("A"))
    return flat
