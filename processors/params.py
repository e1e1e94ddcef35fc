"""The kinds of value that actions take, read from text once and strictly: ASCII digits, ASCII hex, listed words."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field, PlainValidator

from .errors import BadRequestError
from .geometry import Fit, Gravity

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_HEX_COLOR = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)
_BASE64 = re.compile(r"([A-Za-z0-9+/_-]*)={0,2}", re.ASCII)
_STANDARD_TO_URL = str.maketrans("+/ ", "-_-")
_PLACES = {gravity.word: gravity for gravity in Gravity}


class Color(NamedTuple):
    """An opaque colour: red, green and blue from 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"{self.red:02X}{self.green:02X}{self.blue:02X}"

    @property
    def is_grey(self) -> bool:
        """Whether the three channels are equal."""
        return self.red == self.green == self.blue


WHITE = Color(255, 255, 255)


def whole_number(value: object) -> object:
    """The number that one to nine ASCII digits write; anything that is no text is left to the type to judge."""
    if not isinstance(value, str):
        return value
    if not _WHOLE.fullmatch(value):
        raise ValueError("not a whole number")
    return int(value)


def color(value: object) -> Color:
    """The colour that six hex digits of either case write."""
    if isinstance(value, Color):
        return value
    if not isinstance(value, str) or not _HEX_COLOR.fullmatch(value):
        raise ValueError("not six hex digits")
    return Color(*bytes.fromhex(value))


def flag(value: object) -> bool:
    """The truth that ``0`` or ``1`` writes."""
    if isinstance(value, bool):
        return value
    if value not in ("0", "1"):
        raise ValueError("neither 0 nor 1")
    return value == "1"


def place(value: object) -> Gravity:
    """The place that one of nine lower-case words names; ``face`` and ``auto`` need a service beside OSS."""
    if isinstance(value, Gravity):
        return value
    if not isinstance(value, str) or value not in _PLACES:
        raise ValueError("not a place")
    return _PLACES[value]


def decode_base64(text: str) -> str:
    """The UTF-8 text behind a Base64 value of a process string.

    URL-safe or standard alphabet, padding optional, and a space is the ``+`` that a query lost: the SDKs send all of
    these. Anything else is OSS's ``BadRequest``.
    """
    match = _BASE64.fullmatch(text.translate(_STANDARD_TO_URL))
    if not match:
        raise _not_base64(text)
    digits = match[1]
    try:
        return base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _not_base64(text) from None


def _not_base64(text: str) -> BadRequestError:
    return BadRequestError("Input is not base64 decoding.", value=text)


Whole = Annotated[int, BeforeValidator(whole_number)]
"""A whole number, zero included."""

Side = Annotated[Whole, Field(ge=1, le=16_384)]
"""A wanted side in pixels (OSS's documentation before 2022: up to 4096)."""

Percent = Annotated[Whole, Field(ge=1, le=100)]
"""A quality in percent."""

Scale = Annotated[Whole, Field(ge=1, le=1000)]
"""A size in percent of the picture's."""

Degrees = Annotated[Whole, Field(ge=0, le=360)]
"""An angle, clockwise."""

Flag = Annotated[bool, PlainValidator(flag)]
"""``0`` or ``1``."""

HexColor = Annotated[Color, PlainValidator(color)]
"""``RRGGBB``."""

Place = Annotated[Gravity, PlainValidator(place)]
"""One of nine words from ``nw`` to ``se``."""

Mode = Fit
"""A way to fit: ``lfit``, ``mfit``, ``fill``, ``pad`` or ``fixed``."""
