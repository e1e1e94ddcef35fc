"""The kinds of value that actions take, read from text once and strictly: ASCII digits, ASCII hex, listed words."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo

from .errors import BadRequestError
from .geometry import Fit, Gravity
from .limits import Limits
from .placing import Align

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_SIGNED = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_HEX_COLOR = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)
_NOT_BASE64 = "Input is not base64 decoding."
_NOT_A_DIGIT = re.compile(r"[^A-Za-z0-9_-]", re.ASCII)
_PADDING = re.compile(r"={1,2}\Z")
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
BLACK = Color(0, 0, 0)


def whole_number(value: object) -> object:
    """The number that one to nine ASCII digits write; anything that is no text is left to the type to judge."""
    return _number(value, _WHOLE)


def signed_number(value: object) -> object:
    """As ``whole_number``, but a minus sign may stand before the digits."""
    return _number(value, _SIGNED)


def _number(value: object, pattern: re.Pattern[str]) -> object:
    if not isinstance(value, str):
        return value
    if not pattern.fullmatch(value):
        raise ValueError("not a whole number")
    return int(value)


def within_profile(side: int, info: ValidationInfo) -> int:
    """The side, if it is within the limits that a chain is parsed with."""
    if isinstance(info.context, Limits) and side > info.context.wanted_side:
        raise ValueError("more than the profile allows")
    return side


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


def decode_base64(text: str, *, parameter: str | None = None, ec: str | None = None) -> str:
    """The UTF-8 text behind a Base64 value of a process string.

    URL-safe or standard alphabet, padding optional, and a space is the ``+`` that a query lost: the SDKs send all of
    these. Anything else is OSS's ``BadRequest``, with a hint after OSS's own words.
    """
    digits = _PADDING.sub("", text.translate(_STANDARD_TO_URL))
    stranger = _NOT_A_DIGIT.search(digits)
    if stranger:
        hint = f"The character {stranger[0]!r} is in no Base64 alphabet."
    else:
        try:
            return base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4)).decode()
        except binascii.Error:
            hint = 'Its length is impossible; a "/" ends the action, so write "_" for it.'
        except UnicodeDecodeError:
            hint = "What it stands for is no text in UTF-8."
    raise BadRequestError(f"{_NOT_BASE64} {hint}", ec=ec, parameter=parameter, value=text)


def encode_base64(text: str) -> str:
    """The text as OSS's documentation writes it: URL-safe alphabet, no padding."""
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


Whole = Annotated[int, BeforeValidator(whole_number)]
"""A whole number, zero included."""

Side = Annotated[Whole, Field(ge=1, le=16_384), AfterValidator(within_profile)]
"""A wanted side in pixels; a profile may allow less (OSS's documentation before 2022: up to 4096)."""

Radius = Annotated[Whole, Field(ge=1, le=4096)]
"""The radius of a circle or of a rounded corner, in pixels."""

Percent = Annotated[Whole, Field(ge=1, le=100)]
"""A quality in percent."""

Scale = Annotated[Whole, Field(ge=1, le=1000)]
"""A size in percent of the picture's."""

Change = Annotated[int, BeforeValidator(signed_number), Field(ge=-100, le=100)]
"""How much more (or, below zero, less) of something there is to be; 0 changes nothing."""

Strength = Annotated[Whole, Field(ge=50, le=399)]
"""How strongly to sharpen, in percent."""

Softness = Annotated[Whole, Field(ge=1, le=50)]
"""A radius or a spread of a blur, in pixels."""

Degrees = Annotated[Whole, Field(ge=0, le=360)]
"""An angle, clockwise."""

Opacity = Annotated[Whole, Field(ge=0, le=100)]
"""How much of what lies below is covered, in percent; 0 is invisible."""

Margin = Annotated[Whole, Field(ge=0, le=4096)]
"""A distance in pixels from an edge, or between tiles."""

Gap = Annotated[Whole, Field(ge=0, le=1000)]
"""A distance in pixels between two marks side by side."""

Offset = Annotated[int, BeforeValidator(signed_number), Field(ge=-1000, le=1000)]
"""Pixels downwards, or upwards below zero."""

TextSize = Annotated[Whole, Field(ge=1, le=1000)]
"""The height of a font in pixels."""

Alignment = Annotated[Align, BeforeValidator(whole_number)]
"""``0`` top, ``1`` middle, ``2`` bottom."""

Flag = Annotated[bool, PlainValidator(flag)]
"""``0`` or ``1``."""

HexColor = Annotated[Color, PlainValidator(color)]
"""``RRGGBB``."""

Place = Annotated[Gravity, PlainValidator(place)]
"""One of nine words from ``nw`` to ``se``."""

Mode = Fit
"""A way to fit: ``lfit``, ``mfit``, ``fill``, ``pad`` or ``fixed``."""
